# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the parts of the simulator have in common."""

from __future__ import annotations

from ..world import World


class Part:
    """A part of the simulator; all of them work on one world."""

    world: World

    @property
    def url(self) -> str:
        """Where the simulator listens."""
        raise NotImplementedError
