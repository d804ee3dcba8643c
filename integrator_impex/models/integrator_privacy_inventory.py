# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.privacy.inventory import Place


class IntegratorPrivacyInventory(models.AbstractModel):
    _inherit = "integrator.privacy.inventory"

    def _places(self):
        """Override of `integrator`: what files said of contacts, and what orders that leave for
        other systems hold. The files themselves end with their runs."""
        why = self.env._("To send the order to other systems, and to receive updates of it.")
        export, update = "integrator.order.export", "integrator.order.update"
        return [
            *super()._places(),
            Place(
                "file_row",
                "integrator.impex.row",
                ("name", "steps", "promised", "reason"),
                self._file_rows,
                "empty",
                self.env._("What imported files said"),
                self.env._("To show what an import did, and to take it back."),
            ),
            Place("order_export", export, ("content",), self._exports, "empty",
                  self.env._("Orders on their way to other systems"), why),
            Place("order_export_reason", export, ("error_message", "answer"), self._exports,
                  "words", self.env._("What other systems answered"), why),
            Place("order_update", update, ("content", "result", "warning", "error_message"),
                  self._updates, "words", self.env._("Updates of orders from other systems"), why),
        ]  # fmt: skip

    def _file_rows(self, who):
        wanted = [("res_model", "=", "res.partner"), ("res_id", "in", who.partners.ids)]
        return self.env["integrator.impex.row"].search(wanted)

    def _exports(self, who):
        return self.env["integrator.order.export"].search([("order_id", "in", who.sale_orders.ids)])

    def _updates(self, who):
        return self.env["integrator.order.update"].search([("order_id", "in", who.sale_orders.ids)])
