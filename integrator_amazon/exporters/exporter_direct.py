# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import models

from odoo.addons.integrator.exceptions import OtherWayError, RejectedError
from odoo.addons.integrator.neutral import Checked, Prepared, Sent

from ..api.builders.listing_messages import build_patch_body
from ..api.errors.causes_api import SPAPI_403_SKU_DENIED
from ..api.json_values import dump_json
from ..api.parsers.feed_report import Issue
from .exporter_feed import CHECK_SECONDS

#: How urgent a change is, by its section; the others are content.
PRIORITIES = {"inventory": "stock", "price": "prices"}


class AmazonDirectExporter(models.AbstractModel):
    """One section of a live listing by patchListingsItem: for few changes, and for stock and
    prices while a feed is stuck. Saying the same twice does no harm."""

    _name = "integrator.amazon.exporter.direct"
    _inherit = "integrator.amazon.exporter.listing"
    _description = "Amazon exporter: listings, one by one"

    def _prepare(self, submission):
        messages, failures = self._prepare_messages(submission)
        content = dump_json(next(iter(messages.values()), {}))
        return Prepared(content=content, left_out=failures)

    def _submit(self, submission):
        task, message = submission.task_ids, json.loads(submission._raw())
        try:
            answer = self._patch(task, message)
        except RejectedError as error:
            if error.code != SPAPI_403_SKU_DENIED.code:
                raise
            task.listing_id.amazon_by_feed = True
            by_feed = OtherWayError(error.message, code=error.code)
            return Sent(ticket="", results={task: by_feed})
        payload = answer.payload
        ticket = payload.get("submissionId") or answer.request_id
        results = {}
        if payload.get("status") != "ACCEPTED":
            results = {task: self._refused(task, payload.get("issues") or ())}
        return Sent(ticket=ticket, refs={"submission_id": ticket}, results=results)

    def _patch(self, task, message):
        site = task.site_id
        priority = PRIORITIES.get(task.kind, self._priority)
        with self._gateway(site, priority=priority) as gateway:
            return gateway.call(
                "patchListingsItem",
                path={"sellerId": site.amazon_merchant_id, "sku": message["sku"]},
                query={"marketplaceIds": [task.listing_id.marketplace_code]},
                body=build_patch_body(message),
            )

    def _refused(self, task, issues):
        """HTTP 200 with another status than ACCEPTED is a refusal."""
        rows = [
            Issue(
                code=str(issue.get("code", "")),
                message=str(issue.get("message", "")),
                severity=str(issue.get("severity", "ERROR")),
                attribute=", ".join(issue.get("attributeNames") or ()),
            )
            for issue in issues
        ]
        errors = [row for row in rows if row.severity == "ERROR"] or rows
        self._refuse(task, errors)
        return RejectedError(
            self.env._("Amazon: %s", "; ".join(row.message for row in errors)),
            code=f"amazon_{errors[0].code if errors else 'refused'}",
        )

    def _check(self, submission):
        tasks = submission._tasks_under_way()
        results = self._settle(submission, tasks, {})
        running = bool(tasks - tasks.browse().union(*results))
        return Checked(running=running, retry_after=CHECK_SECONDS, results=results)
