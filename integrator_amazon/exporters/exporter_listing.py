# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields, models

from odoo.addons.integrator.const import SECTION_OF_KIND
from odoo.addons.integrator.exceptions import (
    IntegratorError,
    NotConfirmedError,
    OtherTransportError,
    RejectedError,
    SectionError,
)
from odoo.addons.integrator.neutral import Checked, Prepared, Sent

from ..api.attributes import FOREIGN, differences, foreign, leftovers
from ..api.builders import BuildError
from ..api.builders.listing_messages import (
    MAX_BYTES,
    build_listings_feed,
    build_patch_body,
    build_steps,
)
from ..api.errors.causes_api import SPAPI_403_SKU_DENIED
from ..api.errors.exceptions import Rejected, Throttled
from ..api.feeds import JSON_CONTENT
from ..api.parsers.feed_report import Issue, parse_json_report
from ..api.parsers.shown_listings import search_groups
from ..api.values import dump_json, jsonable
from .exporter import CHECK_SECONDS

#: Time that Amazon may take to show what it accepted.
SHOW_WITHIN = timedelta(minutes=30)

#: SKUs that one searchListingsItems call may name.
SEARCH_SIZE = 20

#: SKUs that are asked for at one look; the others have to wait for the next one.
MAX_READ = 100

#: The status of a request that Amazon does not understand.
BAD_REQUEST = 400

#: Attributes that a message about stock could wipe.
FOREIGN_DAYS = FOREIGN["fulfillment_availability"]

#: Parts of a listing that are read.
INCLUDED = ("summaries", "attributes", "issues")


