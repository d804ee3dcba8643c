# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PostgreSQL's programs, and the system user that may run the server."""

from __future__ import annotations

import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .messages import ToolError
from .paths import Paths
from .system_packages import missing, require

#: Odoo 19 asks for it.
OLDEST_VERSION = 13
PACKAGES = ["postgresql"]
WHAT = "PostgreSQL 13 or newer"
DEBIAN_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class ServerUser:
    """User that runs the server: this user, or `postgres` when this user is root.

    :param uid: its user id.
    :param gid: its group id.
    :param switch: what goes before a command so that it runs as this user.
    """

    uid: int
    gid: int
    switch: tuple[str, ...] = ()


def server_user() -> ServerUser:
    """Return who runs the server; PostgreSQL refuses root.

    :raise ToolError: as root on a system without the user `postgres`.
    """
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise ToolError(
            "PostgreSQL refuses to run as root and there is no user 'postgres': "
            "make one with 'useradd --system postgres', or work as another user."
        ) from None
    ids = (f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}")
    return ServerUser(entry.pw_uid, entry.pw_gid, ("setpriv", *ids, "--init-groups"))


def ensure_programs(paths: Paths) -> Path:
    """Return the folder with initdb, pg_ctl and psql, after installing them if needed.

    :raise ToolError: when they are missing and cannot be installed here.
    """
    require(paths, WHAT, PACKAGES, programs)
    found = programs()
    if found is None:
        raise ToolError(missing(WHAT, PACKAGES))
    return found


def programs(debian: Path = DEBIAN_FOLDER) -> Path | None:
    """Return the folder of the newest PostgreSQL, None when there is none that Odoo accepts.

    :param debian: where Debian keeps one folder per version.
    """
    folders = [folder / "bin" for folder in debian.glob("*") if _version(folder.name) > 0]
    folders = [folder for folder in folders if _is_whole(folder)]
    if folders:
        newest = max(folders, key=lambda folder: _version(folder.parent.name))
        return newest if _version(newest.parent.name) >= OLDEST_VERSION else None
    elsewhere = shutil.which("pg_ctl")
    folder = Path(elsewhere).resolve().parent if elsewhere else None
    return folder if folder and _is_whole(folder) else None


def _version(name: str) -> int:
    return int(name) if re.fullmatch(r"\d+", name) else 0


def _is_whole(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres", "psql"))
