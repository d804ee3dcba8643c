# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which SKUs can be asked for together: the list is written with commas, and Amazon splits there.

A SKU that has one itself is asked for alone; then Amazon also looks for the text as a whole
(amzn/selling-partner-api-docs issue 2295).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def search_groups(skus: Sequence[str], size: int) -> Iterator[list[str]]:
    """Give the SKUs in groups of at most `size`, in their order as far as they go together."""
    plain = [sku for sku in skus if "," not in sku]
    for start in range(0, len(plain), size):
        yield plain[start : start + size]
    yield from ([sku] for sku in skus if "," in sku)
