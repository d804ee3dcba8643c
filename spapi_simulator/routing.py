# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Assigns functions to methods and paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .http import Answer, Call
from .paths import match_parts
from .world import World

Handler = Callable[[World, Call], Answer]


@dataclass(frozen=True)
class Route:
    """One operation.

    `operation` is Amazon's operationId (or a name of ours for LWA and storage); `template` a path
    with ``{names}``; `roles` are Amazon's roles of which the seller must have granted one;
    `secured` is False where no access token is asked for; `scope` is that of a grantless token
    where one is; `target` is the header X-Amz-Target where several operations share a path.
    """

    operation: str
    method: str
    template: str
    handler: Handler
    roles: frozenset[str] = frozenset()
    secured: bool = True
    scope: str = ""
    target: str = ""


class Router:
    """The table of routes.

    :param routes: every operation that is served.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(route, _split(route.template)) for route in routes]

    def match(
        self, method: str, path: str, target: str = ""
    ) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a still encoded path and the decoded parts it names, or None."""
        parts = _split(path)
        for route, template in self._routes:
            if route.method == method and route.target == target:
                arguments = match_parts(template, parts)
                if arguments is not None:
                    return route, arguments
        return None


def _split(path: str) -> list[str]:
    return path.strip("/").split("/")
