# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`tools/bootstrap.sh stop`: stops the private PostgreSQL server of the cache folder."""

from __future__ import annotations

from .cluster import existing_cluster
from .messages import say
from .paths import cache_home, prepare
from .server import stop_server


def main(_arguments: list[str]) -> int:
    """Stop the server if it runs."""
    cluster = existing_cluster(prepare(cache_home()))
    stopped = cluster is not None and stop_server(cluster)
    say("The PostgreSQL server was stopped." if stopped else "No PostgreSQL server was running.")
    return 0
