# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which packages Amazon shows of an order (getOrder, Orders API 2026-01-01)."""

from __future__ import annotations

from .document_error import DocumentError
from .json_node import read_json

__all__ = ["DocumentError", "parse_packages"]


def parse_packages(raw: bytes, charset: str | None = None) -> dict[str, str]:
    """Return package reference -> tracking number of the packages that an order has.

    :param raw: the answer of getOrder, as received.
    :param charset: as the Content-Type named it; UTF-8 without one.
    :raise DocumentError: naming the place that cannot be read.
    """
    order = read_json(raw, charset).object("order")
    return {
        row.text("packageReferenceId"): row.text("trackingNumber") for row in order.rows("packages")
    }
