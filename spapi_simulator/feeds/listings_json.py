# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JSON_LISTINGS_FEED: listing data in bulk, with its processing report (schema v2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..listing_changes import take_over
from ..state import submission_checks
from ..state.feeds import Feed
from ..state.listing_view import view
from ..state.submissions import Submission
from .listings_messages import MessageProblem, shape_problem

if TYPE_CHECKING:
    from ..world import World

_MAX_MESSAGES = 25000


class FeedProblem(Exception):
    """A feed that cannot be processed as a whole."""


def process(world: World, feed: Feed, content: bytes) -> bytes:
    """Run the feed and return its processing report as JSON."""
    report = _Report(feed)
    try:
        data = _read(world, feed, content)
    except FeedProblem as problem:
        report.add_file_issue(str(problem))
    else:
        report.header(data)
        seen: set[int] = set()
        for message in data["messages"]:
            _run(world, feed, message, seen, report)
        report.items(world)
    text = report.as_json()
    violation = world.contract.feed_problem("processing-report-", json.loads(text))
    if violation:
        world.violations.append(f"{feed.feed_type} report: {violation}")
    return text


def _read(world: World, feed: Feed, content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        raise FeedProblem("The feed is not valid JSON.") from None
    if not isinstance(data, dict) or not isinstance(data.get("header"), dict):
        raise FeedProblem("The feed has no header.")
    header, messages = data["header"], data.get("messages")
    if header.get("sellerId") != feed.merchant_id:
        raise FeedProblem("The sellerId of the header is not that of the submitting account.")
    if header.get("version") != "2.0":
        raise FeedProblem("The version of the header must be 2.0.")
    if not isinstance(messages, list) or not 1 <= len(messages) <= _MAX_MESSAGES:
        raise FeedProblem(f"The feed must have 1 to {_MAX_MESSAGES} messages.")
    problem = world.contract.feed_problem("", {**data, "messages": messages[:1]})
    if problem and problem.startswith("header"):
        raise FeedProblem(f"The header is not valid: {problem}")
    return data


def _run(world: World, feed: Feed, message: Any, seen: set[int], report: _Report) -> None:
    try:
        problem = shape_problem(message, seen) or world.contract.feed_problem("message-", message)
        if problem:
            raise MessageProblem(problem)
    except MessageProblem as error:
        report.add_bad_message(message, str(error))
        return
    submission = Submission(
        merchant_id=feed.merchant_id,
        sku=message["sku"],
        operation=message["operationType"],
        marketplace_ids=tuple(feed.marketplace_ids),
        product_type=message.get("productType", ""),
        requirements=message.get("requirements", "LISTING"),
        attributes=message.get("attributes", {}),
        patches=tuple(message.get("patches", ())),
    )
    exists = world.listings.get(feed.merchant_id, submission.sku) is not None
    seller = world.sellers.get(feed.merchant_id)
    issues = submission_checks.check(submission, exists, seller)
    refused = any(row["severity"] == "ERROR" for row in issues)
    if not refused:
        take_over(world, submission)
    report.add(message, issues, refused)


class _Report:
    """The processing report while it is being written."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._skus: list[str] = []
        self._included: set[str] = set()
        self._data: dict[str, Any] = {
            "header": {"sellerId": feed.merchant_id, "version": "2.0", "feedId": feed.feed_id},
            "issues": [],
            "summary": dict.fromkeys(
                ("errors", "warnings", "messagesProcessed", "messagesAccepted", "messagesInvalid"),
                0,
            ),
        }

    def header(self, data: dict[str, Any]) -> None:
        """Note what the feed asks to be reported back."""
        wanted = data["header"].get("report")
        if wanted:
            self._data["header"]["report"] = wanted
            self._included = set(wanted.get("includedData", ()))

    def add_file_issue(self, text: str) -> None:
        """Report the whole feed: no messageId, no message processed."""
        self._data["issues"].append({"code": "BAD_REQUEST", "severity": "ERROR", "message": text})
        self._data["summary"]["errors"] += 1

    def add_bad_message(self, message: Any, text: str) -> None:
        """Report a message that does not fit the feed's schema."""
        fields = message if isinstance(message, dict) else {}
        issue = {"code": "BAD_REQUEST", "severity": "ERROR", "message": text}
        self.add(fields, [issue], refused=True)

    def add(self, message: dict[str, Any], issues: list[dict[str, Any]], refused: bool) -> None:
        """Report a processed message with its issues."""
        summary = self._data["summary"]
        summary["messagesProcessed"] += 1
        summary["messagesInvalid" if refused else "messagesAccepted"] += 1
        for row in issues:
            summary["errors" if row["severity"] == "ERROR" else "warnings"] += 1
            self._data["issues"].append(_line(message, row))
        if not refused:
            self._skus.append(message["sku"])

    def items(self, world: World) -> None:
        """Add the listings of the feed when its header asked for them."""
        if not self._included:
            return
        shops = set(self._feed.marketplace_ids)
        rows = [
            world.listings.get(self._feed.merchant_id, sku) for sku in dict.fromkeys(self._skus)
        ]
        self._data["items"] = [view(row, self._included, shops) for row in rows if row]
        counts = {"items": len(self._data["items"]), "errors": 0, "warnings": 0}
        self._data["summary"]["itemSummary"] = counts

    def as_json(self) -> bytes:
        """Return the report."""
        return json.dumps(self._data, ensure_ascii=False).encode()


def _line(message: dict[str, Any], issue: dict[str, Any]) -> dict[str, Any]:
    number, sku = message.get("messageId"), message.get("sku")
    line: dict[str, Any] = {}
    if isinstance(number, int) and number >= 1:
        line["messageId"] = number
    if isinstance(sku, str) and sku:
        line["sku"] = sku
    line.update({key: issue[key] for key in ("code", "severity", "message")})
    if issue.get("attributeNames"):
        line["attributeName"] = issue["attributeNames"][0]
    return line
