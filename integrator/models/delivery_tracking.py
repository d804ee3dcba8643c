# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..access import check_operator

#: Time before the site's ship-by date at which a missing tracking number is asked for.
TRACKING_MARGIN = timedelta(hours=2)


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    integrator_no_tracking = fields.Boolean(
        string="No tracking number",
        help="This service gives no tracking numbers: sites are told of a shipment without "
        "waiting for one.",
    )


class StockPicking(models.Model):
    """What becomes of a delivery that left without a tracking number (004-04; pain 20)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    integrator_untracked = fields.Boolean(
        string="Sent without tracking",
        readonly=True,
        copy=False,
        help="Somebody decided that the site is told of the shipment without a tracking number.",
    )
    integrator_awaits_tracking = fields.Boolean(
        compute="_compute_integrator_awaits_tracking",
        help="The site is told of this shipment when its tracking number is written.",
    )

    @api.depends("state", "carrier_tracking_ref", "carrier_id", "integrator_untracked")
    def _compute_integrator_awaits_tracking(self):
        for picking in self:
            picking.integrator_awaits_tracking = (
                picking.state == "done"
                and picking._needs_tracking()
                and bool(picking._untold_shipments())
            )

    def _needs_tracking(self):
        """Whether a tracking number is still to come."""
        self.ensure_one()
        return not (
            self.carrier_tracking_ref
            or self._packages_are_tracked()
            or self.integrator_untracked
            or self.carrier_id.integrator_no_tracking
        )

    def _packages_are_tracked(self):
        """Whether everything is in packages that have tracking numbers of their own."""
        packages = self.move_line_ids.mapped("result_package_id")
        loose = self.move_line_ids.filtered(lambda line: not line.result_package_id)
        return bool(packages) and not loose and all(packages.mapped("integrator_tracking"))

    def _untold_shipments(self):
        """Tasks that wait for the tracking number."""
        tasks = self.env["integrator.task"].sudo()
        domain = [("kind", "=", "shipment"), ("state", "in", ("waiting", "ready", "error"))]
        references = [f"{self._name},{picking.id}" for picking in self]
        about = ["|", ("picking_id", "in", self.ids), ("target_ref", "in", references)]
        return tasks.search([*domain, *about])

    def write(self, vals):
        result = super().write(vals)
        if vals.get("carrier_tracking_ref") or vals.get("integrator_untracked"):
            self._close_tracking_question()
        return result

    def _close_tracking_question(self):
        for picking in self.sudo().filtered("activity_ids"):
            site = picking.sale_id.integrator_site_id
            site._close_question(picking, self.env._("Tracking number missing"))

    def action_send_untracked(self):
        """Button: tell the site of the shipment although there is no tracking number."""
        check_operator(self)
        pickings_sudo = self.sudo()
        pickings_sudo.integrator_untracked = True
        for picking in pickings_sudo:
            picking.message_post(body=self.env._("The site is told without a tracking number."))
        tasks = pickings_sudo._untold_shipments()
        tasks._retry()
        tasks.filtered(lambda task: task.state == "waiting").update_at = False
        self.env["integrator.site"]._wake("send")


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    tracking_deadline = fields.Integer(
        default=24,
        help="Hours after the shipment at which somebody is asked for a tracking number that is "
        "still missing; earlier when the site's ship-by date is near.",
    )

    _tracking_deadline_positive = models.Constraint(
        "CHECK(tracking_deadline >= 0)", "The deadline for tracking numbers cannot be negative."
    )

    def _tracking_deadline(self, picking):
        """When somebody is asked for the tracking number of a delivery, as naive UTC."""
        shipped_at = picking.date_done or fields.Datetime.now()
        deadline = shipped_at + timedelta(hours=self.tracking_deadline)
        ship_by = picking.sale_id.remote_ship_by
        if ship_by:
            deadline = min(deadline, ship_by - TRACKING_MARGIN)
        return max(deadline, shipped_at + timedelta(seconds=self.tracking_delay))
