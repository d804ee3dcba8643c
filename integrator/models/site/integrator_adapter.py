# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from odoo import models
from odoo.fields import Domain
from odoo.models import BaseModel

from ...access_token import Login
from ...const import NEW_SECRETS, OURS
from ...neutral import (
    AccountTable,
    Checked,
    Estimate,
    Explanation,
    Extracted,
    Page,
    Prepared,
    Reach,
    Sent,
)
from ...operation_types import (
    Discrepancy,
    ExportPreview,
    ExportRequest,
    RemoteOrderResult,
    RemoteOrderState,
)
from ...utils import misspelt_capabilities, misspelt_hooks

_logger = logging.getLogger(__name__)


class IntegratorAdapterAccount(models.AbstractModel):
    """The account at a site: its connection, capabilities and limits."""

    _name = "integrator.adapter.account"
    _description = "Adapter: the account"

    # === BUSINESS METHODS === #

    def _test_connection(self, site: BaseModel) -> str:
        """Try the site's parameters.

        :return: a sentence for people that names the account and what it may do
        :raise IntegratorError: with a different, useful sentence for each cause
        """
        raise NotImplementedError

    def _test_credentials(self, site: BaseModel) -> str:
        """Test secrets that have just been entered: as `_test_connection`, with a log-in of its own
        and without cached tokens."""
        return self._test_connection(site.with_context(**{NEW_SECRETS: OURS}))

    def _log_in(self, site: BaseModel) -> Login:
        """Get an access token with the secrets (OAuth 2) for `call_site`: one worker at a time, and
        what is returned is committed whatever becomes of the work.

        :return: `access_token.Login`
        :raise ConfigurationError: the secrets are not taken
        """
        raise NotImplementedError

    def _credential_days(self, site: BaseModel) -> dict[str, int | None]:
        """Return the number of days for which the site's secrets are valid.

        :return: dict name of the secret -> days from when it is entered; None: for ever
        """
        return {}

    def _setup_missing(self, site: BaseModel) -> str:
        """The settings of the account that are missing before the connection can be tested.

        :return: text for people: what, and where it is entered; empty: nothing
        """
        return ""

    def _capabilities(self, site: BaseModel) -> set[str]:
        """The capabilities of the site; buttons and first steps beyond them are not shown.
        What is offered there is said by `_section_names`.

        :return: subset of `const.CAPABILITIES`: `"orders"`, the task kinds of orders,
            `"cancellation:pieces"` where single pieces of an order can be cancelled,
            `"warehouse"` where the site has warehouses that ship what is sold (without it no
            screen offers that), `"export"` where they ship orders that were sold elsewhere and that
            is switched on, `"source:…"` for every other source, and `"setting:…"` for each of
            `const.SETTINGS` that the adapter minds; anything else is a `ContractError`
        """
        return set()

    def _account_tables(self) -> dict[str, AccountTable]:
        """Return the tables in which other connectors to the same kind of site keep their accounts.

        :return: dict technical name -> `neutral.AccountTable`
        """
        return {}

    def _explanations(self) -> dict[str, Explanation]:
        """Explain reasons: what is behind each and what to do, by code or by the beginning of
        codes. A site adds those of its own.

        :return: dict code -> `neutral.Explanation`
        """
        return self.env["integrator.explanations"]._all()

    def _without_secrets(self, text: str) -> str:
        """Remove keys and personal data from a text before it is logged or exported."""
        return text

    def _quota_lines(self, site: BaseModel) -> list[str]:
        """The remaining quota of the site, for people.

        :return: list of texts, the scarcest first; empty where there is no limit that is known
        """
        return []

    def _estimate(self, site: BaseModel, work: dict[str, int]) -> Estimate | None:
        """Estimate the calls and the time that an action takes.

        :param dict work: kind -> number: `products` (all of each), `messages` (parts of listings),
            `requests` (spans of time) with the `orders` that are expected in them, `shipments`
        :return: `neutral.Estimate`, by the site's limits and what is left of them; None: the site
            has no limits that are known
        """


