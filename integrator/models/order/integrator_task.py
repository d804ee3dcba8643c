# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorTask(models.Model):
    """The order that an update is about."""

    # the outbox knows no orders: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    order_id = fields.Many2one(
        "integrator.order",
        readonly=True,
        ondelete="set null",
        index=True,
        string="Order on the channel",
    )
