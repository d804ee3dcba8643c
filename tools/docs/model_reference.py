# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/models.md: every model of ours with every field, read from an installed database.

`bin/refresh` does it, in a database with both addons.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "models.md"

ADDONS = ("integrator", "integrator_amazon", "integrator_account")

#: Columns that Odoo gives every model.
COMMON = frozenset(
    {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date", "__last_update"}
)

HEAD = """# Model reference

Every model of ours and every field that we add to Odoo's models. Made from an installed
database by `tools/docs/model_reference.py`; a test compares the two.
"""


def write(env: Any) -> None:
    """Write the page.

    :param env: environment of a database with both addons.
    """
    PAGE.write_text(render(env), encoding="utf-8")


def render(env: Any) -> str:
    """Return the page's text.

    :param env: environment of a database with both addons.
    """
    models = [env[name] for name in sorted(env.registry) if not _is_technical(env[name])]
    sections = [section for section in map(_section, models) if section]
    return "\n".join([HEAD, *sections])


def _is_technical(model: Any) -> bool:
    """Return whether a model keeps no rows that anybody looks at: mixins, stages, wizards."""
    return model._abstract or model._transient or model._name.startswith("ir.")


def _section(model: Any) -> str:
    ours = model._original_module in ADDONS
    names = [name for name in sorted(model._fields) if _is_ours(model, name, ours)]
    if not names:
        return ""
    title = f"## {model._description} (`{model._name}`)"
    rows = [_row(model._fields[name]) for name in names]
    return "\n".join([title, "", "| field | type | meaning |", "|---|---|---|", *rows, ""])


def _is_ours(model: Any, name: str, own_model: bool) -> bool:
    field = model._fields[name]
    if name in COMMON or field.inherited:
        return False
    return field._modules and field._modules[0] in ADDONS if not own_model else not _is_mixed(field)


def _is_mixed(field: Any) -> bool:
    """Return whether a field of our model comes from a mixin of Odoo's, such as the chatter."""
    return bool(field._modules) and field._modules[0] not in ADDONS


def _row(field: Any) -> str:
    kind = field.type
    if field.comodel_name:
        kind = f"{kind} → `{field.comodel_name}`"
    if field.type == "selection" and isinstance(field.selection, list):
        kind = "selection: " + ", ".join(f"`{value}`" for value, _label in field.selection)
    meaning = f"{field.string}. {field.help}" if field.help else str(field.string)
    return f"| `{field.name}` | {kind} | {' '.join(meaning.split())} |"
