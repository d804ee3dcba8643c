# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models


class IntegratorAdapter(models.AbstractModel):
    """The ONE place where a site addon plugs in.

    A site addon adds a value to `integrator.site.site_type` and a model
    `integrator.adapter.<site_type>` that inherits this one. Every hook gets what it works on and
    returns plain values; it never commits, never sleeps and never writes states: the stages do.
    Trouble is said with the exceptions of `integrator.exceptions`.
    """

    _name = "integrator.adapter"
    _description = "Adapter of a channel"

    # === THE ACCOUNT === #

    def _test_connection(self, site):
        """Try the site's parameters.

        :return: a sentence for people that names the account and what it may do
        :raise IntegratorError: with a different, useful sentence for each cause
        """
        raise NotImplementedError

    def _test_credentials(self, site):
        """As `_test_connection`, by a log-in of its own: what was remembered of earlier ones says
        nothing about a secret that has just been entered."""
        return self._test_connection(site)

    def _credential_days(self, site):
        """How long the site's secrets are good.

        :return: dict name of the secret -> days from when it is entered; None: for ever
        """
        return {}

    def _capabilities(self, site):
        """What can be done there.

        :return: set of the task kinds, `"orders"`, and `"source:…"` for every other source
        """
        return set()

    def _account_tables(self):
        """Where other connectors to the same kind of site keep their accounts.

        :return: dict technical name -> `AccountTable` of `models.integrator_owner_rule`
        """
        return {}

    # === IN === #

    def _check_remote_order_id(self, site, text):
        """Say whether a text can be an order id of the site.

        :raise RejectedError: with what an order id looks like
        """

    def _setup_missing(self, site):
        """What of the account is missing before the connection can be tested.

        :return: text for people: what, and where it is entered; empty: nothing
        """
        return ""

    def _explanations(self):
        """What lies behind reasons and what to do, by code, or by the words that codes begin with.
        A site adds those of its own.

        :return: dict code -> tuple (meaning, what to do, kind of cure: `products`, `taxes`,
            `approvals`, `issues`, `site`, or empty: the record's own button)
        """
        return self.env["integrator.explanations"]._all()

    def _without_secrets(self, text):
        """A text that may leave the house: without keys and personal data."""
        return text

    def _quota_lines(self, site):
        """What the site still takes now, for people.

        :return: list of texts, the scarcest first; empty where there is no limit that is known
        """
        return []

    def _estimate(self, site, work):
        """How much it takes to do something.

        :param dict work: kind -> number: `products` (all of each), `messages` (parts of listings),
            `requests` (spans of time) with the `orders` that are expected in them, `shipments`
        :return: tuple (calls, seconds) by the site's limits and what is left of them; None: the
            site has no limits that are known
        """

    def _order_reach(self, site, source):
        """How much a source gives.

        :param str source: a value of `integrator.fetch.request.source`
        :return: tuple of `timedelta`: the longest span of one request, and how far back it goes
            (None: as far as there are orders)
        """
        return timedelta(days=30), None

    def _poll_pause(self, site, source):
        """How often a source may be asked by itself, so that what the site allows is not used up
        and a reserve stays for people.

        :param str source: a value of `integrator.fetch.request.source`
        :return: seconds between two looks; 0: as often as the site's interval says
        """
        return 0

    def _fetch(self, fetch_request):
        """Get the next page of a request for orders.

        A request of another source than `changes` is made only when `_capabilities` names it, as
        `source:report` and so on.

        :param fetch_request: `integrator.fetch.request`: source, remote_ref, date_from, date_to,
            page, next_token
        :return: dict with `content` (bytes as received), `charset`, `headers` (dict without
            secrets), `request_id`, `received_at`, `next_token` (str|None) and `watermark` (UTC
            datetime up to which the remote says the answer is complete). It may hold `ids` (of the
            orders on the page), `kind` (how `_extract` has to read it; the source without it) and
            `retry_after` (seconds). With `content` None there is nothing to keep yet, and
            `next_token` is what the adapter wants to know when it is asked again
        :raise RejectedError: with the code `page_token_refused` when the page token is not taken
        """
        raise NotImplementedError

    def _acknowledge(self, documents):
        """Tell the remote that documents were taken over.

        :return: dict document -> error message; documents without one were accepted
        """
        return {}

    def _extract(self, document):
        """Read a stored document into neutral orders.

        :return: list of dicts in the form documented in `docs/neutral-forms.md`, "A neutral order";
            one whose `lines` is None only names an order, which is then fetched by its id
        :raise RejectedError: for any problem anywhere in the document
        """
        raise NotImplementedError

    # === OUT === #

    def _plan(self, site, events):
        """Say which tasks events make for a site.

        :param events: `product.integration` or `order.integration`, all of one model
        :return: dict event -> list of dicts: `kind`, `target_ref` and any other task values;
            `after` may hold the `target_ref` key of a task that has to succeed first
        """
        return {}

    def _listings(self, site, products):
        """The listings of products on every marketplace of a site. A site that offers all its
        products everywhere makes those that are missing; nothing is sent by that.

        :param products: `product.product` records that the site offers
        :return: `integrator.listing` records
        """
        return self.env["integrator.listing"].search(
            [("site_id", "=", site.id), ("product_id", "in", products.ids)]
        )

    def _section_names(self, site):
        """The sections of a listing that the site has, by its present settings.

        :return: tuple of names out of `const.SECTIONS`, in the order in which they are told
        """
        return ()

    def _section_values(self, listings, names):
        """What Odoo says of listings, section by section. One call for many listings:
        prices, stock and images are computed together. Sending, preview and drift all use it.

        :param listings: `integrator.listing` of one site
        :param names: names of sections
        :return: dict listing -> dict name -> JSON-able value; None: there is nothing to say
        """
        return {listing: dict.fromkeys(names) for listing in listings}

    def _section_value(self, listing, name):
        """As `_section_values`, for one section of one listing."""
        return self._section_values(listing, (name,))[listing][name]

    def _section_message(self, listing, name, value):
        """What is sent for a section, in the site's own form. It reads what the section was last
        told and writes nothing: a preview gets the same, byte by byte.

        :param value: of `_section_values`
        :return: JSON-able message
        """
        raise NotImplementedError

    def _prepare_preview(self, listings):
        """Fetch what a preview of listings needs to tell beforehand what the site refuses.

        :return: what could not be looked at, for people; empty: nothing
        """
        return ""

    def _try_messages(self, site, messages):
        """Ask the site what it would say to messages, without any effect.

        :param list messages: tuples (listing, name of the section, message)
        :return: list of dicts attribute -> reason, in the order of the messages: empty when the
            site would take it. Shorter than `messages` when the site cannot be asked more now;
            None: the site cannot be asked at all
        """

    def _section_figure(self, name, value):
        """The one number by which guard rails measure a section: the price for everybody, or the
        pieces on offer.

        :param str name: `price` or `inventory`
        :param value: of `_section_values`, or as it was kept; may be None
        :return: `Decimal`, or None where there is no such number
        """

    def _section_figures(self, name, value):
        """Every number by which guard rails measure a section: no price may leave unseen.

        :param str name: `price` or `inventory`
        :param value: of `_section_values`, or as it was kept; may be None
        :return: dict label -> `Decimal`: `price`, `sale`, `business`, `business from 10` …, or
            `quantity`; what is not offered is left out
        """
        figure = self._section_figure(name, value)
        labels = {"price": "price", "inventory": "quantity"}
        return {} if figure is None else {labels.get(name, name): figure}

    def _listings_source(self, site):
        """The source by which all listings of a site are imported.

        :return: `listings`, or `listing_report` where the site makes a report of very many
        """
        return "listings"

    def _section_shown(self, listing, name, value, shown):
        """What the site shows of what a section says.

        :param value: of `_section_values`, or as it was kept; not None
        :param shown: what a neutral listing holds as `shown`
        :return: equal to `value` where the site shows all of it, else in the same form what it
            shows instead
        """
        return value

    def _shown_values(self, section):
        """What a listing has to say so that a section says what the site shows.

        :param section: `integrator.listing.section` with its `shown_value`, of `_section_shown`
        :return: dict of values of `integrator.listing`; empty where it cannot say that
        """
        if section.name != "price":
            return {}
        told, shown = (
            self._section_figure(section.name, value or {})
            for value in (section.verified_value, section.shown_value)
        )
        if shown is None or shown == told:
            # it is another part of the price that differs
            return {}
        return {"price_source": "fixed", "price_fixed": float(shown)}

    def _note_shown(self, listing, shown):
        """Note on the listing what else the site shows, such as its numbers and who ships it.

        :param shown: what a neutral listing holds as `shown`
        """

    def _currency(self, site, marketplace_code):
        """The currency in which a marketplace sells.

        :return: `res.currency`
        """
        return site.company_id.currency_id

    def _offer_tax(self, site, marketplace_code):
        """Whether buyers on a marketplace see prices with tax; it can be set otherwise there.

        :return: `included`, `excluded`, or `same`: prices leave as the pricelist has them
        """
        return "same"

    def _wants_tracking(self, task):
        """Whether the site refuses a shipment that has no tracking number; it then waits for one
        until the site's deadline, and a person is asked.

        :param task: `integrator.task` of kind `shipment`
        """
        return False

    def _refund_refusal(self, site, order):
        """Why the site takes no refund of an order from outside.

        :param order: `integrator.order`
        :return: a sentence that says what to do instead; empty when it does
        """
        return ""

    def _refund_waits_for(self, task):
        """What has to happen before the site takes a refund, for example the shipment.

        :param task: `integrator.task` of kind `refund`
        :return: a sentence; empty when it may go
        """
        return ""

    def _lane(self, task):
        """Tasks of one lane travel in one submission and never overtake each other.

        :return: name of the task's lane
        """
        return task.kind

    def _lanes(self, site, tasks):
        """Spread ready tasks over lanes; a site may choose the lane by how many there are.

        :param tasks: ready tasks of the site, oldest first
        :return: dict name of the lane -> tasks
        """
        return tasks.grouped(self._lane)

    def _submission_size(self, lane):
        """How many tasks of a lane go out in one submission."""
        return 1

    def _in_flight(self, lane):
        """How many submissions of a lane may be under way at once; 0: any number."""
        return 0

    def _prepare(self, submission):
        """Build what will be sent, from the current state of the records.

        :return: tuple (content bytes, dict task -> IntegratorError for tasks that cannot be sent;
            None for those that have nothing to say any more)
        """
        raise NotImplementedError

    def _submit(self, submission):
        """Send a prepared submission.

        :return: dict with `ticket`, `refs` (all ids of the answer) and, where the answer is
            final, `results` as `_check` gives them. With `more` only a part has left: its `refs`
            are kept on the submission and committed, then this is called again for the next part
        :raise OutcomeUnknownError: when the remote may have taken it
        :raise TransientError: when it certainly did not
        """
        raise NotImplementedError

    def _recover(self, submission):
        """Ask the remote whether it took a submission whose answer never arrived.

        :return: what `_submit` gives, or None when the remote does not know it
        :raise TransientError: when the remote cannot be asked now, or does not know it yet
        :raise UnclearError: when it was asked and there is no saying; a person has to look
        """

    def _check(self, submission):
        """Ask for the state of a ticket: one call per ticket.

        :return: dict with `running` (bool), `retry_after` (seconds) and `results`: dict task ->
            None (success) or RejectedError (`UnclearError`: done or not, there is no saying). With
            `refused_whole` the remote did nothing because something in the file spoils it: its
            parts are sent apart, and `results` count only where there is nothing to part
        """
        raise NotImplementedError
