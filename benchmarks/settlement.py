# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Posting a settlement of 10,000 rows, against one batched `account.move` create of its items.

`posted` makes the entry out of the rows, as the button does: keys, receivables of the orders, fees,
payout, links to the rows, and the search for what it pays. `batched` creates and posts an entry
with the same items by Odoo alone. They belong together, and seconds are the processor's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .processor import Processor

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {"settlement": ("posted", "batched", 1.5)}
#: Measure -> whether its database has the addons.
MEASURES = {"posted": True, "batched": True}
CONSTANTS: dict[str, float] = {}

ROWS = 10_000
ROUNDS = 2
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"ROWS": 8, "ROUNDS": 1}
FULL: dict[str, int] = {}
#: Rows of one order: price, tax, tax that the site keeps, fee.
KINDS = (
    ("Principal", "sale", Decimal("20.00")),
    ("Tax", "sale_tax", Decimal("1.60")),
    ("Withheld", "withheld_tax", Decimal("-1.60")),
    ("Commission", "commission", Decimal("-3.00")),
)


def measure_once(env: Any) -> dict[str, float]:
    """Return the figure of each measure: the quickest of some rounds in turns.

    :param env: Odoo environment of the superuser; everything is committed.
    """
    site = _site(env)
    seconds: dict[str, list[float]] = {"posted": [], "batched": []}
    for number in range(ROUNDS):
        settlement = _settlement(env, site, number)
        env.invalidate_all()
        processor = Processor(env)
        settlement._post_ready()
        env.cr.commit()
        seconds["posted"].append(processor.seconds())
        if settlement.state != "posted":
            raise RuntimeError(settlement.hold_reason)
        values = _plain_values(settlement.move_ids)
        env.invalidate_all()
        processor = Processor(env)
        env["account.move"].create([values])._post(soft=False)
        env.cr.commit()
        seconds["batched"].append(processor.seconds())
    return {name: min(some) for name, some in seconds.items()}


def _site(env: Any) -> Any:
    """Return a site whose rows have rules and accounts."""
    kind = env["integrator.site"]._fields["site_type"].get_values(env)[0]
    site = env["integrator.site"].create({"name": "Settlements", "site_type": kind})
    site._ensure_settlement_rules()
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    site.write({"settlement_journal_id": journal.id, "settlement_locked": "next"})
    for group in site.settlement_group_ids:
        group.account_id = group._propose_account()
    env["integrator.settlement.rule"].create(
        [
            {
                "site_id": site.id,
                "sequence": 1,
                "description": description,
                "group_id": site._settlement_group(key).id,
            }
            for description, key, _amount in KINDS
        ]
    )
    env.cr.commit()
    return site


def _settlement(env: Any, site: Any, number: int) -> Any:
    """Return a settlement that is ready."""
    model = env["integrator.settlement"]
    settlement = model.create(
        {
            "site_id": site.id,
            "remote_id": f"BENCH-{number}",
            "account_ref": str(number),
            "currency_id": site.company_id.currency_id.id,
            "start": "2026-10-01 00:00:00",
            "end": "2026-10-15 00:00:00",
            "amount_total": float(sum(row.amount for row in _rows(number))),
            "rate": 1.0,
        }
    )
    settlement._keep_rows(_rows(number))
    settlement._check_again()
    env.cr.commit()
    return settlement


def _rows(number: int) -> Iterator[Any]:
    from odoo.addons.integrator_account.neutral import SettlementRow

    for index in range(ROWS):
        description, _key, amount = KINDS[index % len(KINDS)]
        yield SettlementRow(
            number=index + 1,
            transaction_type="Order",
            amount_type="Price",
            description=description,
            marketplace_ref="Market",
            order_ref=f"B{number}-{index // len(KINDS)}",
            merchant_order_ref="",
            order_item_ref=f"B{number}-{index // len(KINDS)}-1",
            adjustment_ref="",
            shipment_ref="",
            fulfilment="",
            sku="BENCH",
            quantity=1,
            amount=amount,
            posted_at=None,
            posted_date=None,
        )


def _plain_values(moves: Any) -> dict[str, Any]:
    """Return what creates the same entry by Odoo alone."""
    names = ("account_id", "partner_id", "currency_id")
    return {
        "move_type": "entry",
        "journal_id": moves.journal_id.id,
        "date": moves.date,
        "ref": "Plain",
        "line_ids": [
            (
                0,
                0,
                {
                    **{name: line[name].id for name in names},
                    "name": line.name,
                    "amount_currency": line.amount_currency,
                    "balance": line.balance,
                },
            )
            for line in moves.line_ids
        ],
    }
