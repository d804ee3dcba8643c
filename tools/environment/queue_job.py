# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""OCA's queue_job, which the optional addon `integrator_queue_job` builds on.

Its wheel asks pip for a package `odoo`, which Odoo from elsewhere is not; so it goes without its
requirements into a folder of its own that stands on the addons path.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from .locks import exclusive
from .messages import say
from .paths import ROOT, Paths
from .processes import run
from .python_env import pip_environment

REQUIREMENTS = ROOT / "requirements-queue-job.txt"
INSTALL_SECONDS = 300


def ensure_queue_job(paths: Paths, python: Path) -> Path:
    """Return the folder of addons that holds queue_job, after fetching it if needed.

    :param python: interpreter of the virtual environment.
    :raise ToolError: when pip fails; the text holds what it said.
    """
    version = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = paths.home / f"queue_job-{version}"
    with exclusive(paths.locks / "queue_job"):
        if not folder.exists():
            _install(paths, python, folder)
    return folder / "odoo" / "addons"


def _install(paths: Paths, python: Path, folder: Path) -> None:
    """Install beside the final place and rename: whoever sees the folder sees all of it."""
    say("Fetching queue_job …")
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    options = ["--no-input", "--disable-pip-version-check", "--target", partial]
    exactly = ["--require-hashes", "--no-deps", "-r", REQUIREMENTS]
    run(
        [python, "-m", "pip", "install", *options, *exactly],
        paths.logs / "queue_job.log",
        INSTALL_SECONDS,
        pip_environment(),
    )
    partial.rename(folder)
