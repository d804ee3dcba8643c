# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What cannot be read: of a whole document, which a parser raises, or of a part that it gives."""

from __future__ import annotations

from typing import Any


class DocumentError(ValueError):
    """A document cannot be read, so nothing of it is taken.

    Where the rest makes sense without the place, a parser gives `unreadable` instead.

    It names the place and the rule that is broken, never a value of the document: that could be
    somebody's name.

    :param reason: what is wrong there.
    :param where: a JSON path, an XML line or a byte offset.
    """

    def __init__(self, reason: str, where: str) -> None:
        super().__init__(f"cannot be parsed at {where}: {reason}")
        self.reason = reason
        self.where = where


def unreadable(error: DocumentError, order_id: str = "", **values: Any) -> dict[str, Any]:
    """Return the neutral form of a part that cannot be read while the rest of its document can.

    :param order_id: the order that it is, where that much can be read.
    :param values: `updated_at`, where that can be read, too.
    """
    named = {"remote_order_id": order_id, **values} if order_id else {}
    return {**named, "unreadable": str(error)}
