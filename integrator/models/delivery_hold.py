# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import escape

from odoo import fields, models
from odoo.exceptions import UserError

from ..access import check_operator

#: Why a delivery may not leave, the gravest first: it is the one that is shown.
HOLD_REASONS = [
    ("shipped_elsewhere", "Shipped by someone else"),
    ("cancelled", "Cancelled by the site"),
    ("unfulfillable", "Cannot be fulfilled"),
    ("buyer_cancel", "Buyer asks to cancel"),
    ("address", "Address missing or unclear"),
]

#: The activity that asks what to do about a hold.
HOLD_ACTIVITY = "integrator.mail_activity_hold"


class StockPicking(models.Model):
    """Deliveries on hold (pains 15, 17, 18): something speaks against sending the parcel, and a
    person has to answer before it leaves. Several reasons may hold one delivery."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    integrator_hold = fields.Selection(
        HOLD_REASONS,
        string="On hold",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Why this delivery may not leave yet.",
    )
    integrator_hold_note = fields.Text(
        string="Reason of the hold",
        readonly=True,
        copy=False,
        help="What happened, and what to do about it.",
    )
    integrator_holds = fields.Json(readonly=True, copy=False, help="Every hold: reason, note.")
    integrator_answers = fields.Json(
        readonly=True, copy=False, help="Holds that a person lifted: reason, note."
    )

    # === HOLD === #

    def _hold(self, reason, note):
        """Keep deliveries from leaving until somebody answers; the responsible is asked.

        Saying the same again changes nothing, also when a person has lifted it meanwhile.

        :param str reason: a value of `integrator_hold`
        :param str note: for people: what happened, and what to do next
        """
        held = self.browse()
        for picking in self._open_deliveries():
            known = (picking.integrator_holds or {}, picking.integrator_answers or {})
            if note not in (known[0].get(reason), known[1].get(reason)):
                picking._write_holds({**known[0], reason: note})
                held |= picking
        held._ask_about_hold(reason, note)

    def _release_hold(self, reason=None):
        """Let deliveries leave: what held them is over.

        :param str reason: the only hold to lift; none: all of them
        """
        for picking in self.sudo().filtered(lambda picking: picking._is_known_hold(reason)):
            picking.integrator_answers = self._without(picking.integrator_answers, reason)
            picking._write_holds(self._without(picking.integrator_holds, reason) or {})
        self._close_questions()

    @staticmethod
    def _without(notes, reason):
        left = {key: note for key, note in (notes or {}).items() if reason and key != reason}
        return left or False

    def _is_known_hold(self, reason):
        known = {**(self.integrator_holds or {}), **(self.integrator_answers or {})}
        return bool(known) if reason is None else reason in known

    def _write_holds(self, holds):
        """Keep the holds, and show the gravest."""
        order = self._fields["integrator_hold"].get_values(self.env)
        reason = next((one for one in order if one in holds), False)
        self.sudo().write(
            {
                "integrator_holds": holds or False,
                "integrator_hold": reason,
                "integrator_hold_note": holds.get(reason, False),
            }
        )

    def _open_deliveries(self):
        return self.filtered(
            lambda picking: picking.state not in ("done", "cancel")
            and picking.picking_type_code != "incoming"
        )

    def _hold_label(self):
        self.ensure_one()
        labels = dict(self._fields["integrator_hold"]._description_selection(self.env))
        return labels[self.integrator_hold]

    # === ASKING === #

    def _ask_about_hold(self, reason, note):
        """One question per order, where its responsible looks, and a line in the log of each
        delivery."""
        labels = dict(self._fields["integrator_hold"]._description_selection(self.env))
        for picking in self:
            picking.message_post(
                body=self.env._("On hold: %(reason)s. %(note)s", reason=labels[reason], note=note)
            )
        for record in (*self.sale_id, *self.filtered(lambda picking: not picking.sale_id)):
            site = self.sale_id.integrator_site_id[:1]
            site._schedule_question(record, labels[reason], note, activity_type=HOLD_ACTIVITY)

    def _close_questions(self):
        """Nothing is held any more: the questions are answered."""
        for order in self.sale_id:
            if not order.picking_ids._open_deliveries().filtered("integrator_hold"):
                order.activity_feedback([HOLD_ACTIVITY])
        self.filtered(lambda picking: not picking.integrator_hold).activity_feedback(
            [HOLD_ACTIVITY]
        )

    # === REFUSING === #

    def button_validate(self):
        """Override of `stock`: say it before a wizard opens."""
        self._check_hold()
        return super().button_validate()

    def _action_done(self):
        """Override of `stock`: here every way of validating comes by, the button's, the submission's,
        the wizards' and that of code."""
        self._check_hold()
        return super()._action_done()

    def _check_hold(self):
        """
        :raise UserError: when one of the deliveries is on hold
        """
        held = self._open_deliveries().filtered("integrator_hold")
        if held:
            lines = [
                f"{picking.name}: {picking._hold_label()}. {picking.integrator_hold_note}"
                for picking in held
            ]
            raise UserError(
                self.env._(
                    "On hold, so it cannot leave:\n\n%s\n\nOpen the delivery and answer with the "
                    "buttons at its top.",
                    "\n".join(lines),
                )
            )

    def action_cancel(self):
        """Override of `stock`: what is cancelled needs no answer any more."""
        result = super().action_cancel()
        self.filtered("integrator_hold")._release_hold()
        return result

    # === ACTIONS === #

    def action_release_hold(self):
        """Button: send it all the same. Who said so stands in the log."""
        check_operator(self)
        self.sudo()._lift_hold()

    def _lift_hold(self):
        """Let deliveries leave because a person says so, and remember what he answered."""
        for picking in self.filtered("integrator_hold"):
            reason, note = picking.integrator_hold, picking.integrator_hold_note
            label = picking._hold_label()
            picking._release_hold(reason)
            picking.integrator_answers = {**(picking.integrator_answers or {}), reason: note}
            picking.message_post(body=self.env._("Hold lifted by hand: %s", label))

    def action_correct_address(self):
        """Button: the delivery address, to be completed; who may change contacts may do so here."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Delivery address"),
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_cancel_for_buyer(self):
        """Button: cancel the sale order as the buyer asks."""
        return self.sale_id.action_cancel_for_buyer()


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user.active and self.env.user,
        help="Is asked when an order needs a decision: cancellations, holds, time-outs. Empty: "
        "the salesperson of the order.",
    )

    def _responsible(self, order=None):
        """The user who decides about orders of this site.

        :param order: `sale.order`, whose salesperson is the second choice
        :return: an active user
        """
        users = self.user_id | (order.user_id if order else self.env["res.users"])
        return (users.filtered("active") or self.env.ref("base.user_admin"))[:1]

    def _schedule_question(
        self, record, summary, note, activity_type="mail.mail_activity_data_warning", order=None
    ):
        """Ask the responsible about a record; the same question is asked once.

        :param record: a record with activities, usually a `sale.order`
        :param order: `sale.order` that it is about, where the record does not say it
        """
        known = record.activity_search(
            [activity_type], additional_domain=[("summary", "=", summary)]
        )
        if known:
            known.note = escape(note)
            return
        if order is None:
            order = record if record._name == "sale.order" else record.sale_id
        user = self._responsible(order)
        record.activity_schedule(activity_type, summary=summary, note=escape(note), user_id=user.id)

    def _close_question(self, record, summary, activity_type="mail.mail_activity_data_warning"):
        """The question has answered itself."""
        same = [("summary", "=", summary)]
        record.activity_search([activity_type], additional_domain=same).action_feedback()
