# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...access import check_operator

#: Days for which an unpaid order keeps its stock.
RESERVE_DAYS = 7


class IntegratorSite(models.Model):
    """Settings by which a site's orders become sale orders."""

    # settings of orders: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    order_prefix = fields.Char(
        string="Number of sale orders begins with",
        help="The sale order is named so and by the channel's order id. Empty: Odoo's own numbers.",
    )
    confirm_orders = fields.Boolean(
        string="Confirm orders",
        default=True,
        help="Off: orders stay quotations until somebody confirms them.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Invoicing journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Journal of the invoices of its orders. Empty: the first sale journal.",
    )
    tax_mode = fields.Selection(
        [("map", "Taxes of Odoo"), ("lines", "Lines of their own")],
        string="Taxes",
        default="map",
        required=True,
        help="Taxes of Odoo: each tax of an order is found by its rate and country. Lines of their "
        "own: the tax is a line without a tax of Odoo, for who does the taxes elsewhere.",
    )
    unnamed_tax = fields.Selection(
        [("ask", "Asked for each country"), ("none", "There is none")],
        string="Tax that is not named",
        default="ask",
        required=True,
        help="For orders whose prices hold a tax that the channel does not name. Asked for each "
        "country: such an order waits until the tax is chosen. There is none: you charge no tax, "
        "for example as a small business.",
    )
    total_tolerance = fields.Integer(
        string="Rounding per line",
        default=1,
        help="Smallest coins per line by which Odoo's total may differ from the channel's. So much "
        "becomes a line “Rounding difference”; an order that differs by more is held.",
    )
    marketplace_ids = fields.One2many(
        "integrator.marketplace",
        "site_id",
        string="Marketplaces of the orders",
        help="Each marketplace that orders came from, with what is special about it.",
    )
    tax_rule_ids = fields.One2many("integrator.tax.rule", "site_id", string="Taxes of orders")
    delivery_map_ids = fields.One2many(
        "integrator.delivery.map", "site_id", string="Delivery methods"
    )

    # order reservation
    reserve_pending = fields.Boolean(
        string="Reserve stock before payment",
        default=True,
        help="Orders that await payment reserve their pieces, so that nobody else is promised "
        "them. They become sale orders once they are paid.",
    )
    reserve_days = fields.Integer(
        string="Keep unpaid reservations",
        default=RESERVE_DAYS,
        help="Days after which the pieces of an order that is still not paid are free again.",
    )
    pending_location_id = fields.Many2one(
        "stock.location",
        string="Reserved for",
        check_company=True,
        readonly=True,
        copy=False,
        help="Where the reservations of unpaid orders point to; nothing is ever moved there.",
    )

    # integrator deadline
    deadline_hours = fields.Char(
        string="Warn before the ship-by date",
        default="24, 4",
        help="Hours before an order's latest ship date at which the responsible is reminded, by an "
        "activity and a mail, while the shipment is not confirmed to the channel. Several are "
        "separated by commas; empty: no reminder.",
    )
    late_count = fields.Integer(
        string="Ship today or late",
        compute="_compute_late_count",
        help="Deliveries that have to leave today, or should have left.",
    )

    _tolerance_positive = models.Constraint(
        "CHECK(total_tolerance >= 0)", "The rounding per line cannot be negative."
    )
    _reserve_positive = models.Constraint(
        "CHECK(reserve_days > 0)", "Unpaid reservations are kept for at least a day."
    )

    # === COMPUTE METHODS === #

    def _compute_late_count(self):
        for site in self:
            site.late_count = self.env["stock.picking"].sudo().search_count(site._late_domain())

    # === CONSTRAINT METHODS === #

    @api.constrains("deadline_hours")
    def _check_deadline_hours(self):
        for site in self:
            try:
                fine = all(hour > 0 for hour in site._deadline_hours())
            except ValueError:
                fine = False
            if not fine:
                raise ValidationError(
                    self.env._(
                        "“%s” are not hours. Write numbers separated by commas, for example 24, 4.",
                        site.deadline_hours,
                    )
                )

    # === ACTION METHODS === #

    def action_view_late(self):
        """Button: the deliveries that have to leave today, or should have left."""
        check_operator(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ship today or late"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": self._late_domain(),
            "context": {"create": False},
        }

    # === BUSINESS METHODS === #

    def _text_of_run(self):
        """Override: the channel may allow the next look at its orders only later."""
        text = super()._text_of_run()
        next_at = self.env["integrator.fetch.request"].sudo()._next_poll(self.sudo(), "changes")
        if not next_at or next_at < fields.Datetime.now() + timedelta(minutes=1):
            return text
        return " ".join(
            (
                text,
                self.env._(
                    "New orders come in after %(time)s: %(site)s allows no earlier look.",
                    time=fields.Datetime.context_timestamp(self, next_at).strftime("%H:%M"),
                    site=self.name,
                ),
            )
        )

    def _pending_location(self):
        """The company's location that reservations of unpaid orders point to; made when there is
        none."""
        self.ensure_one()
        if not self.pending_location_id:
            same = [("company_id", "=", self.company_id.id), ("pending_location_id", "!=", False)]
            known = self.with_context(active_test=False).search(same, limit=1)
            self.pending_location_id = known.pending_location_id or self.env[
                "stock.location"
            ].create(
                {
                    "name": self.env._("Awaiting payment"),
                    "usage": "transit",
                    "company_id": self.company_id.id,
                }
            )
        return self.pending_location_id

    def _deadline_hours(self):
        return [int(part) for part in (self.deadline_hours or "").split(",") if part.strip()]

    def _late_domain(self):
        return [
            ("sale_id.integrator_site_id", "in", self.ids),
            ("state", "not in", ("done", "cancel")),
            ("integrator_ship_by", "<", fields.Date.today() + timedelta(days=1)),
        ]
