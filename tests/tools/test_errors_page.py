# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every reason is explained, and nothing is explained that is not there (001-36)."""

from __future__ import annotations

import re

import pytest

from tools.docs import errors_page

#: The whole source, read once.
REASONS = errors_page.collect()
CONTENTS = errors_page.contents()


@pytest.mark.parametrize("path", sorted(CONTENTS), ids=lambda path: path.name)
def test_the_pages_are_what_the_source_says(path):
    assert path.read_text(encoding="utf-8") == CONTENTS[path]


def test_each_reason_has_a_place_of_its_own():
    content = CONTENTS[errors_page.MARKDOWN]
    places = re.findall(r'<a id="([^"]+)"', content)
    assert len(places) == len(set(places)) > 80


def test_the_neutral_reasons_know_no_site():
    neutral = [row.text for row in REASONS if row.addon == errors_page.NEUTRAL]
    assert neutral
    assert "amazon" not in " ".join(neutral).lower()


def test_every_reason_says_something():
    short = [reason.code for reason in REASONS if len(reason.text) < 20]
    assert len(short) < 15, short
