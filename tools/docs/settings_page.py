# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/settings.md: every setting of a site in the order of its form, with its default.

`bin/refresh` does it, in a database with both addons.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"

HEAD = """# Settings

Where: *Integration → Configuration → Channels*, one form per account; what holds for all channels
is in *Settings → Integration*. Made from the form by `tools/docs/settings_page.py`; a test compares
the two.
"""

#: Lists inside the form are described with their own model in docs/models.md.
LISTS = frozenset({"one2many", "many2many"})

#: Model of Odoo's own settings page.
PARAMETERS = "res.config.settings"


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
    site = env["integrator.site"]
    form = etree.fromstring(site.get_view(view_type="form")["arch"])
    rows: dict[str, list[str]] = {}
    for node in form.iter("field"):
        if not _is_setting(node, site):
            continue
        rows.setdefault(_place(node), []).append(_row(site, node))
    sections = [_section(title, lines) for title, lines in rows.items()]
    return "\n".join([HEAD, *sections, _section("All channels", _parameters(env))])


def _is_setting(node: Any, site: Any) -> bool:
    field = site._fields.get(node.get("name"))
    inner = any(parent.tag in ("list", "kanban", "form") for parent in _inner_parents(node))
    if inner or field is None or node.get("invisible") in ("1", "True"):
        return False
    return not (field.readonly or node.get("readonly") in ("1", "True"))


def _inner_parents(node: Any) -> list[Any]:
    """Return the ancestors below the form itself."""
    return list(node.iterancestors())[:-1]


def _place(node: Any) -> str:
    """Return the tab or group that a field is shown in."""
    for tag in ("page", "group"):
        names = [one.get("string") for one in node.iterancestors(tag) if one.get("string")]
        if names:
            return names[-1]
    return "The site"


def _row(site: Any, node: Any) -> str:
    field = site._fields[node.get("name")]
    label = node.get("string") or field.string
    return f"| {label} | {_default(site, field)} | {' '.join((field.help or '').split())} |"


def _default(site: Any, field: Any) -> str:
    if field.type == "datetime" and field.default:
        return "now"
    if field.type in LISTS or not field.default:
        return ""
    value = field.default(site)
    if field.relational or value is None:
        return "by company"
    if field.type == "boolean":
        return "on" if value else "off"
    if field.type == "selection":
        value = dict(field._description_selection(site.env)).get(value, value)
    return str(value).replace("|", "\\|")


def _parameters(env: Any) -> list[str]:
    fields = env[PARAMETERS]._fields.values()
    ours = [field for field in fields if field.name.startswith("integrator_")]
    return [
        f"| {field.string} |  | {' '.join((field.help or '').split())} |"
        for field in sorted(ours, key=lambda field: field.name)
    ]


def _section(title: str, lines: list[str]) -> str:
    head = [f"## {title}", "", "| setting | default | what it does |", "|---|---|---|"]
    return "\n".join([*head, *lines, ""])
