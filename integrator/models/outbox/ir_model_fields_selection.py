# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: Context key: name states with the record they belong to.
NAMED_STATES = "integrator_named_states"


class IrModelFieldsSelection(models.Model):
    _inherit = "ir.model.fields.selection"

    # === COMPUTE METHODS === #

    @api.depends_context(NAMED_STATES)
    @api.depends("name", "field_id")
    def _compute_display_name(self):
        """Override of `base`: in the map, a state is named with what it is a state of."""
        if not self.env.context.get(NAMED_STATES):
            return super()._compute_display_name()
        for state in self:
            # names of models and fields are no secret
            field = state.sudo().field_id
            state.display_name = f"{field.model_id.name}, {field.field_description}: {state.name}"
        return None
