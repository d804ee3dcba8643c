# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

#: Names of a task's states in Amazon's column.
STATUS_OF_STATE = {
    "waiting": "none",
    "ready": "none",
    "submitted": "submitted",
    "pending": "pending",
    "success": "success",
    "error": "error",
}

#: Statuses by severity; the most severe one of all accounts is shown.
SEVERITY = ("error", "none", "submitted", "pending", "success")


class AmazonStatusMixin(models.AbstractModel):
    """The columns that this addon adds to the two event tables."""

    _name = "integrator.amazon.status.mixin"
    _description = "Amazon status"

    amazon_status = fields.Selection(
        [
            ("none", "New"),
            ("submitted", "Submitted"),
            ("pending", "Pending"),
            ("success", "Success"),
            ("error", "Error"),
        ],
        compute="_compute_amazon_status",
        store=True,
        default="none",
        string="Amazon status",
    )
    amazon_status_data = fields.Json(
        string="Amazon status data",
        compute="_compute_amazon_status",
        store=True,
        help="Per task: account, ticket, ids of the answer, code and text of the error.",
    )
    amazon_status_timestamp = fields.Datetime(
        compute="_compute_amazon_status", store=True, string="Amazon status since"
    )

    @api.depends(
        "consumption_ids.task_ids.state",
        "consumption_ids.task_ids.ticket",
        "consumption_ids.task_ids.result_data",
        "consumption_ids.task_ids.error_message",
    )
    def _compute_amazon_status(self):
        for event in self.sudo():
            tasks = event.consumption_ids.task_ids.filtered(
                lambda task: task.site_id.site_type == "amazon" and task.state != "obsolete"
            )
            statuses = {STATUS_OF_STATE[task.state] for task in tasks}
            event.amazon_status = min(statuses, key=SEVERITY.index, default="none")
            event.amazon_status_data = [task._prepare_status_data() for task in tasks] or False
            event.amazon_status_timestamp = max(
                tasks.filtered("state_timestamp").mapped("state_timestamp"),
                default=event.operation_timestamp,
            )

    @api.model
    def _insert_defaults(self):
        return {**super()._insert_defaults(), "amazon_status": "none"}


class IntegratorTask(models.Model):
    _inherit = "integrator.task"

    def _prepare_status_data(self):
        """Details of one task for the status column.

        :return: dict of JSON values
        """
        self.ensure_one()
        return {
            "site": self.site_id.name,
            "kind": self.kind,
            "state": self.state,
            "ticket": self.ticket or None,
            "answer": self.result_data or None,
            "error_code": self.error_code or None,
            "error_message": self.error_message or None,
        }


class OrderIntegration(models.Model):
    _name = "order.integration"
    _inherit = ["integrator.amazon.status.mixin", "order.integration"]


class ProductIntegration(models.Model):
    _name = "product.integration"
    _inherit = ["integrator.amazon.status.mixin", "product.integration"]
