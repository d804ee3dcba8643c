# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..exceptions import RejectedError

#: Minutes between two looks at whether the shipment is confirmed, and days after which a person
#: is asked.
LOOK_MINUTES = 10
LOOK_DAYS = 3


class IntegratorTask(models.Model):
    """When a refund may go: where the site takes refunds, and after the shipment (001-25)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    refund_line_ids = fields.One2many(
        "integrator.refund.line", "task_id", readonly=True, help="What the buyer gets back."
    )

    def _outdated_reason(self):
        """A refund that the site does not take leaves the queue with that reason (004-17)."""
        reason = super()._outdated_reason()
        if reason or self.kind != "refund":
            return reason
        return self.site_id._adapter()._refund_refusal(self.site_id, self.order_id)

    def _early_error(self):
        """Let a refund wait until the site may be told of it.

        :return: None, or the RejectedError when it has waited for too long
        """
        reason = self.kind == "refund" and self.site_id._adapter()._refund_waits_for(self)
        if not reason:
            return None
        now = fields.Datetime.now()
        if self.create_date < now - timedelta(days=LOOK_DAYS):
            return RejectedError(reason, code="refund_before_shipment")
        later = now + timedelta(minutes=LOOK_MINUTES)
        self._move("waiting", update_at=later, error_message=reason)
        return None
