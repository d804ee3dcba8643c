# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorEventMixin(models.AbstractModel):
    """The rows that an event and its tasks put into a timeline."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.event.mixin"

    def _timeline_rows(self):
        """See `integrator.timeline._rows`: dicts of its lines."""
        operations = dict(self._fields["record_operation"]._description_selection(self.env))
        return [
            {
                "at": self.operation_timestamp,
                "kind": "event",
                "site_name": self.site_name,
                "what": operations.get(self.record_operation, self.record_operation),
                "detail": self.reason if not self.task_ids else False,
                "who": self.create_uid.name if self.create_uid.share is False else False,
            }
        ]


class IntegratorTask(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    def _timeline_rows(self):
        """See `integrator.timeline._rows`."""
        return [
            self._prepare_row(self.create_date, "request", self.env._("Is to be told")),
            *self._sent_rows(),
            *self._approval_rows(),
            *self._end_rows(),
        ]

    def _prepare_row(self, at, kind, what, **values):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        what = f"{kinds[self.kind]}: {what}"
        return {"at": at, "kind": kind, "site_name": self.site_id.name, "what": what, **values}

    def _sent_rows(self):
        submission = self.submission_id
        if not submission.submitted_at:
            return []
        detail = self.env._("Ticket %s", submission.ticket) if submission.ticket else False
        return [self._prepare_row(submission.submitted_at, "request", self.env._("Sent"), detail=detail)]

    def _approval_rows(self):
        rows = []
        for approval in self.env["integrator.approval"].search([("task_id", "=", self.id)]):
            held = self.env._("Held for approval")
            reason = approval.reason
            rows.append(self._prepare_row(approval.create_date, "decision", held, detail=reason))
            if approval.decided_by:
                states = dict(approval._fields["state"]._description_selection(self.env))
                what, who = states[approval.state], approval.decided_by.name
                rows.append(self._prepare_row(approval.write_date, "decision", what, who=who))
        return rows

    def _end_rows(self):
        """How it stands now, with the number of tries that it took."""
        rows = []
        if self.decided_at:
            rows.append(
                self._prepare_row(
                    self.decided_at,
                    "decision",
                    self.env._("Decided by a person"),
                    detail=self.decision,
                    who=self.decided_by.name,
                )
            )
        states = dict(self._fields["state"]._description_selection(self.env))
        kind = {"error": "error", "success": "answer"}.get(self.state)
        if kind:
            tries = self.env._("after %s tries", self.attempts) if self.attempts > 1 else ""
            detail = " ".join(filter(None, [self.error_message, tries]))
            row = self._prepare_row(self.state_timestamp, kind, states[self.state], detail=detail)
            rows.append({**row, "code": self.error_code})
        return rows
