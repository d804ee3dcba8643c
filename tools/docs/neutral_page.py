# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes docs/neutral-forms.md from `integrator/neutral.py`: each form with its fields and the
comments above them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..environment.paths import ROOT

SOURCE = ROOT / "integrator" / "neutral.py"
PAGE = ROOT / "docs" / "neutral-forms.md"

INTRODUCTION = """# Neutral forms

What an adapter gives to the core, the same for every site. Each is a frozen dataclass of
`integrator/neutral.py`, and this page is made from it by `bin/refresh`. Money is `Decimal`; times
have a zone unless stated otherwise. What has no default is required; what a site does not give
is left out. A form that is not as it should be raises `ContractError`, which names the field.

Parsers that know nothing of Odoo give plain values instead, which `read_order`, `read_return` and
`read_listing` turn into forms. What cannot be read is neither guessed nor a reason to leave the
rest: see [decision 20](adr/0020-broken-orders.md). Orders that were sold elsewhere have forms of
their own in `integrator/operation_types.py`, settlements in `integrator_account/neutral.py`.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page."""
    source = SOURCE.read_text(encoding="utf-8")
    lines = source.splitlines()
    parts = [INTRODUCTION]
    banner = ""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.decorator_list:
            title = _banner_above(lines, node.lineno)
            if title != banner:
                parts.append(f"## {title.capitalize()}\n")
                banner = title
            parts.append("\n".join(_form(lines, node)) + "\n")
    return "\n".join(parts)


def _banner_above(lines: list[str], number: int) -> str:
    banners = [line for line in lines[:number] if line.startswith("# === ")]
    return banners[-1].removeprefix("# === ").removesuffix(" === #")


def _form(lines: list[str], node: ast.ClassDef) -> Iterator[str]:
    yield f"### `{node.name}`"
    yield ""
    yield " ".join((ast.get_docstring(node) or "").split())
    yield ""
    yield "| field | type | default | what |"
    yield "|---|---|---|---|"
    for step in node.body:
        if isinstance(step, ast.AnnAssign) and isinstance(step.target, ast.Name):
            kind = ast.unparse(step.annotation).replace("|", "\\|")
            default = f"`{_default(step.value)}`" if step.value else "**required**"
            what = _comment_above(lines, step.lineno).replace("|", "\\|")
            yield f"| `{step.target.id}` | `{kind}` | {default} | {what} |"


def _default(value: ast.expr) -> str:
    """Return a default as it is meant: what a factory makes instead of the call of `field`."""
    match value:
        case ast.Call(func=ast.Name("field"), keywords=[ast.keyword("default_factory", made)]):
            return f"{ast.unparse(made)}()"
    return ast.unparse(value)


def _comment_above(lines: list[str], number: int) -> str:
    """Return what the comment above a field says; it stands for the fields that follow, too."""
    found: list[str] = []
    for line in reversed(lines[: number - 1]):
        text = line.strip()
        if not text.startswith("#:"):
            break
        found.insert(0, text.removeprefix("#:").strip())
    return " ".join(found)
