# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...reason import Reason
from ...utils import labels_of

OPEN, ANSWERED, RELEASED = "open", "answered", "released"
#: Reasons to hold a delivery, the gravest first: it is the one that is shown.
HOLD_REASONS = [
    ("shipped_elsewhere", "Shipped by someone else"),
    ("cancelled", "Cancelled by the channel"),
    ("unfulfillable", "Cannot be fulfilled"),
    ("buyer_cancel", "Buyer asks to cancel"),
    ("address", "Address missing or unclear"),
]
#: States of a delivery in which nothing is decided about it any more.
FINISHED = ("done", "cancel")


class IntegratorDeliveryHold(models.Model):
    """One reason not to send a parcel, and what was decided about it.

    It is open until a person answers it, or what held the delivery is over. An answer counts as
    long as the channel says the same: only what is released can come again.
    """

    _name = "integrator.delivery.hold"
    _inherit = "integrator.retention.mixin"
    _description = "Hold on a delivery"
    _order = "since desc, id desc"

    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    site_id = fields.Many2one(
        related="picking_id.sale_id.integrator_site_id",
        string="Channel",
        store=True,
        help="Where the order was sold.",
    )
    reason = fields.Selection(
        HOLD_REASONS,
        required=True,
        readonly=True,
        index=True,
        help="Why the delivery may not leave yet.",
    )
    note = Reason(
        string="What to do", readonly=True, help="What happened, and what to do about it."
    )
    state = fields.Selection(
        [(OPEN, "On hold"), (ANSWERED, "Answered"), (RELEASED, "Over")],
        default=OPEN,
        required=True,
        readonly=True,
        index=True,
        help="Answered: a person has decided, and is not asked the same again. Over: what held the "
        "delivery is no more; it can come again.",
    )
    since = fields.Datetime(
        string="On hold since", default=fields.Datetime.now, required=True, readonly=True
    )
    ended_at = fields.Datetime(
        string="Until", readonly=True, help="When it was answered, or was over."
    )
    answer = fields.Selection(
        [
            ("ship", "Ship anyway"),
            ("address", "The address was corrected"),
            ("left", "It has left without Odoo"),
        ],
        readonly=True,
        help="What a person has decided.",
    )
    user_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, help="Who has decided it."
    )

    _open_uniq = models.UniqueIndex(
        "(picking_id, reason) WHERE state = 'open'",
        "This delivery is on hold for this reason already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("reason")
    def _compute_display_name(self):
        labels = labels_of(self, "reason")
        for hold in self:
            hold.display_name = labels.get(hold.reason)

    # === BUSINESS METHODS === #

    @api.model
    def _put(self, pickings, reason, note):
        """Keep deliveries from leaving until somebody answers.

        Saying the same again changes nothing, also when a person has answered it meanwhile.

        :param pickings: `stock.picking`
        :param str reason: a value of `reason`
        :param str note: for people: what happened, and what to do next
        :return: those of the deliveries for which it is new
        """
        about = Domain("picking_id", "in", pickings.ids) & Domain("reason", "=", reason)
        known = self.search(about & Domain("state", "!=", RELEASED)).grouped("picking_id")
        held = pickings.filtered(
            lambda picking: note not in known.get(picking, self.browse()).mapped("note")
        )
        for picking in held:
            hold = known.get(picking, self.browse()).filtered(lambda one: one.state == OPEN)
            if hold:
                hold.note = note
            else:
                self.create({"picking_id": picking.id, "reason": reason, "note": note})
        return held

    def _answer(self, answer):
        """A person has decided. Only the last answer about a reason counts.

        :param str answer: a value of `answer`
        """
        for hold in self:
            same = [("reason", "=", hold.reason), ("state", "=", ANSWERED)]
            hold.picking_id.integrator_hold_ids.filtered_domain(same).state = RELEASED
        self.write(
            {
                "state": ANSWERED,
                "answer": answer,
                "user_id": self.env.uid,
                "ended_at": fields.Datetime.now(),
            }
        )

    def _release(self):
        """Release holds whose reason is over; the same reason may hold the deliveries again."""
        still_open = self.filtered(lambda hold: hold.state == OPEN)
        still_open.write({"state": RELEASED, "ended_at": fields.Datetime.now()})
        (self - still_open).filtered(lambda hold: hold.state == ANSWERED).state = RELEASED

    def _gravest(self):
        """Of the holds of one delivery, the open one that is shown."""
        order = self._fields["reason"].get_values(self.env)
        still_open = self.filtered(lambda hold: hold.state == OPEN)
        return still_open.sorted(lambda hold: order.index(hold.reason))[:1]

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Return the domain of holds that are over, of deliveries that have left or were cancelled;
        they are removed after the retention."""
        limit = self.env["integrator.site"]._retention_date()
        ended = Domain("state", "!=", OPEN) & Domain("ended_at", "<", limit)
        return ended & Domain("picking_id.state", "in", FINISHED)
