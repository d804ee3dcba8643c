# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorOrder(models.Model):
    """What a person does next about a held order (000-31)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order"

    next_step = fields.Char(
        compute="_compute_next_step", help="What to do so that the order goes on."
    )

    @api.model
    def _next_steps(self):
        """What to do about each cause: a sentence, and the method that opens the place for it.
        Addons add their own causes.

        :return: dict error code -> tuple (sentence, name of the method)
        """
        look = self.env._("Look at the order, then import it again")
        return {
            "unknown_sku": (self.env._("Choose the product"), "_open_mappings"),
            "unknown_tax": (self.env._("Choose the tax"), "_open_tax_rules"),
            "tax_not_invoiceable": (self.env._("Choose another tax"), "_open_tax_rules"),
            "total_differs": (self.env._("Check the taxes of the order"), "_open_tax_rules"),
            "unknown_status": (self.env._("Wait for another status on the site"), "_open_itself"),
            "unknown_channel": (
                self.env._("Look up who ships it on the site"),
                "_open_itself",
            ),
            "unreadable_order": (self.env._("Wait for the site to send it again"), "_open_itself"),
            "incomplete_order": (self.env._("Wait for the site to tell the rest"), "_open_itself"),
            "": (look, "_open_itself"),
        }

    @api.depends("state", "error_code")
    def _compute_next_step(self):
        steps = self._next_steps()
        for order in self:
            is_held = order.state == "error"
            order.next_step = is_held and steps.get(order.error_code, steps[""])[0]

    def action_next_step(self):
        """Button: open the place where the order is mended."""
        self.ensure_one()
        steps = self._next_steps()
        return getattr(self, steps.get(self.error_code, steps[""])[1])()

    def _open_itself(self):
        return self._get_records_action()

    def _open_tax_rules(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_tax_rule_action"
        )
        return {**action, "domain": [("site_id", "=", self.site_id.id)]}

    def _open_mappings(self):
        keys = [line._product_key() for line in self.line_ids]
        mappings = self.env["integrator.mapping"].search(
            [("site_id", "=", self.site_id.id), ("sku", "in", keys), ("state", "=", "to_map")]
        )
        return mappings._get_records_action(name=self.env._("Products to match"))
