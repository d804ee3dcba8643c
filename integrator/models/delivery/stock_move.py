# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models

from ...const import PLANNED

#: Fields of a move by which more or fewer pieces are promised, or come on another day.
PROMISING_FIELDS = {"state", "product_id", "product_uom_qty", "location_id", "location_dest_id"}


class StockMove(models.Model):
    _inherit = "stock.move"

    integrator_by_site = fields.Boolean(
        string="Shipped by the channel",
        readonly=True,
        help="The channel shipped it from its own warehouse.",
    )

    # order reservation
    integrator_line_id = fields.Many2one(
        "integrator.order.line",
        string="Unpaid order line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The move only reserves its pieces until the order is paid.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        promised = vals.keys() & PROMISING_FIELDS
        if promised or "date" in vals:
            self.filtered(
                lambda move: promised or move.state in PLANNED
            )._integrator_note_quantities()
        return result

    def unlink(self):
        self._integrator_note_quantities()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _integrator_note_quantities(self):
        """Collect that the quantity that is offered of products, or the day of their next receipt,
        may be another one. What a pending order reserves is such a move, too."""
        self.env["product.integration"]._note_quantity(self.product_id.filtered("is_storable"))

    @api.model
    def _integrator_has_late(self, midnight):
        """Return whether receipts have not come by the end of their day: a site takes no past day.

        :param datetime midnight: when the day ended, as UTC
        """
        domain = [("state", "in", PLANNED), ("date", "<", midnight)]
        domain += [("date", ">=", midnight - timedelta(days=1))]
        domain += [("location_id.usage", "in", ("supplier", "production"))]
        return bool(self.search_count(domain, limit=1))

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done._integrator_note_shipped()
        return done

    def _integrator_note_shipped(self):
        """Collect one event per delivery that left for a customer's sale order."""
        left = self.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id.usage == "customer"
            # skip shipments that the site reported itself
            and move.picking_id
            and not move.picking_id.integrator_shipped_elsewhere
        )
        # who moves stock need not be allowed to read sales
        for picking, moves in left.sudo().grouped("picking_id").items():
            for order in moves.sale_line_id.order_id:
                self.env["order.integration"]._note(
                    order,
                    "shipped",
                    source=picking,
                    picking=picking.name,
                    tracking=picking.carrier_tracking_ref or "",
                )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # === BUSINESS METHODS === #

    def _exclude_requiring_lot(self):
        """Override of `stock`: the site does not say which lots it takes."""
        return super()._exclude_requiring_lot() or self.move_id.integrator_by_site


class StockQuant(models.Model):
    """Every way in which pieces come, go, are reserved or set free ends here: deliveries,
    adjustments, reservations by hand, lines of moves that are deleted."""

    _inherit = "stock.quant"

    # === BUSINESS METHODS === #

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        result = super()._update_available_quantity(product_id, location_id, *args, **kwargs)
        if location_id.usage == "internal":
            self.env["product.integration"]._note_quantity(product_id)
        return result


class StockPackage(models.Model):
    _inherit = "stock.package"

    integrator_tracking = fields.Char(
        string="Tracking number",
        copy=False,
        help="The number of this package, where a delivery leaves in several. Empty: that of the "
        "delivery.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Record an event for the deliveries of a number that is set or changed."""
        result = super().write(vals)
        if "integrator_tracking" in vals:
            lines_sudo = (
                self.env["stock.move.line"].sudo().search([("result_package_id", "in", self.ids)])
            )
            for picking in lines_sudo.picking_id.filtered(lambda picking: picking.state == "done"):
                picking._integrator_note_tracking()
        return result
