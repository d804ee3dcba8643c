# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...access import check_operator

#: States in which something may still happen.
OPEN_STATES = ("queued", "running", "waiting")

#: Action that every operation knows.
CANCEL_ACTION = "cancel"


class IntegratorOperationViewMixin(models.AbstractModel):
    """An operation on screens and in the API, and the buttons to its records."""

    _name = "integrator.operation.view.mixin"
    _description = "What is seen of an operation"

    # === COMPUTE METHODS === #

    @api.depends("kind", "state", "position")
    def _compute_progress(self):
        for operation in self:
            worker = self._worker(operation.kind)
            is_done = operation.state == "done"
            operation.progress = 100.0 if is_done else worker._progress(operation)
            operation.total, operation.done, operation.failed = worker._figures(operation)

    @api.depends("parameters")
    def _compute_expected(self):
        for operation in self:
            operation.expected = (operation.parameters or {}).get("expected")

    # === ACTION METHODS === #

    def action_open_records(self):
        """Button: what it made for the stages to do."""
        return self._open_records()

    def action_open_failed(self):
        """Button: what of it failed, with the reasons."""
        return self._open_records(only_failed=True)

    def _open_records(self, only_failed=False):
        self.ensure_one()
        worker = self._worker(self.kind)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": worker._makes,
            "view_mode": "list,form",
            "domain": list(worker._records_domain(self, only_failed)),
        }

    def action_open_remote_orders(self):
        """Button: the remote orders that it made."""
        check_operator(self)
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remote orders"),
            "res_model": "integrator.remote.order",
            "view_mode": "list,form",
            "domain": [("operation_id", "=", self.id)],
        }

    # === BUSINESS METHODS === #

    def _open_form(self):
        return self._get_records_action(name=self.display_name, context={})

    def _open_list(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Operations"),
            "res_model": self._name,
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", self.ids)],
        }

    def _prepare_brief(self):
        """An operation in a list, as callers get it.

        :return: dict, JSON-able
        """
        self.ensure_one()
        return {
            "type": self.kind,
            "id": self.id,
            "state": self.state,
            "progress": self.progress,
            "site": {"id": self.site_id.id, "name": self.site_id.name},
            "order": {"id": self.order_id.id or None, "name": self.order_id.name or None},
            "started_by": self.user_id.name,
            "created_at": fields.Datetime.to_string(self.create_date),
            "ended_at": self.ended_at and fields.Datetime.to_string(self.ended_at),
            "error": {"code": self.error_code, "text": self.error_message}
            if self.state == "failed"
            else None,
        }

    def _prepare_details(self):
        """As `_prepare_brief`, with steps and what can be done now."""
        return {
            **self._prepare_brief(),
            "actions": self._prepare_actions(),
            "steps": [step._prepare_details() for step in self.step_ids],
            "remote_orders": [order._prepare_brief() for order in self.remote_order_ids],
        }

    def _prepare_actions(self):
        """The possible actions, each with the id by which it is requested; cancelling always."""
        if self.state not in OPEN_STATES:
            return []
        answers = [
            {"id": f"{choice.step_id.id}:{choice.action}", "name": choice.name}
            for step in self._open_questions()
            for choice in step.choice_ids
        ]
        return [*answers, {"id": CANCEL_ACTION, "name": self.env._("Cancel")}]
