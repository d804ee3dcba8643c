# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Assigns files to layouts by their names, and builds the names of exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import re2

from .causes import PLACE_NAME
from .layout import Descriptor, MaskKind
from .problems import FileRefused
from .values import compile_pattern


@lru_cache(maxsize=500)
def compile_mask(mask: str, kind: MaskKind) -> Any:
    """Return the pattern of a mask, None for an empty one.

    A glob has `*` and `?` and ignores case; a regular expression is one of RE2 for the whole name.

    :raise ValueRefused: when it is none.
    """
    if kind == "regex":
        return compile_pattern(f"(?:{mask})" if mask else "", groups=20)
    parts = (
        "(?s:.*)" if part == "*" else "(?s:.)" if part == "?" else re2.escape(part) for part in mask
    )
    return compile_pattern(f"(?i){''.join(parts)}" if mask else "")


def fits(descriptor: Descriptor, path: str) -> bool:
    """Return whether a file is of a layout, by its name without folders."""
    pattern = compile_mask(descriptor.mask, descriptor.mask_kind)
    return pattern is not None and bool(pattern.fullmatch(path.rpartition("/")[2]))


@dataclass(frozen=True)
class Matching:
    """Assignment of the files of a folder or an archive to layouts.

    :param taken: in the order of the layouts, each with its files in the order of their names.
    :param missing: layouts without a file.
    :param unmatched: files that no layout takes.
    """

    taken: tuple[tuple[Descriptor, tuple[str, ...]], ...]
    missing: tuple[Descriptor, ...]
    unmatched: tuple[str, ...]


def match_files(descriptors: Sequence[Descriptor], names: Iterable[str]) -> Matching:
    """Return which layout takes which files. A file that fits two layouts is read by both: its
    columns may belong to two models.

    :param descriptors: in the group's order.
    :param names: of the files, with their folders, in any order.
    """
    ordered = sorted(names, key=_natural)
    taken = tuple((one, tuple(name for name in ordered if fits(one, name))) for one in descriptors)
    used = {name for _one, files in taken for name in files}
    return Matching(
        tuple((one, files) for one, files in taken if files),
        tuple(one for one, files in taken if not files),
        tuple(name for name in ordered if name not in used),
    )


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Order `part10` after `part2`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name


def export_name(descriptor: Descriptor, now: datetime) -> str:
    """Return the name of a file that is made now.

    :param now: aware time.
    :raise FileRefused: when it is not a valid name of a file.
    """
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%d-%H%M%S")
    pattern = descriptor.file_name or f"{descriptor.name}-{{timestamp}}.{descriptor.format.kind}"
    name = pattern.replace("{timestamp}", stamp)
    require_name(name)
    return name


def require_name(name: str) -> None:
    """Refuse what is no plain name of a file.

    :raise FileRefused: when it holds folders, control characters, or begins with a dot.
    """
    plain = name.isprintable() and not set(name) & set('/\\:*?"<>|')
    if not plain or name[:1] in ("", ".", " ") or len(name.encode()) > 200:
        raise FileRefused(PLACE_NAME.at(name=name))
