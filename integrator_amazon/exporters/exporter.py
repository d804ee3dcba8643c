# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta, timezone

from odoo import fields, models

from odoo.addons.integrator.exceptions import (
    IntegratorError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnclearError,
)
from odoo.addons.integrator.neutral import Checked, Prepared, Sent

from ..api.feeds import (
    XML_CONTENT,
    create_feed,
    download_result,
    find_feeds,
    get_feed,
    upload_feed_document,
)
from ..api.parsers.feed_report import Outcome, parse_xml_report
from ..api.quota.operations import MOST_URGENT
from ..api.values import DocumentError


class AmazonExporter(models.AbstractModel):
    """One way of sending updates: what travels together, how it is sent and followed.

    The hooks are those of `integrator.adapter` with the same names.
    """

    _name = "integrator.amazon.exporter"
    _description = "Amazon exporter"

    #: Tasks per submission.
    _size = 1
    #: Submissions under way at once; 0: any number.
    _in_flight = 0

    #: Priority of its calls, see `api.quota.operations`.
    _priority = "orders"

    def _gateway(self, site, repeatable=True, priority=None):
        adapter = self.env["integrator.adapter.amazon"]
        return adapter._gateway(site, repeatable, priority=priority or self._priority)

    def _prepare(self, submission):
        raise NotImplementedError

    def _submit(self, submission):
        raise NotImplementedError

    def _recover(self, submission):
        return None

    def _check(self, submission):
        raise NotImplementedError


#: Seconds until a ticket is asked for again.
CHECK_SECONDS = 30

#: Processing states in which Amazon is still at work.
RUNNING = {"IN_QUEUE", "IN_PROGRESS"}

#: How long after we began Amazon may have made a feed whose answer was lost, and by how much our
#: clocks may differ.
CALL_TIME = timedelta(hours=1)
CLOCK_DRIFT = timedelta(minutes=2)

#: Time back in which feeds of other programs of the account are looked for.
LOOK_BACK = timedelta(hours=3)

#: Records of a file that a text names.
MAX_NAMES = 5

#: A message of Amazon's XML, as our builders write it.
MESSAGE_ID = re.compile(rb"<MessageID>(\d+)</MessageID>")


