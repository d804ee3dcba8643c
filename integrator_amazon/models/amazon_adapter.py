# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from math import ceil

from odoo import models

from odoo.addons.integrator.const import SETTINGS, URGENT_KINDS
from odoo.addons.integrator.exceptions import (
    CircuitOpenError,
    ConfigurationError,
    IntegratorError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)
from odoo.addons.integrator.neutral import AccountTable, Estimate, Reach
from odoo.addons.integrator.utils import practice_hosts

from ..api.errors.causes import CREDENTIALS_INCOMPLETE
from ..api.errors.exceptions import SpapiError
from ..api.http.gateway import Gateway
from ..api.http.login import (
    LWA_URL,
    Credentials,
    Endpoint,
    TokenCache,
    account_key,
    endpoint_for,
    is_amazon,
)
from ..api.quota import estimates
from ..api.quota.guards import ALWAYS_CLOSED
from ..api.quota.operations import MOST_URGENT, SHARES, find_bucket
from ..api.redaction import redact_text
from ..api.values import DocumentError

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
#: Fields of a login, and the places where people enter them.
KEY_FIELDS = {
    "client_id": "amazon_lwa_client_id",
    "client_secret": "amazon_lwa_client_secret",
    "refresh_token": "amazon_refresh_token",
}
#: Errors by who has to act, for each kind of API error.
ERRORS = {
    "transient": TransientError,
    "throttled": ThrottledError,
    "resting": CircuitOpenError,
    "configuration": ConfigurationError,
    "rejected": RejectedError,
}
ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)
#: Longest span of one request, and how far back it goes, where Amazon says so.
REACH = {
    "report": Reach(timedelta(days=30), back=timedelta(days=30)),
    "return": Reach(timedelta(days=60)),
}
#: The lane of each task kind. What shares a lane travels in one submission.
LANES = {
    "product": "listings",
    "inventory": "listings",
    "price": "listings",
    "image": "listings",
    "relationship": "listings",
    "shipping": "listings",
    "delist": "listings",
    "acknowledgement": "acknowledgement",
    "cancellation": "acknowledgement",
    "shipment": "shipment",
    "refund": "refund",
}
#: Classes of work, the most urgent first.
PRIORITIES = tuple(SHARES)
#: Direct calls that are prepared at one go; Amazon takes five a second.
DIRECT_AT_ONCE = 200
#: Part of what flows into a bucket that is asked for by itself.
POLL_SHARE = 0.8


