# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from base64 import b64decode, b64encode
from contextlib import closing
from hashlib import sha256
from io import BytesIO
from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.constants import GC_UNLINK_LIMIT

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import IntegratorError

from ..files.archive import Archive
from ..files.constants import Context
from ..files.masks import export_name, match_files
from ..files.problems import FileRefused
from ..texts import problem_text, problem_texts
from .integrator_impex_service import Outcome, Planned, RowRefused, RowWaits

_logger = logging.getLogger(__name__)

#: Records that are written in one transaction.
PIECE = 100
#: Records that are tried in one transaction, which is rolled back.
CHECK_PIECE = 2000
#: Records for which a person waits; the others are done by the scheduled action.
INLINE = 200
#: Refused rows that the API gives.
RESULT_ROWS = 100
#: How often rows are tried again that wait for something further down in their file.
WAIT_ROUNDS = 10
#: Days in which rows wait for what they refer to.
WAIT_DAYS = 2
COUNTS = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "refused": "refused",
    "waiting": "waiting",
}
#: What is kept as a row of its own; the rest is counted.
SHOWN = ("create", "update", "delete", "refused", "waiting")


class IntegratorImpexRun(models.Model):
    """One run of a group: its files, what is going to be done, what was done.

    It is checked first, which writes nothing: the records are tried in a transaction that is rolled
    back. Then it runs in pieces; each piece and how far it came are one transaction, so a run that
    is killed goes on after the last piece and does no row twice.
    """

    _name = "integrator.impex.run"
    _inherit = "integrator.rights.mixin"
    _description = "Run of a group"
    _order = "id desc"
    _rec_name = "name"

    name = fields.Char(compute="_compute_name")
    group_id = fields.Many2one(
        "integrator.impex.group", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True)
    user_id = fields.Many2one("res.users", string="In the name of", required=True, readonly=True)
    direction = fields.Selection(
        [("import", "Import"), ("export", "Export")], required=True, readonly=True
    )
    automatic = fields.Boolean(readonly=True)
    runs_on = fields.Boolean(
        readonly=True, help="After the check it runs by itself, if nothing is refused or held."
    )
    state = fields.Selection(
        [
            ("uploaded", "Uploaded"),
            ("checked", "Checked, with refused rows"),
            ("ready", "Ready"),
            ("running", "Running"),
            ("done", "Done"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
        ],
        required=True,
        default="uploaded",
        readonly=True,
        index=True,
    )
    task = fields.Selection(
        [("check", "Check"), ("run", "Run")],
        string="Going on",
        readonly=True,
        index="btree_not_null",
        help="What the scheduled action does with it next.",
    )
    input_ids = fields.One2many("integrator.impex.input", "run_id", string="Files", readonly=True)
    row_ids = fields.One2many("integrator.impex.row", "run_id", string="Rows", readonly=True)
    retry_of_id = fields.Many2one(
        "integrator.impex.run", string="Repeats", readonly=True, ondelete="set null"
    )
    location_id = fields.Many2one("integrator.impex.location", readonly=True, ondelete="set null")
    claimed_path = fields.Char(readonly=True)
    created = fields.Integer(string="New", readonly=True)
    updated = fields.Integer(string="Changed", readonly=True)
    deleted = fields.Integer(readonly=True)
    unchanged = fields.Integer(readonly=True)
    skipped = fields.Integer(string="Passed over", readonly=True)
    refused = fields.Integer(readonly=True)
    waiting = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    message = fields.Text(readonly=True, help="What was noticed of the files.")
    error_message = fields.Text(string="Reason", readonly=True)
    held_reason = fields.Text(string="Waits because", readonly=True)
    accepted_by_id = fields.Many2one("res.users", string="Accepted by", readonly=True)
    accepted_at = fields.Datetime(readonly=True)
    started_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    undone_at = fields.Datetime(readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)

    @api.depends("group_id", "create_date")
    def _compute_name(self):
        for run in self:
            run.name = f"{run.group_id.name or ''} {run.id or ''}".strip()

    @api.depends("input_ids.position", "input_ids.total", "state")
    def _compute_progress(self):
        for run in self:
            inputs = run.input_ids.filtered(lambda one: one.kind == "input")
            total = sum(inputs.mapped("total"))
            read = sum(inputs.mapped("position"))
            done = run.state == "done"
            run.progress = 100.0 if done else min(100.0, 100.0 * read / total) if total else 0.0

    # === FILES THAT CAME IN === #

    def _take_files(self, files):
        """Keep files, each for the layouts that it is of; say what is missing and what is too much.

        :param files: (name, bytes) of each
        """
        try:
            unpacked, told = self._unpack(files)
        except FileRefused as refused:
            self._fail(problem_texts(self.env, refused.problems))
            return
        descriptors = self.group_id._descriptors()
        by_layout = {descriptor._layout(): descriptor for descriptor in descriptors}
        if len(unpacked) == 1 and len(by_layout) == 1 and not self.automatic:
            # a person who chose group and file means this one, whatever its name
            matching = [(descriptors, list(unpacked))]
            missing, unmatched = (), ()
        else:
            found = match_files(tuple(by_layout), unpacked)
            matching = [(by_layout[layout], names) for layout, names in found.taken]
            missing, unmatched = found.missing, found.unmatched
        told += [self.env._("No file of “%s” was there.", one.name) for one in missing]
        told += [self.env._("“%s” is of no layout; it was left out.", one) for one in unmatched]
        self.message = "\n".join(told)
        pairs = [(descriptor, name) for descriptor, names in matching for name in names]
        for place, (descriptor, name) in enumerate(pairs):
            self._add_input(place, descriptor, name, unpacked[name])
        if not pairs:
            self._fail(self.env._("No file is of a layout of this group: look at their names."))

    def _add_input(self, place, descriptor, name, content):
        self.env["integrator.impex.input"].create(
            {
                "run_id": self.id,
                "sequence": place,
                "descriptor_id": descriptor.id,
                "name": name,
                "content": b64encode(content),
            }
        )

    def _unpack(self, files):
        unpacked, told = {}, []
        for name, content in files:
            if not name.lower().endswith(".zip"):
                unpacked[name] = content
                continue
            archive = Archive(BytesIO(content))
            told += [self.env._("“%s” was left out.", one) for one in archive.ignored]
            for member in archive.members:
                with archive.open(member.name) as stream:
                    unpacked[member.name] = stream.read()
        return unpacked, told

    def _fingerprint(self):
        """What the files are, whatever they are called."""
        parts = [
            f"{one.descriptor_id.id}:{sha256(b64decode(one.content or b'')).hexdigest()}"
            for one in self.with_context(bin_size=False).input_ids.sorted()
            if one.kind == "input"
        ]
        return ",".join(parts)

    def _same_run(self):
        """An earlier run of the same files that is done, when this one came by itself."""
        if not self.automatic:
            return self.browse()
        own = self._fingerprint()
        before = self.search(
            [
                ("group_id", "=", self.group_id.id),
                ("id", "<", self.id),
                ("state", "=", "done"),
                ("undone_at", "=", False),
            ],
            limit=1,
        )
        return before if before and before._fingerprint() == own else self.browse()

    # === BUTTONS === #

    def action_check(self):
        """Button: look what the files would do. Nothing is written."""
        check_operator(self)
        self.ensure_one()
        if self.state not in ("uploaded", "checked", "ready", "stopped", "failed"):
            raise UserError(self.env._("This run has begun already."))
        self.sudo()._queue("check", inline=True)

    def action_run(self):
        """Button: write what the check has shown.

        :raise UserError: when it was not checked, or waits for somebody to accept it
        """
        check_operator(self)
        self.ensure_one()
        if self.direction == "export":
            if self.state != "uploaded":
                raise UserError(self.env._("This export is made already. Start a new one."))
        elif self.state not in ("checked", "ready", "stopped"):
            raise UserError(self.env._("Check the files first."))
        if self.held_reason and not self.accepted_by_id:
            raise UserError(self.env._("%s\nAccept it first, if it is meant so.", self.held_reason))
        self._check_is_mine()
        self.sudo()._queue("run", inline=True)

    def _check_is_mine(self):
        """Nobody runs files with the rights of somebody else: the run becomes that of who starts
        it by hand."""
        if not self.env.su and self.user_id != self.env.user:
            self.sudo().user_id = self.env.user

    def action_accept(self):
        """Button: this large change is meant so."""
        check_operator(self)
        self.sudo().write({"accepted_by_id": self.env.uid, "accepted_at": fields.Datetime.now()})

    def action_cancel(self):
        """Button: stop it. What is written stays; by “Run” it goes on, by “Undo” it is taken
        back."""
        check_operator(self)
        for run_sudo in self.sudo().filtered(lambda run: run.task or run.state == "running"):
            run_sudo.write({"state": "stopped", "task": False, "ended_at": fields.Datetime.now()})
            run_sudo.error_message = self.env._("Stopped by %s.", self.env.user.name)

    def action_retry(self):
        """Button: run the refused rows once more, after what they lacked was put right in Odoo."""
        check_operator(self)
        self.ensure_one()
        if not (self.refused or self.waiting) or self.state not in ("done", "stopped"):
            raise UserError(self.env._("No rows of this run were refused."))
        run = self.group_id._start(retry_of_id=self.id)
        run_sudo = run.sudo()
        run_sudo.write({"state": "uploaded", "error_message": False})
        failed = self.sudo().row_ids.filtered(lambda row: row.operation in ("refused", "waiting"))
        for one in failed.input_id.sorted():
            one.copy({"run_id": run.id, "position": 0, "is_read": False, "total": 0, "keys": 0})
        run_sudo._queue("check", inline=True)
        return run._open()

    def action_undo(self):
        """Button: take back all that the run wrote, if nothing of it was changed since.

        :raise UserError: when something was; nothing is taken back then
        """
        check_operator(self)
        self.ensure_one()
        if self.direction != "import" or self.undone_at or self.state not in ("done", "stopped"):
            raise UserError(self.env._("There is nothing to take back."))
        # with the rights of who does it, and only by who may see what was done
        rows = self.sudo().row_ids.sudo(False)
        rows.check_access("read")
        rows._undo()
        self.sudo().write({"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid})

    def get_result(self):
        """How far a run is and what became of the rows, by code or over RPC.

        :return: dict of `id`, `state`, `progress` (percent), the counts, `message`, `error`,
            `held`, `rows` (the first refused ones: number, column, reason) and `files` (name, kind
            and content in base64 of what was made)
        """
        self.ensure_one()
        self.check_access("read")
        refused = self.env["integrator.impex.row"].search(
            [("run_id", "=", self.id), ("operation", "in", ("refused", "waiting"))],
            limit=RESULT_ROWS,
        )
        made = self.input_ids.filtered(lambda one: one.kind != "input")
        return {
            "id": self.id,
            "state": self.state,
            "progress": self.progress,
            **{name: self[name] for name in COUNTS.values()},
            "message": self.message or "",
            "error": self.error_message or "",
            "held": self.held_reason or "",
            "rows": [
                {"number": row.number, "column": row.column or "", "reason": row.reason}
                for row in refused
            ],
            "files": [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "content": one.with_context(bin_size=False).content.decode(),
                }
                for one in made
            ],
        }

    def action_view_rows(self):
        """Button: the rows of this run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows"),
            "res_model": "integrator.impex.row",
            "views": [(False, "list"), (False, "form")],
            "domain": [("run_id", "=", self.id)],
        }

    def action_refresh(self):
        """Button: show how far it is."""

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === WORK === #

    def _queue(self, task, inline=False):
        """Begin with something. A small run is done at once, others by the scheduled action.

        :param str task: `check` or `run`
        :param bool inline: whether to do the first records in this transaction
        """
        self.ensure_one()
        self._begin(task)
        if inline:
            self._work_inline()
        if self.task:
            self.env.ref("integrator_impex.ir_cron_work")._trigger()

    def _work_inline(self):
        """Do the first records; what is small is done then."""
        task = self.task
        with closing(self._pieces()) as pieces:
            for _piece in pieces:
                if sum(self.input_ids.mapped("position")) >= INLINE:
                    return
        if self.task and self.task != task:
            # a check that goes over into the run
            self._work_inline()

    def _begin(self, task):
        values = {"task": task, "error_message": False, "ended_at": False}
        goes_on = task == "run" and self.state == "stopped" and self.started_at
        if not goes_on:
            self.row_ids.unlink()
            self.input_ids.filtered(lambda one: one.kind != "input").unlink()
            self.input_ids.write({"position": 0, "is_read": False, "keys": 0})
            values |= dict.fromkeys(COUNTS.values(), 0)
        if task == "run":
            values["state"] = "running"
            values["started_at"] = self.started_at if goes_on else fields.Datetime.now()
        else:
            values |= {"held_reason": False, "accepted_by_id": False, "accepted_at": False}
            values |= {"state": "uploaded", "started_at": False}
        self.write(values)

    @api.model
    def _cron_work(self):
        """Entry of the scheduled action: go on with every run that is under way."""
        for run in self.search([("task", "!=", False)], order="id"):
            if not run._work():
                return
        self._wake_waiting()

    def _work(self):
        """Go on with a run to its end, or until time is over.

        :return: whether there is time left
        """
        task = self.task
        with closing(self._pieces()) as pieces:
            for _piece in pieces:
                left = self.env["ir.cron"]._commit_progress(1, remaining=1)
                self.env.invalidate_all()
                if left <= 0:
                    return False
        self.env["ir.cron"]._commit_progress(remaining=0)
        # a check that came by itself goes over into the run
        return self._work() if self.task and self.task != task else True

    def _pieces(self):
        """Work, a transaction's worth at a time; what calls this commits after each.

        A run that another worker holds, or that somebody has stopped, is left alone.
        """
        work = {"check": self._check_pieces, "run": self._run_pieces}
        try:
            if not self.task or not self.try_lock_for_update():
                return
            for _piece in work[self.task]():
                yield
                # the piece is committed: somebody may have stopped the run meanwhile
                self.invalidate_recordset()
                if not self.task or not self.try_lock_for_update():
                    return
        except FileRefused as refused:
            self._fail(problem_texts(self.env, refused.problems))
        except (UserError, IntegratorError) as error:
            self._fail(getattr(error, "message", None) or str(error))

    def _fail(self, text):
        self.write(
            {
                "state": "failed",
                "task": False,
                "error_message": text,
                "ended_at": fields.Datetime.now(),
            }
        )
        self._archive()

    def _environment(self, cr=None):
        """The rights with which records are written: those of the user, and no others."""
        env = self.with_user(self.user_id).env
        context = {
            "lang": self.user_id.lang or "en_US",
            "tz": self.user_id.tz,
            "allowed_company_ids": self.company_id.ids,
            "tracking_disable": True,
        }
        return api.Environment(cr or env.cr, self.user_id.id, context)

    def _inputs_left(self):
        return self.input_ids.filtered(lambda one: one.kind == "input" and not one.is_read).sorted()

    def _read(self, env, one):
        """The records of a file that are still to be worked on.

        :param env: of the user
        :param one: record of the file
        """
        layout = one.descriptor_id._layout()
        service = env[one.descriptor_id._service()._name]
        context = Context(file=one.name)
        wanted = self._wanted_numbers(one)
        for place, record in enumerate(service._read(layout, one._open(), context)):
            if place >= one.position:
                yield record if wanted is None or record.row in wanted else None

    def _wanted_numbers(self, one):
        """Numbers of the rows that a repeated run works on; None: all."""
        if not self.retry_of_id:
            return None
        before = self.env["integrator.impex.row"].search(
            [
                ("run_id", "=", self.retry_of_id.id),
                ("input_id.name", "=", one.name),
                ("input_id.descriptor_id", "=", one.descriptor_id.id),
                ("operation", "in", ("refused", "waiting")),
            ]
        )
        return set(before.mapped("number"))

    # === CHECK === #

    def _check_pieces(self):
        """Try every record in transactions that are rolled back, and keep what would become of
        them."""
        plan = _Plan(self.group_id)
        watched = {}
        for one in self._inputs_left():
            reader = self._read(self._environment(), one)
            layout = one.descriptor_id._layout()
            while records := list(islice(reader, CHECK_PIECE)):
                found = self._try_piece(one, layout, records, plan)
                self._note(one, found, watched)
                one.position += len(records)
                one.total = one.position
                yield
            one.is_read = True
        self._end_check(watched)
        yield

    def _try_piece(self, one, layout, records, plan):
        """What would become of records; all of it is rolled back."""
        registry = self.env.registry
        with registry.cursor() as cr:
            env = self._environment(cr)
            service = env[one.descriptor_id._service()._name]
            found = {
                record.row: (record, self._outcome(service, layout, record, plan))
                for record in records
                if record is not None
            }
            for _round in range(WAIT_ROUNDS):
                # what they wait for may stand further down in the file
                waiting = [row for row, (_r, one) in found.items() if isinstance(one, RowWaits)]
                for row in waiting:
                    record = found[row][0]
                    found[row] = (record, self._outcome(service, layout, record, plan))
                if all(isinstance(found[row][1], RowWaits) for row in waiting):
                    break
            found = list(found.values())
            plan.learn(env, found)
            cr.rollback()
        return found

    def _outcome(self, service, layout, record, plan=None):
        problems = record.all_problems()
        if problems:
            text = "; ".join(problem_text(self.env, problem) for problem in problems)
            return RowRefused(text, problems[0].column)
        try:
            return service._try_record(layout, record, plan)
        except Planned:
            return Outcome("create", layout.model)
        except RowRefused as refused:
            return refused

    def _end_check(self, watched):
        self.held_reason = "\n".join(self._held_reasons(watched)) or False
        self.write({"state": "checked" if self.refused else "ready", "task": False})
        self._make_error_files()
        for one in self.input_ids.filtered(lambda one: one.kind == "input"):
            one.write({"position": 0, "is_read": False})
        if self.automatic:
            self._go_on_alone()
        elif self.runs_on and self.state == "ready" and not self.held_reason:
            self._begin("run")

    def _go_on_alone(self):
        same = self._same_run()
        if same:
            self.message = "\n".join(
                filter(
                    None, [self.message, self.env._("The same files were done in %s.", same.name)]
                )
            )
            self._end("done")
        elif self.held_reason:
            self.group_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("%s waits", self.name),
                note=self.held_reason,
                user_id=self.user_id.id,
            )
        elif self.refused and not self.group_id.partial:
            self.error_message = self.env._(
                "Some rows are refused, and this group takes all or none."
            )
            self._end("stopped")
        else:
            self._begin("run")

    def _held_reasons(self, watched):
        share, change = self.group_id.guard_share, self.group_id.guard_change
        if not share or self.direction != "import" or self.retry_of_id:
            return
        # a person may well upload a few rows; what comes by itself is as long as the last one
        inputs = self.input_ids.filtered(lambda one: one.kind == "input" and self.automatic)
        for one in inputs:
            before = self._records_before(one.descriptor_id)
            if before and one.total < before * (1 - share):
                yield self.env._(
                    "“%(file)s” has %(now)s records, the last one had %(before)s.",
                    file=one.name,
                    now=one.total,
                    before=before,
                )
        for label, (changes, total) in watched.items():
            large = sum(_is_large(old, new, change) for old, new in changes)
            if total and large > total * share:
                yield self.env._(
                    "“%(label)s” changes a lot in %(large)s of %(total)s rows.",
                    label=label,
                    large=large,
                    total=total,
                )

    def _records_before(self, descriptor):
        """How many records the last file of a layout had that was done by this group."""
        last = self.env["integrator.impex.input"].search(
            [
                ("descriptor_id", "=", descriptor.id),
                ("run_id.group_id", "=", self.group_id.id),
                ("run_id.state", "=", "done"),
                ("run_id.retry_of_id", "=", False),
                ("run_id", "!=", self.id),
                ("kind", "=", "input"),
            ],
            order="id desc",
            limit=1,
        )
        return last.total

    def _watch(self, one, found, watched):
        columns = one.descriptor_id.column_ids.filtered("guarded")
        for column in columns:
            changes, total = watched.setdefault(column.label or column.field, ([], 0))
            for _record, outcome in found:
                steps = outcome.steps if isinstance(outcome, Outcome) else []
                changes += [
                    (step["before"][column.field], step["after"][column.field])
                    for step in steps
                    if column.field in step["before"]
                ]
            watched[column.label or column.field] = (changes, total + len(found))

    # === RUN === #

    def _run_pieces(self):
        """Write the records, piece by piece."""
        if self.direction == "export":
            self._export()
            yield
            return
        for one in self._inputs_left():
            layout = one.descriptor_id._layout()
            reader = self._read(self._environment(), one)
            while records := list(islice(reader, PIECE)):
                env = self._environment()
                service = env[one.descriptor_id._service()._name]
                found = []
                for place, record in enumerate(records, 1):
                    if record is not None:
                        found.append((record, self._outcome(service, layout, record)))
                    if self._is_enough(found):
                        records = records[:place]
                        break
                self._note(one, found)
                one.position += len(records)
                one.total = max(one.total, one.position)
                if self._stop_early():
                    yield
                    return
                yield
            self._settle_waiting(one)
            one.is_read = True
        self._end("done")
        yield

    def _settle_waiting(self, one):
        """Try the rows of a file once more that wait for something further down in it."""
        for _round in range(WAIT_ROUNDS):
            rows = self.env["integrator.impex.row"].search(
                [("input_id", "=", one.id), ("operation", "=", "waiting")]
            )
            if not rows or not self._retry_waiting(rows):
                break

    def _is_enough(self, found):
        limit = self.group_id.stop_after
        new = sum(isinstance(outcome, RowRefused) for _record, outcome in found)
        return limit and self.refused + new >= limit

    def _stop_early(self):
        limit = self.group_id.stop_after
        if not limit or self.refused < limit:
            return False
        self.error_message = self.env._(
            "Stopped after %s refused rows. Correct them, then run the error file, or go on.", limit
        )
        self._end("stopped")
        return True

    def _note(self, one, found, watched=None):
        """Count what became of records, and keep the rows that are worth it."""
        counts = dict.fromkeys(COUNTS, 0)
        rows = []
        for record, outcome in found:
            values = self._prepare_row(one, record, outcome)
            counts[values["operation"]] += 1
            if values["operation"] in SHOWN:
                rows.append(values)
        self.env["integrator.impex.row"].create(rows)
        self.write({name: self[name] + counts[key] for key, name in COUNTS.items()})
        if watched is not None:
            self._watch(one, found, watched)

    def _prepare_row(self, one, record, outcome):
        values = {"run_id": self.id, "input_id": one.id, "number": record.row}
        if isinstance(outcome, RowRefused):
            kind = "waiting" if isinstance(outcome, RowWaits) else "refused"
            return {
                **values,
                "operation": kind,
                "column": outcome.column,
                "reason": outcome.message,
            }
        return {
            **values,
            "operation": outcome.operation,
            "res_model": outcome.model,
            # what a check has made is gone again
            "res_id": outcome.res_id if self.task == "run" or outcome.operation != "create" else 0,
            "name": outcome.name,
            "steps": outcome.steps,
            "reason": outcome.reason,
        }

    def _end(self, state):
        self.write({"state": state, "task": False, "ended_at": fields.Datetime.now()})
        self._make_error_files()
        self._archive()

    def _make_error_files(self):
        self.input_ids.filtered(lambda one: one.kind == "errors").unlink()
        for one in self.input_ids.filtered(lambda one: one.kind == "input"):
            one._make_error_file()

    def _archive(self):
        """Put the file that was taken from a location away, whatever came of it."""
        if not self.claimed_path or not self.location_id:
            return
        try:
            self.location_id._archive_file(self.claimed_path, self)
        except IntegratorError as error:
            text = self.env._("The file could not be put into the archive: %s", error.message)
            self.message = "\n".join(filter(None, [self.message, text]))
        else:
            self.claimed_path = False

    @api.autovacuum
    def _gc_runs(self):
        """Remove runs, with their files and rows, after the time that their group says."""
        for group in self.env["integrator.impex.group"].search([("keep_days", ">", 0)]):
            before = fields.Datetime.subtract(fields.Datetime.now(), days=group.keep_days)
            old = [("group_id", "=", group.id), ("create_date", "<", before), ("task", "=", False)]
            self.search(old, limit=GC_UNLINK_LIMIT).unlink()

    # === ROWS THAT WAIT === #

    @api.model
    def _wake_waiting(self):
        """Try rows once more that waited for something, when anything was written since; after
        some days they are refused."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=WAIT_DAYS)
        for run in self.search([("waiting", ">", 0), ("state", "=", "done"), ("task", "=", False)]):
            rows = run.row_ids.filtered(lambda row: row.operation == "waiting")
            if run.ended_at < before:
                rows.operation = "refused"
                run.write({"waiting": 0, "refused": run.refused + len(rows)})
                run._make_error_files()
                continue
            if run._is_news():
                run._retry_waiting(rows)
                run.ended_at = fields.Datetime.now()
                run._make_error_files()
            self.env["ir.cron"]._commit_progress()

    def _is_news(self):
        later = [("company_id", "=", self.company_id.id), ("ended_at", ">=", self.ended_at)]
        return bool(
            self.search_count([*later, ("id", "!=", self.id), ("created", ">", 0)], limit=1)
        )

    def _retry_waiting(self, rows):
        """Write waiting rows whose references are there by now.

        :return: how many of them wait no longer
        """
        before = self.waiting
        env = self._environment()
        for one in rows.input_id:
            layout = one.descriptor_id._layout()
            service = env[one.descriptor_id._service()._name]
            mine = {row.number: row for row in rows if row.input_id == one}
            for record in service._read(layout, one._open(), Context(file=one.name)):
                row = mine.get(record.row)
                if row is None:
                    continue
                outcome = self._outcome(service, layout, record)
                if isinstance(outcome, RowWaits):
                    continue
                row.unlink()
                self.waiting -= 1
                self._note(one, [(record, outcome)])
        return before - self.waiting

    # === EXPORT === #

    def _export(self):
        """Make the files of an export, and put them where the group says."""
        now = self.env["integrator.impex.descriptor"]._now()
        env = self._environment()
        for place, descriptor in enumerate(self.group_id._descriptors()):
            layout = descriptor._layout()
            own = descriptor.with_env(env)
            order = ", ".join([*layout.sort, "id"])
            records = env[layout.model].search(own._read_domain(), order=order)
            target = BytesIO()
            name = export_name(layout, now)
            service = env[descriptor._service()._name]
            count = service._write(layout, records, target, Context(file=name, now=now))
            if self.location_id:
                self.location_id._write_file(name, target.getvalue())
            self.env["integrator.impex.input"].create(
                {
                    "run_id": self.id,
                    "sequence": place,
                    "descriptor_id": descriptor.id,
                    "name": name,
                    "kind": "output",
                    "content": b64encode(target.getvalue()),
                    "total": count,
                    "position": count,
                }
            )
        self._end("done")


class _Plan:
    """Which records the rows that were checked are going to make, by the fields by which other
    layouts of the group look them up.

    :param group: the group that runs
    """

    def __init__(self, group):
        columns = group._descriptors().column_ids.filtered("lookup_model")
        self._wanted = {}
        for column in columns:
            names = self._wanted.setdefault(column.lookup_model, set())
            names |= {name.strip() for name in (column.lookup_by or "").split(",") if name.strip()}
        self._known = set()

    def __call__(self, model, name, text):
        return (model, name, text) in self._known

    def learn(self, env, found):
        """Remember what rows have made, before it is rolled back."""
        for _record, outcome in found:
            for step in outcome.steps if isinstance(outcome, Outcome) else []:
                if step["operation"] == "create" and step["model"] in self._wanted:
                    self._learn_record(env[step["model"]].browse(step["id"]))

    def _learn_record(self, record):
        if not record.exists():
            return
        for name in self._wanted[record._name]:
            for value in record.mapped(name):
                self._known.add((record._name, name, str(value)))


def _is_large(old, new, share):
    if not isinstance(old, int | float) or not isinstance(new, int | float) or old == new:
        return False
    return not new or not old or abs(new - old) > abs(old) * share
