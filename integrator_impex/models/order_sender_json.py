# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import models

from odoo.addons.integrator.exceptions import (
    ConfigurationError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)

from ..files.causes import PLACE_SLOW, PLACE_UNREACHABLE
from ..files.orders.post import NoAnswer, NotReached, post
from ..files.problems import FileRefused
from ..texts import problem_texts
from .order_exporter import opened_hosts

#: Characters of an answer that are kept.
KEPT = 200

#: Its server is not reached now: nothing has left.
NOT_THERE = (PLACE_SLOW.code, PLACE_UNREACHABLE.code)

#: Temporary refusals: nothing was taken. After 502 and 504, which come from a proxy, that is
#: unknown.
PASSING = (408, 425, 429, 503)


class IntegratorOrderSenderJson(models.AbstractModel):
    """Orders leave as JSON by HTTP."""

    _name = "integrator.order.sender.json"
    _inherit = ["integrator.order.sender"]
    _description = "Order to an address"

    def _check_set_up(self, exporter):
        """The address is entered by administrators of the system, also later: without one orders
        wait, with the reason."""

    def _prepare(self, export):
        return f"{export.key}.json", self._written(export, "json")

    def _send(self, export):
        exporter_sudo = export.exporter_id.sudo()
        if not exporter_sudo.url:
            raise ConfigurationError(
                self.env._(
                    "“%s” has no address yet. An administrator of the system enters it.",
                    exporter_sudo.name,
                ),
                code="export_no_address",
            )
        headers = {"Content-Type": "application/json", "Idempotency-Key": export.key}
        if token := exporter_sudo._secret("token"):
            headers["Authorization"] = f"Bearer {token}"
        return self._read_answer(self._post(exporter_sudo.url, headers, export._raw()))

    def _post(self, url, headers, content):
        try:
            return post(url, headers, content, opened_hosts())
        except FileRefused as refused:
            text = problem_texts(self.env, refused.problems)
            kind = TransientError if refused.code in NOT_THERE else ConfigurationError
            raise kind(text, code=refused.code) from None
        except NotReached as error:
            raise TransientError(
                self.env._("The other system cannot be reached (%s). It is tried again.", error),
                code="export_unreachable",
            ) from None
        except NoAnswer as error:
            raise OutcomeUnknownError(
                self.env._("The connection broke before an answer came (%s).", error),
                code="export_no_answer",
            ) from None

    def _read_answer(self, answer):
        if 200 <= answer.status < 300:
            return {"answer": _name_of(answer.body)}
        pause = answer.headers.get("retry-after", "")
        seconds = float(pause) if pause.isdecimal() else None
        text = self.env._("The other system answered with status %s.", answer.status)
        code = f"export_status_{answer.status}"
        if answer.status == 429:
            raise ThrottledError(text, code=code, retry_after=seconds or 60)
        if answer.status in PASSING:
            raise TransientError(text, code=code, retry_after=seconds)
        if answer.status >= 500:
            raise OutcomeUnknownError(text, code=code, retry_after=seconds)
        if answer.status in (401, 403):
            raise ConfigurationError(
                self.env._("%s Correct the address or the token of the exporter.", text), code=code
            )
        raise RejectedError(
            self.env._("%s Correct the order or the exporter, then send it again.", text), code=code
        )


def _name_of(body):
    """Return the other side's name for the order, if it gives one: `id` or `reference` of its
    answer."""
    try:
        found = json.loads(body)
        name = found.get("id") or found.get("reference") or ""
    except (ValueError, AttributeError, RecursionError):
        return ""
    return str(name)[:KEPT]