class AmazonAdapter(models.AbstractModel):
    """The adapter of Amazon; the hooks are documented in `integrator.adapter`.

    What is planned and checked for orders, products and sections stands in `planners/`.
    """

    _name = "integrator.adapter.amazon"
    _inherit = [
        "integrator.amazon.fulfillment",
        "integrator.amazon.planner.orders",
        "integrator.amazon.section.values",
        "integrator.adapter",
    ]
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
        :param str priority: how urgent the calls are, see `api.quota.operations`
        """
        try:
            with self._open_gateway(site, watched, tokens, priority) as gateway:
                yield gateway
        except SpapiError as error:
            raise self._translate(error, repeatable) from error

    def _credentials(self, site):
        """The keys with which the account logs in."""
        return Credentials(
            client_id=site.sudo().amazon_lwa_client_id or "",
            client_secret=site._secret("amazon_lwa_client_secret"),
            refresh_token=site._secret("amazon_refresh_token"),
            merchant_id=site.amazon_merchant_id or "",
        )

    def _open_gateway(
        self, site, watched=True, tokens=TOKENS, priority=MOST_URGENT, credentials=None
    ):
        """A gateway that somebody else closes; see `_gateway`.

        :param credentials: other ones than the site's own
        """
        credentials = credentials or self._credentials(site)
        self._check_complete(site, credentials)
        limiter = self.env["integrator.amazon.quota"]._limiter()
        breaker = self.env["integrator.circuit"]._breaker(site) if watched else ALWAYS_CLOSED
        return Gateway(credentials, self._endpoint(site), limiter, breaker, priority, tokens)

    def _check_complete(self, site, credentials):
        """Check that there is all that a login needs.

        :param Credentials credentials: of the site
        :raise ConfigurationError: naming what is missing as the form does
        """
        names = [KEY_FIELDS[name] for name in credentials.missing()]
        if names:
            labels = site.sudo().fields_get(names, ["string"])
            raise ConfigurationError(
                self.env._(
                    "“%(site)s” cannot log in: a key is missing. An administrator enters on the "
                    "channel, under “Keys”: %(missing)s.",
                    site=site.name,
                    missing=", ".join(labels[name]["string"] for name in names),
                ),
                code=CREDENTIALS_INCOMPLETE.code,
            )

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
        translated = kind(sentence, code=error.code, retry_after=error.retry_after)
        if issubclass(kind, TransientError):
            translated.last_message = self._final_text(error)
        return translated

    def _final_text(self, error):
        """The message of a passing failure that is not retried automatically."""
        if error.cause.final:
            return self.env._(error.cause.final)  # pylint: disable=translation-not-lazy
        if error.kind == "throttled" and error.retry_after:
            return self.env._(
                "Amazon takes no further call of this kind at the moment. Try again in %s minutes.",
                ceil(error.retry_after / 60),
            )
        return self.env._("Amazon has a disturbance. Try again in some minutes.")

    def _explanations(self):
        return {
            **super()._explanations(),
            **self.env["integrator.amazon.explanations"]._all(),
        }

    def _without_secrets(self, text):
        return redact_text(text)

    # === ACCOUNT === #

    def _test_connection(self, site):
        text = self._try(site, TOKENS)
        self._check_merchant(site)
        return text

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

    def _check_merchant(self, site):
        """Check that the merchant id is the account's: nothing at Amazon names it, but listings of
        another one are not shown.

        :raise ConfigurationError: where they are not
        """
        if not site.amazon_merchant_id:
            raise ConfigurationError(self._setup_missing(site), code="merchant_missing")
        if not site.amazon_marketplace_ids:
            return
        try:
            with self._gateway(site, watched=False) as gateway:
                gateway.call(
                    "searchListingsItems",
                    path={"sellerId": site.amazon_merchant_id},
                    query={"marketplaceIds": site.amazon_marketplace_ids[0].code, "pageSize": 1},
                )
        except (ConfigurationError, RejectedError) as error:
            text = self.env._(
                "The connection works, but Amazon does not show the listings of the merchant id "
                "%s to this account. Compare it with Seller Central, Account Info, Merchant Token. "
                "If it is the same, the app lacks the role “Product Listing”.",
                site.amazon_merchant_id,
            )
            raise ConfigurationError(text, code="merchant_refused") from error

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
        export = {"export"} if site.amazon_fulfillment else set()
        return (
            queue
            | export
            | {
                "warehouse",
                "orders",
                "source:order",
                "source:listings",
                "source:listing",
                "source:listing_report",
                "source:issue",
                "source:report",
                "source:order_check",
                "source:return",
                "acknowledgement",
                "shipment",
                "cancellation",
                "cancellation:pieces",
                "refund",
                *(f"setting:{name}" for name in SETTINGS),
            }
        )

    # === BUSINESS METHODS === #

    def _source(self, name):
        return self.env[f"integrator.amazon.source.{name}"]

    def _fetch(self, fetch_request):
        return self._source(fetch_request.source)._fetch(fetch_request)

    def _acknowledge(self, documents):
        """Only a queue knows an acknowledgement: its messages are deleted. For everything else
        taking over is noted here, and the fetch request's token and watermark keep it from being
        asked for again."""
        refused = {}
        for document in documents:
            try:
                self._source(document.kind)._acknowledge(document)
            except IntegratorError as error:
                refused[document] = error.message
        return refused

    def _extract(self, document):
        try:
            yield from self._source(document.kind)._read(document)
        except DocumentError as error:
            raise RejectedError(
                self.env._(
                    "The document cannot be read, and nothing of it was taken: %s. The bytes are "
                    "kept; it is tried again by itself.",
                    error,
                ),
                code="malformed_document",
            ) from error

    def _check_remote_order_id(self, site, text):
        if not ORDER_ID.fullmatch(text):
            raise RejectedError(
                self.env._(
                    "“%s” is not an Amazon order id. It looks like 123-1234567-1234567; copy it "
                    "from Seller Central, Orders.",
                    text,
                ),
                code="malformed_order_id",
            )

    def _listings_source(self, site):
        return "listing_report" if site.amazon_listings_report else "listings"

    def _order_reach(self, site, source):
        return REACH.get(source, super()._order_reach(site, source))

    def _requires_tracking(self, task):
        return True

    def _lane(self, task):
        lane = LANES[task.kind]
        if task.kind == "cancellation" and task.target_ref.startswith("sale.order.line,"):
            # units are cancelled by the feed of refunds
            return LANES["refund"]
        # a feed is for one marketplace
        return f"{lane}/{task.listing_id.marketplace_code}" if task.listing_id else lane

    def _lanes(self, site, tasks):
        """Few changes of live listings go one by one at once; so do stock and prices while a feed
        is stuck."""
        lanes = super()._lanes(site, tasks)
        if "shipment" in lanes:
            lanes |= self._shipment_lanes(site, lanes.pop("shipment"))
        for lane, waiting in list(lanes.items()):
            name, _slash, code = lane.partition("/")
            if name != "listings":
                continue
            direct = self._direct_tasks(site, lane, waiting)
            lanes[lane] = self._most_urgent_first(waiting - direct)
            lanes[f"direct/{code}"] = self._most_urgent_first(direct)
        return dict(sorted(lanes.items(), key=lambda item: self._urgency(item[0])))

    def _urgency(self, lane):
        """Orders before shipments before listings, however many of those there are."""
        return PRIORITIES.index(self._exporter_model(lane)._priority), lane

    def _most_urgent_first(self, tasks):
        """Stock before prices before content, each in the order in which it came."""
        by_kind = {kind: number for number, kind in enumerate(URGENT_KINDS)}
        return tasks.sorted(lambda task: (by_kind.get(task.kind, len(by_kind)), task.id))

    def _shipment_lanes(self, site, tasks):
        """Deliveries one by one, or many of them by feed unless feeds are stuck; those without a
        tracking number can only go by feed."""
        silent = tasks.filtered(lambda task: not task.picking_id.carrier_tracking_ref)
        silent = silent.filtered(
            lambda task: not any(
                task.picking_id.move_line_ids.result_package_id.mapped("integrator_tracking")
            )
        )
        stuck = self.env["integrator.submission"]._is_stuck(site, "fulfillment")
        many = len(tasks) > site.amazon_shipment_bulk and not stuck
        by_feed = {"api": False, "feed": True, "auto": many}[site.amazon_shipment_route]
        bulk = tasks if by_feed else silent
        return {"fulfillment": bulk, "shipment": tasks - bulk}

    def _direct_tasks(self, site, lane, tasks):
        """The tasks that do not have to wait for a feed: all while they are few, a few changes of
        stock and prices also beside very many others, more of them while a feed is stuck, and
        stock whenever a feed is under way."""
        patches = tasks.filtered(
            lambda task: (
                task.kind != "delist"
                and task.listing_id.state == "live"
                and not task.listing_id.amazon_by_feed
            )
        )
        if len(tasks) <= site.direct_threshold:
            return patches
        urgent = patches.filtered(lambda task: task.kind in URGENT_KINDS)
        submissions = self.env["integrator.submission"]
        if submissions._is_stuck(site, lane) or len(urgent) <= site.direct_threshold:
            return urgent[:DIRECT_AT_ONCE]
        if submissions._count_in_flight(site, lane):
            # what is sold out does not stay on offer while Amazon is at work on a feed
            return urgent.filtered(lambda task: task.kind == "inventory")[:DIRECT_AT_ONCE]
        return tasks.browse()

    def _exporter_model(self, lane):
        return self.env[f"integrator.amazon.exporter.{lane.split('/')[0]}"]

    def _submission_size(self, lane):
        return self._exporter_model(lane)._size

    def _in_flight(self, lane):
        return self._exporter_model(lane)._in_flight

    def _prepare(self, submission):
        return self._exporter_model(submission.lane)._prepare(submission)

    def _submit(self, submission):
        return self._exporter_model(submission.lane)._submit(submission)

    def _recover(self, submission):
        return self._exporter_model(submission.lane)._recover(submission)

    def _check(self, submission):
        return self._exporter_model(submission.lane)._check(submission)

    def _estimate(self, site, work):
        places, few = len(site.amazon_marketplace_ids) or 1, site.direct_threshold
        calls = Counter()
        if "products" in work:
            messages = work["products"] * places * len(self._section_names(site))
            calls += estimates.calls_of_listings(messages, places, few)
        if "messages" in work:
            calls += estimates.calls_of_listings(work["messages"], places, few)
        if "requests" in work:
            calls += estimates.calls_of_orders(work.get("orders", 0), work["requests"])
        if "shipments" in work:
            calls += estimates.calls_of_shipments(work["shipments"])
        seconds = estimates.seconds_of(calls, self._levels(site))
        return Estimate(sum(calls.values()), seconds)

    def _poll_pause(self, site, source):
        """Polling takes only a part of the rate of its bucket, so that it stays full for people,
        and for the further pages of a day with many orders."""
        if source != "changes":
            return 0
        bucket = find_bucket("searchOrders")
        quotas = self.env["integrator.amazon.quota"].sudo()
        rate = quotas._rate(self._account(site), bucket.name) or bucket.rate
        return 1 / (rate * POLL_SHARE)

    def _quota_lines(self, site):
        """The buckets that are emptiest, in words."""
        words = self._quota_labels()
        rows = sorted(
            (level / find_bucket(name).burst, name)
            for name, level in self._levels(site).items()
            if name in words and level < find_bucket(name).burst
        )
        lines = [f"{words[name]}: {int(share * 100)}\u00a0%" for share, name in rows[:4]]
        return lines or [self.env._("All of it")]

    def _quota_labels(self):
        """The names of the scarce operations for people."""
        return {
            estimates.LISTINGS_FEED: self.env._("Product feeds"),
            "createFeed": self.env._("All feeds"),
            "getFeedDocument": self.env._("Results of feeds"),
            "createReport": self.env._("Reports"),
            "searchOrders": self.env._("Lists of orders"),
            "getOrder": self.env._("Single orders"),
            "confirmShipment": self.env._("Shipments"),
            "patchListingsItem": self.env._("Single changes of offers"),
            "searchListingsItems": self.env._("Looks at offers"),
        }

    def _setup_missing(self, site):
        if not site.amazon_merchant_id:
            return self.env._(
                "Enter the merchant id: Seller Central, Account Info, Merchant Token."
            )
        secrets = ("amazon_lwa_client_secret", "amazon_refresh_token")
        if not site.sudo().amazon_lwa_client_id or not all(map(site._has_secret, secrets)):
            return self.env._(
                "Enter the keys of your app, or press “Link account” on the page “Advanced”."
            )
        return ""

    def _levels(self, site):
        """Tokens that are left, by bucket; none are known of an account that is not set up."""
        site = site.sudo()
        if not (site.amazon_endpoint_url or site.amazon_marketplace_ids):
            return {}
        return self.env["integrator.amazon.quota"].sudo()._levels(self._account(site))

    def _account(self, site):
        """The name under which the buckets of a site's account are kept; empty where its address is
        refused, as a call then reports."""
        site = site.sudo()
        ids = Credentials(site.amazon_lwa_client_id or "", "", "", site.amazon_merchant_id or "")
        try:
            return account_key(ids, self._endpoint(site))
        except SpapiError:
            return ""
