# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may use up how much of a bucket: what is less urgent leaves tokens for what is more so.

Amazon's buckets know no priority. Fifty thousand changed texts would drain those that acknowledge
orders and follow their feeds, too; so each class of work stops above a level, and the classes above
it find tokens at once. While nothing else goes on, a class still gets the whole rate of a bucket.
"""

from __future__ import annotations

#: Class of work -> share of each bucket that it leaves alone, the most urgent first. All are below
#: 1, so one token can always be had.
SHARES: dict[str, float] = {
    "orders": 0.0,
    "shipments": 0.1,
    "stock": 0.2,
    "prices": 0.3,
    "content": 0.4,
}

MOST_URGENT = "orders"


def reserve_of(priority: str, burst: int) -> int:
    """Return the number of tokens that calls of a class leave in a bucket.

    :param burst: size of the bucket.
    """
    return int(SHARES[priority] * burst)
