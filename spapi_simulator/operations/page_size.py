# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The number of rows on a page."""

from __future__ import annotations

from ..errors import invalid_input
from ..http import Call


def page_size(call: Call, most: int, default: int = 10, name: str = "pageSize") -> int:
    """Return the size that the query asks for.

    :param most: the largest that the operation allows.
    :raise ApiError: 400, when it is not a number from 1 to that.
    """
    try:
        size = call.number(name, default)
    except ValueError:
        size = 0
    if not 1 <= size <= most:
        raise invalid_input(f"{name} must be between 1 and {most}.")
    return size
