# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...reason import Reason


class IntegratorConsumption(models.Model):
    """Marks an event as processed by a site, with the tasks that were made of it.

    The unique indexes are what makes "each site consumes each event exactly once" true
    also when transactions commit out of the order of their ids and when two workers plan at once.
    """

    _name = "integrator.consumption"
    _inherit = "integrator.digest.mixin"
    _description = "Event seen by a channel"
    _digest_sequence = 20

    site_id = fields.Many2one(
        "integrator.site", string="Channel", required=True, ondelete="cascade", index=True
    )
    product_event_id = fields.Many2one("product.integration", ondelete="cascade")
    order_event_id = fields.Many2one("order.integration", ondelete="cascade")
    task_ids = fields.Many2many("integrator.task", string="Tasks")
    attempts = fields.Integer(help="How often planning has failed.")
    retry_at = fields.Datetime(
        string="Next try on", help="When a failed event is planned again by itself."
    )
    error_code = fields.Char(string="Cause")
    error_message = Reason(string="Reason")

    _product_uniq = models.UniqueIndex(
        "(product_event_id, site_id) WHERE product_event_id IS NOT NULL",
        "A channel sees each product event once.",
    )
    _order_uniq = models.UniqueIndex(
        "(order_event_id, site_id) WHERE order_event_id IS NOT NULL",
        "A channel sees each order event once.",
    )
    _error_idx = models.Index("(site_id, error_code) WHERE error_code IS NOT NULL")

    # === BUSINESS METHODS === #

    def _digest_step(self):
        return self.env._("Correct it, then press “Try again”.")

    def _digest_about(self):
        return self.order_event_id or self.product_event_id or self
