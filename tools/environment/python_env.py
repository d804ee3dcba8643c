# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One virtual environment with Odoo's packages, ours and those of the checks.

What is in it is `requirements.lock`: each version that the tests were run with, and the hashes of
its files, so that pip takes nothing else. Its head says by which command it is made anew from the
lists that people edit.
"""

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

LOCK = ROOT / "tools" / "requirements.lock"
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
    """Return a short name of what is in the environment: this Python, every pin."""
    digest = hashlib.sha256(repr((sys.version_info[:2], sys.base_prefix)).encode())
    digest.update(LOCK.read_bytes())
    return digest.hexdigest()[:12]


def _complete(folder: Path) -> bool:
    # the interpreter is a link: it is gone when the Python behind it was removed
    return (folder / COMPLETE).exists() and (folder / "bin" / "python").exists()


def _install(paths: Paths, folder: Path, python: Path) -> None:
    """Make the environment in place, since it cannot be moved; a marker file shows that it is
    complete."""
    say("Installing Python packages …")
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", folder], paths.logs / "venv.log", VENV_SECONDS)
    options: list[str | Path] = ["--no-input", "--disable-pip-version-check", "--retries", "5"]
    exactly: list[str | Path] = ["--require-hashes", "--no-deps", "-r", LOCK]
    run(
        [python, "-m", "pip", "install", *options, *exactly],
        paths.logs / "pip.log",
        PIP_SECONDS,
        pip_environment(),
    )
    (folder / COMPLETE).touch()


def pip_environment() -> dict[str, str]:
    """Return the environment for pip: the machine's own settings, a time limit if it has none."""
    return {"PIP_DEFAULT_TIMEOUT": "60", **os.environ, "PIP_REQUIRE_VIRTUALENV": "1"}
