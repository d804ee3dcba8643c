# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists the files of ours: those that git tracks or would track."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..environment.paths import ROOT, TEST_ADDONS

GIT_SECONDS = 60
MANIFEST = "__manifest__.py"
#: Folders that are looked past where there is no git.
HIDDEN = ("__pycache__",)


def tracked_files(root: Path) -> list[Path]:
    """Return the files of a repository, relative to it, without those that git ignores.

    :param root: the repository; without git, every file in it.
    """
    # the folder may belong to somebody else; what is asked runs nothing of theirs
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z"]
    try:
        answer = subprocess.run(
            [*command, "--cached", "--others", "--exclude-standard"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return sorted(path.relative_to(root) for path in root.rglob("*") if _is_plain(root, path))
    names = sorted(Path(name) for name in answer.stdout.split("\0") if name)
    return [name for name in names if (root / name).is_file()]


def _is_plain(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    return path.is_file() and not any(part[0] == "." or part in HIDDEN for part in parts)


def addons(root: Path) -> list[Path]:
    """Return the folders of the addons of a repository."""
    return sorted(file.parent for file in root.glob(f"*/{MANIFEST}"))


def addons_for_tests(root: Path) -> list[Path]:
    """Return the folders of the addons that only tests install."""
    folder = TEST_ADDONS.relative_to(ROOT)
    return sorted(file.parent for file in (root / folder).glob(f"*/{MANIFEST}"))


def below(files: list[Path], folder: str | Path) -> list[Path]:
    """Return the files in a folder.

    :param files: relative to the repository.
    :param folder: relative to the repository.
    """
    return [file for file in files if file.is_relative_to(folder)]
