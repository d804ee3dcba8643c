# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which orders were not sold on Amazon.

What Amazon ships for us from elsewhere (multi-channel fulfilment), and what it sends back to us
(removals), stands in its lists of orders as well. Taken for sales they would be sold twice.
"""

from __future__ import annotations

import re

#: Numbers that Amazon gives to what it ships without having sold it.
_ORDER_ID = re.compile(r"S\d{2}-\d{7}-\d{7}", re.ASCII | re.IGNORECASE)
_CHANNEL = "nonamazon"


def is_sold_elsewhere(order_id: str, *channels: str) -> bool:
    """Return whether an order was not sold on Amazon.

    :param order_id: Amazon's.
    :param channels: whatever the document says of the channel: `Non-Amazon`, `NON_AMAZON`,
        `Non-Amazon US`; not every document says it.
    """
    plain = (re.sub(r"[\s_-]", "", channel).lower() for channel in channels)
    return bool(_ORDER_ID.fullmatch(order_id)) or any(text.startswith(_CHANNEL) for text in plain)
