# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.access import check_administrator
from odoo.addons.integrator.exceptions import (
    ConfigurationError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)
from odoo.addons.integrator.server_options import server_option

from ..files.causes import PLACE_SLOW, PLACE_UNREACHABLE
from ..files.problems import FileRefused
from ..orders.post import NoAnswer, NotReached, check_address, post
from ..texts import problem_texts

#: Characters of an answer that are kept.
KEPT = 200

#: Its server is not reached now: nothing has left.
NOT_THERE = (PLACE_SLOW.code, PLACE_UNREACHABLE.code)

#: The other side will be back: nothing was taken.
PASSING = (408, 425, 429, 502, 503, 504)


class IntegratorOrderExporter(models.Model):
    _inherit = "integrator.order.exporter"

    url = fields.Char(
        string="Address",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Over https, and not inside the own network.",
    )
    token = fields.Char(
        compute="_compute_token",
        inverse="_inverse_token",
        groups="base.group_system",
        help="Sent as a bearer token. It is kept where nobody reads it; another address forgets it.",
    )
    has_token = fields.Boolean(compute="_compute_has_token", compute_sudo=True)

    def _compute_token(self):
        """What is kept is never given back; the field only takes."""
        self.token = False

    def _compute_has_token(self):
        for exporter in self:
            exporter.has_token = self.env["integrator.secret"]._has(
                exporter.site_id, exporter._token_name()
            )

    def _inverse_token(self):
        check_administrator(self)
        for exporter in self.filtered("token"):
            secrets = self.env["integrator.secret"]
            secrets._store(exporter.site_id, exporter._token_name(), exporter.token.strip())
        self.invalidate_recordset(["token", "has_token"])

    def _token_name(self):
        return f"exporter_{self._origin.id}"

    @api.constrains("url")
    def _check_url(self):
        for exporter in self.sudo().filtered("url"):
            try:
                check_address(exporter.url, _opened_hosts())
            except FileRefused as refused:
                raise ValidationError(problem_texts(self.env, refused.problems)) from None

    def write(self, vals):
        """Whoever changes the address enters the secret again that is sent there."""
        if "url" in vals:
            for exporter in self.sudo().filtered(lambda one: one.url != vals["url"]):
                self.env["integrator.secret"]._store(exporter.site_id, exporter._token_name(), "")
        return super().write(vals)


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
        token = self.env["integrator.secret"]._fetch(
            exporter_sudo.site_id, exporter_sudo._token_name()
        )
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self._read_answer(self._post(exporter_sudo.url, headers, export._raw()))

    def _post(self, url, headers, content):
        try:
            return post(url, headers, content, _opened_hosts())
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
    """What the other side calls the order, if it says: `id` or `reference` of its answer."""
    try:
        found = json.loads(body)
        name = found.get("id") or found.get("reference") or ""
    except (ValueError, AttributeError, RecursionError):
        return ""
    return str(name)[:KEPT]


def _opened_hosts():
    """Servers in private networks that the server's configuration opens."""
    return frozenset(server_option("integrator_impex_hosts"))
