# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The way of one request: route, faults, token, bucket, model, operation, model, faults."""

from __future__ import annotations

import traceback
import uuid

from . import faults
from .auth import authorise, authorise_grantless
from .control_api import serve_control
from .engine import advance
from .errors import ApiError, Refused, not_found, quota_exceeded
from .http import Answer, Call
from .operations import ROUTES
from .routing import Route, Router
from .times import format_time
from .world import World

_LIMIT_SHOWN = frozenset({200, 201, 202, 204, 400, 404})
# Their query is a key to the document.
_SIGNED = frozenset({"uploadFeedDocument", "downloadFeedDocument", "downloadReportDocument"})
_LARGEST_REQUEST = 10 * 1024 * 1024


class App:
    """Answers calls against one world; it knows no sockets.

    :param world: the state to work on.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._router = Router(ROUTES)

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call, whatever happens on the way."""
        if call.path.startswith("/_control/"):
            return serve_control(self.world, call)
        call.request_id = str(uuid.uuid4())
        matched = self._router.match(call.method, call.path, call.headers.get("x-amz-target", ""))
        route, call.arguments = matched or (None, {})
        call.operation = route.operation if route else ""
        with self.world.lock:
            taken = self.world.faults.take(call, faults.fits) if route else []
        answer = faults.before(call, taken)
        if answer is None:
            # Our own answers are held against the models, what a fault makes of them is not.
            answer = self._guarded(call, route)
            self._check_answer(call, answer)
        answer = faults.after(call, answer, taken)
        self._finish(call, answer)
        return answer

    def _guarded(self, call: Call, route: Route | None) -> Answer:
        """Serve a call and turn every exception into Amazon's error answer."""
        try:
            return self._serve(call, route)
        except (ApiError, Refused) as error:
            return error.answer()
        except Exception:
            last = traceback.format_exc(limit=-2)
            self._violate(f"{call.operation}: the simulator failed: {last}")
            text = "We encountered an internal error. Please try again."
            return ApiError(500, "InternalFailure", text).answer()

    def _serve(self, call: Call, route: Route | None) -> Answer:
        if route is None:
            raise self._unserved(call)
        if len(call.body) > _LARGEST_REQUEST and route.secured:
            raise ApiError(413, "RequestTooLarge", "The request size exceeded the maximum size.")
        with self.world.lock:
            if route.secured:
                self._admit(call, route)
            advance(self.world)
            return route.handler(self.world, call)

    def _admit(self, call: Call, route: Route) -> None:
        if not self.world.buckets.take(self._caller(call, route), call.operation):
            raise quota_exceeded()
        problem = self.world.contract.request_problem(call)
        if problem:
            text = f"{call.operation}: {problem.message} {problem.details}".strip()
            self.world.bad_requests.append(text)
            raise problem

    def _caller(self, call: Call, route: Route) -> str:
        """Check the token of a call and return whose bucket it drains."""
        if route.scope:
            authorise_grantless(self.world, call, route.scope)
            return call.client_id
        seller = call.seller = authorise(self.world, call, route.roles)
        return seller.bucket_owner

    def _unserved(self, call: Call) -> ApiError:
        operation = self.world.contract.find(call.method, call.path)
        if operation:
            text = f"The simulator does not serve the operation {operation}."
            return ApiError(501, "NotImplemented", text)
        return not_found("The resource you requested does not exist.")

    def _check_answer(self, call: Call, answer: Answer) -> None:
        problem = self.world.contract.answer_problem(call, answer)
        if problem:
            self._violate(f"{call.operation}: {problem}")

    def _violate(self, text: str) -> None:
        with self.world.lock:
            self.world.violations.append(text)

    def _finish(self, call: Call, answer: Answer) -> None:
        answer.headers.setdefault("x-amzn-RequestId", call.request_id)
        plan = self.world.buckets.plan(call.operation)
        if plan and answer.status in _LIMIT_SHOWN:
            answer.headers["x-amzn-RateLimit-Limit"] = f"{plan[0]:g}"
        secret = call.operation in _SIGNED
        row = {
            "operation": call.operation or self.world.contract.find(call.method, call.path),
            "method": call.method,
            "path": call.path,
            "query": {} if secret else {key: ",".join(rows) for key, rows in call.query.items()},
            "status": 0 if answer.drop else answer.status,
            "request_id": call.request_id,
            "at": format_time(self.world.now()),
        }
        with self.world.lock:
            self.world.calls.append(row)
