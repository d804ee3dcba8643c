# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine's own Debian source, pointed at another suite.

The text of the source (its address, its keys) is the machine's; only the suite is ours.
Both forms of apt are read: deb822 (`debian.sources`) and the `deb` line (`sources.list`).
"""

from __future__ import annotations

import re
from pathlib import Path

from .messages import ToolError

APT_FOLDER = Path("/etc/apt")


def private_source(suite: str, folder: Path = APT_FOLDER) -> tuple[str, str]:
    """Return the ending and the text of a source file for a suite.

    :param suite: Debian's name of the suite, such as `sid`.
    :param folder: apt's configuration folder.
    :raise ToolError: when no Debian source is configured.
    """
    for file in sorted(folder.glob("sources.list.d/*.sources"), key=_debian_first):
        if text := stanza(file.read_text(), suite):
            return ".sources", text
    lists = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    for file in lists:
        if file.exists() and (text := line(file.read_text(), suite)):
            return ".list", text
    raise ToolError(f"No Debian package source is configured in {folder}: Odoo comes from there.")


def _debian_first(file: Path) -> tuple[bool, str]:
    return file.name != "debian.sources", file.name


def stanza(text: str, suite: str) -> str:
    """Return the first Debian stanza of a deb822 file with another suite, "" without one.

    :param text: content of a `.sources` file.
    """
    for part in re.split(r"\n\s*\n", text):
        lines = [row for row in part.splitlines() if row.strip() and not row.startswith("#")]
        fields = dict(row.split(":", 1) for row in lines if re.match(r"[\w-]+:", row))
        if _is_debian_stanza({key.lower(): value for key, value in fields.items()}):
            return _with_suite(lines, suite)
    return ""


def _is_debian_stanza(fields: dict[str, str]) -> bool:
    return (
        "deb" in fields.get("types", "").split()
        and fields.get("enabled", "yes").strip().lower() != "no"
        and _is_main_archive(fields.get("uris", ""))
    )


def _is_main_archive(address: str) -> bool:
    """Return whether an address is that of Debian itself, not of its security updates."""
    return any(uri.rstrip("/").endswith("/debian") for uri in address.split())


def _with_suite(lines: list[str], suite: str) -> str:
    kept = {"types": "Types: deb", "suites": f"Suites: {suite}", "components": "Components: main"}
    result, replaced = [], False
    for row in lines:
        name = row.split(":", 1)[0].lower()
        if row[0].isspace():
            # continues the field before it, which may be one that was replaced
            if not replaced:
                result.append(row)
            continue
        replaced = name in kept
        result.append(kept.get(name, row))
    return "\n".join(result) + "\n"


def line(text: str, suite: str) -> str:
    """Return the first Debian `deb` line of a one-line source file with another suite, or "".

    :param text: content of a `.list` file.
    """
    for row in text.splitlines():
        found = re.match(r"deb\s+(\[[^]]*\]\s+)?(\S+)\s+\S+\s+\S", row.strip())
        if found and _is_main_archive(found[2]):
            return f"deb {found[1] or ''}{found[2]} {suite} main\n"
    return ""
