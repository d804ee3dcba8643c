# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From stored documents to confirmed sale orders, against Odoo's ORM with nothing around it.

`ours` extracts and imports documents of 100 orders by the stages themselves. `batched` makes the
same customers, addresses and sale orders by one `create` each and confirms them at once; `single`
makes and confirms one order per transaction, as connectors do. The last two run in a database
without these addons. Every order has two lines of storable products that are in stock.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from .processor import Processor

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "import-vs-orm": ("ours", "batched", 0.95),
    "import-vs-single": ("ours", "single", 0.42),
}
#: Measure -> whether its database has the addons.
MEASURES = {"ours": True, "batched": False, "single": False}
CONSTANTS: dict[str, float] = {}

ORDERS = 200
#: One order per transaction takes so long that fewer have to do.
SINGLE_ORDERS = 40
WARM_UP = 20
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"ORDERS": 6, "SINGLE_ORDERS": 2, "WARM_UP": 2}
FULL = {"ORDERS": 500, "SINGLE_ORDERS": 100}
PER_DOCUMENT = 100
PRODUCTS = 20
PIECES = 1_000_000
MARKETPLACE = "A1PA6795UKMFR9"
START = datetime(2026, 11, 1, 8, tzinfo=timezone.utc)


def measure(env: Any, name: str, number: int) -> float:
    """Return seconds of the processor per order.

    :param env: Odoo environment of the superuser; everything is committed.
    :param name: a key of `MEASURES`.
    :param number: of the round, from 0: each has orders of its own.
    """
    work: Callable[[Any, list[dict[str, Any]]], float] = globals()[f"_measure_{name}"]
    products = _products(env)
    count = SINGLE_ORDERS if name == "single" else ORDERS
    work(env, _drafts(products, WARM_UP, number * 2_000))
    return work(env, _drafts(products, count, number * 2_000 + 1_000)) / count


# === WHAT IS SOLD === #


def _products(env: Any) -> Any:
    """Return products with plenty in stock, made by the first round."""
    found = env["product.product"].search([("default_code", "=like", "BENCH-%")], order="id")
    if found:
        return found
    found = env["product.product"].create(
        [
            {
                "name": f"Benchmark product {number}",
                "default_code": f"BENCH-{number}",
                "list_price": 10 + number,
                "is_storable": True,
            }
            for number in range(PRODUCTS)
        ]
    )
    place = _warehouse(env).lot_stock_id
    for product in found:
        env["stock.quant"]._update_available_quantity(product, place, PIECES)
    env.ref("base.EUR").active = True
    env.cr.commit()
    return found


def _warehouse(env: Any) -> Any:
    return env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)


def _drafts(products: Any, count: int, first: int) -> list[dict[str, Any]]:
    """Return orders in the form of the Orders API, each with two lines."""
    listings = [
        {
            "sku": product.default_code,
            "price": Decimal(str(product.list_price)),
            "asin": f"B0BENCH{product.id:03d}",
            "title": product.name,
        }
        for product in products
    ]
    return [_draft(listings, number) for number in range(first, first + count)]


def _draft(listings: list[dict[str, Any]], number: int) -> dict[str, Any]:
    # `tools/proofs/bench.py` reads this module by a Python that need not have what the local Amazon
    # needs
    from spapi_simulator.marketplaces import MARKETPLACES
    from spapi_simulator.scenario.draft import Draft

    shop = MARKETPLACES[MARKETPLACE]
    placed = START + timedelta(seconds=number)
    draft = Draft(listings, shop, number, placed, placed, random.Random(number))
    draft.add_line(quantity=1)
    draft.add_line(quantity=2)
    return draft.order()


# === OURS === #


def _measure_ours(env: Any, orders: list[dict[str, Any]]) -> float:
    site = _site(env)
    for number, page in enumerate(_pages(orders)):
        env["integrator.document"]._keep(
            site, f"{orders[0]['orderId']} {number}", page, stage="extract"
        )
    env.cr.commit()
    env.invalidate_all()
    processor = Processor(env)
    env["integrator.stage.extract"]._run(site)
    env["integrator.stage.import"]._run(site)
    seconds = processor.seconds()
    _check(_imported(env, orders), orders)
    return seconds


def _imported(env: Any, orders: list[dict[str, Any]]) -> Any:
    """Return the sale orders.

    :raise RuntimeError: with the reason why one of them is held.
    """
    ids = [order["orderId"] for order in orders]
    held = env["integrator.order"].search(
        [("remote_order_id", "in", ids), ("state", "=", "error")], limit=1
    )
    if held:
        raise RuntimeError(held.error_message)
    return env["sale.order"].search([("integrator_order_ref", "in", ids), ("state", "=", "sale")])


def _pages(orders: list[dict[str, Any]]) -> Iterator[Any]:
    for first in range(0, len(orders), PER_DOCUMENT):
        content = {"orders": orders[first : first + PER_DOCUMENT]}
        yield _page(json.dumps(content).encode())


