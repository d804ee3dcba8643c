# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Guards of a call before it leaves: whether there is quota, and whether the operation works. The
user of the client keeps both; these are their protocols."""

from __future__ import annotations

from typing import Protocol


class Limiter(Protocol):
    """Token buckets, so that we know before Amazon does when a quota is used up; kept in a
    database for all workers and hosts.

    Amazon keeps one bucket per operation and pair of seller and application; it starts full and
    refills at the rate of the usage plan (developer-docs.amazon.com, Usage plans and rate limits).
    """

    def acquire(
        self, account: str, bucket_name: str, rate: float, burst: int, reserve: int = 0
    ) -> float:
        """Take a token; never sleep.

        :param account: name of the pair of seller and application.
        :param bucket_name: name of the bucket.
        :param rate: tokens per second that flow in by the usage plan.
        :param burst: size of the bucket.
        :param reserve: tokens that have to be left for what is more urgent.
        :return: 0.0 when a token was taken, else the seconds until there will be one.
        """

    def observe(self, account: str, bucket_name: str, rate: float) -> None:
        """Raise a bucket's rate to what Amazon's header says; never lower it."""

    def give_back(self, account: str, bucket_name: str) -> None:
        """Put a token back that was taken and not used."""

    def penalise(self, account: str, bucket_name: str, left: int = 0) -> None:
        """Empty a bucket, because Amazon says that it is empty.

        :param left: tokens that stay, where it may have been another bucket that is empty.
        """


class Breaker(Protocol):
    """State of the operations of a seller; kept where all workers see it."""

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
