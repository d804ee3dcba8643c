# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Common parts of the simulator."""

from __future__ import annotations

from ..world import World


class Part:
    """A part of the simulator; all of them work on one world."""

    world: World

    @property
    def url(self) -> str:
        """Return the address at which the simulator listens."""
        raise NotImplementedError
