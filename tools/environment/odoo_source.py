# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo 19 from Debian's own package, unpacked into the cache folder and nowhere else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .apt_source import private_source
from .locks import exclusive
from .messages import ToolError, say
from .paths import Paths
from .processes import run

SUITE = "sid"
PACKAGE = "odoo-19"
#: Packages that Odoo's package links to; without libjs-jquery every page answers 500.
COMPANIONS = (
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
UPDATE_SECONDS = 180
DOWNLOAD_SECONDS = 600
UNPACK_SECONDS = 300

#: Debian leaves this file out (it holds a binary model). Without it the web client logs an error
#: and every browser test fails; nothing here uses what is in it.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure_odoo(paths: Paths) -> str:
    """Return the version of the Odoo in the cache folder, after fetching it if needed.

    :raise ToolError: when it cannot be fetched.
    """
    if not _version_file(paths.odoo).exists():
        with exclusive(paths.locks / "odoo"):
            if not _version_file(paths.odoo).exists():
                _install(paths)
    return _version_file(paths.odoo).read_text().strip()


def _version_file(prefix: Path) -> Path:
    return prefix / "VERSION"


def _install(paths: Paths) -> None:
    """Unpack beside the final place and rename: whoever sees the folder sees all of it."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise ToolError("Odoo comes as a Debian package: this needs apt-get and dpkg-deb.")
    say("Fetching Odoo 19 (122 MB) …")
    packages = _download(paths)
    say("Unpacking Odoo 19 …")
    partial = paths.home / "odoo.part"
    for leftover in (partial, paths.odoo):
        shutil.rmtree(leftover, ignore_errors=True)
    for package in packages:
        run(["dpkg-deb", "-x", package, partial], paths.logs / "unpack.log", UNPACK_SECONDS)
    stub = partial / paths.odoo_python.relative_to(paths.odoo) / LEFT_OUT
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.touch()
    _version_file(partial).write_text(_version(packages))
    partial.rename(paths.odoo)
    for package in packages:
        package.unlink()


def _download(paths: Paths) -> list[Path]:
    """Download all packages from the private source; apt checks the signatures."""
    for leftover in paths.debs.glob("*.deb"):
        leftover.unlink()
    options = _apt_options(paths)
    log = paths.logs / "odoo-download.log"
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    run(["apt-get", *options, "update"], log, UPDATE_SECONDS, environ)
    names = [PACKAGE, *COMPANIONS]
    run(["apt-get", *options, "download", *names], log, DOWNLOAD_SECONDS, environ, paths.debs)
    packages = sorted(paths.debs.glob("*.deb"))
    if len(packages) != len(names):
        raise ToolError(f"Of {len(names)} packages only {len(packages)} came; see {log}.")
    return packages


def _apt_options(paths: Paths) -> list[str]:
    """Return options for an apt that neither reads nor changes the system's own lists."""
    ending, text = private_source(SUITE)
    source = paths.debs / f"private{ending}"
    source.write_text(text)
    lists, cache = paths.debs / "lists", paths.debs / "cache"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    settings = {
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # apt's own user cannot reach a cache folder below a private home
        "APT::Sandbox::User": "root",
        "Dir::Cache": cache,
        "Dir::Etc::sourcelist": source,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": lists,
    }
    return ["-q", *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]


def _version(packages: list[Path]) -> str:
    """Return the version in the name of Odoo's package file, `odoo-19_VERSION_all.deb`."""
    return next(file.name.split("_")[1] for file in packages if file.name.startswith(PACKAGE))
