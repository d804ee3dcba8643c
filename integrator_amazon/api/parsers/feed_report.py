# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of a feed, whatever its report was written in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What became of a message."""

    DONE = "done"
    #: Amazon did nothing of it.
    REFUSED = "refused"
    #: The report does not say: done or not, somebody has to look.
    UNCLEAR = "unclear"


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

    @property
    def refused_whole(self) -> bool:
        """Whether Amazon took no message at all, so that certainly nothing was done."""
        return not self.processed or (self.status == "Rejected" and not self.successful)

    def outcome(self, message_id: int, sent: int | None = None) -> Outcome:
        """Tell what became of a message. It is done only if the report as such can be believed:
        it is complete, counts as many messages as were sent, and names whatever it refused.

        :param sent: how many messages the feed held; None: nobody knows.
        """
        if self.refused_whole or self._errors(self.results.get(message_id, ())):
            return Outcome.REFUSED
        named = sum(bool(self._errors(issues)) for issues in self.results.values())
        believable = (
            self.status == "Complete"
            and not self._errors(self.file_issues)
            and self.errors <= named
            and (sent is None or self.processed >= sent)
        )
        return Outcome.DONE if believable else Outcome.UNCLEAR

    def failed(self, message_id: int, sent: int | None = None) -> bool:
        """Tell whether a message cannot be taken for done, see `outcome`."""
        return self.outcome(message_id, sent) is not Outcome.DONE

    def is_foreign(self, message_ids: Collection[int]) -> bool:
        """Tell whether this cannot be the report of a feed that held just these messages."""
        return self.processed > len(message_ids) or not self.results.keys() <= set(message_ids)

    def may_be_about(self, message_ids: Collection[int]) -> bool:
        """Tell whether this can be the report of a feed that held just these messages."""
        return self.processed == len(message_ids) and not self.is_foreign(message_ids)

    @staticmethod
    def _errors(issues: Iterable[Issue]) -> list[Issue]:
        return [issue for issue in issues if issue.severity == "ERROR"]
