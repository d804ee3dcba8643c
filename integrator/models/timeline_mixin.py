# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class IntegratorTimelineMixin(models.AbstractModel):
    """A record of Odoo whose whole story with the sites can be read in one place (leap 6)."""

    _name = "integrator.timeline.mixin"
    _description = "Record with a timeline"

    integrator_timeline_count = fields.Integer(
        string="Steps of integration",
        compute="_compute_integrator_timeline_count",
        groups="integrator.group_integrator_user",
        help="What happened between this record and the sites: events, requests, answers.",
    )

    def _timeline_domains(self):
        """Which events and tasks belong to this record.

        :return: dict name of the model -> domain
        """
        raise NotImplementedError

    def _timeline_sale_orders(self):
        """Whose buyers the texts of the timeline may name.

        :return: `sale.order`
        """
        return self.env["sale.order"]

    def _compute_integrator_timeline_count(self):
        for record in self:
            domains = record._timeline_domains() if record._origin else {}
            record.integrator_timeline_count = sum(
                self.env[model].sudo().search_count(domain) for model, domain in domains.items()
            )

    def action_integrator_timeline(self):
        """Button: everything that happened with this record, in order."""
        self.ensure_one()
        return self.env["integrator.timeline"]._open(self)

    def _prepare_timeline_domains(self, model, events, tasks):
        # a product may be offered by several companies; each sees its own story
        own = Domain("company_id", "in", [*self.env.companies.ids, False])
        return {model: own & Domain(events), "integrator.task": own & Domain(tasks)}


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "integrator.timeline.mixin"]

    def _timeline_domains(self):
        return self.product_variant_ids._timeline_domains()


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "integrator.timeline.mixin"]

    def _timeline_domains(self):
        refs = [f"{self._name},{one.id}" for one in self]
        told = ["|", ("listing_id.product_id", "in", self.ids), ("target_ref", "in", refs)]
        events = [("record_id", "in", self.ids)]
        return self._prepare_timeline_domains("product.integration", events, told)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "integrator.timeline.mixin"]

    def _timeline_domains(self):
        return self._prepare_timeline_domains(
            "order.integration",
            [("record_model", "=", self._name), ("record_id", "in", self.ids)],
            self._timeline_tasks(),
        )

    def _timeline_sale_orders(self):
        return self

    def _timeline_tasks(self):
        """What was told of the order, its deliveries and its credit notes."""
        refs = [f"{self._name},{one.id}" for one in self]
        about = Domain("order_id.sale_order_id", "in", self.ids)
        about |= Domain("picking_id.sale_id", "in", self.ids)
        return about | Domain("target_ref", "in", refs)


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "integrator.timeline.mixin"]

    def _timeline_sale_orders(self):
        return self.sale_id

    def _timeline_domains(self):
        refs = [f"{self._name},{one.id}" for one in self]
        told = ["|", ("picking_id", "in", self.ids), ("target_ref", "in", refs)]
        return self._prepare_timeline_domains(
            "order.integration", [("source_ref", "in", refs)], told
        )


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "integrator.timeline.mixin"]

    def _timeline_sale_orders(self):
        return self.invoice_line_ids.sale_line_ids.order_id

    def _timeline_domains(self):
        refs = [f"{self._name},{one.id}" for one in self]
        told = ["|", ("move_id", "in", self.ids), ("target_ref", "in", refs)]
        return self._prepare_timeline_domains(
            "order.integration", [("source_ref", "in", refs)], told
        )