class AmazonFeedExporter(models.AbstractModel):
    """Updates that go by feed: upload, create, follow the ticket, read the report.

    One feed of a type is under way at a time: Amazon works on them one after another, and a lost
    answer can only belong to the one that we sent.
    """

    _name = "integrator.amazon.exporter.feed"
    _inherit = "integrator.amazon.exporter"
    _description = "Amazon exporter: feed"

    _in_flight = 1
    #: Priority of a feed that has not waited long: it leaves the last token to those that have.
    _feed_share = "shipments"
    #: After how long a feed has waited enough to take the last token, too; so long that those of
    #: orders leave some of an hour to listings, which have no other way while they are new.
    _patience = timedelta(minutes=10)
    #: Amazon's name of the feed.
    _feed_type = None
    _content_type = None
    #: Part of the quota's key, for feed types with a quota of their own.
    _quota_bucket = ""

    # === HOOKS === #

    def _parse_report(self, content):
        """Read the processing report.

        :param bytes content: as downloaded
        :return: `FeedReport` of `api.parsers`
        """
        raise NotImplementedError

    def _message_id(self, task):
        """The number of the task's message in the report."""
        return task.id

    def _message_ids(self, task):
        """The numbers of the task's messages, where it has several."""
        return [self._message_id(task)]

    def _sent_ids(self, content):
        """The numbers of the messages in a file.

        :param bytes content: as it is sent
        """
        return [int(number) for number in MESSAGE_ID.findall(content)]

    def _conclude(self, submission, tasks, report):
        """The results of tasks without an error in the report.

        :param report: `FeedReport`
        :return: dict task -> None or error; tasks that are left out stay pending
        """
        return dict.fromkeys(tasks)

    # === SENDING === #

    def _marketplace_codes(self, submission):
        return submission.site_id.amazon_marketplace_ids.mapped("code")

    def _feed_priority(self, submission):
        """Feeds are the scarcest of all, so that the most urgent work alone could take every one
        of them. What is young leaves the last to what has waited for its patience."""
        return MOST_URGENT if self._patience_left(submission) <= 0 else self._feed_share

    def _patience_left(self, submission):
        """Seconds until a feed has waited long enough."""
        since = min(submission.task_ids.mapped("state_timestamp"))
        return (since + self._patience - fields.Datetime.now()).total_seconds()

    def _check_quota(self, submission, priority):
        """Look whether a feed may be made, so that nothing is uploaded only to wait.

        :raise ThrottledError: with the seconds until it is looked at again
        """
        try:
            with self._gateway(submission.site_id, priority=priority) as gateway:
                gateway.check_quota("createFeed", self._quota_bucket)
        except ThrottledError as error:
            if priority != MOST_URGENT:
                error.retry_after = min(error.retry_after, self._patience_left(submission))
            raise

    def _submit(self, submission):
        site, priority = submission.site_id, self._feed_priority(submission)
        self._check_quota(submission, priority)
        with self._gateway(site, priority=priority) as gateway:
            document_id = upload_feed_document(gateway, submission._raw(), self._content_type)
        with self._gateway(site, repeatable=False, priority=priority) as gateway:
            ticket = create_feed(
                gateway,
                self._feed_type,
                self._marketplace_codes(submission),
                document_id,
                bucket_name=self._quota_bucket,
            )
        return self._prepare_answer(
            submission, ticket.feed_id, document_id=document_id, request_id=ticket.request_id
        )

    def _prepare_answer(self, submission, feed_id, **refs):
        messages = len(self._sent_ids(submission._raw()))
        return Sent(ticket=feed_id, refs={"feed_id": feed_id, "messages": messages, **refs})

    # === LOST ANSWERS === #

    def _recover(self, submission):
        """Look for the feed whose answer was lost. Any program of the account may have made a feed
        meanwhile, so one is taken for ours only when its report has exactly our messages, and when
        no other program of the account sends such feeds.

        :raise TransientError: while Amazon is at work on what may be ours
        :raise UnclearError: when there is no saying which is ours, or whether one is
        """
        attempted_at = submission.attempted_at.replace(tzinfo=timezone.utc)
        begin, end = attempted_at - CLOCK_DRIFT, attempted_at + CALL_TIME
        with self._gateway(submission.site_id) as gateway:
            unknown = self._unknown_feeds(submission, gateway, attempted_at - LOOK_BACK)
            possible = [feed for feed in unknown if begin <= feed.created_at <= end]
            if any(feed.processing_status in RUNNING for feed in possible):
                raise self._not_ready(submission)
            reports = {feed: self._fetch_report(gateway, feed) for feed in possible}
        sent_ids = self._sent_ids(submission._raw())
        possible = [
            feed for feed in possible if not (reports[feed] and reports[feed].is_foreign(sent_ids))
        ]
        if not possible:
            return None
        report, strangers = reports[possible[0]], any(feed.created_at < begin for feed in unknown)
        if len(possible) > 1 or strangers or not (report and report.may_be_about(sent_ids)):
            raise self._not_certain(submission, possible)
        return self._prepare_answer(submission, possible[0].feed_id, recovered=True)

    def _unknown_feeds(self, submission, gateway, since):
        """Feeds of the type for a marketplace of ours that no site of the account knows.

        :param since: aware time
        """
        feeds = find_feeds(gateway, self._feed_type, since)
        merchant_id = submission.site_id.amazon_merchant_id
        sites = submission.site_id.with_context(active_test=False)
        sites = sites.search([("amazon_merchant_id", "=", merchant_id)])
        domain = [("site_id", "in", sites.ids), ("ticket", "in", [one.feed_id for one in feeds])]
        known = set(submission.search(domain).mapped("ticket"))
        codes = set(self._marketplace_codes(submission))
        return [
            feed
            for feed in feeds
            if feed.feed_id not in known and not codes.isdisjoint(feed.marketplace_ids or codes)
        ]

    def _fetch_report(self, gateway, feed):
        """The report of a feed; None when there is none, or none that can be read."""
        if not feed.result_document_id:
            return None
        try:
            return self._parse_report(download_result(gateway, feed.result_document_id))
        except DocumentError:
            return None

    def _not_ready(self, submission):
        return TransientError(
            self.env._(
                "The answer of Amazon on a file was lost, and Amazon is still at work on one that "
                "may be ours. Nothing is sent again before it is clear. The file has: %s",
                self._names(submission),
            ),
            code="lost_answer_running",
        )

    def _not_certain(self, submission, feeds):
        return UnclearError(
            self.env._(
                "The answer of Amazon on a file was lost, and Amazon has files that may be ours or "
                "of another program (%(feeds)s). The file had: %(names)s. Look at these on Amazon: "
                "press “Give up” where it was done, and “Try again” where it was not.",
                feeds=", ".join(feed.feed_id for feed in feeds),
                names=self._names(submission),
            ),
            code="lost_answer_unclear",
        )

    def _names(self, submission):
        """The first targets of a submission, for people."""
        names = submission.task_ids.mapped("target_name")
        more = ["…"] if len(names) > MAX_NAMES else []
        return ", ".join([name or "" for name in names[:MAX_NAMES]] + more)

    # === CHECKING === #

    def _check(self, submission):
        if not submission.result:
            running = self._fetch_result(submission)
            if running is not None:
                return running
        report = self._read_report(submission)
        results = self._refusals(submission, report)
        if report.refused_whole:
            return Checked(refused_whole=True, results=results)
        open_tasks = submission.task_ids.filtered(
            lambda task: task.state in ("submitted", "pending")
        )
        good = open_tasks.filtered(lambda task: task not in results)
        results |= self._conclude(submission, good, report)
        running = bool(open_tasks.filtered(lambda task: task not in results))
        return Checked(running=running, retry_after=CHECK_SECONDS, results=results)

    def _read_report(self, submission):
        """The kept report; one that cannot be read is not kept, and so fetched anew."""
        try:
            return self._parse_report(submission._result_raw())
        except DocumentError as error:
            raise TransientError(
                self.env._(
                    "Amazon's report on the feed %(feed)s cannot be read: %(error)s. It is fetched "
                    "anew at the next run.",
                    feed=submission.ticket,
                    error=error,
                ),
                code="malformed_report",
            ) from error

    def _fetch_result(self, submission):
        """Ask once for the ticket; keep the report when there is one.

        :return: the answer for the stage while there is no report to read, else None
        """
        with self._gateway(submission.site_id) as gateway:
            feed = get_feed(gateway, submission.ticket)
            if feed.processing_status in RUNNING:
                return Checked(running=True, retry_after=CHECK_SECONDS)
            if not feed.result_document_id:
                return self._without_report(submission, feed)
            submission._keep_result(download_result(gateway, feed.result_document_id))
        return None

    def _without_report(self, submission, feed):
        error = UnclearError(
            self.env._(
                "Amazon ended the feed %(feed)s as %(status)s and gave no report: some, all or "
                "none of it may have been done. Look at the record on Amazon: press “Give up” if "
                "it was done, and “Try again” if it was not.",
                feed=feed.feed_id,
                status=feed.processing_status,
            ),
            code=f"feed_{feed.processing_status.lower()}",
        )
        return Checked(results=dict.fromkeys(submission.task_ids, error))

    def _refusals(self, submission, report):
        """Errors of the report by task; a problem of the whole file is everybody's.

        :return: dict task -> RejectedError
        """
        sent = (submission.refs or {}).get("messages")
        refused = {}
        for task in submission.task_ids:
            numbers = self._message_ids(task)
            outcomes = {report.outcome(number, sent) for number in numbers}
            issues = [issue for number in numbers for issue in report.results.get(number, ())]
            errors = [
                issue for issue in [*report.file_issues, *issues] if issue.severity == "ERROR"
            ]
            if Outcome.REFUSED in outcomes:
                refused[task] = self._report_refusal(submission, report, errors)
            elif Outcome.UNCLEAR in outcomes:
                refused[task] = self._report_doubt(submission, report, errors)
        return refused

    def _report_refusal(self, submission, report, errors):
        """The reason why Amazon refused a message."""
        if errors:
            return RejectedError(
                self.env._("Amazon: %s", "; ".join(issue.message for issue in errors)),
                code=f"amazon_{errors[0].code or 'refused'}",
            )
        return RejectedError(
            self.env._(
                "Amazon processed nothing of the feed %(feed)s and gives no reason (%(status)s). "
                "Press “Try again”.",
                feed=submission.ticket,
                status=report.status,
            ),
            code="feed_unprocessed",
        )

    def _report_doubt(self, submission, report, errors):
        """The report does not show whether Amazon processed a message."""
        return UnclearError(
            self.env._(
                "Amazon's report on the feed %(feed)s does not add up, so it is unclear whether "
                "this was done (%(status)s; %(processed)s of %(sent)s messages processed, "
                "%(errors)s refused). %(words)s Look at the record on Amazon: press “Give up” if "
                "it was done, and “Try again” if it was not.",
                feed=submission.ticket,
                status=report.status,
                processed=report.processed,
                sent=(submission.refs or {}).get("messages", "?"),
                errors=report.errors,
                words=" ".join(issue.message for issue in errors),
            ),
            code="report_unclear",
        )


class AmazonOrderFeedExporter(models.AbstractModel):
    """Updates of orders, which go by feeds of XML. What cannot be sent of one of them stops no
    other."""

    _name = "integrator.amazon.exporter.order.feed"
    _inherit = "integrator.amazon.exporter.feed"
    _description = "Amazon exporter: feed of orders"

    _size = 1000
    _content_type = XML_CONTENT
    #: Static method that builds the file: merchant id, messages -> bytes.
    _build = None

    def _prepare_messages(self, task):
        """Hook: the messages of an update.

        :return: list; empty: there is nothing to send any more
        :raise IntegratorError: when Amazon would not take it
        """
        raise NotImplementedError

    def _prepare(self, submission):
        messages, left_out = [], {}
        for task in submission.task_ids:
            try:
                found = self._prepare_messages(task)
            except IntegratorError as error:
                left_out[task] = error
            else:
                messages += found
                left_out |= {} if found else {task: None}
        merchant_id = submission.site_id.amazon_merchant_id
        content = self._build(merchant_id, messages) if messages else b""
        return Prepared(content=content, left_out=left_out)

    def _parse_report(self, content):
        return parse_xml_report(content)
