# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.constants import GC_UNLINK_LIMIT

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.const import RETRY_MINUTES
from odoo.addons.integrator.exceptions import (
    ConfigurationError,
    OutcomeUnknownError,
    TransientError,
    UnclearError,
    UnexpectedError,
)
from odoo.addons.integrator.reason import Reason
from odoo.addons.integrator.utils import lock

#: States in which nothing more will happen by itself or by a person.
OVER = ("done", "refused", "obsolete")


class IntegratorOrderExport(models.Model):
    """One exporter's part of one flag of an order: what has left, or why it has not.

    Each is a row of its own. The intent to send is committed before, and the result directly
    afterwards, so that a failure of another exporter never repeats it.
    """

    _name = "integrator.order.export"
    _description = "Export of an order"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "key"

    eligibility_id = fields.Many2one(
        "integrator.order.eligibility", required=True, readonly=True, ondelete="cascade"
    )
    exporter_id = fields.Many2one(
        "integrator.order.exporter", required=True, readonly=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(related="eligibility_id.order_id", store=True, index=True)
    picking_id = fields.Many2one(related="eligibility_id.picking_id", string="Delivery")
    # who decides need not be allowed to read sales orders
    customer_name = fields.Char(related="order_id.partner_id.name", string="Customer")
    amount_total = fields.Monetary(related="order_id.amount_total", string="Total")
    currency_id = fields.Many2one(related="order_id.currency_id")
    flag_id = fields.Many2one(related="eligibility_id.flag_id", store=True, string="After")
    site_id = fields.Many2one(
        related="exporter_id.site_id", store=True, index=True, string="System"
    )
    company_id = fields.Many2one(related="exporter_id.company_id", store=True)
    state = fields.Selection(
        [
            ("held", "To approve"),
            ("waiting", "Waiting"),
            ("sending", "Being sent"),
            ("done", "Exported"),
            ("error", "Needs you"),
            ("refused", "Refused"),
            ("obsolete", "Not needed any more"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        tracking=True,
    )
    key = fields.Char(
        readonly=True,
        help="Stands in the name of the file and in the message, and is the same at each try: by "
        "it the other system knows an order that it has already.",
    )
    is_chained = fields.Boolean(readonly=True, help="The next flag of the chain has been set.")
    holds_others = fields.Boolean(
        readonly=True,
        help="What hinders it hinders all of its exporter: they wait until its next try.",
    )
    waits_for_id = fields.Many2one(
        "integrator.order.export", string="Waits for", compute="_compute_waits_for_id"
    )
    is_asked = fields.Boolean(
        string="Asked for", readonly=True, help="Somebody wants it to leave now."
    )
    attempts = fields.Integer(readonly=True)
    attempted_at = fields.Datetime(string="Last try", readonly=True)
    retry_at = fields.Datetime(string="Next try", readonly=True)
    sent_at = fields.Datetime(string="Sent on", readonly=True)
    file_name = fields.Char(string="File name", readonly=True)
    content = fields.Binary(
        readonly=True,
        attachment=False,
        groups="integrator.group_integrator_user",
        help="What leaves. Kept until it has left.",
    )
    content_hash = fields.Char(readonly=True, help="SHA-256 of what left.")
    answer = fields.Char(readonly=True, help="What the other side calls it.")
    error_code = fields.Char(string="Cause", readonly=True)
    error_message = Reason(string="Reason", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(string="Decided on", readonly=True)

    _once_uniq = models.UniqueIndex(
        "(eligibility_id, exporter_id)", "This exporter has this flag of the order already."
    )
    _queue_idx = models.Index(
        "(site_id, id) WHERE state IN ('waiting', 'sending') OR NOT is_chained"
    )
    _away_idx = models.Index("(exporter_id, retry_at) WHERE holds_others")

    @api.depends("state", "exporter_id")
    def _compute_waits_for_id(self):
        away = Domain("holds_others", "=", True) & Domain("retry_at", ">", fields.Datetime.now())
        for export in self:
            others = Domain("exporter_id", "=", export.exporter_id.id)
            others &= Domain("id", "!=", export._origin.id)
            waits = export.state == "waiting" and not export.holds_others
            export.waits_for_id = waits and self.search(away & others, order="id", limit=1)

    # === BUSINESS === #

    @api.model
    def _make(self, eligibility, exporters):
        """Make the exports of a flag.

        :param eligibility: `integrator.order.eligibility`
        :param exporters: in the order of their priorities
        """
        secret = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        known = eligibility.export_ids.exporter_id
        for exporter in exporters - known:
            word = f"{secret}/{eligibility.id}/{exporter.id}"
            held = exporter._needs_approval(eligibility)
            self.create(
                {
                    "eligibility_id": eligibility.id,
                    "exporter_id": exporter.id,
                    "key": sha256(word.encode()).hexdigest()[:24],
                    "state": "held" if held else "waiting",
                }
            )._ask_for_approval()

    def _is_over(self):
        """Return whether nothing more will happen to it."""
        self.ensure_one()
        return self.state in OVER

    @api.model
    def _queue_domain(self, site):
        """Return the domain of a site's records that the stage has to work on at this moment."""
        later = Domain("retry_at", ">", fields.Datetime.now())
        due = Domain("retry_at", "<=", fields.Datetime.now())
        # an open one is a worker's that died: who is alive holds the lock on the row
        leaving = Domain("state", "in", ("waiting", "sending"))
        leaving &= due | Domain("retry_at", "=", False)
        # a person was asked, but what hinders it may be over by itself
        leaving |= Domain("state", "=", "error") & due
        leaving &= Domain("order_id.integrator_export_blocked", "=", False)
        # while a system does not answer, only the oldest is tried; the others wait behind it in
        # order
        away = Domain("exporter_id.export_ids", "any", Domain("holds_others", "=", True) & later)
        leaving &= Domain("is_asked", "=", True) | ~away
        if not site.automatic:
            leaving &= Domain("is_asked", "=", True)
        if site.stopped == "all":
            leaving = Domain.FALSE
        chain = Domain("state", "in", OVER) & Domain("is_chained", "=", False)
        return Domain("site_id", "=", site.id) & (leaving | chain)

    # === SENDING === #

    def _build(self):
        """Keep what leaves, and that it is about to; a further try takes what was kept."""
        self.ensure_one()
        values = {"state": "sending", "attempted_at": fields.Datetime.now()}
        if not self.content_hash:
            name, content = self.exporter_id._sender()._prepare(self)
            values |= {"file_name": name, "content": b64encode(content)}
            values["content_hash"] = sha256(content).hexdigest()
        self.write({**values, "attempts": self.attempts + 1, "retry_at": False})

    def _recheck(self):
        """Before a try whose predecessor has no known end.

        :raise UnclearError: where the receiver would take it twice
        """
        if self.exporter_id.when_unsure == "ask":
            raise UnclearError(
                self.env._(
                    "Nobody knows whether it arrived, because no answer came. Look in the other "
                    "system: if it is there, press “It has arrived”, if not, “Send again”."
                ),
                code="export_unclear",
            )

    def _send(self):
        """Let it leave.

        :return: dict of values for the export
        :raise IntegratorError: see `integrator.order.sender._send`
        """
        self.ensure_one()
        return self.exporter_id._sender()._send(self)

    def _raw(self):
        """Return the content that leaves, as bytes."""
        return b64decode(self.with_context(bin_size=False).content or b"")

    def _end(self, values):
        """It has left.

        :param dict values: of the sender, see `integrator.order.sender._send`
        """
        self.ensure_one()
        self._close_question()
        self.write(
            {
                "state": "done",
                "sent_at": fields.Datetime.now(),
                "retry_at": False,
                "holds_others": False,
                "is_asked": False,
                "content": False,
                "error_code": False,
                "error_message": False,
                **values,
            }
        )

    def _fail(self, error, may_have_left=False):
        """Handle a failure to send: retry with growing pauses, then ask a person. What may pass
        without the person is still retried.

        :param error: `IntegratorError`
        :param bool may_have_left: the next try asks `_recheck` first
        """
        self.ensure_one()
        passing = isinstance(error, TransientError | UnexpectedError)
        again = passing and self.attempts < self.env["integrator.site"]._max_attempts()
        of_exporter = isinstance(error, TransientError | ConfigurationError) and not may_have_left
        values = {"error_code": error.code, "holds_others": of_exporter, "retry_at": False}
        values["error_message"] = error.message if again else error.last_message
        if again or of_exporter or self._is_safe_again(error):
            values["retry_at"] = fields.Datetime.now() + self._pause(error)
        if again:
            values["state"] = "sending" if may_have_left else "waiting"
        else:
            values |= {"state": "error", "is_asked": False}
        self.write(values)
        if not again:
            self._ask_person()

    def _is_safe_again(self, error):
        """Return whether it does no harm to send what may have left."""
        return isinstance(error, OutcomeUnknownError) and self.exporter_id.when_unsure == "repeat"

    def _take_back(self, error):
        """Take back exports that were passed on and have not left after all: they are built and
        sent anew.

        :param error: `IntegratorError`
        """
        self.ensure_one()
        self.write({"sent_at": False, "content_hash": False, "is_chained": False})
        self._fail(error)
        self.eligibility_id._note_export()

    def _pause(self, error):
        """Return the pause before the next try.

        :param error: `IntegratorError`
        :return: timedelta, longer after each try
        """
        minutes = RETRY_MINUTES[min(self.attempts, len(RETRY_MINUTES)) - 1]
        return timedelta(seconds=max(error.retry_after or 0, minutes * 60))

    def _chain(self):
        """Set the next flag, and note on the flag that this part is over."""
        self.ensure_one()
        self.is_chained = True
        if self.state == "done" and self.exporter_id.next_flag_id:
            self.eligibility_id._set_next(self.exporter_id.next_flag_id)
        self.eligibility_id._note_export()

    # === PEOPLE === #

    def _ask_person(self):
        """A to-do for the responsible of the system, on the export."""
        self.site_id._schedule_question(
            self, self._summary(), self.error_message or "", order=self.order_id
        )

    def _ask_for_approval(self):
        """A to-do where the export waits for approval."""
        if self.state == "held":
            note = self.env._("Approve or refuse the export of %s.", self.order_id.name)
            self.site_id._schedule_question(self, self._summary(), note, order=self.order_id)

    def _close_question(self):
        self.site_id._close_question(self, self._summary())

    def _summary(self):
        return self.env._("Export of an order")

    @api.depends("order_id", "exporter_id")
    def _compute_display_name(self):
        # who sees the export need not be allowed to read sales orders
        for export in self.sudo():
            export.display_name = f"{export.order_id.name}: {export.exporter_id.name}"

    def _decide_sudo(self, values, states):
        """Do what a person decided on the exports that are in a state for it.

        :param dict values: of the exports
        :param states: in which the decision makes sense
        :raise UserError: when somebody else was quicker
        """
        check_operator(self)
        exports_sudo = self.sudo()
        lock(exports_sudo)
        exports_sudo.invalidate_recordset(["state"])
        if any(export.state not in states for export in exports_sudo):
            raise UserError(
                self.env._(
                    "Something was decided or sent meanwhile. Reload the page and look again."
                )
            )
        now = fields.Datetime.now()
        exports_sudo.write({**values, "decided_by_id": self.env.uid, "decided_at": now})
        for export in exports_sudo:
            export._close_question()
        self.env["integrator.site"]._trigger_stages("export_orders")
        return exports_sudo

    def action_approve(self):
        """Button: it may leave; who and when is kept."""
        for export_sudo in self._decide_sudo({"state": "waiting", "retry_at": False}, ("held",)):
            export_sudo.message_post(body=self.env._("Approved by %s.", self.env.user.name))

    def action_refuse(self):
        """Button: it shall not leave."""
        values = {"state": "refused", "content": False, "retry_at": False, "holds_others": False}
        for export_sudo in self._decide_sudo(values, ("held", "waiting", "error")):
            export_sudo.message_post(body=self.env._("Refused by %s.", self.env.user.name))

    def action_retry(self):
        """Button: send it, or send it again, now."""
        values = {"state": "waiting", "attempts": 0, "retry_at": False, "is_asked": True}
        values["holds_others"] = False
        # what left may be built anew, because a person has looked
        values |= {"content": False, "content_hash": False}
        self._decide_sudo(values, ("waiting", "error"))

    def action_arrived(self):
        """Button: a person has looked: the other system has it."""
        values = {"state": "done", "content": False, "retry_at": False, "holds_others": False}
        values |= {"sent_at": fields.Datetime.now(), "error_code": False, "error_message": False}
        for export_sudo in self._decide_sudo(values, ("error",)):
            name = self.env.user.name
            export_sudo.message_post(body=self.env._("%s saw that it has arrived.", name))

    @api.autovacuum
    def _gc_contents(self):
        """Remove the content that has waited for a person for longer than the retention."""
        limit = self.env["integrator.site"]._retention_date()
        domain = [("content_hash", "!=", False), ("state", "=", "error")]
        old = self.search([*domain, ("attempted_at", "<", limit)], limit=GC_UNLINK_LIMIT)
        old.write({"content": False, "content_hash": False})
        return len(old), 0
