# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds: what a seller hands in to be worked off."""

from __future__ import annotations

from dataclasses import dataclass

from .jobs import CANCELLED, DONE, FATAL, QUEUED, RUNNING, Job, Jobs

__all__ = ["CANCELLED", "DONE", "FATAL", "QUEUED", "RUNNING", "Feed", "Feeds"]


@dataclass(kw_only=True)
class Feed(Job):
    """One feed: its type, what was uploaded for it and the processing report."""

    feed_id: str
    feed_type: str
    document_id: str
    result_document_id: str = ""

    @property
    def job_id(self) -> str:
        """The feed id."""
        return self.feed_id

    @property
    def job_type(self) -> str:
        """The feed type."""
        return self.feed_type


class Feeds(Jobs[Feed]):
    """Every feed."""
