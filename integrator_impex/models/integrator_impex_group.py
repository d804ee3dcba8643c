# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from base64 import b64decode
from datetime import timedelta
from io import BytesIO
from pathlib import PurePath

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.reason import Reason

from ..files.archive import write_archive
from ..files.causes import PLACE_FILE_GONE
from ..files.layout import Group, SetUp
from ..files.layout_json import dump_setup
from ..files.masks import fits
from ..texts import as_user_error

_logger = logging.getLogger(__name__)

#: Files without a layout that are named; the others are only counted.
FIRST_UNMATCHED = 100


class IntegratorImpexGroup(models.Model):
    """Group of layouts for an import or export, in the order in which they are worked on, with the
    rules of its runs."""

    _name = "integrator.impex.group"
    _inherit = ["integrator.rights.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Import and export group"
    _order = "direction, name, id"
    _check_company_auto = True
    _key_fields = frozenset({"company_id"})

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    direction = fields.Selection(
        [("import", "Import"), ("export", "Export")], required=True, default="import"
    )
    line_ids = fields.One2many(
        "integrator.impex.group.line", "group_id", string="Layouts", copy=True
    )
    stop_after = fields.Integer(
        string="Stop after", default=0, help="So many refused rows stop a run. 0: none do."
    )
    guard_share = fields.Float(
        string="Ask above",
        default=0.2,
        help="A run waits for somebody to accept it when the file has so many fewer records than "
        "the last one, or when watched numbers change a lot in so many of its rows.",
    )
    guard_change = fields.Float(
        string="A lot", default=0.5, help="A watched number that changes by more has changed a lot."
    )
    keep_days = fields.Integer(
        string="Keep runs", default=90, help="Days that a run stays with its files. 0: for ever."
    )
    partial = fields.Boolean(
        string="Import what is good",
        default=True,
        help="By itself a run imports the good rows of a file that has refused ones, too.",
    )
    # automatic
    automatic = fields.Boolean(tracking=True, copy=False)
    location_id = fields.Many2one(
        "integrator.impex.location",
        check_company=True,
        help="Where files are taken from, or put.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="In the name of",
        default=lambda self: self.env.user,
        help="Automatic runs have the rights of this user, and no others.",
    )
    interval_number = fields.Integer(string="Every", default=15)
    interval_type = fields.Selection(
        [("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days"), ("weeks", "Weeks")],
        string="Unit",
        required=True,
        default="minutes",
    )
    next_at = fields.Datetime(string="Next look", default=fields.Datetime.now)
    unmatched = fields.Text(string="Files of no layout", readonly=True)
    error_message = Reason(string="Reason", readonly=True)
    stop_run_id = fields.Many2one(
        "integrator.impex.run",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The run that somebody has stopped while a worker was at it.",
    )
    stop_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    run_ids = fields.One2many("integrator.impex.run", "group_id", string="Runs")
    warning = fields.Char(compute="_compute_warning")

    _interval_positive = models.Constraint(
        "CHECK (interval_number > 0)", "The interval is at least 1."
    )

    @api.depends("direction", "line_ids.mask", "automatic")
    def _compute_warning(self):
        for group in self:
            nameless = group.line_ids.filtered(lambda line: not line.mask).descriptor_id
            group.warning = False
            if group.direction == "export" and len(group.line_ids) > 1:
                group.warning = self.env._(
                    "An export has one layout as a rule, as it says what the file is like. This "
                    "one makes a file for each."
                )
            elif group.direction == "import" and group.automatic and nameless:
                group.warning = self.env._(
                    "By itself no file is taken for %s: enter there how its files are called.",
                    ", ".join(nameless.mapped("name")),
                )

    @api.constrains("line_ids")
    def _check_lines(self):
        for group in self:
            if not group.line_ids:
                raise ValidationError(self.env._("A group needs at least one layout."))

    @api.model_create_multi
    def create(self, vals_list):
        """A group without a layout is none."""
        groups = super().create(vals_list)
        groups._check_lines()
        groups._check_user()
        groups._check_editor()
        return groups

    def write(self, vals):
        """Override: let settings that work with somebody's rights be changed by him, or by an
        administrator."""
        self._check_editor()
        result = super().write(vals)
        self._check_editor()
        return result

    def _check_editor(self):
        """Let those pass who may say what these groups do in their users' name.

        :raise AccessError: for others
        """
        user = self.env.user
        if self.env.su or user.has_group("base.group_system"):
            return
        if any(one.automatic and one.user_id != user for one in self.sudo()):
            raise AccessError(
                self.env._(
                    "This group acts by itself in the name of somebody else. Only he and "
                    "administrators of the system may change it and its layouts."
                )
            )

    @api.constrains("user_id", "automatic", "company_id")
    def _check_user(self):
        """Files act in the name of somebody of the company."""
        for group in self.filtered("automatic"):
            user = group.user_id
            if not user or group.company_id not in user.sudo().company_ids:
                raise ValidationError(
                    self.env._("Choose in whose name files are taken: a user of the company.")
                )

    @api.model
    def _create_from_layout(self, layout):
        """Make a group of `files.layout.Group`, or bring the one of its name to it."""
        descriptors = self.env["integrator.impex.descriptor"]
        lines = []
        for place, name in enumerate(layout.descriptors):
            found = descriptors._of_name(name)
            if not found:
                raise UserError(self.env._("There is no layout “%s”.", name))
            lines.append((0, 0, {"sequence": place, "descriptor_id": found.id}))
        known = self.search([("name", "=", layout.name), ("company_id", "=", self.env.company.id)])
        values = {"name": layout.name, "direction": layout.direction}
        if known:
            known.write({**values, "line_ids": [(5, 0, 0), *lines]})
            return known
        return self.create({**values, "line_ids": lines})

    def _dump(self):
        """The groups and their layouts as JSON, for another database."""
        layouts = self.line_ids.descriptor_id
        groups = tuple(
            Group(one.name, one.direction, tuple(one._descriptors().mapped("name"))) for one in self
        )
        return dump_setup(SetUp(tuple(one._layout() for one in layouts), groups))

    def _descriptors(self):
        return self.line_ids.sorted().descriptor_id

    def _check_layouts(self):
        """Look whether the layouts are right, before files are read by them.

        :raise UserError: with what is wrong, for example after an addon was removed
        """
        for descriptor in self.sudo()._descriptors().filtered("problems"):
            raise UserError(
                self.env._(
                    "The layout “%(name)s” is not right:\n%(problems)s",
                    name=descriptor.name,
                    problems=descriptor.problems,
                )
            )

    def _template(self):
        """Return a sample file for this group, with two example rows; of several layouts a zip.

        :return: (name, bytes)
        """
        made = [descriptor._template() for descriptor in self._descriptors()]
        if len(made) == 1:
            return made[0]
        files = {}
        for number, (name, content) in enumerate(made, 1):
            path = PurePath(name)
            # layouts may take files of the same name
            unique = f"{path.stem}-{number}{path.suffix}" if name in files else name
            files[unique] = BytesIO(content)
        target = BytesIO()
        write_archive(target, files.items())
        return f"{self.name}.zip", target.getvalue()

    # === BUTTONS === #

    def action_dump(self):
        """Button: download the groups and their layouts as JSON."""
        self.check_access("read")
        return self.env["integrator.impex.download"]._action("groups.json", self._dump().encode())

    def action_start(self):
        """Button: a new run by hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "integrator.impex.start",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_group_id": self.id},
        }

    def action_template(self):
        """Button: download a file with two example rows, to be filled in."""
        self.ensure_one()
        self.check_access("read")
        with as_user_error(self.env):
            name, content = self._template()
        return self.env["integrator.impex.download"]._action(name, content)

    def action_view_runs(self):
        """Button: the runs of this group."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "integrator_impex.integrator_impex_run_action"
        )
        return {**action, "domain": [("group_id", "=", self.id)]}

    def action_look(self):
        """Button: look for files now, or export now."""
        check_operator(self)
        for group in self:
            group.sudo().next_at = fields.Datetime.now()
        self.env.ref("integrator_impex.ir_cron_run_files")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "It begins within a minute. What is taken or made stands under “Runs”."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === RUNS === #

    def _start(self, files=(), user=None, **values):
        """Make a run.

        :param files: (name, bytes) of each; a zip is unpacked
        :param user: in whose name it runs; default: the present one
        :param values: of the run besides
        :return: the run
        """
        self.ensure_one()
        check_operator(self)
        runs_sudo = self.env["integrator.impex.run"].sudo()
        run = runs_sudo.create(
            {
                "group_id": self.id,
                "user_id": (user or self.env.user).id,
                "direction": self.direction,
                **values,
            }
        )
        if files:
            run._take_files([(name, BytesIO(content)) for name, content in files])
        return run.sudo(False)

    # === API === #

    def import_files(self, files, run=False):
        """Import files of this group, by code or over RPC. They are checked; nothing is written
        unless `run` says so and no row is refused and nothing has to be accepted.

        Small files are done when this returns, larger ones go on by themselves: ask
        `integrator.impex.run.get_result` how far they are.

        :param list files: dicts of `name` and `content` (base64); a zip is unpacked
        :param bool run: whether to write as well
        :return: see `integrator.impex.run.get_result`
        """
        self.ensure_one()
        self._check_direction("import")
        made = self._start([(one["name"], b64decode(one["content"])) for one in files])
        if made.state == "uploaded":
            made.sudo().runs_on = run
            made.action_check()
        return made.get_result()

    def export_files(self):
        """Make an export of this group, by code or over RPC.

        :return: see `integrator.impex.run.get_result`
        """
        self.ensure_one()
        self._check_direction("export")
        made = self._start()
        made.action_run()
        return made.get_result()

    def _check_direction(self, direction):
        if self.direction != direction:
            raise UserError(self.env._("“%s” is a group of the other direction.", self.name))

    # === AUTOMATIC === #

    @api.model
    def _cron_run_files(self):
        """Entry of the scheduled action: take files that are ready, make exports that are due."""
        due = Domain("automatic", "=", True) & Domain("next_at", "<=", fields.Datetime.now())
        groups = self.search(due, order="next_at, id")
        for left, group in zip(range(len(groups) - 1, -1, -1), groups, strict=True):
            group._set_next()
            try:
                failed = group._look()
                group.error_message = failed.message if failed else False
            except (IntegratorError, UserError) as error:
                self.env.cr.rollback()
                text = getattr(error, "message", None) or str(error)
                _logger.info("Group %r could not look for files: %r", group.id, text)
                group.error_message = text
                if isinstance(error, IntegratorError):
                    group.location_id._record_connection(text)
                group._set_next()
            if self.env["ir.cron"]._commit_progress(1, remaining=left) <= 0:
                break

    def _set_next(self):
        step = relativedelta(**{self.interval_type: self.interval_number})
        now = fields.Datetime.now()
        next_at = (self.next_at or now) + step
        self.next_at = next_at if next_at > now else now + step

    def _look(self):
        """One look: each file that is ready becomes a run.

        :return: `IntegratorError` of a file that could not be read; None: there was none
        """
        if self.direction == "export":
            values = {"location_id": self.location_id.id, "automatic": True}
            run = self.with_user(self.user_id)._start(**values)
            run.sudo()._queue("run")
            return None
        if not self.location_id:
            raise UserError(self.env._("Enter a location where files are taken from."))
        failed = self._receive_claimed()
        layouts = [one._layout() for one in self._descriptors()]
        mine, others = [], []
        found = self.location_id._list_files()
        self.location_id._record_connection(False)
        for file in found:
            is_mine = file.name.lower().endswith(".zip")
            is_mine = is_mine or any(fits(layout, file.name) for layout in layouts)
            (mine if is_mine else others).append(file)
        self.unmatched = self._unmatched_text(others)
        for file in self.location_id._steady_files(mine):
            if self._claim_file(file) <= 0:
                # the others after those of other groups
                self.next_at = fields.Datetime.now()
                self.env.ref("integrator_impex.ir_cron_run_files")._trigger()
                break
        if self.location_id._has_growing_files():
            # they are looked at once more before they are taken
            self.next_at = min(self.next_at, fields.Datetime.now() + timedelta(seconds=30))
            self.env.ref("integrator_impex.ir_cron_run_files")._trigger(at=self.next_at)
        return failed

    def _unmatched_text(self, files):
        names = [file.name for file in files[:FIRST_UNMATCHED]]
        if len(files) > FIRST_UNMATCHED:
            names.append(self.env._("… and %s more", len(files) - FIRST_UNMATCHED))
        return "\n".join(names)

    def _claim_file(self, file):
        """Claim a file and make a run of it. What is going to be claimed is committed before, so
        nothing that was claimed is lost when the worker dies.

        :return: seconds that are left
        """
        path = self.location_id._claim_path(file.name)
        group = self.with_user(self.user_id).with_company(self.company_id)
        values = {"location_id": self.location_id.id, "claimed_path": path, "automatic": True}
        run = group._start(**values).sudo()
        self.env["ir.cron"]._commit_progress()
        if self.location_id._claim_file(file.name, path):
            self.location_id._forget_file(file)
            run._receive()
        else:
            run.unlink()
        return self.env["ir.cron"]._commit_progress()

    def _receive_claimed(self):
        """Go on with files that were claimed by a worker that died.

        :return: `IntegratorError` of the first one that cannot be read; no other file waits for it
        """
        failed = None
        left = [("group_id", "=", self.id), ("claimed_path", "!=", False)]
        left += [("state", "=", "uploaded"), ("task", "=", False), ("input_ids", "=", False)]
        for run in self.env["integrator.impex.run"].search(left):
            try:
                run.location_id._finish_claim(run.claimed_path)
                run._receive()
            except IntegratorError as error:
                if error.code == PLACE_FILE_GONE.code:
                    # it was not claimed after all
                    run.unlink()
                else:
                    failed = failed or error
            self.env["ir.cron"]._commit_progress()
        return failed


class IntegratorImpexGroupLine(models.Model):
    """A layout of a group, in its place."""

    _name = "integrator.impex.group.line"
    _description = "Layout of a group"
    _order = "sequence, id"
    _rec_name = "descriptor_id"
    _check_company_auto = True

    group_id = fields.Many2one(
        "integrator.impex.group", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    descriptor_id = fields.Many2one(
        "integrator.impex.descriptor",
        string="Layout",
        required=True,
        check_company=True,
        ondelete="restrict",
    )
    mask = fields.Char(related="descriptor_id.mask")
    mode = fields.Selection(related="descriptor_id.mode")

    @api.model_create_multi
    def create(self, vals_list):
        """See `integrator.impex.group._check_editor`."""
        lines = super().create(vals_list)
        lines.group_id._check_editor()
        return lines

    def write(self, vals):
        """See `integrator.impex.group._check_editor`."""
        self.group_id._check_editor()
        result = super().write(vals)
        self.group_id._check_editor()
        return result

    def unlink(self):
        """See `integrator.impex.group._check_editor`."""
        self.group_id._check_editor()
        return super().unlink()
