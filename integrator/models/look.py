# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Sources that bring listings.
LISTING_SOURCES = ("listings", "listing", "issue", "listing_report")


class IntegratorDriftCheck(models.AbstractModel):
    """Takes over what a site shows of its listings: what Odoo does not know is imported, the rest
    is compared with what was told, and its issues are kept."""

    _name = "integrator.drift.check"
    _description = "Look at what a site shows"

    def _take(self, document, values):
        """Take over neutral listings.

        :param list[dict] values: see `docs/architecture.md`, "A neutral listing"
        """
        site = document.site_id
        known = self._known(site, values)
        pairs = [(known.get((one["marketplace_code"], one["sku"])), one) for one in values]
        self.env["integrator.listing.import"]._take(
            site, [value for listing, value in pairs if not listing and not value.get("gone")]
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
                ("sku", "in", [value["sku"] for value in values]),
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

        :param dict seen: live listing -> neutral listing
        """
        listings = self.env["integrator.listing"].union(*seen)
        now = listings._section_values() if listings else {}
        for listing, value in seen.items():
            if value.get("gone"):
                listing._section("product")._drift({}, self.env._("The site knows it no more."))
                continue
            if value["shown"] is None:
                # a report tells that it is there, and no more
                continue
            listing.site_id._adapter()._note_shown(listing, value["shown"])
            listing.channel_conflict = value.get("conflict", False)
            if value.get("issues") is not None:
                self.env["integrator.listing.issue"]._settle(listing, value["issues"])
            if not any(section.sent_at for section in listing.section_ids):
                listing._verify_as_shown(value["shown"])
            for section in listing.section_ids:
                section._look(now[listing].get(section.name), value["shown"])
        self._send_changes(seen, now)

    def _send_changes(self, seen, now):
        """What Odoo says has been computed for the look: what is not told yet is sent with it."""
        offered = self.env["integrator.listing"].union(*seen)._on_offer()
        if not offered.site_id.automatic:
            return
        if offered._plan_unasked(now, offered._known_hashes()):
            self.env["integrator.site"]._wake("send")

    @api.model
    def _want(self, site, places):
        """Have a look at listings soon, because the site says that something is new.

        :param places: iterable of tuples (marketplace code, SKU)
        """
        wanted = set(places)
        listings = self.env["integrator.listing"].search(
            [("site_id", "=", site.id), ("sku", "in", [sku for _code, sku in wanted])]
        )
        listings.filtered(lambda one: (one.marketplace_code, one.sku) in wanted)._request_drift_check()

    # === EVERY NIGHT === #

    @api.model
    def _cron_drift_check(self):
        """Entry of the scheduled action: ask each automatic site what it shows."""
        for site in self.env["integrator.site"]._automatic_sites():
            if site.daily_drift_check and "source:listings" in site._adapter()._capabilities(site):
                self._look_at(site)
        self.env["integrator.site"]._wake("fetch")

    def _look_at(self, site):
        live = [("site_id", "=", site.id), ("state", "=", "live")]
        count = self.env["integrator.listing"].search_count(live)
        if not site.drift_check_limit or count <= site.drift_check_limit:
            fetch_requests = self.env["integrator.fetch.request"]
            fetch_requests._open(site, "listings", date_from=fields.Datetime.now())
            return
        self._sample(site, live)._request_drift_check()

    def _sample(self, site, live):
        """Half of the listings that one night looks at are those that sell most, the others those
        that nobody has looked at for longest."""
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


class IntegratorListing(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    drift_check_requested = fields.Boolean(
        readonly=True, index="btree_not_null", help="The site is asked what it shows of this."
    )
    drift_checked_at = fields.Datetime(
        string="Last look", readonly=True, help="When the site was last asked what it shows."
    )
    channel_conflict = fields.Boolean(
        string="Shipped by both",
        readonly=True,
        help="The site shows two offers of this SKU, one shipped by you and one by the site. "
        "Close one of them on the site; until then no quantity is sent.",
    )

    def _request_drift_check(self, manual=False):
        """Ask the site soon what it shows of these.

        :param bool manual: whether a person asked for it
        """
        self.drift_check_requested = True
        fetch_requests = self.env["integrator.fetch.request"]
        now = fields.Datetime.now()
        for site in self.site_id:
            domain = [("site_id", "=", site.id), ("source", "=", "listing")]
            domain += [("state", "=", "ready"), ("manual", "=", manual)]
            if not fetch_requests.search_count(domain, limit=1):
                values = {"site_id": site.id, "source": "listing", "manual": manual}
                fetch_requests.create({**values, "date_from": now})
        self.env["integrator.site"]._wake("fetch")


class IntegratorFetchRequest(models.Model):
    """Listings are sources of their own; what comes by them is no order."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.fetch.request"

    source = fields.Selection(
        selection_add=[
            ("listings", "All listings"),
            ("listing", "Some listings"),
            ("issue", "Listings with issues"),
            ("listing_report", "Report of all listings"),
        ],
        ondelete=dict.fromkeys(LISTING_SOURCES, "cascade"),
    )


class IntegratorDocument(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.document"

    def _taker(self):
        if self.kind in LISTING_SOURCES:
            return self.env["integrator.drift.check"]
        return super()._taker()