class IntegratorAdapterInbound(models.AbstractModel):
    """Documents that come from a site, and their content."""

    _name = "integrator.adapter.inbound"
    _description = "Adapter: inbound"

    # === BUSINESS METHODS === #

    def _check_remote_order_id(self, site: BaseModel, text: str) -> None:
        """Return whether a text can be an order id of the site.

        :raise RejectedError: with what an order id looks like
        """

    def _order_reach(self, site: BaseModel, source: str) -> Reach:
        """Return the extent of what a source gives.

        :param str source: a value of `integrator.fetch.request.source`
        :return: `neutral.Reach`
        """
        return Reach(timedelta(days=30))

    def _poll_pause(self, site: BaseModel, source: str) -> float:
        """Return the pause between automatic polls of a source, so that what the site allows is not
        used up and a reserve stays for people.

        :param str source: a value of `integrator.fetch.request.source`
        :return: seconds between two looks; 0: as often as the site's interval says
        """
        return 0

    def _fetch(self, fetch_request: BaseModel) -> Page:
        """Get the next page of a request for orders.

        A request of another source than `changes` is made only when `_capabilities` names it, as
        `source:report` and so on.

        :param fetch_request: `integrator.fetch.request`: source, remote_ref, date_from, date_to,
            page, next_token
        :return: `neutral.Page`; without `content` there is nothing to keep yet, and `next_token`
            is what the adapter wants to know when it is asked again
        :raise RejectedError: with the code `page_token_refused` when the page token is not taken
        """
        raise NotImplementedError

    def _acknowledge(self, documents: BaseModel) -> dict[BaseModel, str]:
        """Tell the remote that documents were taken over.

        :return: dict document -> error message; documents without one were accepted
        """
        return {}

    def _extract(self, document: BaseModel) -> Iterable[Extracted]:
        """Read a stored document. Its `kind` is the source that it was asked for by, or what
        `_fetch` has called it.

        :return: what it holds, in the forms of `neutral`; for large documents an iterator
        :raise RejectedError: when nothing of it can be read
        """
        raise NotImplementedError


class IntegratorAdapterOutbound(models.AbstractModel):
    """Updates that are sent and followed to their end. The hooks for what is planned are in
    `planners/`."""

    _name = "integrator.adapter.outbound"
    _inherit = ["integrator.planner.orders", "integrator.planner.products"]
    _description = "Adapter: outbound"

    # === BUSINESS METHODS === #

    def _lane(self, task: BaseModel) -> str:
        """Tasks of one lane travel in one submission and never overtake each other.

        :return: name of the task's lane
        """
        return task.kind

    def _lanes(self, site: BaseModel, tasks: BaseModel) -> dict[str, BaseModel]:
        """Spread ready tasks over lanes; a site may choose the lane by how many there are.

        :param tasks: ready tasks of the site, oldest first
        :return: dict name of the lane -> tasks
        """
        return tasks.grouped(self._lane)

    def _submission_size(self, lane: str) -> int:
        """Return the number of tasks of a lane that go out in one submission."""
        return 1

    def _in_flight(self, lane: str) -> int:
        """Return how many submissions of a lane may be under way at once; 0: any number."""
        return 0

    def _prepare(self, submission: BaseModel) -> Prepared:
        """Build what will be sent, from the current state of the records.

        :return: `neutral.Prepared`
        """
        raise NotImplementedError

    def _submit(self, submission: BaseModel) -> Sent:
        """Send a prepared submission.

        :return: `neutral.Sent`; with `more` only a part has left: its `refs` are kept on the
            submission and committed, then this is called again for the next part
        :raise OutcomeUnknownError: when the remote may have taken it
        :raise TransientError: when it certainly did not
        """
        raise NotImplementedError

    def _recover(self, submission: BaseModel) -> Sent | None:
        """Ask the remote whether it took a submission whose answer never arrived.

        :return: what `_submit` gives, or None when the remote does not know it
        :raise TransientError: when the remote cannot be asked now, or does not know it yet
        :raise UnclearError: when it was asked and there is no saying; a person has to look
        """

    def _check(self, submission: BaseModel) -> Checked:
        """Ask for the state of a ticket: one call per ticket.

        :return: `neutral.Checked`
        """
        raise NotImplementedError

    def _requires_tracking(self, task: BaseModel) -> bool:
        """Return whether the site refuses a shipment that has no tracking number; it then waits for
        one until the site's deadline, and a person is asked.

        :param task: `integrator.task` of kind `shipment`
        """
        return False

    def _refund_refusal(self, site: BaseModel, order: BaseModel) -> str:
        """Return the reason for which the site takes no refund of an order from outside.

        :param order: `integrator.order`
        :return: a sentence that says what to do instead; empty when it does
        """
        return ""

    def _refund_waits_for(self, task: BaseModel) -> str:
        """The condition for a refund at the site, for example the shipment.

        :param task: `integrator.task` of kind `refund`
        :return: a sentence; empty when it may go
        """
        return ""


