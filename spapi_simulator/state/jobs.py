# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work that Amazon does later: feeds and reports, and the queues in which they wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

QUEUED = "IN_QUEUE"
RUNNING = "IN_PROGRESS"
DONE = "DONE"
FATAL = "FATAL"
CANCELLED = "CANCELLED"


@dataclass(kw_only=True)
class Job:
    """One piece of work; `marks` are the faults it was created under, by kind."""

    merchant_id: str
    marketplace_ids: list[str]
    created: datetime
    options: dict[str, str] = field(default_factory=dict)
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: str = QUEUED
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def job_id(self) -> str:
        """The id under which the API knows it."""
        raise NotImplementedError

    @property
    def job_type(self) -> str:
        """The kind of work: jobs of one kind and merchant run one after another."""
        raise NotImplementedError

    def stuck(self, now: datetime) -> bool:
        """Return whether a fault holds the job back at this moment."""
        options = self.marks.get("stuck")
        if options is None:
            return False
        seconds = options.get("seconds")
        return seconds is None or now < self.created + timedelta(seconds=float(seconds))


JobT = TypeVar("JobT", bound=Job)


class Jobs(Generic[JobT]):
    """Every job of one API.

    :param first_number: the id before the first one.
    """

    def __init__(self, first_number: int) -> None:
        self._rows: dict[str, JobT] = {}
        self._waiting: dict[tuple[str, str], list[JobT]] = {}
        self._free: dict[tuple[str, str], datetime] = {}
        self._number = first_number

    def new_id(self) -> str:
        """Return the next id."""
        self._number += 1
        return str(self._number)

    def add(self, job: JobT) -> None:
        """Keep a job and put it in its queue."""
        self._rows[job.job_id] = job
        self._queue(job).append(job)

    def get(self, job_id: str) -> JobT | None:
        """Return a job by id, or None."""
        return self._rows.get(job_id)

    def all(self, merchant_id: str = "") -> list[JobT]:
        """Return every job, of one merchant when one is named."""
        return [row for row in self._rows.values() if merchant_id in ("", row.merchant_id)]

    def cancel(self, job: JobT, now: datetime) -> bool:
        """Cancel a job that still waits; False when it is too late."""
        if job.status != QUEUED:
            return False
        job.status, job.ended = CANCELLED, now
        self._queue(job).remove(job)
        return True

    def finish_due(self, now: datetime, seconds: float, finish: Callable[[JobT], None]) -> None:
        """Bring every queue to the present; a job takes `seconds`, half of them waiting.

        :param finish: called with a job whose time has come; it sets the status.
        """
        for key in self._waiting:
            for job in self._due(key, now, timedelta(seconds=seconds)):
                finish(job)

    def forget_all(self) -> None:
        """Forget every job; ids go on from where they are."""
        self._rows.clear()
        self._waiting.clear()
        self._free.clear()

    def release(self) -> None:
        """Let go of the jobs that a fault held back."""
        for job in self._rows.values():
            job.marks.pop("stuck", None)

    def _queue(self, job: JobT) -> list[JobT]:
        return self._waiting.setdefault((job.merchant_id, job.job_type), [])

    def _due(self, key: tuple[str, str], now: datetime, length: timedelta) -> Iterator[JobT]:
        queue = self._waiting[key]
        while queue:
            job = queue[0]
            begin = max(job.created, self._free.get(key, job.created))
            if job.stuck(now):
                job.status = job.marks["stuck"].get("status", QUEUED)
                return
            if now < begin + length:
                if now >= begin + length / 2:
                    job.status, job.started = RUNNING, begin + length / 2
                return
            job.started, job.ended = begin + length / 2, begin + length
            self._free[key] = job.ended
            queue.pop(0)
            yield job
