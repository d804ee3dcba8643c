# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from dataclasses import replace

from odoo import models

from odoo.addons.integrator.exceptions import (
    ConfigurationError,
    OutcomeUnknownError,
    RejectedError,
    CircuitOpenError,
    ThrottledError,
    TransientError,
)
from odoo.addons.integrator.models.integrator_owner_rule import AccountTable
from odoo.addons.integrator.server_options import practice_hosts

from ..api.addresses import is_amazon
from ..api.breaker import ALWAYS_CLOSED
from ..api.credentials import LWA_URL, Credentials, Endpoint, endpoint_for
from ..api.errors import SpapiError
from ..api.gateway import Gateway
from ..api.priorities import MOST_URGENT
from ..api.redaction import redact_text
from ..api.tokens import TokenCache

#: Access tokens of this process; the cache guards itself and keys by client and refresh token.
TOKENS = TokenCache()

#: Days that Amazon's credentials are good; a refresh token of an own app stays good
#: (developer-docs.amazon.com, Rotating your app's client secrets).
CREDENTIAL_DAYS = {"amazon_lwa_client_secret": 180, "amazon_refresh_token": None}

#: Accounts of Odoo's own connector, and of the most used other one.
ACCOUNT_TABLES = {
    "amazon.account": AccountTable(
        "Amazon Connector",
        "amazon.account",
        (("active", "=", True),),
        "seller_key",
        "amazon_merchant_id",
    ),
    "amazon.seller.ept": AccountTable(
        "Odoo Amazon Connector by Emipro",
        "amazon.seller.ept",
        (("active", "=", True),),
        "merchant_id",
        "amazon_merchant_id",
    ),
}

#: Where every reason is explained, see `tools/errors_page.py`.
REASONS_PAGE = "/integrator_amazon/static/description/errors.html"

#: Who has to act, by the kind of an API error.
ERRORS = {
    "transient": TransientError,
    "throttled": ThrottledError,
    "resting": CircuitOpenError,
    "configuration": ConfigurationError,
    "rejected": RejectedError,
}


class AmazonAdapter(models.AbstractModel):
    """Amazon's side of the one door: see `integrator.adapter` for what each hook has to do.

    The hooks are spread over files by direction: `adapter_in`, `adapter_plan`, `adapter_out`.
    """

    _name = "integrator.adapter.amazon"
    _inherit = "integrator.adapter"
    _description = "Adapter: Amazon"

    # === GATEWAY === #

    @contextmanager
    def _gateway(self, site, repeatable=True, watched=True, tokens=TOKENS, priority=MOST_URGENT):
        """A gateway for the time of a few calls; its errors come out as the house's.

        :param site: the site whose account calls
        :param bool repeatable: whether saying the same twice does no harm; if not, a call whose
            answer was lost is an unknown outcome instead of a passing failure
        :param bool watched: whether the calls count for, and mind, the site's circuits; a person
            who tries the connection does not wait
        :param tokens: where access tokens are remembered
        :param str priority: how urgent the calls are, see `api.priorities`
        """
        try:
            with self._open_gateway(site, watched, tokens, priority) as gateway:
                yield gateway
        except SpapiError as error:
            raise self._translate(error, repeatable) from error

    def _credentials(self, site):
        """What the site's account proves itself with."""
        secrets = self.env["integrator.secret"]
        return Credentials(
            client_id=site.sudo().amazon_lwa_client_id or "",
            client_secret=secrets._fetch(site, "amazon_lwa_client_secret"),
            refresh_token=secrets._fetch(site, "amazon_refresh_token"),
            merchant_id=site.amazon_merchant_id or "",
        )

    def _open_gateway(
        self, site, watched=True, tokens=TOKENS, priority=MOST_URGENT, credentials=None
    ):
        """A gateway that somebody else closes; see `_gateway`.

        :param credentials: other ones than the site's own
        """
        credentials = credentials or self._credentials(site)
        limiter = self.env["integrator.amazon.quota"]._limiter()
        breaker = self.env["integrator.circuit"]._breaker(site) if watched else ALWAYS_CLOSED
        return Gateway(credentials, self._endpoint(site), limiter, breaker, priority, tokens)

    def _endpoint(self, site):
        """Amazon's addresses for the site's region, or those that the site names instead."""
        site, opened = site.sudo(), practice_hosts()
        named = site.amazon_endpoint_url
        if named:
            # what answers in Amazon's place logs in as well, unless another address is named
            login = site.amazon_lwa_url or (LWA_URL if is_amazon(named) else named)
            return Endpoint(named, login, opened=opened)
        standard = endpoint_for(site.amazon_marketplace_ids.mapped("code"))
        login = site.amazon_lwa_url or standard.lwa_url
        return replace(standard, lwa_url=login, opened=opened)

    def _translate(self, error, repeatable):
        """The house's error for an API error.

        :param SpapiError error: what the gateway raised
        """
        kind = ERRORS[error.kind]
        if kind is TransientError and not repeatable and error.outcome_unknown:
            kind = OutcomeUnknownError
        # marked where it is written, in api/causes*.py
        sentence = self.env._(error.sentence)  # pylint: disable=translation-not-lazy
        return kind(sentence, code=error.code, retry_after=error.retry_after)

    def _reasons_page(self):
        return REASONS_PAGE, ("amazon", "feed", "report")

    def _without_secrets(self, text):
        return redact_text(text)

    # === THE ACCOUNT === #

    def _test_connection(self, site):
        return self._try(site, TOKENS)

    def _test_credentials(self, site):
        return self._try(site, TokenCache())

    def _credential_days(self, site):
        return CREDENTIAL_DAYS

    def _account_tables(self):
        return ACCOUNT_TABLES

    def _try(self, site, tokens):
        with self._gateway(site, watched=False, tokens=tokens) as gateway:
            answer = gateway.call("getMarketplaceParticipations")
        active = {
            row["marketplace"]["id"]: row
            for row in answer.payload
            if (row.get("participation") or {}).get("isParticipating", True)
        }
        missing = site.amazon_marketplace_ids.filtered(lambda place: place.code not in active)
        if missing:
            raise ConfigurationError(self._missing_text(missing, active), code="not_participating")
        return self._connected_text(site, active)

    def _connected_text(self, site, active):
        stores = {row.get("storeName") for row in active.values()} - {None, ""}
        return self.env._(
            "Connected as %(seller)s. Marketplaces: %(marketplaces)s.",
            seller=", ".join(sorted(stores)) or site.amazon_merchant_id or site.name,
            marketplaces=", ".join(sorted(row["marketplace"]["name"] for row in active.values())),
        )

    def _missing_text(self, missing, active):
        return self.env._(
            "The connection works, but this account does not sell on %(missing)s. It sells on "
            "%(active)s. Choose from these, or check that the refresh token is of this region.",
            missing=", ".join(missing.mapped("name")),
            active=", ".join(sorted(row["marketplace"]["name"] for row in active.values())),
        )

    def _capabilities(self, site):
        queue = {"source:queue"} if site.sudo().amazon_queue_url else set()
        return queue | {
            "orders",
            "source:order",
            "source:listings",
            "source:issue",
            "source:report",
            "source:order_check",
            "source:return",
            "product",
            "inventory",
            "price",
            "image",
            "relationship",
            "shipping",
            "delist",
            "acknowledgement",
            "shipment",
            "cancellation",
            "refund",
        }
