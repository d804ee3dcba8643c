# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The translations of the addons: what is missing in them, and how they follow their template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib

from ..environment.paths import ROOT

LANGUAGES = ("de", "es", "fr")
#: Parts that a translation has to keep: placeholders of Python, and tags.
KEPT = re.compile(r"%(?:\(\w+\))?[.\d]*[sdfg%](?!\w)|<[^>]+>")


def catalogues() -> Iterator[tuple[Path, Path]]:
    """Yield each template with each of its translations, whether that is there or not."""
    for template in sorted(ROOT.glob("*/i18n/*.pot")):
        for language in LANGUAGES:
            yield template, template.with_name(f"{language}.po")


def merge() -> None:
    """Bring every translation up to date with its template: new texts come in untranslated, and
    what the template does not have any more goes."""
    for template, path in catalogues():
        catalogue = polib.pofile(str(path)) if path.exists() else _empty(path.stem)
        catalogue.merge(polib.pofile(str(template)))
        for entry in catalogue.obsolete_entries():
            catalogue.remove(entry)
        catalogue.save(str(path))


def _empty(language: str) -> polib.POFile:
    """Return a translation that has no text yet."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return catalogue


def gaps(template: Path, path: Path) -> list[str]:
    """Return what is wrong with a translation, one sentence each."""
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    wanted = [entry.msgid for entry in polib.pofile(str(template))]
    wrong = [f"not translated: {text}" for text in wanted if not known.get(text)]
    wrong += [f"not in the template: {text}" for text in known.keys() - set(wanted)]
    wrong += [
        f"other placeholders or tags: {text}"
        for text, translation in known.items()
        if translation and sorted(KEPT.findall(text)) != sorted(KEPT.findall(translation))
    ]
    return wrong
