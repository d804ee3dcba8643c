# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens of channels (OAuth 2), shared by all workers and hosts. A log-in has its own
transaction: a channel that replaces the refresh token at each log-in knows the old one no more, so
that the new one must not be lost with the work that needed it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.tools import SQL

from .const import NEW_SECRETS, OURS
from .utils import in_own_transaction

#: By which name the token is kept among the secrets of its channel.
ACCESS_TOKEN = "access_token"  # noqa: S105 - its name
#: Seconds before its end in which a token is not used any more.
RESERVE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a log-in to a site gives: the answer of `_log_in` of its adapter."""

    access_token: str
    #: For how long it is good.
    seconds: int
    #: Field -> new value, of secrets that the site has replaced by this log-in.
    replaced: Mapping[str, str] = field(default_factory=dict)


def access_token(site, refused=""):
    """The access token of a channel, of the adapter's hook `_log_in`; one that is still good is
    used by everybody.

    :param site: `integrator.site`
    :param str refused: a token that the channel does not take any more: it gets another one
    :return: text
    :raise IntegratorError: of `_log_in`
    """
    if token := _usable(site, refused):
        return token
    if site.env.context.get(NEW_SECRETS) is OURS:
        # what was entered is not committed, and nobody else sees it
        return _renew(site, refused)
    registry, site_id = site.env.registry, site.id

    def in_environment(step):
        def work(cr):
            return step(api.Environment(cr, SUPERUSER_ID, {})["integrator.site"].browse(site_id))

        return in_own_transaction(registry, work)

    in_environment(_ensure_row)
    return in_environment(lambda same: _renew(same, refused))


def _usable(site, refused):
    kept = json.loads(site._secret(ACCESS_TOKEN) or "{}")
    is_good = kept.get("until", "") > fields.Datetime.to_string(fields.Datetime.now())
    return kept["token"] if is_good and kept["token"] != refused else ""


def _ensure_row(site):
    """Make the row that is locked during a log-in."""
    if not site._has_secret(ACCESS_TOKEN):
        site.env["integrator.secret"]._keep_access_token(site, "{}")


def _renew(site, refused):
    """Log in, unless another worker has done so meanwhile: who waits for its row begins anew and
    reads what it has left there."""
    row_sudo = site.env["integrator.secret"]._find_sudo(site, ACCESS_TOKEN)
    query = SQL("SELECT id FROM integrator_secret WHERE id IN %s FOR UPDATE", (*row_sudo.ids, 0))
    site.env.cr.execute(query, log_exceptions=False)
    if token := _usable(site, refused):
        return token
    login = site._adapter()._log_in(site)
    for name, value in login.replaced.items():
        site._keep_secret(name, value)
    until = fields.Datetime.now() + timedelta(seconds=max(login.seconds - RESERVE, 0))
    kept = {"token": login.access_token, "until": fields.Datetime.to_string(until)}
    site.env["integrator.secret"]._keep_access_token(site, json.dumps(kept))
    return login.access_token
