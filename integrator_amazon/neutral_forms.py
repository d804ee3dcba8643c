# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the parsers of `api` give, in the neutral forms of the core; `api` knows nothing of Odoo."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from odoo.addons.integrator.neutral import (
    Extracted,
    ListingMention,
    OrderMention,
    Unreadable,
    UnreadableOrder,
    read_listing,
    read_order,
    read_return,
)


def orders(found: Iterable[Mapping[str, Any]]) -> Iterator[Extracted]:
    """Give orders, those of which only the id is told, and what notifications name beside them."""
    for values in found:
        if "remote_listing" in values:
            marketplace_code, sku = values["remote_listing"]
            yield ListingMention(marketplace_code=marketplace_code, sku=sku)
        elif "unreadable" in values:
            yield _flaw(values)
        elif values["lines"] is None:
            names = ("remote_order_id", "updated_at", "seller_order_id", "sold_elsewhere")
            yield OrderMention(**{name: values[name] for name in names if name in values})
        else:
            yield read_order({**values, "lines": [_line(line) for line in values["lines"]]})


def returns(found: Iterable[Mapping[str, Any]]) -> Iterator[Extracted]:
    """Give returns."""
    for values in found:
        yield _flaw(values) if "unreadable" in values else read_return(values)


def listings(found: Iterable[Mapping[str, Any]]) -> Iterator[Extracted]:
    """Give listings as they are shown."""
    for values in found:
        yield _flaw(values) if "unreadable" in values else read_listing(values)


def _flaw(values: Mapping[str, Any]) -> Unreadable | UnreadableOrder:
    return UnreadableOrder(**values) if "remote_order_id" in values else Unreadable(**values)


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the sum that Amazon tells of a line: the parser proves it from the charges."""
    return {key: value for key, value in values.items() if key != "amount_total"}
