# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The figures of the demo: how they are shown and what they have to be."""

from __future__ import annotations

from collections.abc import Mapping

#: Figures with one right value.
RIGHT = {
    "amount_difference": "0.00",
    "settlement_difference": "0.00",
    "receivables_open": 0,
    "errors": 0,
    "web_orders": 2,
    "questions_answered_by_rule": 1,
    "catalogue_refused": 0,
    "prices_from_folder": 3,
    "prices_refused": 1,
    "orders_to_warehouse": 2,
    "exports_to_approve": 1,
}
#: Figures that have to be equal: what was done and what was to be done.
PAIRS = (
    ("listings_live", "products_sent"),
    ("orders_imported", "orders_to_import"),
    ("orders_acknowledged", "orders_to_acknowledge"),
    ("shipments_confirmed", "shipments_delivered"),
    ("settlements", "settlements_closed"),
    ("settlements_in_the_bank", "settlements_closed"),
    ("web_orders_shipped", "web_orders"),
    ("files_in_warehouse", "orders_to_warehouse"),
)
#: Cases that are left for a person: at least one of each kind.
LEFT = (
    "to_do_sku",
    "to_do_hold",
    "to_do_ship",
    "to_do_tracking",
    "to_do_approval",
    "to_do_drift",
    "to_do_return",
    "to_do_refused",
    "to_do_operation",
)


def table(figures: Mapping[str, object]) -> str:
    """Return the figures as lines, name and value."""
    names = {key: key.replace("_", " ") for key in figures}
    width = max(len(name) for name in names.values())
    rows = [f"  {names[key]:<{width}}  {value!s:>8}" for key, value in figures.items()]
    rule = "  " + "-" * (width + 10)
    return "\n".join(["", rule, *rows, rule])


def complaints(figures: Mapping[str, object]) -> list[str]:
    """Return one sentence per figure that is not what it has to be.

    :param figures: of the demo; a figure that is not there is not judged.
    """
    wrong = [
        f"{key} is {figures[key]}, not {value}."
        for key, value in RIGHT.items()
        if figures.get(key, value) != value
    ]
    unequal = [
        f"{done} is {figures[done]}, but {wanted} is {figures[wanted]}."
        for done, wanted in PAIRS
        if done in figures and wanted in figures and figures[done] != figures[wanted]
    ]
    gone = [f"{key} is 0: nothing of it is left to do." for key in LEFT if not figures.get(key, 1)]
    return wrong + unequal + gone
