# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of a feed, whatever its report was written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Issue:
    """One remark of Amazon's about a message, or about the whole file.

    :param severity: ERROR, WARNING or INFO.
    :param sku: the SKU it is about, empty when Amazon names none.
    :param attribute: the attribute it is about, empty when Amazon names none.
    :param item: the order item id it is about, empty when Amazon names none.
    """

    code: str
    message: str
    severity: str
    sku: str = ""
    attribute: str = ""
    item: str = ""


@dataclass(frozen=True)
class FeedReport:
    """The processing report of a feed.

    :param status: `Complete`, `Processing` or `Rejected`.
    :param processed: number of messages that Amazon looked at.
    :param successful: messages that it accepted; for listings this is not "live" yet.
    :param errors: messages with an error.
    :param warnings: messages (XML) or remarks (JSON) that only warn.
    :param results: message id -> issues; a message without issues is not in it.
    :param file_issues: issues of no message: the file as such.
    :param items: SKU -> the listing as it stands, where the feed asked for it.
    """

    status: str
    processed: int
    successful: int
    errors: int
    warnings: int
    results: dict[int, list[Issue]] = field(default_factory=dict)
    file_issues: list[Issue] = field(default_factory=list)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)

    def failed(self, message_id: int) -> bool:
        """Tell whether a message was refused: an error of its own, or of the whole file.

        A report that counts no message as processed refuses them all.
        """
        issues = [*self.results.get(message_id, ()), *self.file_issues]
        refused = self.status == "Rejected" or not self.processed
        return refused or any(issue.severity == "ERROR" for issue in issues)