class IntegratorAdapterListings(models.AbstractModel):
    """Messages to a site about listings, and their values as the site shows them."""

    _name = "integrator.adapter.listings"
    _description = "Adapter: listings"

    # === BUSINESS METHODS === #

    def _listings(self, site: BaseModel, products: BaseModel) -> BaseModel:
        """The listings of products on every marketplace of a site. Those that are missing are
        made where the site offers its products, see `_offer_places`; nothing is sent by that.

        :param products: `product.product` records that the site offers
        :return: `integrator.listing` records
        """
        return self._complete_listings(site, products, self._offer_places(site))

    def _offer_places(self, site: BaseModel) -> dict[str, str]:
        """Return the places where a site offers all its products. When it follows from a field of
        yours, call `site._add_marketplaces()` after that has changed.

        :return: dict the site's own id of a marketplace -> its name; the id is `""` for a site
            that is one by itself
        """
        return {"": site.name} if self._section_names(site) else {}

    def _compared(self, site: BaseModel) -> tuple[BaseModel, Domain] | None:
        """The records that passes of `integrator.reconcile` compare, where a site has
        something else than listings.

        :return: tuple (model whose records make tasks of what differs by `_reconcile(names)`, as
            listings do; domain of those that are compared). None: the listings of the site
        """

    def _section_names(self, site: BaseModel) -> tuple[str, ...]:
        """The sections of a listing that the site has, by its present settings.

        :return: tuple of names out of `const.SECTIONS`, in the order in which they are sent
        """
        return ()

    def _section_values(
        self, listings: BaseModel, names: Iterable[str]
    ) -> dict[BaseModel, dict[str, Any]]:
        """The values of listings, section by section. One call for many listings:
        prices, stock and images are computed together. Sending, preview and drift all use it.

        :param listings: `integrator.listing` of one site
        :param names: names of sections
        :return: dict listing -> dict name -> JSON-able value; None: there is nothing to say
        """
        return {listing: dict.fromkeys(names) for listing in listings}

    def _section_value(self, listing: BaseModel, name: str) -> Any:
        """As `_section_values`, for one section of one listing."""
        return self._section_values(listing, (name,))[listing][name]

    def _section_message(self, listing: BaseModel, name: str, value: Any) -> Any:
        """The message of a section, in the site's own form. It reads what was last sent
        for the section and writes nothing: a preview gets the same, byte by byte.

        :param value: of `_section_values`
        :return: JSON-able message
        """
        raise NotImplementedError

    def _closing_message(self, listing: BaseModel) -> Any:
        """The message that closes the offer of a listing, in the site's own form.

        :return: JSON-able message
        """
        raise NotImplementedError

    def _section_figure(self, name: str, value: Any) -> Decimal | None:
        """The one number by which guard rails measure a section: the price for everybody, or the
        pieces on offer.

        :param str name: `price` or `inventory`
        :param value: of `_section_values`, or as it was kept; may be None
        :return: `Decimal`, or None where there is no such number
        """

    def _section_figures(self, name: str, value: Any) -> dict[str, Decimal]:
        """Every number by which guard rails measure a section: no price may leave unseen.

        :param str name: `price` or `inventory`
        :param value: of `_section_values`, or as it was kept; may be None
        :return: dict label -> `Decimal`: `price`, `sale`, `business`, `business from 10` …, or
            `quantity`; what is not offered is left out
        """
        figure = self._section_figure(name, value)
        labels = {"price": "price", "inventory": "quantity"}
        return {} if figure is None else {labels.get(name, name): figure}

    def _prepare_preview(self, listings: BaseModel) -> str:
        """Fetch what a preview of listings needs to show beforehand what the site refuses.

        :return: what could not be looked at, for people; empty: nothing
        """
        return ""

    def _try_messages(
        self, site: BaseModel, messages: list[tuple[BaseModel, str, Any]]
    ) -> list[dict[str, str]] | None:
        """Ask the site what it would say to messages, without any effect.

        :param list messages: tuples (listing, name of the section, message)
        :return: list of dicts attribute -> reason, in the order of the messages: empty when the
            site would take it. Shorter than `messages` when the site cannot be asked more now;
            None: the site cannot be asked at all
        """

    def _listings_source(self, site: BaseModel) -> str:
        """The source by which all listings of a site are imported.

        :return: `listings`, or `listing_report` where the site makes a report of very many
        """
        return "listings"

    def _section_shown(self, listing: BaseModel, name: str, value: Any, shown: Any) -> Any:
        """The site's value of a section.

        :param value: of `_section_values`, or as it was kept; not None
        :param shown: what a neutral listing holds as `shown`
        :return: equal to `value` where the site shows all of it, else in the same form what it
            shows instead
        """
        return value

    def _shown_values(self, section: BaseModel) -> dict[str, Any]:
        """The values of a listing by which a section equals the site's value.

        :param section: `integrator.listing.section` with its `shown_value`, of `_section_shown`
        :return: dict of values of `integrator.listing`; empty where it cannot say that
        """
        if section.name != "price":
            return {}
        confirmed, shown = (
            self._section_figure(section.name, value or {})
            for value in (section.verified_value, section.shown_value)
        )
        if shown is None or shown == confirmed:
            # it is another part of the price that differs
            return {}
        return {"price_source": "fixed", "price_fixed": float(shown)}

    def _listing_url(self, listing):
        """Return where buyers see a listing with a `remote_id`; empty where that is unknown."""
        return ""

    def _note_shown(self, listing: BaseModel, shown: Any) -> None:
        """Note on the listing what else the site shows, such as its numbers and who ships it.

        :param shown: what a neutral listing holds as `shown`
        """

    def _currency(self, site: BaseModel, marketplace_code: str) -> BaseModel:
        """The currency in which a marketplace sells.

        :return: `res.currency`
        """
        return site.company_id.currency_id

    def _offer_tax(self, site: BaseModel, marketplace_code: str) -> str:
        """Return whether buyers on a marketplace see prices with tax; it can be set otherwise
        there.

        :return: `included`, `excluded`, or `same`: prices leave as the pricelist has them
        """
        return "same"


