# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorImpexService(models.AbstractModel):
    _inherit = "integrator.impex.service"

    def _lookup_domain(self, model, column, values):
        """Override: the values of an attribute are looked for among its own: “42” may be one of
        several attributes."""
        domain = super()._lookup_domain(model, column, values)
        is_value = (model._name, column.field) == ("product.template.attribute.line", "value_ids")
        return [*domain, ("attribute_id", "=", values.get("attribute_id"))] if is_value else domain
