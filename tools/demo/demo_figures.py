# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The figures of the demo: how they are shown and what they have to be."""

from __future__ import annotations

from collections.abc import Mapping

#: Figures with one right value.
RIGHT = {"amount_difference": "0.00", "errors": 0}
#: Figures that have to be equal: what was done and what was to be done.
PAIRS = (
    ("listings_live", "products_sent"),
    ("orders_imported", "orders_to_import"),
    ("orders_acknowledged", "orders_to_acknowledge"),
    ("shipments_confirmed", "shipments_delivered"),
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
    return wrong + unequal