class IntegratorAdapterOperations(models.AbstractModel):
    """The hooks of a site that ships orders which were sold elsewhere.

    No hook writes anything in Odoo. A call that has left and was not answered is an
    `OutcomeUnknownError`; the core then reads the order by its reference before it goes on.
    """

    _name = "integrator.adapter.operations"
    _description = "Adapter: orders that were sold elsewhere"

    # === BUSINESS METHODS === #

    def _split_order_export(self, site: BaseModel, request: ExportRequest) -> list[ExportRequest]:
        """Divide a request into as many orders as the site needs for it, for example because it
        takes only so many lines.

        :param ExportRequest request: with everything that was answered
        :return: list of `ExportRequest`, each with some of the lines; no line is in two of them
        """
        return [request]

    def _prepare_remote_ref(self, site: BaseModel, order_ref: str, number: int) -> str:
        """The reference by which the site will know an order, within the site's limits of length
        and letters. It is kept before the call and never used for another order.

        :param str order_ref: as in the request, or of the delivery
        :param int number: of the remote order; no two have the same in this database
        """
        return f"{order_ref}-{number}"

    def _check_order_export(self, site: BaseModel, request: ExportRequest) -> list[Discrepancy]:
        """Look for everything in which the site would not do as asked: availability, variants,
        price or fee beyond the limit, address, limits of orders. Nothing changes at the site.

        What is in `request.accepted` is not found again.

        :param ExportRequest request:
        :return: list of `Discrepancy`, each of which becomes a question
        :raise TransientError: when the site cannot be asked now
        """
        return []

    def _preview_order_export(self, site: BaseModel, request: ExportRequest) -> list[ExportPreview]:
        """Ask how the site would ship, without any effect there.

        :param ExportRequest request:
        :return: list of `ExportPreview`, one per speed
        """
        return []

    def _create_remote_order(
        self, site: BaseModel, request: ExportRequest, remote_ref: str
    ) -> RemoteOrderResult:
        """Make an order at the site. The reference is committed in Odoo already; where the site
        has an order of this reference with the same content, that is success.

        :param ExportRequest request: one of `_split_order_export`
        :param str remote_ref: of `_prepare_remote_ref`
        :return: `RemoteOrderResult`
        :raise AddressRefusedError: for what is wrong with the address
        :raise OrderLimitError: when the account may not make more orders now
        :raise MissedDiscrepancyError: for something that the check has not found
        :raise OutcomeUnknownError: when the site may have it
        :raise TransientError: when it certainly has not, and may be asked again
        :raise RejectedError: for anything else that a person has to correct
        """
        raise NotImplementedError

    def _read_remote_order(self, site: BaseModel, remote_ref: str) -> RemoteOrderState | None:
        """Read the state of an order at the site, also of one that was made there by hand.

        :param str remote_ref: of `_prepare_remote_ref`, or as a person has read it there
        :return: `RemoteOrderState`; None: the site does not know it
        """
        raise NotImplementedError

    def _check_bound_ref(self, site: BaseModel, remote_ref: str) -> None:
        """Return whether a text that a person typed can be the reference of an order at the site.

        :raise RejectedError: with what a reference looks like
        """

    def _update_remote_order(
        self, site: BaseModel, remote_ref: str, request: ExportRequest
    ) -> RemoteOrderResult:
        """Change what may be changed of an order that is held there.

        :return: `RemoteOrderResult`
        :raise RejectedError: with the code `export_too_late` when it is not held any more
        """
        raise NotImplementedError

    def _cancel_remote_order(self, site: BaseModel, remote_ref: str) -> str:
        """Ask the site not to ship an order.

        :return: `cancelled`, or `too_late` when it is being picked or has left
        """
        raise NotImplementedError

    def _release_remote_order(self, site: BaseModel, remote_ref: str) -> str:
        """Let the site ship an order that it holds.

        :return: `released`, or `too_late` when it is not held any more
        """
        raise NotImplementedError

    def _remote_order_page(self, site: BaseModel, remote_ref: str) -> str:
        """Return the page on which a person sees an order at the site, for example to cancel it by
        hand.

        :return: address of the page; "": there is none
        """
        return ""


