# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import models

from odoo.addons.integrator.neutral import Prepared

from ..api.builders.listings_feed import MAX_BYTES, build_listings_feed
from ..api.json_values import dump_json
from ..api.parsers.processing_report_json import parse_processing_report
from .exporter_listing import INCLUDED

#: Bytes that are left for the header of a feed.
HEADER_BYTES = 1024


class AmazonListingsExporter(models.AbstractModel):
    """Sends listings in bulk by JSON_LISTINGS_FEED. The report is asked to show the listings as
    they stand then, so that most need no call to be read back."""

    _name = "integrator.amazon.exporter.listings"
    _inherit = ["integrator.amazon.exporter.listing", "integrator.amazon.exporter.feed"]
    _description = "Amazon exporter: listings"

    _size = 10000
    _feed_type = "JSON_LISTINGS_FEED"
    _content_type = "application/json; charset=UTF-8"
    _quota_bucket = "JSON_LISTINGS_FEED"

    def _marketplace_codes(self, submission):
        return submission.task_ids.listing_id.mapped("marketplace_code")[:1]

    def _message_id(self, task):
        return task.site_id._adapter()._message_id(task.listing_id, task.kind)

    def _sent_ids(self, content):
        return [message["messageId"] for message in json.loads(content)["messages"]]

    # === BUILD === #

    def _prepare(self, submission):
        messages, failures = self._prepare_messages(submission)
        self._split(messages)
        if not messages:
            return Prepared(left_out=failures)
        ordered = [messages[task] for task in submission.task_ids.sorted("id") if task in messages]
        content = build_listings_feed(
            submission.site_id.amazon_merchant_id, ordered, included=INCLUDED
        )
        return Prepared(content=content, left_out=failures)

    def _split(self, messages):
        """Leave for the next feed what would make this one too large."""
        size = HEADER_BYTES
        for task in sorted(messages, key=lambda task: task.id):
            size += len(dump_json(messages[task])) + 1
            if size > MAX_BYTES:
                task.submission_id = False
                del messages[task]

    # === FOLLOW === #

    def _parse_report(self, content):
        return parse_processing_report(content)

    def _refusals(self, submission, report):
        refused = super()._refusals(submission, report)
        for task in refused:
            issues = [*report.file_issues, *report.results.get(self._message_id(task), ())]
            self._refuse(task, [issue for issue in issues if issue.severity == "ERROR"])
        return refused

    def _conclude(self, submission, tasks, report):
        return self._settle(submission, tasks, report.items)
