# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One virtual environment with Odoo's packages, ours and those of the checks, all pinned."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from .locks import exclusive
from .messages import say
from .paths import ROOT, Paths
from .processes import run

REQUIREMENTS = (
    ROOT / "tools" / "requirements-odoo.txt",
    ROOT / "requirements.txt",
    ROOT / "requirements-queue.txt",
    ROOT / "requirements-dev.txt",
)
CONSTRAINTS = ROOT / "tools" / "constraints.txt"
VENV_SECONDS = 120
PIP_SECONDS = 600
COMPLETE = ".complete"


def ensure_python(paths: Paths) -> Path:
    """Return the virtual environment's interpreter, after making the environment if needed.

    :raise ToolError: when pip fails; the text holds what it said.
    """
    folder = paths.home / f"venv-{fingerprint()}"
    python = folder / "bin" / "python"
    if not _complete(folder):
        with exclusive(paths.locks / "venv"):
            if not _complete(folder):
                _install(paths, folder, python)
    return python


def fingerprint() -> str:
    """Return a short name of what is in the environment: Python's version, every pin."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for file in (*REQUIREMENTS, CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _complete(folder: Path) -> bool:
    # the interpreter is a link: it is gone when the Python behind it was removed
    return (folder / COMPLETE).exists() and (folder / "bin" / "python").exists()


def _install(paths: Paths, folder: Path, python: Path) -> None:
    """Make the environment in place; it cannot be moved, so a marker tells that it is whole."""
    say("Installing Python packages …")
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", folder], paths.logs / "venv.log", VENV_SECONDS)
    files = [part for file in REQUIREMENTS for part in ("-r", file)]
    options = ["--no-input", "--disable-pip-version-check", "--retries", "5", "--no-warn-conflicts"]
    run(
        [python, "-m", "pip", "install", *options, "-c", CONSTRAINTS, *files],
        paths.logs / "pip.log",
        PIP_SECONDS,
        pip_environment(),
    )
    (folder / COMPLETE).touch()


def pip_environment() -> dict[str, str]:
    """Return the environment for pip: the machine's own settings, a time limit if it has none."""
    return {"PIP_DEFAULT_TIMEOUT": "60", **os.environ, "PIP_REQUIRE_VIRTUALENV": "1"}
