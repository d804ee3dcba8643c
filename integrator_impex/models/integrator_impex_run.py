# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from contextlib import closing
from datetime import timedelta
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import IntegratorError, TransientError
from odoo.addons.integrator.reason import Reason, reason_for
from odoo.addons.integrator.utils import labels_of

from ..files.constants import Context
from ..files.problems import FileRefused
from ..files.tables import RowNotes
from ..texts import problem_texts
from .integrator_impex_input import NOT_TAKEN
from .integrator_impex_run_write_mixin import COUNTS

_logger = logging.getLogger(__name__)

#: Records for which a person waits; the others are done by the scheduled action.
INLINE = 200
#: Refused rows that the API gives.
RESULT_ROWS = 100
#: Rows that the page of a run shows; all of them stand in a list of their own.
FIRST_ROWS = 100
#: Operations by which a row writes.
CHANGES = ("create", "update", "delete")
#: Days in which a file that was made is offered to a location that does not answer.
DELIVERY_DAYS = 1
#: Lines of the log that are kept.
LOG_LINES = 200


class IntegratorImpexRun(models.Model):
    """One run of a group: its files, what is going to be done, what was done.

    It is checked first, which writes nothing: the records are tried in a transaction that is rolled
    back. Then it runs in pieces; each piece and how far it came are one transaction, so a run that
    is killed goes on after the last piece and does no row twice.
    """

    _name = "integrator.impex.run"
    _inherit = [
        "integrator.rights.mixin",
        "integrator.retention.mixin",
        "integrator.impex.run.turn.mixin",
        "integrator.impex.run.files.mixin",
        "integrator.impex.run.check.mixin",
        "integrator.impex.run.write.mixin",
    ]
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
    has_turn = fields.Boolean(
        readonly=True, help="A group does one run at a time: this one, until it has ended."
    )
    waits_for_id = fields.Many2one(
        "integrator.impex.run", string="Waits for", compute="_compute_waits_for_id"
    )
    input_ids = fields.One2many("integrator.impex.input", "run_id", string="Files", readonly=True)
    row_ids = fields.One2many("integrator.impex.row", "run_id", string="Rows", readonly=True)
    change_ids = fields.Many2many(
        "integrator.impex.row", string="First changes", compute="_compute_first_rows"
    )
    refused_ids = fields.Many2many(
        "integrator.impex.row",
        string="First rows that are not taken",
        compute="_compute_first_rows",
    )
    shows_rows = fields.Boolean(
        string="Shows rows",
        compute="_compute_shows_rows",
        help="The person who ran it and administrators see its files and rows.",
    )
    log = fields.Text(readonly=True, help="What happened, the newest first.")
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
    message = Reason(readonly=True, help="What was noticed of the files.")
    left_out = fields.Text(string="Left out", compute="_compute_left_out")
    error_message = Reason(string="Reason", readonly=True)
    held_reason = Reason(string="Waits because", readonly=True)
    accepted_by_id = fields.Many2one("res.users", string="Accepted by", readonly=True)
    accepted_at = fields.Datetime(string="Accepted on", readonly=True)
    started_at = fields.Datetime(string="Started", readonly=True)
    ended_at = fields.Datetime(string="Ended", readonly=True)
    worked_at = fields.Datetime(string="Last worked on", readonly=True, copy=False)
    undone_at = fields.Datetime(string="Taken back on", readonly=True)
    undone_by_id = fields.Many2one("res.users", string="Taken back by", readonly=True)

    _one_at_a_time = models.UniqueIndex(
        "(group_id) WHERE has_turn", "This group is doing another run."
    )

    @api.depends("group_id", "create_date")
    def _compute_name(self):
        for run in self:
            run.name = f"{run.group_id.name or ''} {run.id or ''}".strip()

    @api.depends("task", "has_turn")
    def _compute_waits_for_id(self):
        for run in self:
            waits = run.task and not run.has_turn
            run.waits_for_id = waits and run._at_work()

    @api.depends("row_ids")
    def _compute_first_rows(self):
        rows = self.env["integrator.impex.row"]
        kinds = {"change_ids": CHANGES, "refused_ids": ("refused", "waiting", "skipped")}
        for run in self:
            for name, operations in kinds.items():
                domain = [("run_id", "=", run.id), ("operation", "in", operations)]
                run[name] = rows.search(domain, limit=FIRST_ROWS)

    @api.depends("input_ids.position", "input_ids.total", "input_ids.is_read", "state")
    def _compute_progress(self):
        for run in self:
            inputs = run._inputs().filtered(lambda one: not one.refusal)
            total = sum(inputs.mapped("total"))
            # before its records are counted a file that is long is at its beginning
            counted = all(one.total or one.is_read for one in inputs)
            read = sum(inputs.mapped("position")) if counted else 0
            done = run.state == "done"
            run.progress = 100.0 if done else min(100.0, 100.0 * read / total) if total else 0.0

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
            reason = reason_for(self.env, self.held_reason)
            raise UserError(self.env._("%s\nAccept it first, if it is meant so.", reason))
        self._check_is_mine()
        self.sudo()._queue("run", inline=True)

    def _check_is_mine(self):
        """Make the user who starts a run by hand its owner, so that it has his own rights."""
        if not self.env.su and self.user_id != self.env.user:
            self.sudo().user_id = self.env.user

    def action_accept(self):
        """Button: confirm a large change."""
        check_operator(self)
        self.sudo().write({"accepted_by_id": self.env.uid, "accepted_at": fields.Datetime.now()})
        for run_sudo in self.sudo():
            wanted = [("summary", "=", run_sudo._waits_summary())]
            run_sudo.group_id.activity_ids.filtered_domain(wanted).action_feedback()

    def _waits_summary(self):
        return self.env._("%s waits", self.name)

    def action_cancel(self):
        """Button: stop it. What is written stays; by “Run now” it goes on, by “Undo” it is taken
        back."""
        check_operator(self)
        for run_sudo in self.sudo().filtered(lambda run: run.task or run.state == "running"):
            if run_sudo._lock():
                run_sudo._stop(self.env.user)
            else:
                # a worker is at it: it looks here after the records that it is at
                request = {"stop_run_id": run_sudo.id, "stop_user_id": self.env.uid}
                run_sudo.group_id.write(request)

    def action_retry(self):
        """Button: run the refused rows once more, after what they lacked was put right in Odoo."""
        check_operator(self)
        self.ensure_one()
        if not (self.refused or self.waiting) or self.state not in ("done", "stopped"):
            raise UserError(self.env._("No rows of this run were refused."))
        run = self.group_id._start(retry_of_id=self.id)
        run_sudo = run.sudo()
        run_sudo.write({"state": "uploaded", "error_message": False})
        for one in self.sudo()._inputs():
            if one._has_rows(NOT_TAKEN):
                with one._open() as source:
                    values = {"sequence": one.sequence}
                    run_sudo._add_file(one.descriptor_id, one.name, source, **values)
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
        self._undo_rows()
        self.sudo().write({"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid})

    def _undo_rows(self):
        """Take back what the rows wrote, the last first and some at a time: with the rights of who
        does it, and only by who may see what was done."""
        quiet = self.with_context(tracking_disable=True)
        for rows_sudo in self.sudo()._rows_backwards():
            rows = quiet.env[rows_sudo._name].browse(rows_sudo.ids)
            rows.check_access("read")
            rows._undo()
            self.env.invalidate_all()

    def get_result(self):
        """The progress of a run and the results of its rows, for code or over RPC.

        :return: dict of `id`, `state`, `progress` (percent), the counts, `message`, `error`,
            `held`, `waits_for` (id of the run that the group does now), `rows` (the first refused
            ones: number, column, reason) and `files` (name, kind and content in base64 of what was
            made)
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
            "message": "\n".join(filter(None, [self.left_out, reason_for(self.env, self.message)])),
            "error": reason_for(self.env, self.error_message) or "",
            "held": reason_for(self.env, self.held_reason) or "",
            "waits_for": self.waits_for_id.id,
            "rows": [
                {
                    "number": row.number,
                    "column": row.column or "",
                    "reason": reason_for(self.env, row.reason),
                }
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

    def action_download_errors(self):
        """Button: the refused rows, each with its reason, in the form of the file that came in."""
        self.ensure_one()
        self.check_access("read")
        made = self.input_ids.filtered(lambda one: one.kind == "errors")
        if len(made) != 1:
            raise UserError(self.env._("Several files have refused rows: take them from “Files”."))
        path = f"/web/content/{made._name}/{made.id}/content"
        return {
            "type": "ir.actions.act_url",
            "url": f"{path}?download=true&filename={quote(made.name)}",
            "target": "self",
        }

    def action_refresh(self):
        """Button: show how far it is."""

    def _open(self):
        return self._get_records_action(context={})

    # === WORK === #

    def _queue(self, task, inline=False):
        """Begin with something. A small run is done at once, others by the scheduled action.

        :param str task: `check` or `run`
        :param bool inline: whether to do the first records in this transaction
        """
        self.ensure_one()
        if task == "check":
            # its layout may have been put right since
            self.input_ids.refusal = False
        self._begin(task)
        if inline:
            self._work_inline()
        if self.task:
            self.env.ref("integrator_impex.ir_cron_work")._trigger()

    def _work_inline(self):
        """Do the first records; what is small is done then."""
        task = self.task
        with closing(self._pieces(INLINE)) as pieces:
            for _piece in pieces:
                if sum(self.input_ids.mapped("position")) >= INLINE:
                    return
        if self.task and self.task != task:
            # a check that goes over into the run
            self._work_inline()

    def _begin(self, task):
        if self._is_to_stop():
            self.group_id.stop_run_id = False
        values = {"task": task, "error_message": False, "ended_at": False}
        goes_on = task == "run" and self.state == "stopped" and self.started_at
        if not goes_on:
            for rows in self._row_pieces([]):
                rows.unlink()
            self.input_ids.filtered(lambda one: one.kind != "input").unlink()
            self.input_ids.write({"position": 0, "is_read": False, "keys": 0})
            values |= dict.fromkeys(COUNTS.values(), 0)
        if task == "run":
            values["state"] = "running"
            values["started_at"] = self.started_at if goes_on else fields.Datetime.now()
        else:
            values |= {"held_reason": False, "accepted_by_id": False, "accepted_at": False}
            values |= {"state": "uploaded", "started_at": False, "log": False}
        self.write(values)

    @api.model
    def _cron_work(self):
        """Entry of the scheduled action: go on with every run that is under way."""
        for run in self._in_turn():
            run = run.with_context(lang=run.user_id.lang)
            try:
                if not run._work():
                    return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # its group was changed meanwhile, as by the action that looks for files
                self.env.cr.rollback()
                self.env.ref("integrator_impex.ir_cron_work")._trigger()
                self.env["ir.cron"]._commit_progress()
                return
            except Exception as error:
                self.env.cr.rollback()
                _logger.exception("%r failed", run)
                run._fail_unexpectedly(error)
                self.env["ir.cron"]._commit_progress()
        self._retry_waiting_runs()

    def _in_turn(self):
        """The runs that are under way, those of the group first whose turn was longest ago, so that
        a long import keeps no export of another group waiting; within a group as they came."""
        runs = self.search([("task", "!=", False)], order="id")
        worked = {
            group: max(str(run.worked_at or "") for run in theirs)
            for group, theirs in runs.grouped("group_id").items()
        }
        return runs.sorted(lambda run: (worked[run.group_id], run.id))

    def _fail_unexpectedly(self, error):
        """One run that meets a fault of a program does not keep the others from theirs.

        :param error: exception; its text may quote personal data and is not shown
        """
        self._fail(
            self.env._(
                "A fault in the program stopped it (%s). What was written before stays. Ask the "
                "administrator of the server, who finds the fault in its log.",
                type(error).__name__,
            )
        )

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

    def _pieces(self, size=None):
        """Work in pieces of one transaction each; the caller commits after each.

        A run that another worker holds, or that somebody has stopped, is left alone.

        :param int size: records of a transaction; None: as many as it bears
        """
        work = {"check": self._check_pieces, "run": self._run_pieces}
        try:
            if not self._may_go_on() or not self._take_turn():
                return
            self.worked_at = fields.Datetime.now()
            self.group_id._check_layouts()
            for _piece in work[self.task](size):
                yield
                # the piece is committed: somebody may have stopped the run meanwhile
                if not self._may_go_on():
                    return
        except FileRefused as refused:
            self._fail(problem_texts(self.env, refused.problems))
        except TransientError as error:
            self._try_later(error)
        except (UserError, IntegratorError) as error:
            self._fail(getattr(error, "message", None) or str(error))

    def _try_later(self, error):
        """Leave an export that its location did not take for the next scheduled action, which is
        some minutes later; after a day a person is asked.

        :param error: `TransientError`
        """
        if self.started_at < fields.Datetime.subtract(fields.Datetime.now(), days=DELIVERY_DAYS):
            self._fail(error.message)
            return
        self.error_message = error.message
        self._log(error.message)

    def _log(self, text):
        """Post the event to the followers of the run."""
        zoned = self.with_context(tz=self.user_id.tz)
        now = fields.Datetime.context_timestamp(zoned, fields.Datetime.now())
        lines = [f"{now:%H:%M:%S} {text}", *(self.log or "").splitlines()]
        self.log = "\n".join(lines[:LOG_LINES])

    def _log_begin(self):
        """Post that the run begins."""
        begun = {
            "check": self.env._("The check begins, for %s. Nothing is written.", self.user_id.name),
            "run": self.env._("The run begins, in the name of %s.", self.user_id.name),
        }
        self._log(begun[self.task])

    def _log_piece(self, one):
        """Post how far a file is read."""
        self._log(self.env._("%(file)s: %(count)s records.", file=one.name, count=one.position))

    def _log_end(self):
        """Post the result with its counts."""
        counts = ", ".join(
            f"{self._fields[name]._description_string(self.env)}: {self[name]}"
            for name in COUNTS.values()
            if self[name]
        )
        state = labels_of(self, "state")[self.state]
        self._log(". ".join(filter(None, [state, counts])))

    def _fail(self, text):
        values = {"state": "failed", "error_message": text, "ended_at": fields.Datetime.now()}
        self.write(values)
        self._release_turn()
        self._archive()
        self._notify_user()

    def _notify_user(self):
        """Ask the user of a group to look at what did not go well by itself; once."""
        is_well = self.state not in ("failed", "stopped") and not (self.refused or self.left_out)
        if is_well or not self.automatic:
            return
        summary = self.env._("Look at %s", self.group_id.name)
        if summary in self.group_id.activity_ids.mapped("summary"):
            return
        self.group_id.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=self.error_message
            or self.left_out
            or self.env._("%(run)s refused %(count)s rows.", run=self.name, count=self.refused),
            user_id=self.user_id.id,
        )

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

    def _read(self, env, one):
        """The records of a file that are still to be worked on.

        :param env: of the user
        :param one: record of the file
        """
        service = env[one.descriptor_id._service()._name]
        wanted = self._rows_to_repeat(one)
        with one._open() as source:
            records = service._read(one._layout(), source, Context(file=one.name))
            for place, record in enumerate(records):
                is_wanted = wanted is None or wanted.of(record.row)
                if place >= one.position:
                    yield record if is_wanted else None

    def _rows_to_repeat(self, one):
        """The rows of a file that a repeated run works on.

        :return: `RowNotes`; None: all of them
        """
        if not self.retry_of_id:
            return None
        before = self.retry_of_id.input_ids.filtered(
            lambda two: two.kind == "input"
            and (two.name, two.descriptor_id) == (one.name, one.descriptor_id)
        )[:1]
        return RowNotes((row["number"], [True]) for row in before._rows_in_order(NOT_TAKEN))

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Runs go, with their files and rows, after the time that their group says."""
        now = fields.Datetime.now()
        groups = self.env["integrator.impex.group"].with_context(active_test=False)
        aged = [
            Domain("group_id", "=", group.id)
            & Domain("create_date", "<", now - timedelta(days=group.keep_days))
            for group in groups.search([("keep_days", ">", 0)])
        ]
        return Domain.OR(aged) & Domain("task", "=", False)
