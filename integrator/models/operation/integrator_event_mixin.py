# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorEventMixin(models.AbstractModel):
    """Events that a person asked for."""

    # the outbox knows no operations: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.event.mixin"

    operation_id = fields.Many2one(
        "integrator.operation",
        string="Asked for by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The operation that made it.",
    )

    @api.model
    def _collect(self, rows):
        """Override: each event points to the operation that it is made by."""
        operation_id = self.env["integrator.operation"]._present_id()
        return super()._collect([{**row, "operation_id": operation_id} for row in rows])