class AmazonListingExporter(models.AbstractModel):
    """Shared parts of all ways of sending listings: a message per section, and success only where
    Amazon shows the value."""

    _name = "integrator.amazon.exporter.listing"
    _inherit = "integrator.amazon.exporter"
    _description = "Amazon exporter: listing"
    _priority = "content"

    # === BUILD === #

    def _prepare_messages(self, submission):
        """Build a message per task, and note on the sections what is sent.

        :return: tuple (dict task -> message, dict task -> error; None: nothing to say)
        """
        messages = {}
        failures = self._unprepared(submission)
        ready = submission.task_ids.filtered(lambda task: task not in failures)
        for kind, tasks in ready.grouped("kind").items():
            name = SECTION_OF_KIND[kind]
            values = tasks.listing_id._section_values((name,)) if kind != "delist" else {}
            tasks.listing_id._sections(name)
            tasks, unread = self._read_before(submission.site_id, tasks, values)
            failures |= unread
            for task in tasks:
                try:
                    message = task._listing_message(values.get(task.listing_id, {}).get(name))
                except (BuildError, SectionError) as error:
                    failures[task] = self._incomplete(task, error)
                else:
                    (messages if message else failures)[task] = message
        return messages, failures

    def _unprepared(self, submission):
        """Have the definitions of the product types that new and changed products need; the
        tasks of those that have to wait for the next time leave the submission.

        :return: dict task -> the error that keeps its definition away
        """
        tasks = submission.task_ids.filtered(
            lambda task: task.kind == "product" and task.site_id.amazon_check_types
        )
        if not tasks:
            return {}
        types = self.env["integrator.amazon.product.type"]
        failed, later = types._prepare_for(tasks.listing_id)
        tasks.filtered(lambda task: task.listing_id in later).submission_id = False
        return {task: failed[task.listing_id] for task in tasks if task.listing_id in failed}

    def _read_before(self, site, tasks, values):
        """Fetch what is maintained in Seller Central before it is replaced, such as handling days.
        Quantities replace nothing; prices change too often to fetch before each, so what was last
        seen is used for them.

        :param dict values: listing -> name -> value
        :return: tuple (tasks that can be sent now, dict task -> error of the others; those that
            were too many leave the submission)
        """
        wiping = tasks.filtered(
            lambda task: task.kind == "inventory" and self._is_replaced(task.listing_id, values)
        )
        asked, later = wiping[:MAX_READ], wiping[MAX_READ:]
        if not asked:
            return tasks, {}
        try:
            shown = self._read_back(site, asked.listing_id)
        except IntegratorError as error:
            later.submission_id = False
            return tasks - wiping, dict.fromkeys(asked, error)
        later |= asked.filtered(lambda task: task.listing_id.sku not in shown)
        later.submission_id = False
        for listing in (asked - later).listing_id:
            attributes = (shown[listing.sku] or {}).get("attributes") or {}
            listing.amazon_others = jsonable(foreign(attributes)) or False
        return tasks - later, {}

    def _is_replaced(self, listing, values):
        """Return whether telling the stock of a live listing would wipe fields that others keep
        up."""
        value = values[listing]["inventory"]
        entries = (value or {}).get("fulfillment_availability") or ()
        if listing.state != "live" or not any(FOREIGN_DAYS - entry.keys() for entry in entries):
            return False
        steps = build_steps(value, listing.site_id._adapter()._known_value(listing, "inventory"))
        return any(step["op"] == "replace" for step in steps)

    def _incomplete(self, task, error):
        reason = self.env._("This listing cannot be sent to Amazon: %s", error)
        rows = [
            {"attribute": name, "severity": "ERROR", "code": "listing_incomplete", "message": text}
            for name, text in getattr(error, "reasons", {}).items()
        ]
        task.listing_id._section(SECTION_OF_KIND[task.kind])._mark_refused(reason, rows)
        return RejectedError(reason, code="listing_incomplete")

    # === FOLLOW === #

    def _refuse(self, task, issues):
        """Note on the section why Amazon refused it.

        :param issues: of `api.parsers`
        """
        rows = [
            {
                "attribute": issue.attribute,
                "severity": issue.severity,
                "code": issue.code,
                "message": issue.message,
            }
            for issue in issues
        ]
        reason = "\n".join(
            f"{row['attribute']}: {row['message']}" if row["attribute"] else row["message"]
            for row in rows
        )
        task.listing_id._section(SECTION_OF_KIND[task.kind])._mark_refused(reason, rows)

    def _confirm_shown(self, submission, tasks, items):
        """Confirm only what Amazon shows. Items of its answer count when a fetched sample shows the
        same; the others are fetched in portions.

        :param dict items: SKU -> item that Amazon gave with its answer
        :return: dict task -> None or error; tasks that are left out stay pending
        """
        # large values, which are otherwise read one by one
        self._sections_of(tasks).fetch(["sent_value", "verified_value"])
        answered = tasks.filtered(lambda task: self._is_shown(task, items))
        sample = self._sample(answered)
        asked = (sample | (tasks - answered))[:MAX_READ]
        shown = self._read_back(submission.site_id, asked.listing_id)
        asked = asked.filtered(lambda task: task.listing_id.sku in shown)
        reread = asked.filtered(lambda task: self._is_shown(task, shown))
        good = reread | answered if sample <= reread else reread
        self._verify(good, {**items, **shown})
        results = dict.fromkeys(good)
        if fields.Datetime.now() > submission.submitted_at + SHOW_WITHIN:
            for task in asked - good:
                results[task] = self._not_shown(task, shown.get(task.listing_id.sku))
        self._sections_of(tasks - tasks.browse().union(*results)).write({"state": "accepted"})
        return results

    def _sample(self, tasks):
        """Tasks that stand for all, spread over them."""
        step = -(-len(tasks) // SEARCH_SIZE) or 1
        return tasks[::step]

    def _sections_of(self, tasks):
        sections = self.env["integrator.listing.section"]
        sent = tasks.filtered(lambda task: task.kind != "delist")
        for kind, same in sent.grouped("kind").items():
            sections = sections.union(*same.listing_id._sections(kind).values())
        return sections

    def _is_shown(self, task, items):
        """Return whether Amazon shows what the task has sent."""
        listing = task.listing_id
        item = items.get(listing.sku)
        if task.kind == "delist":
            return self._is_closed(listing, item, items)
        if item is None:
            return False
        section = listing._section(task.kind)
        attributes = item.get("attributes") or {}
        return not differences(section.sent_value or {}, attributes, section.verified_value or {})

    def _is_closed(self, listing, item, items):
        """An offer is closed when Amazon does not know it, or shows no piece of it."""
        if listing.site_id.close_by == "delete":
            # what came with an answer does not name what is gone
            return item is None and listing.sku in items
        stock = ((item or {}).get("attributes") or {}).get("fulfillment_availability") or ()
        return item is not None and not any(entry.get("quantity") for entry in stock)

    def _read_back(self, site, listings):
        """Read the listings of one marketplace.

        :return: dict SKU -> item as searchListingsItems gives it; None: there is none. When the
            quota is used up on the way, those that could not be asked for are left out
        """
        skus = sorted(set(listings.mapped("sku")))
        found, refused = {}, {}
        groups = list(search_groups(skus, SEARCH_SIZE))
        with self._gateway(site) as gateway:
            for some in groups:
                try:
                    items = self._search(gateway, site, listings[:1].marketplace_code, some)
                except Rejected as error:
                    if error.status != BAD_REQUEST:
                        raise
                    # sent alone, each shows which of them Amazon refuses
                    groups += [[sku] for sku in some] if some[1:] else []
                    refused |= {} if some[1:] else {some[0]: error}
                except Throttled:
                    if not found:
                        raise
                    break
                else:
                    shown = {item["sku"]: item for item in items}
                    found |= {sku: shown.get(sku) for sku in some}
            if refused and refused.keys() == set(skus):
                # it is not about the SKUs
                raise refused[skus[0]]
        return dict.fromkeys(refused) | found

    def _search(self, gateway, site, code, skus):
        """Read some SKUs of a marketplace.

        :param list skus: what one call may name, see `search_groups`
        :return: list of items as searchListingsItems gives them
        """
        answer = gateway.call(
            "searchListingsItems",
            path={"sellerId": site.amazon_merchant_id},
            query={
                "marketplaceIds": [code],
                "identifiers": skus,
                "identifiersType": "SKU",
                "includedData": list(INCLUDED),
                "pageSize": SEARCH_SIZE,
            },
        )
        return answer.payload["items"]

    def _verify(self, tasks, items):
        """Keep on the listings what Amazon shows.

        :param dict items: SKU -> item
        """
        closed = tasks.filtered(lambda task: task.kind == "delist")
        closed.listing_id.state = "closed"
        self._sections_of(tasks)._mark_verified()
        for listing in (tasks - closed).listing_id:
            listing._amazon_store_item(jsonable(items[listing.sku]))

    def _not_shown(self, task, item):
        """Accepted, yet nothing changed: sent once more, then the operator has to know."""
        name = SECTION_OF_KIND[task.kind]
        section = task.listing_id._section(name)
        reason = self._not_shown_text(section, item)
        again = not section.resend_count
        section._mark_refused(reason, jsonable((item or {}).get("issues") or []))
        section.resend_count += again
        kind = NotConfirmedError if again else RejectedError
        return kind(reason, code="accepted_but_not_shown")

    def _not_shown_text(self, section, item):
        shown = (item or {}).get("attributes") or {}
        values = section.sent_value or {}, shown, section.verified_value or {}
        issues = [issue.get("message", "") for issue in (item or {}).get("issues") or ()]
        if left := leftovers(*values):
            still = self.env._("It still shows: %s.", ", ".join(left))
            issues = [still, *issues]
        return self.env._(
            "Amazon accepted the message, but does not show the change of %(names)s after "
            "%(minutes)s minutes. %(issues)s Look at the listing in Seller Central, then retry.",
            names=", ".join(differences(*values)) or section.name,
            minutes=int(SHOW_WITHIN.total_seconds() // 60),
            issues=" ".join(issues),
        )


#: Priority of a change by its section; the others are content.
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
            by_feed = OtherTransportError(error.message, code=error.code)
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
        results = self._confirm_shown(submission, tasks, {})
        running = bool(tasks - tasks.browse().union(*results))
        return Checked(running=running, retry_after=CHECK_SECONDS, results=results)


#: Bytes that are left for the header of a feed.
HEADER_BYTES = 1024


class AmazonListingsExporter(models.AbstractModel):
    """Sends listings in bulk by JSON_LISTINGS_FEED. The report is asked to show the listings as
    they stand then, so that most need no call to be read back."""

    _name = "integrator.amazon.exporter.listings"
    _inherit = ["integrator.amazon.exporter.listing", "integrator.amazon.exporter.feed"]
    _description = "Amazon exporter: listings"

    _size = 10000
    #: A feed of each kind of order feeds is left to those.
    _feed_share = "stock"
    _patience = timedelta(minutes=6)
    _feed_type = "JSON_LISTINGS_FEED"
    _content_type = JSON_CONTENT
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
        return parse_json_report(content)

    def _refusals(self, submission, report):
        refused = super()._refusals(submission, report)
        for task in refused:
            issues = [*report.file_issues, *report.results.get(self._message_id(task), ())]
            self._refuse(task, [issue for issue in issues if issue.severity == "ERROR"])
        return refused

    def _conclude(self, submission, tasks, report):
        return self._confirm_shown(submission, tasks, report.items)
