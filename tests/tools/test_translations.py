# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every text of the addons is there in every language that we speak."""

from __future__ import annotations

import polib
import pytest

from tools.docs import translations

CATALOGUES = list(translations.catalogues())


@pytest.mark.parametrize(
    ("template", "path"), CATALOGUES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}"
)
def test_nothing_is_missing_and_no_placeholder_is_lost(template, path):
    assert translations.gaps(template, path) == []


def test_every_addon_speaks_three_languages():
    assert len(CATALOGUES) == 3 * 6


def test_gaps_are_found(tmp_path):
    template, translation = polib.POFile(), polib.POFile()
    for text in ("%(count)s orders", "Send", "Stop"):
        template.append(polib.POEntry(msgid=text))
    translation.append(polib.POEntry(msgid="%(count)s orders", msgstr="%s Bestellungen"))
    translation.append(polib.POEntry(msgid="Send", msgstr="Senden"))
    translation.append(polib.POEntry(msgid="Gone", msgstr="Weg"))
    for name, catalogue in (("t.pot", template), ("de.po", translation)):
        catalogue.save(str(tmp_path / name))
    assert translations.gaps(tmp_path / "t.pot", tmp_path / "de.po") == [
        "not translated: Stop",
        "not in the template: Gone",
        "other placeholders or tags: %(count)s orders",
    ]