class IntegratorAdapter(models.AbstractModel):
    """The ONE place where a site addon plugs in.

    A site addon adds a value to `integrator.site.site_type` and a model
    `integrator.adapter.<site_type>` that inherits this one. Its hooks stand in five parts; what a
    site does not override does nothing. Every hook gets what it works on and returns plain values
    or the forms of `integrator.neutral`; it never commits, never sleeps and never writes states:
    the stages do. Trouble is said with the exceptions of `integrator.exceptions`.
    """

    _name = "integrator.adapter"
    _inherit = [
        "integrator.adapter.account",
        "integrator.adapter.inbound",
        "integrator.adapter.outbound",
        "integrator.adapter.listings",
        "integrator.adapter.operations",
    ]
    _description = "Adapter of a channel"

    # === BUSINESS METHODS === #

    def _register_hook(self):
        """Warn of what looks like a misspelt hook or capability: nobody would call it or ask for
        it, and nothing would report it."""
        super()._register_hook()
        for name, hook in misspelt_hooks(type(self), type(self.env["integrator.adapter"])):
            _logger.warning("%r.%r is no hook: is %r meant?", self._name, name, hook)
        for name, known in misspelt_capabilities(type(self)):
            _logger.warning("%r: %r is no capability: is %r meant?", self._name, name, known)
