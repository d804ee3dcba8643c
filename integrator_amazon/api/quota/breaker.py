# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What keeps calls away from an operation that fails again and again."""

from __future__ import annotations

from typing import Protocol


class Breaker(Protocol):
    """How the operations of a seller stand; kept where all workers see it."""

    def wait(self, operation: str, place: str = "") -> float:
        """Return 0.0 when a call may go, else the seconds that the operation still rests.

        :param operation: Amazon's operationId, with its bucket where it has one of its own, or
            `uploadDocument`, `downloadDocument`.
        :param place: the marketplace that the call is about; empty: several, or none.
        """

    def worked(self, operation: str, place: str = "") -> None:
        """Note that Amazon has answered."""

    def failed(
        self, operation: str, code: str, reason: str, lasting: bool, place: str = ""
    ) -> None:
        """Note a failure.

        :param code: stable name of the cause.
        :param reason: for people.
        :param lasting: whether somebody has to act before it can work again.
        """


class AlwaysClosed:
    """Lets every call go."""

    def wait(self, operation: str, place: str = "") -> float:
        """Return 0.0, see `Breaker.wait`."""
        return 0.0

    def worked(self, operation: str, place: str = "") -> None:
        """Forget it, see `Breaker.worked`."""

    def failed(
        self, operation: str, code: str, reason: str, lasting: bool, place: str = ""
    ) -> None:
        """Forget it, see `Breaker.failed`."""


ALWAYS_CLOSED = AlwaysClosed()
