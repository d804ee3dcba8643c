# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""READMEs are up to date with their fragments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..docs.readme_pages import FOLDER, FRAGMENTS, readme
from .addon_files import addons

#: Fragments of the next release's changelog, one file each, read by towncrier.
NEWS = "newsfragments"
NEWS_NAME = re.compile(r"(\d+|\+[a-z0-9-]+)\.(feature|bugfix|doc|removal)(\.\d+)?\.md")


def readme_problems(root: Path, _files: list[Path]) -> Iterator[str]:
    """Yield READMEs that are out of date, and fragments that are not used.

    :param root: the repository.
    """
    for addon in addons(root):
        folder = addon / FOLDER
        if not folder.is_dir():
            continue
        known = {f"{name}.rst" for name in FRAGMENTS} | {NEWS}
        for file in sorted(folder.iterdir()):
            if file.name not in known:
                yield f"{addon.name}/{FOLDER}/{file.name}: is no fragment of a README"
        for file in sorted(folder.glob(f"{NEWS}/*")):
            if not NEWS_NAME.fullmatch(file.name):
                yield f"{addon.name}/{FOLDER}/{NEWS}/{file.name}: is no name of a fragment"
        text = (addon / "README.rst").read_text(encoding="utf-8")
        if text != readme(addon):
            yield f"{addon.name}/README.rst: is not what its fragments say, run bin/refresh"
