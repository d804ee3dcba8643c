# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/personal-data.md: where personal data of buyers is kept, why, until when, and how it
ends.

`bin/refresh` does it, in a database with both addons.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "personal-data.md"

HEAD = """# Where personal data is kept

Made by `tools/docs/privacy_page.py` from the inventory in `integrator/privacy/inventory.py`, the
list that masking, the report *Integration → Technical → Personal data*, the copy for support and
the tests go by; a test compares the two. What it means for Amazon's Data Protection Policy stands
in [privacy.md](privacy.md).
"""

TABLE = """| What | Where | Why it is kept | Until | Then |
|---|---|---|---|---|"""

#: Ways to end a place -> in words.
ENDS = {
    "keys": "emptied but for the country",
    "empty": "emptied",
    "remove": "removed",
    "name": "“Erased customer”",
    "reference": "the site's order number alone",
    "words": "what is known of the buyer is taken out",
    "own_words": "what is known of the buyer is taken out; all of it where the site is deleted",
}


def write(env: Any) -> None:
    """Write the page.

    :param env: environment of a database with both addons, of a system administrator.
    """
    PAGE.write_text(render(env), encoding="utf-8")


def render(env: Any) -> str:
    """Return the page's text.

    :param env: environment of a database with both addons, of a system administrator.
    """
    env = env(context={"lang": "en_US"})
    inventory = env["integrator.privacy.inventory"]
    ends = [f"- **{key}**: {text}" for key, text in inventory._ends().items()]
    rows = [_row(place) for place in inventory._places()]
    return "\n".join([HEAD, "Until:", "", *ends, "", TABLE, *rows, ""])


def _row(place: Any) -> str:
    where = " ".join(f"`{name}`" for name in (place.model, *place.fields))
    until = f"{place.until}; a posted invoice keeps it" if place.by_law else place.until
    cells = (place.what, where, place.why, until, ENDS[place.how])
    return f"| {' | '.join(cells)} |"
