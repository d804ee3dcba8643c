# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`tools/bootstrap.sh stop`: stops the private PostgreSQL server if it is not in use."""

from __future__ import annotations

from .cluster import existing_cluster
from .messages import say
from .paths import cache_home, prepare
from .server import ANSWER_SECONDS, ROLE, Cluster, is_running, stop_server

#: Connections besides the one that asks.
CLIENTS = "SELECT count(*) - 1 FROM pg_stat_activity WHERE backend_type = 'client backend'"


def main(_arguments: list[str]) -> int:
    """Stop the server if it runs and another command is not at work with it."""
    cluster = existing_cluster(prepare(cache_home()))
    say(_stop(cluster) if cluster and is_running(cluster) else "No PostgreSQL server was running.")
    return 0


def _stop(cluster: Cluster) -> str:
    if cluster.answers() and int(cluster.query(ROLE, "postgres", CLIENTS, ANSWER_SECONDS)):
        return "The PostgreSQL server goes on: another command uses it."
    stop_server(cluster)
    return "The PostgreSQL server was stopped."
