# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .integrator_event_mixin import made_by


class IntegratorFetchRequest(models.Model):
    """Requests that a person asked for."""

    # the inbox does not use operations: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.fetch.request"

    operation_id = fields.Many2one(
        "integrator.operation",
        string="Asked for by",
        readonly=True,
        index="btree_not_null",
        default=lambda self: made_by(self.env),
        ondelete="set null",
        help="The operation that made it.",
    )

    # === BUSINESS METHODS === #

    def _finish(self):
        """Override: the operation that has asked for it may have waited for this one only."""
        result = super()._finish()
        if self.operation_id:
            self.env["integrator.site"]._trigger_stages("operate")
        return result
