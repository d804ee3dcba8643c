# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta, timezone

from odoo import models

from odoo.addons.integrator.exceptions import RejectedError, TransientError

from ..api.feeds import (
    create_feed,
    download_result,
    find_feeds,
    get_feed,
    upload_feed_document,
)
from ..api.parsers.document_error import DocumentError

#: Seconds until a ticket is asked for again.
CHECK_SECONDS = 30

#: Processing states in which Amazon is still at work.
RUNNING = {"IN_QUEUE", "IN_PROGRESS"}


class AmazonFeedLane(models.AbstractModel):
    """What goes by feed: upload, create, follow the ticket, read the report (FACTS §3).

    One feed of a type is under way at a time: Amazon works on them one after another, and a lost
    answer can only belong to the one that we sent (pain 4).
    """

    _name = "integrator.amazon.lane.feed"
    _inherit = "integrator.amazon.lane"
    _description = "Amazon lane: feed"

    _in_flight = 1
    #: Amazon's name of the feed.
    _feed_type = None
    _content_type = None
    #: Part of the quota's key, for feed types with a quota of their own.
    _quota_lane = ""

    # === HOOKS === #

    def _parse_report(self, content):
        """Read the processing report.

        :param bytes content: as downloaded
        :return: `FeedReport` of `api.parsers`
        """
        raise NotImplementedError

    def _message_id(self, task):
        """The number of the task's message, by which the report speaks of it."""
        return task.id

    def _conclude(self, batch, tasks, report):
        """What becomes of tasks that the report does not complain about.

        :param report: `FeedReport`
        :return: dict task -> None or error; tasks that are left out stay pending
        """
        return dict.fromkeys(tasks)

    # === SENDING === #

    def _marketplace_codes(self, batch):
        return batch.site_id.amazon_marketplace_ids.mapped("code")

    def _submit(self, batch):
        with self._gateway(batch.site_id) as gateway:
            document_id = upload_feed_document(gateway, batch._raw(), self._content_type)
        with self._gateway(batch.site_id, repeatable=False) as gateway:
            ticket = create_feed(
                gateway,
                self._feed_type,
                self._marketplace_codes(batch),
                document_id,
                lane=self._quota_lane,
            )
        return self._prepare_answer(
            ticket.feed_id, document_id=document_id, request_id=ticket.request_id
        )

    def _prepare_answer(self, feed_id, **refs):
        return {"ticket": feed_id, "refs": {"feed_id": feed_id, **refs}}

    def _recover(self, batch):
        """The feed of this type that Amazon has and we do not know is the one whose answer was
        lost."""
        since = batch.attempted_at.replace(tzinfo=timezone.utc) - timedelta(minutes=2)
        with self._gateway(batch.site_id) as gateway:
            feeds = find_feeds(gateway, self._feed_type, since)
        known = batch.search([("site_id", "=", batch.site_id.id), ("ticket", "!=", False)])
        unknown = [feed for feed in feeds if feed.feed_id not in known.mapped("ticket")]
        return self._prepare_answer(unknown[0].feed_id, recovered=True) if unknown else None

    # === CHECKING === #

    def _check(self, batch):
        if not batch.result:
            running = self._fetch_result(batch)
            if running is not None:
                return running
        report = self._read_report(batch)
        results = self._refusals(batch, report)
        open_tasks = batch.task_ids.filtered(lambda task: task.state in ("submitted", "pending"))
        good = open_tasks.filtered(lambda task: task not in results)
        results |= self._conclude(batch, good, report)
        running = bool(open_tasks.filtered(lambda task: task not in results))
        return {"running": running, "retry_after": CHECK_SECONDS, "results": results}

    def _read_report(self, batch):
        """The kept report; one that cannot be read is not kept, and so fetched anew."""
        try:
            return self._parse_report(batch._result_raw())
        except DocumentError as error:
            raise TransientError(
                self.env._(
                    "Amazon's report on the feed %(feed)s cannot be read: %(error)s. It is fetched "
                    "anew at the next run.",
                    feed=batch.ticket,
                    error=error,
                ),
                code="malformed_report",
            ) from error

    def _fetch_result(self, batch):
        """Ask once for the ticket; keep the report when there is one.

        :return: the answer for the stage while there is no report to read, else None
        """
        with self._gateway(batch.site_id) as gateway:
            feed = get_feed(gateway, batch.ticket)
            if feed.processing_status in RUNNING:
                return {"running": True, "retry_after": CHECK_SECONDS, "results": {}}
            if not feed.result_document_id:
                return self._without_report(batch, feed)
            batch._keep_result(download_result(gateway, feed.result_document_id))
        return None

    def _without_report(self, batch, feed):
        error = RejectedError(
            self.env._(
                "Amazon ended the feed %(feed)s as %(status)s and gave no report: some, all or "
                "none of it may have been done. Look at the record on Amazon, then retry.",
                feed=feed.feed_id,
                status=feed.processing_status,
            ),
            code=f"feed_{feed.processing_status.lower()}",
        )
        return {"running": False, "results": dict.fromkeys(batch.task_ids, error)}

    def _refusals(self, batch, report):
        """Errors of the report by task; a problem of the whole file is everybody's.

        :return: dict task -> RejectedError
        """
        refused = {}
        for task in batch.task_ids:
            issues = [*report.file_issues, *report.results.get(self._message_id(task), ())]
            errors = [issue for issue in issues if issue.severity == "ERROR"]
            if errors:
                refused[task] = RejectedError(
                    self.env._("Amazon: %s", "; ".join(issue.message for issue in errors)),
                    code=f"amazon_{errors[0].code or 'refused'}",
                )
        return refused
