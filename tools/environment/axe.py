# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""axe-core, which finds what people with a keyboard or a screen reader would stumble over.

Fetched by npm's own client, one version, known by the hash of its package. It is used by the tests
only, and no part of what we ship (MPL-2.0).
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tarfile
from pathlib import Path

from .locks import exclusive
from .messages import ToolError, say
from .paths import Paths
from .processes import run
from .system_packages import require

VERSION = "4.14.1"
#: As the registry names it: SHA-512, in base64.
INTEGRITY = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)
SCRIPT = "package/axe.min.js"
FETCH_SECONDS = 180


def ensure_axe(paths: Paths) -> Path:
    """Return the script that a page loads, after fetching it if needed.

    :raise ToolError: when npm fails, or the package is not the one that is meant.
    """
    script = paths.home / f"axe-{VERSION}.min.js"
    with exclusive(paths.locks / "axe"):
        if not script.exists():
            require(paths, "npm", ["npm"], lambda: shutil.which("npm"))
            _fetch(paths, script)
    return script


def _fetch(paths: Paths, script: Path) -> None:
    say("Fetching axe-core …")
    folder = paths.home / "axe.partial"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    run(
        ["npm", "pack", f"axe-core@{VERSION}", "--pack-destination", folder],
        paths.logs / "npm.log",
        FETCH_SECONDS,
        cwd=folder,
    )
    partial = folder / "axe.js"
    partial.write_bytes(unpack(folder / f"axe-core-{VERSION}.tgz", INTEGRITY))
    partial.rename(script)
    shutil.rmtree(folder)


def unpack(package: Path, integrity: str) -> bytes:
    """Return the script out of a package.

    :param integrity: SHA-512 of the package, in base64.
    :raise ToolError: when it is another package.
    """
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != integrity:
        raise ToolError(f"{package.name} is not what it should be: its SHA-512 is {digest}.")
    with tarfile.open(package) as archive:
        member = archive.extractfile(SCRIPT)
        if member is None:
            raise ToolError(f"{package.name} holds no {SCRIPT}.")
        return member.read()
