# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Common parts of feeds and reports: looked up, listed page by page and cancelled alike.

The noun ("feed") makes the names: feedId, feedTypes, getFeeds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import invalid_input, not_found
from ..http import Answer, Call
from ..state.jobs import Job, Jobs, JobT
from ..state.pages import Page, life
from ..times import format_time, parse_time
from .page_size import page_size

if TYPE_CHECKING:
    from ..world import World

_TOKEN_SECONDS = 24 * 3600
_MAX_ITEMS = 100


def own(call: Call, jobs: Jobs[JobT], noun: str) -> JobT:
    """Return the caller's job that the address names.

    :raise ApiError: 404, when there is none or it is somebody else's.
    """
    job_id = call.arguments[f"{noun}Id"]
    job = jobs.get(job_id)
    if job is None or call.seller is None or job.merchant_id != call.seller.merchant_id:
        raise not_found(f"{noun.capitalize()} {job_id} was not found.")
    return job


def cancel(world: World, call: Call, jobs: Jobs[JobT], noun: str) -> Answer:
    """Serve cancelFeed and cancelReport: only what still waits can be cancelled."""
    job = own(call, jobs, noun)
    if not jobs.cancel(job, world.now()):
        raise invalid_input(f"The {noun} cannot be cancelled: it is {job.status}.")
    return Answer(200)


def job_json(job: Job) -> dict[str, Any]:
    """Return the fields that any job has."""
    data: dict[str, Any] = {
        "marketplaceIds": job.marketplace_ids,
        "createdTime": format_time(job.created),
        "processingStatus": job.status,
    }
    if job.started:
        data["processingStartTime"] = format_time(job.started)
    if job.ended:
        data["processingEndTime"] = format_time(job.ended)
    return data


def listed(
    world: World,
    call: Call,
    jobs: Jobs[JobT],
    noun: str,
    as_json: Callable[[JobT], dict[str, Any]],
) -> Answer:
    """Serve getFeeds and getReports: newest first; a nextToken must come alone."""
    page = _saved_page(world, call, noun) or _first_page(world, call, jobs, noun)
    size = page.extra
    start = max(0, page.start - size) if "repeat_page" in call.marks else page.start
    keys = page.keys[start : start + size]
    data: dict[str, Any] = {f"{noun}s": [as_json(job) for key in keys if (job := jobs.get(key))]}
    if "repeat_page" in call.marks:
        data["nextToken"] = call.text("nextToken")
    elif start + size < len(page.keys):
        rest = Page(page.owner, page.query, page.keys, start + size, page.expires, size)
        data["nextToken"] = world.pages.save(rest)
    return Answer.of(data)


def _saved_page(world: World, call: Call, noun: str) -> Page | None:
    token = call.text("nextToken")
    if token is None:
        return None
    assert call.seller is not None
    # The client library adds marketplace keys to every query; Amazon does not count them.
    others = {key for key in call.query if "marketplace" not in key.lower()} - {"nextToken"}
    page = world.pages.open(token, call.seller.merchant_id, noun, world.now())
    if others or page is None:
        raise invalid_input("Invalid Input", "The nextToken is invalid or did not come alone.")
    return page


def _first_page(world: World, call: Call, jobs: Jobs[JobT], noun: str) -> Page:
    assert call.seller is not None
    types = call.csv(f"{noun}Types")
    if not types:
        raise invalid_input(f"Missing required parameter: {noun}Types or nextToken")
    wanted = _filter(call)
    mine = jobs.all(call.seller.merchant_id)
    found = [job for job in mine if job.job_type in types and wanted(job)]
    found.sort(key=lambda job: (job.created, job.job_id), reverse=True)
    keys = tuple(job.job_id for job in found)
    end = life(world.now(), _TOKEN_SECONDS)
    return Page(call.seller.merchant_id, noun, keys, 0, end, page_size(call, _MAX_ITEMS))


def _filter(call: Call) -> Callable[[Job], bool]:
    since, until = _moment(call, "createdSince"), _moment(call, "createdUntil")
    shops, states = set(call.csv("marketplaceIds")), call.csv("processingStatuses")

    def wanted(job: Job) -> bool:
        return (
            (not shops or bool(shops & set(job.marketplace_ids)))
            and (not states or job.status in states)
            and (since is None or job.created >= since)
            and (until is None or job.created <= until)
        )

    return wanted


def _moment(call: Call, name: str) -> datetime | None:
    text = call.text(name)
    try:
        return parse_time(text) if text else None
    except ValueError:
        raise invalid_input(f"Invalid value for parameter: {name}") from None
