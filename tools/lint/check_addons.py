# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks that neither ruff nor pylint makes: manifests, XML, texts of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from .addon_files import tracked_files
from .check_colours import colour_problems
from .check_labels import label_problems
from .check_manifest import manifest_problems
from .check_models import model_problems
from .check_python import python_problems
from .check_readme import readme_problems
from .check_sudo import sudo_problems
from .check_text import reference_problems, text_problems
from .check_xml import xml_problems

#: Each takes the repository and its files, relative to it, and yields problems.
Check = Callable[[Path, list[Path]], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    manifest_problems,
    xml_problems,
    label_problems,
    colour_problems,
    text_problems,
    python_problems,
    model_problems,
    sudo_problems,
    readme_problems,
    reference_problems,
)


def problems(root: Path) -> list[str]:
    """Return one line per problem, `path: what is wrong`.

    :param root: the repository.
    """
    files = tracked_files(root)
    return [problem for check in CHECKS for problem in check(root, files)]