def _page(content: bytes) -> Any:
    """Return it as an adapter gives what it has fetched."""
    # `tools/proofs/bench.py` reads this module by a Python without Odoo
    from odoo.addons.integrator.neutral import Page

    received_at = datetime(2026, 11, 2)  # noqa: DTZ001 - Odoo's times have no zone
    return Page(content=content, charset="utf-8", received_at=received_at)


def _site(env: Any) -> Any:
    found = env["integrator.site"].search([("name", "=", "Benchmark")])
    return found or env["integrator.site"].create(
        {
            "name": "Benchmark",
            "site_type": "amazon",
            "automatic": True,
            # as the orders of Odoo alone
            "unnamed_tax": "none",
            "amazon_merchant_id": "A1BENCHMARK",
            "amazon_marketplace_ids": env["integrator.amazon.marketplace"]
            .search([("code", "=", MARKETPLACE)])
            .ids,
        }
    )


# === ODOO ALONE === #


def _measure_batched(env: Any, orders: list[dict[str, Any]]) -> float:
    env.invalidate_all()
    processor = Processor(env)
    made = _make(env, orders)
    env.cr.commit()
    seconds = processor.seconds()
    _check(made, orders)
    return seconds


def _measure_single(env: Any, orders: list[dict[str, Any]]) -> float:
    env.invalidate_all()
    made = env["sale.order"]
    processor = Processor(env)
    for order in orders:
        made |= _make(env, [order])
        env.cr.commit()
        env.invalidate_all()
    seconds = processor.seconds()
    _check(made, orders)
    return seconds


def _make(env: Any, orders: list[dict[str, Any]]) -> Any:
    """Make customers, addresses and confirmed sale orders."""
    country = env.ref("base.de")
    buyers = env["res.partner"].create([_prepare_partner(order, country) for order in orders])
    places = env["res.partner"].create(
        [
            {**_prepare_partner(order, country), "parent_id": buyer.id, "type": "delivery"}
            for order, buyer in zip(orders, buyers, strict=True)
        ]
    )
    skus = {line["product"]["sellerSku"] for order in orders for line in order["orderItems"]}
    found = env["product.product"].search([("default_code", "in", list(skus))])
    products = {product.default_code: product for product in found}
    shared = {"warehouse_id": _warehouse(env).id, "pricelist_id": _pricelist(env).id}
    made = env["sale.order"].create(
        [
            {**_prepare_order(order, products), **shared, **_who(buyer, place)}
            for order, buyer, place in zip(orders, buyers, places, strict=True)
        ]
    )
    made.action_confirm()
    return made


def _pricelist(env: Any) -> Any:
    euro = env.ref("base.EUR")
    found = env["product.pricelist"].search([("currency_id", "=", euro.id)], limit=1)
    return found or env["product.pricelist"].create({"name": "EUR", "currency_id": euro.id})


def _prepare_partner(order: dict[str, Any], country: Any) -> dict[str, Any]:
    place = order["recipient"]["deliveryAddress"]
    return {
        "name": place["name"],
        "email": order["buyer"]["buyerEmail"],
        "street": place["addressLine1"],
        "city": place["city"],
        "zip": place["postalCode"],
        "phone": place["phone"],
        "country_id": country.id,
    }


def _who(buyer: Any, place: Any) -> dict[str, Any]:
    return {
        "partner_id": buyer.id,
        "partner_invoice_id": buyer.id,
        "partner_shipping_id": place.id,
    }


def _prepare_order(order: dict[str, Any], products: dict[str, Any]) -> dict[str, Any]:
    return {
        "client_order_ref": order["orderId"],
        "date_order": order["createdTime"][:19].replace("T", " "),
        "order_line": [
            (
                0,
                0,
                {
                    "product_id": products[line["product"]["sellerSku"]].id,
                    "name": line["product"]["title"],
                    "product_uom_qty": line["quantityOrdered"],
                    "price_unit": float(line["product"]["price"]["unitPrice"]["amount"]),
                    "tax_ids": [(5,)],
                },
            )
            for line in order["orderItems"]
        ],
    }


# === BOTH === #


def _check(made: Any, orders: list[dict[str, Any]]) -> None:
    """Check that the work was done.

    :raise RuntimeError: when an order, its delivery or a cent is missing.
    """
    total = sum(Decimal(order["proceeds"]["grandTotal"]["amount"]) for order in orders)
    ours = sum(Decimal(f"{amount:.2f}") for amount in made.mapped("amount_total"))
    open_deliveries = made.picking_ids.filtered(lambda picking: picking.state == "assigned")
    if len(made) != len(orders) or ours != total or len(open_deliveries) != len(orders):
        raise RuntimeError(f"{len(made)} of {len(orders)} orders, {ours} of {total}")
