# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The forms that adapters give to the core: a mistake names the field, and the page is the code."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import sys
from datetime import datetime, timezone
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from tools.docs import neutral_page

NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
LINE = {"remote_line_id": "1", "sku": "A", "quantity": 2}
ORDER = {
    "remote_order_id": "R-1",
    "remote_status": "unshipped",
    "fulfilled_by": "merchant",
    "ordered_at": NOON,
    "updated_at": NOON,
    "currency": "EUR",
    "amount_total": "24.90",
    "buyer": {"name": "Ada", "invoice_address": {"city": "Town"}},
    "address": {"country": "DE"},
    "lines": [{**LINE, "charges": [{"kind": "item", "amount": "24.90"}], "promotion_ids": ["P"]}],
}


def load() -> ModuleType:
    """Return the module; its addon cannot be imported without Odoo."""
    spec = importlib.util.spec_from_file_location("neutral", neutral_page.SOURCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["neutral"] = module
    spec.loader.exec_module(module)
    return module


neutral = load()


def test_plain_values_become_an_order() -> None:
    order = neutral.read_order(ORDER)
    assert order.amount_total == Decimal("24.90")
    assert order.unexplained == 0
    assert order.buyer.as_json()["invoice_address"]["city"] == "Town"
    assert "invoice_address" not in neutral.Buyer(name="Ada").as_json()
    [line] = order.lines
    assert (line.charges[0].amount, line.promotion_ids) == (Decimal("24.90"), ("P",))
    assert (line.quantity, line.quantity_shipped, line.tax_known) == (2, 0, True)


def test_the_unexplained_amount_is_computed_unless_the_site_gives_it() -> None:
    """A parser that overlooks a charge makes an order that is held, not one with another total."""
    assert neutral.read_order({**ORDER, "amount_total": "29.80"}).unexplained == Decimal("4.90")
    given = {**ORDER, "amount_total": "29.80", "unexplained": "0"}
    assert neutral.read_order(given).unexplained == 0
    assert neutral.read_order({**ORDER, "amount_total": None}).unexplained == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"remote_status": "lost"}, "Order.remote_status"),
        ({"fulfilled_by": "me"}, "Order.fulfilled_by"),
        ({"updated_at": datetime(2026, 11, 27)}, "Order.updated_at"),
        ({"ship_by": "tomorrow"}, "Order.ship_by"),
        ({"amount_total": "much"}, "amount_total"),
        ({"amount_total": "NaN"}, "Order.amount_total"),
        ({"lines": [{"remote_line_id": "1", "sku": "A"}]}, "quantity"),
        ({"lines": [{**LINE, "remote_line_id": ""}]}, "OrderLine.remote_line_id"),
        ({"lines": [{**LINE, "charges": [{"kind": "tip", "amount": 1}]}]}, "Charge.kind"),
        ({"lines": [{**LINE, "charges": [{"kind": "item"}]}]}, "amount"),
        ({"address": {"planet": "Mars"}}, "planet"),
    ],
)
def test_a_mistake_in_an_order_names_the_field(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(neutral.ContractError, match=re.escape(named)):
        neutral.read_order({**ORDER, **changes})


def test_other_mistakes_name_the_field() -> None:
    with pytest.raises(neutral.ContractError, match=re.escape("Return.remote_order_id")):
        neutral.read_return({"remote_return_id": "1", "remote_order_id": ""})
    with pytest.raises(neutral.ContractError, match=re.escape("ListingIssue.severity")):
        neutral.read_listing({"sku": "A", "issues": [{"severity": "odd"}]})
    with pytest.raises(neutral.ContractError, match=re.escape("Page.received_at")):
        neutral.Page(content=b"")
    with pytest.raises(neutral.ContractError, match=re.escape("Checked.retry_after")):
        neutral.Checked(running=True)
    with pytest.raises(neutral.ContractError, match=re.escape("Update.target_ref")):
        neutral.Update(kind="price", target_ref="")
    with pytest.raises(neutral.ContractError, match=re.escape("Explanation.cure")):
        neutral.Explanation("why", "what to do", "magic")


def test_an_update_is_the_columns_of_its_task() -> None:
    update = neutral.Update(kind="price", target_ref="x,1", listing_id=7, after="product")
    values = update.as_values()
    assert (values["kind"], values["target_ref"], values["listing_id"]) == ("price", "x,1", 7)
    assert "after" not in values


@pytest.mark.parametrize("issues", [None, [], [{"code": "99", "severity": "error"}]])
def test_a_listing_that_was_kept_is_the_same_again(issues: list[dict[str, str]] | None) -> None:
    values = {"sku": "A", "marketplace_code": "M1", "shown": {"price": 1}}
    listing = neutral.read_listing({**values, "issues": issues})
    assert neutral.read_listing(listing.as_json()) == listing


def test_forms_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        neutral.read_order(ORDER).currency = "USD"


def test_the_page_is_made_from_the_forms() -> None:
    """docs/neutral-forms.md agrees with the code; `bin/refresh` writes it."""
    assert neutral_page.PAGE.read_text(encoding="utf-8") == neutral_page.page()
