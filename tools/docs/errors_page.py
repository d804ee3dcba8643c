# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes the page that lists every reason that a person can read.

`python3 -m tools.docs.errors_page` writes `docs/errors.md`. On screens each reason is explained in
place, in the reader's language: see `integrator.explanations`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEUTRAL, AMAZON = "integrator", "integrator_amazon"
MARKDOWN = ROOT / "docs" / "errors.md"

#: Reasons whose code ends in something that is not ours: beginning of the code -> text.
OPEN_CODES = {
    NEUTRAL: {
        "unexpected": "A mistake in the program, or in Odoo's data, that nobody foresaw. It is "
        "tried again by itself. When it stays, copy the timeline for support; the server log shows "
        "more.",
        "held": "A change is unusual and was held back by a guard rail of the site. Open “To "
        "approve”: approve it, or reject it and the site keeps what it has.",
        "issue": "The site has found something on listings some time after it took them. Open "
        "“Issues of listings”: each names its listing and what to correct.",
    },
    AMAZON: {
        "feed": "Amazon ended a whole feed without working on it. What was in it is not lost: look "
        "at the reason, then press “Try again”.",
        "report": "Amazon ended a report without giving it. It is asked for again; when it stays, "
        "check the roles of your app in Seller Central.",
        "amazon": "Amazon refused one message; the number is Amazon's own. The reason names the "
        "attribute. Correct it in Odoo, or under “Attributes” of the listing, then retry.",
    },
}

#: Person who has to act, by the class of an error.
ACTORS = {
    "Transient": "Nobody: it is tried again by itself.",
    "TransientError": "Nobody: it is tried again by itself.",
    "Throttled": "Nobody: it waits for its turn.",
    "ThrottledError": "Nobody: it waits for its turn.",
    "CircuitOpenError": "Nobody: it waits until the pause is over.",
    "OutcomeUnknownError": "Nobody: it is asked first what became of it.",
    "Configuration": "The administrator: correct the settings, then press “Test connection”.",
    "ConfigurationError": "The administrator: correct the settings, then press “Test connection”.",
}
OPERATOR = "The operator: correct what the reason names, then press “Try again”."


@dataclass(frozen=True)
class Reason:
    """One reason: its stable code, its text, and who has to act."""

    code: str
    text: str
    actor: str
    addon: str


def collect() -> list[Reason]:
    """Return every reason of the source, by code; where a code has several texts, the first."""
    found: dict[str, Reason] = {}
    for addon in (NEUTRAL, AMAZON):
        paths = sorted((ROOT / addon).rglob("*.py"))
        for path in (path for path in paths if "tests" not in path.parts):
            for reason in _reasons(ast.parse(path.read_text(encoding="utf-8")), addon):
                known = found.get(reason.code)
                if not known or not known.text:
                    found[reason.code] = reason
        for code, text in OPEN_CODES[addon].items():
            found[code] = Reason(code, text, OPERATOR, addon)
    return sorted(found.values(), key=lambda reason: reason.code)


def _reasons(tree: ast.AST, addon: str) -> Iterator[Reason]:
    named = _named_texts(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        literals = [_text(argument, named) for argument in node.args]
        if name == "Cause" and len(literals) > 2:
            kind = getattr(node.args[0], "id", "")
            yield Reason(literals[1], literals[2], ACTORS.get(kind, OPERATOR), addon)
        words = {word.arg: _text(word.value, named) for word in node.keywords}
        if words.get("error_code"):
            yield Reason(words["error_code"], words.get("error_message", ""), OPERATOR, addon)
        elif name.endswith("Error") or name == "kind" or isinstance(node.func, ast.Call):
            codes = [words.get("code", "")]
            text = literals[0] if literals else ""
            yield from (Reason(c, text, ACTORS.get(name, OPERATOR), addon) for c in codes if c)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _named_texts(tree: ast.AST) -> list[tuple[int, str, str]]:
    """Return what is given a name: line, name, and the text, empty for anything else."""
    return sorted(
        (node.lineno, target.id, _literal(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _text(node: ast.AST, named: list[tuple[int, str, str]]) -> str:
    """Return the text of a literal, or of what was given this name last above."""
    if not isinstance(node, ast.Name):
        return _literal(node)
    above = [text for line, name, text in named if name == node.id and line < node.lineno]
    return above[-1] if above else ""


def _literal(node: ast.AST) -> str:
    """The text of a literal, also of one that is translated; empty for anything else."""
    if isinstance(node, ast.Call) and node.args and _called(node) in ("_", "_lt"):
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _plain(text: str) -> str:
    return re.sub(r"%\(\w+\)s|%s", "…", text) or "The text names what happened and what to do."


def markdown(reasons: list[Reason]) -> str:
    """Return the page for readers of the repository."""
    lines = [
        "# Every reason, with its cause and its cure",
        "",
        "Made from the source by `python3 -m tools.docs.errors_page`. The code stands beside each",
        "reason in developer mode and in what is copied for support.",
        "",
    ]
    for reason in reasons:
        lines += [f'<a id="{reason.code}"></a>', f"### {reason.code}", "", _plain(reason.text), ""]
        lines += [f"*Who acts:* {reason.actor}", ""]
    return "\n".join(lines)


def contents() -> dict[Path, str]:
    """Return the text of each page."""
    return {MARKDOWN: markdown(collect())}


def main() -> None:
    """Write the pages."""
    for path, content in contents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
