# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Context key: the operation, as a record, that what is made in the meantime points to.
MADE_BY = "integrator_operation"


def made_by(env):
    """Return the id of the operation by which records are made now; None outside of an operation. A
    client sends no records, so it cannot put its own among those of an operation."""
    operation = env.context.get(MADE_BY)
    return operation.id if isinstance(operation, models.BaseModel) else None


class IntegratorEventMixin(models.AbstractModel):
    """Events that a person asked for."""

    # the outbox does not use operations: pylint: disable=consider-merging-classes-inherited
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
        operation_id = made_by(self.env)
        return super()._collect([{**row, "operation_id": operation_id} for row in rows])
