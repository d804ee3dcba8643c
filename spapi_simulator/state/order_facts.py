# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is told of an order when it changes."""

from __future__ import annotations

from typing import NamedTuple


class Facts(NamedTuple):
    """Status, units shipped and open per item, the buyer's request."""

    status: str
    quantities: tuple[tuple[int, int], ...]
    cancel_requested: bool
