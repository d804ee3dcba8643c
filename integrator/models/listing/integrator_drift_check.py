# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...const import LISTING_SOURCES


class IntegratorDriftCheck(models.AbstractModel):
    """Imports unknown listings of a site, compares known ones with what was last confirmed, and
    stores their issues."""

    _name = "integrator.drift.check"
    _inherit = "integrator.document.handler.mixin"
    _description = "Look at what a channel shows"

    _document_kinds = LISTING_SOURCES

    # === BUSINESS METHODS === #

    def _handle_document(self, document, values):
        """Take over neutral listings.

        :param list[neutral.Listing] values: what it shows
        """
        site = document.site_id
        known = self._known(site, values)
        pairs = [(known.get((one.marketplace_code, one.sku)), one) for one in values]
        self.env["integrator.sku.match"]._ask_about_offers(
            site, [value for listing, value in pairs if not listing and not value.gone]
        )
        seen = {listing: value for listing, value in pairs if listing}
        self.env["integrator.listing"].union(*seen).write(
            {"drift_check_requested": False, "drift_checked_at": fields.Datetime.now()}
        )
        live = {listing: value for listing, value in seen.items() if listing.state == "live"}
        self._compare(live)

    def _known(self, site, values):
        listings = self.env["integrator.listing"].search(
            [
                ("site_id", "=", site.id),
                ("sku", "in", [value.sku for value in values]),
                "|",
                ("product_id", "!=", False),
                ("is_parent", "=", True),
            ]
        )
        known = {(listing.marketplace_code, listing.sku): listing for listing in listings}
        # what was never sent and is there all the same is taken over like something unknown
        return {key: listing for key, listing in known.items() if listing.state != "new"}

    def _compare(self, seen):
        """Look for issues and for drift.

        :param dict seen: live listing -> `neutral.Listing`
        """
        listings = self.env["integrator.listing"].union(*seen)
        now = listings._section_values() if listings else {}
        for listing, value in seen.items():
            if value.gone:
                listing._section("product")._drift({}, self.env._("The channel knows it no more."))
                continue
            if value.shown is None:
                # a report only shows that it exists
                continue
            listing.site_id._adapter()._note_shown(listing, value.shown)
            listing.channel_conflict = value.conflict
            if value.issues is not None:
                self.env["integrator.listing.issue"]._update_open(listing, value.issues)
            if not any(section.sent_at for section in listing.section_ids):
                listing._verify_as_shown(value.shown)
            for section in listing.section_ids:
                section._compare_shown(now[listing].get(section.name), value.shown)
        self._send_changes(seen, now)

    def _send_changes(self, seen, now):
        """Send what has not been sent yet: its values have been computed for the comparison
        anyway."""
        offered = self.env["integrator.listing"].union(*seen)._on_offer()
        if not offered.site_id.automatic:
            return
        if offered._plan_unasked(now, offered._known_hashes()):
            self.env["integrator.site"]._trigger_stages("send")

    @api.model
    def _request(self, site, places):
        """Schedule a drift check of listings that the site reports as changed.

        :param places: iterable of tuples (marketplace code, SKU)
        """
        wanted = set(places)
        listings = self.env["integrator.listing"].search(
            [("site_id", "=", site.id), ("sku", "in", [sku for _code, sku in wanted])]
        )
        listings.filtered(
            lambda one: (one.marketplace_code, one.sku) in wanted
        )._request_drift_check()

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_drift_check(self):
        """Entry of the scheduled action: ask each automatic site what it shows."""
        for site in self.env["integrator.site"]._automatic_sites_sudo():
            if site.daily_drift_check and site._can("source:listings"):
                self._check_listings(site)
        self.env["integrator.site"]._trigger_stages("fetch")

    def _check_listings(self, site):
        live = [("site_id", "=", site.id), ("state", "=", "live")]
        count = self.env["integrator.listing"].search_count(live)
        if not site.drift_check_limit or count <= site.drift_check_limit:
            fetch_requests = self.env["integrator.fetch.request"]
            fetch_requests._open(site, "listings", date_from=fields.Datetime.now())
            return
        self._sample(site, live)._request_drift_check()

    def _sample(self, site, live):
        """The listings of one night's check: half are those that sell most, the others those whose
        last check is oldest."""
        listings = self.env["integrator.listing"]
        lines = self.env["integrator.order.line"]._read_group(
            [("order_id.site_id", "=", site.id), ("sku", "!=", False)],
            ["sku"],
            ["quantity:sum"],
            order="quantity:sum DESC",
            limit=site.drift_check_limit // 2,
        )
        best = listings.search([*live, ("sku", "in", [sku for sku, _sum in lines])])
        rest = [*live, ("id", "not in", best.ids)]
        order = "drift_checked_at NULLS FIRST, id"
        return best | listings.search(rest, order=order, limit=site.drift_check_limit - len(best))

    @api.model
    def _cron_issues(self):
        """Entry of the scheduled action: ask each automatic site for issues, and for what the
        last look did not show."""
        for site in self.env["integrator.site"]._automatic_sites_sudo():
            if site._can("source:issue"):
                self._request_issues(site)
            self._check_missed_listings(site)
        self.env["integrator.site"]._trigger_stages("fetch")

    def _request_issues(self, site):
        """Fetch the listings with issues. Sites list only those that have one, so listings whose
        issue may be solved are fetched too."""
        self.env["integrator.fetch.request"]._open(site, "issue", date_from=fields.Datetime.now())
        issues = self.env["integrator.listing.issue"]
        there = [("listing_id.site_id", "=", site.id), ("state", "=", "open")]
        issues.search(there).listing_id._request_drift_check()

    def _check_missed_listings(self, site):
        """Ask by SKU for what a look at all listings did not show: it has vanished, or the site
        gave only the first of very many."""
        last = self._last_pass(site)
        if not last:
            return
        missed = Domain("site_id", "=", site.id) & Domain("state", "=", "live")
        missed &= Domain("drift_check_requested", "=", False)
        missed &= Domain("drift_checked_at", "=", False) | Domain(
            "drift_checked_at", "<", last.date_from
        )
        self.env["integrator.listing"].search(missed)._request_drift_check()

    def _last_pass(self, site):
        """The last look at all listings, once everything it brought has been taken over."""
        fetch_request = self.env["integrator.fetch.request"].search(
            [("site_id", "=", site.id), ("source", "in", ("listings", "listing_report"))],
            order="id desc",
            limit=1,
        )
        done = fetch_request.state == "done" and set(
            fetch_request.document_ids.mapped("state")
        ) <= {"done"}
        return fetch_request if done else fetch_request.browse()
