# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

#: Time before the site's ship-by date at which a missing tracking number is asked for.
TRACKING_MARGIN = timedelta(hours=2)


class IntegratorSite(models.Model):
    # settings of deliveries: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    site_stock = fields.Selection(
        [("none", "No stock move"), ("location", "Take from location")],
        string="Orders shipped by the channel",
        default="none",
        required=True,
        help="What happens to stock when the channel ships from its own warehouse. Either way the "
        "quantity counts as delivered, so the order can be invoiced.",
    )
    site_location_id = fields.Many2one(
        "stock.location",
        string="Channel's warehouse",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="The location that stands for the channel's warehouse. Lots are not distinguished "
        "there, and it may fall below zero.",
    )

    # delivery tracking
    tracking_deadline = fields.Integer(
        string="Tracking deadline",
        default=24,
        help="Hours after the shipment at which somebody is asked for a tracking number that is "
        "still missing; earlier when the channel's ship-by date is near.",
    )

    _site_location_given = models.Constraint(
        "CHECK(site_stock != 'location' OR site_location_id IS NOT NULL)",
        "Choose the location that stands for the channel's warehouse.",
    )
    _tracking_deadline_positive = models.Constraint(
        "CHECK(tracking_deadline >= 0)", "The deadline for tracking numbers cannot be negative."
    )

    # === BUSINESS METHODS === #

    def _tracking_deadline(self, picking):
        """Return the time at which a person is asked for the tracking number of a delivery, as
        naive UTC."""
        shipped_at = picking.date_done or fields.Datetime.now()
        deadline = shipped_at + timedelta(hours=self.tracking_deadline)
        ship_by = picking.sale_id.integrator_ship_by
        if ship_by:
            deadline = min(deadline, ship_by - TRACKING_MARGIN)
        return max(deadline, shipped_at + timedelta(seconds=self.tracking_delay))
