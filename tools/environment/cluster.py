# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A private PostgreSQL cluster: one folder, one unix socket, no TCP, no password, no service.

It holds what can be made again (tests, demo), so it trades safety for speed: after a power cut
it may have to be thrown away. Do not keep a business in it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from pathlib import Path

from .environments import postgres_environment
from .locks import exclusive
from .messages import ToolError, say
from .paths import Paths
from .postgres import ServerUser, ensure_programs, programs, server_user
from .processes import run
from .server import ANSWER_SECONDS, ROLE, Cluster, start_server, stop_server

INIT_SECONDS = 120
#: A unix socket's path has at most 107 bytes; this name is at its end.
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107
#: Folder of the cluster when the server cannot work in the cache folder.
ELSEWHERE = Path("/var/tmp")  # noqa: S108 - the owner of what is there is checked

SETTINGS = """
# Private to one cache folder: reached by its unix socket alone, and fast rather than safe.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
"""
HOST_RULES = "local all all trust\n"


def ensure_cluster(paths: Paths) -> Cluster:
    """Return the running cluster of a cache folder, after making and starting it if needed.

    :raise ToolError: when PostgreSQL is missing or does not start.
    """
    folder, user = ensure_programs(paths), server_user()
    cluster = Cluster(location(paths.home, user, ELSEWHERE), folder, user, paths.logs)
    with exclusive(paths.locks / "cluster"):
        _check_owner(cluster)
        if not _belongs(cluster, paths):
            _create(cluster, paths)
        if not cluster.answers():
            _distrust_templates(cluster, paths)
            start_server(cluster)
    return cluster


def _distrust_templates(cluster: Cluster, paths: Paths) -> None:
    """Forget the databases that tests copy, if the server was killed: it writes fast rather than
    safely, so they may be torn."""
    if (cluster.data / "postmaster.pid").exists():
        for marker in paths.templates.iterdir():
            marker.unlink()


def existing_cluster(paths: Paths) -> Cluster | None:
    """Return the cluster of a cache folder if there is one, running or not; install nothing."""
    folder = programs()
    if folder is None or not _marker(paths).exists():
        return None
    user = server_user()
    cluster = Cluster(location(paths.home, user, ELSEWHERE), folder, user, paths.logs)
    return cluster if _belongs(cluster, paths) else None


def location(home: Path, user: ServerUser, elsewhere: Path) -> Path:
    """Return the cluster's folder: in the cache folder, or outside of it where that cannot work.

    :param home: the cache folder.
    :param user: who runs the server; it needs to get there.
    :param elsewhere: folder that everybody can reach.
    """
    inside = home / "pg"
    fits = len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_LIMIT
    if fits and (not user.switch or reachable(home)):
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return elsewhere / f"odoo-integrator-{os.geteuid()}-{digest}"


def reachable(folder: Path) -> bool:
    """Return whether any user can pass through a folder and all folders above it."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _check_owner(cluster: Cluster) -> None:
    """Refuse a folder that somebody else put in our place."""
    try:
        owner = cluster.base.lstat().st_uid
    except FileNotFoundError:
        return
    if owner != cluster.user.uid or cluster.base.is_symlink():
        raise ToolError(f"{cluster.base} belongs to somebody else: remove it and try again.")


def _marker(paths: Paths) -> Path:
    return paths.home / "cluster-id"


def _belongs(cluster: Cluster, paths: Paths) -> bool:
    """Return whether the cluster is whole, and made for this cache folder since it was last empty.

    A cluster that outlived its cache folder has databases without their files.
    """
    if not cluster.identity.exists() or not _marker(paths).exists():
        return False
    return cluster.identity.read_text() == _marker(paths).read_text()


def _create(cluster: Cluster, paths: Paths) -> None:
    say("Making a private PostgreSQL cluster …")
    _remove(cluster)
    cluster.base.mkdir(mode=0o700)
    if cluster.user.switch:
        os.chown(cluster.base, cluster.user.uid, cluster.user.gid)
    options = ["--username=postgres", "--encoding=UTF8", "--auth=trust", "--no-sync"]
    run(
        cluster.as_server("initdb", *options, "--locale=C.UTF-8", "-D", cluster.data),
        paths.logs / "initdb.log",
        INIT_SECONDS,
        postgres_environment(),
        cluster.base,
    )
    with (cluster.data / "postgresql.conf").open("a") as conf:
        conf.write(f"{SETTINGS}unix_socket_directories = '{_quoted(cluster.socket)}'\n")
    (cluster.data / "pg_hba.conf").write_text(HOST_RULES)
    start_server(cluster)
    cluster.query("postgres", "postgres", f"CREATE ROLE {ROLE} LOGIN CREATEDB", ANSWER_SECONDS)
    # dropping a database ends whoever works in it, autovacuum too
    right = f"GRANT pg_signal_backend TO {ROLE}"
    cluster.query("postgres", "postgres", right, ANSWER_SECONDS)
    identity = uuid.uuid4().hex
    cluster.identity.write_text(identity)
    _marker(paths).write_text(identity)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _remove(cluster: Cluster) -> None:
    """Remove what is left of an older cluster in this place, its server first."""
    if cluster.base.exists():
        stop_server(cluster)
        shutil.rmtree(cluster.base)
