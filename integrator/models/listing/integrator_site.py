# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain

from ...access import check_operator

#: Fields of a site that change the values of many listings -> what has to be compared then.
RECONCILED_FIELDS = {
    "automatic": "all",
    "product_domain": "all",
    "warehouse_id": "offer",
    "stock_buffer": "offer",
    "pricelist_id": "offer",
    "send_relationships": "all",
    "send_shipping": "all",
    "image_base_url": "all",
}
#: Products of which the dry run of the first hour shows what would be sent.
PREVIEWED = 3
#: Minutes after switching on in which Home says what is happening.
STARTING_MINUTES = 15


class IntegratorSite(models.Model):
    """Settings of the catalogue that is sent."""

    # settings of the catalogue: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    send_relationships = fields.Boolean(
        string="Send relationships",
        default=True,
        help="Variants are shown together, and accessories with what they belong to.",
    )
    send_shipping = fields.Boolean(
        string="Send shipping templates",
        default=True,
        help="The shipping template of a listing overrides the account's default.",
    )
    close_by = fields.Selection(
        [("delete", "Deleting the offer"), ("zero", "Offering no pieces")],
        string="Close by",
        default="delete",
        required=True,
        help="What closes the listing of a product that was deleted, archived or is not offered "
        "any more.",
    )
    direct_threshold = fields.Integer(
        string="Send directly up to",
        default=5,
        help="So few changes of stock, price and the like go at once, one call each; more go "
        "together in a feed. 0: always a feed.",
    )
    image_base_url = fields.Char(
        string="Address for images",
        help="Under which the channel reaches this Odoo from outside, for example "
        "https://shop.example.com. Empty: the address of Odoo.",
    )
    reconcile_minutes = fields.Integer(
        string="Compare stock and prices every",
        default=60,
        help="Minutes after which stock and prices of all live listings are compared with Odoo, "
        "whether or not a change was noticed; what differs from what was last sent is sent again. "
        "0: only at night.",
    )
    reconcile_nightly = fields.Boolean(
        string="Compare everything every night",
        default=True,
        help="Once a night everything that Odoo has for all live listings is compared with what "
        "was last sent: also what makes no event, such as a translation.",
    )

    # listing drift
    daily_drift_check = fields.Boolean(
        string="Look for drift every night",
        default=True,
        help="Once a day what the channel shows is fetched and compared with what was sent; issues "
        "that came later are seen, too.",
    )
    drift_check_limit = fields.Integer(
        string="Listings per night",
        help="At most so many are looked at in one night: those that sell most, and those that "
        "were not looked at for longest. 0: all.",
    )
    drift_ids = fields.One2many(
        "integrator.drift.policy",
        "site_id",
        string="Who wins",
        help="What is done by itself when the channel shows something else.",
    )

    # first steps
    previewed_at = fields.Datetime(
        string="Last preview", readonly=True, copy=False, help="When somebody last had a dry run."
    )
    switched_on_at = fields.Datetime(
        string="Switched on",
        readonly=True,
        copy=False,
        help="When a person last switched automatic mode on.",
    )
    setup_done = fields.Integer(
        string="First steps done (%)",
        compute="_compute_setup_done",
        help="How many of the first steps are done.",
    )

    _reconcile_positive = models.Constraint(
        "CHECK(reconcile_minutes >= 0)", "Minutes cannot be negative; 0 switches it off."
    )

    # === COMPUTE METHODS === #

    def _compute_setup_done(self):
        for site in self:
            steps = site._setup_steps()
            site.setup_done = 100 * sum(step["done"] for step in steps) // len(steps)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        sites._add_marketplaces()
        return sites

    def write(self, vals):
        watched = {name: scope for name, scope in self._reconciled_fields().items() if name in vals}
        before = {(site, name): site[name] for site in self for name in watched}
        result = super().write(vals)
        for (site, name), value in before.items():
            if site[name] != value:
                self.env["integrator.reconcile"]._request(site, watched[name])
        return result

    # === ACTION METHODS === #

    def action_reconcile(self):
        """Button: compare all listings with Odoo now; what differs is sent."""
        check_operator(self)
        self.env["integrator.reconcile"]._request(self, "all", "person")
        return self._notify(
            self.env._("The listings are compared in the background; what differs is sent.")
        )

    def action_import_listings(self):
        """Button: ask the site for all its listings; what is unknown waits to be matched."""
        check_operator(self)
        now = fields.Datetime.now()
        for site in self.sudo():
            if not site._can("source:listings"):
                raise UserError(self.env._("%s does not show what is offered there.", site.name))
            source = site._adapter()._listings_source(site)
            site.env["integrator.fetch.request"]._request(site, [(now, False)], source=source)
        self._trigger_stages("fetch")
        return self._notify(
            self.env._("The listings are fetched in the background; see “Products to match”.")
        )

    def action_open_setup(self):
        """Button: the steps of the first hour."""
        self.ensure_one()
        return self.env["integrator.setup"]._open(self)

    def action_open_switch_on(self):
        """Button: switch automatic mode on, after a look at what will happen."""
        self.ensure_one()
        return self.env["integrator.switch.on"]._open(self)

    def action_switch_off(self):
        """Button: nothing comes in and goes out by itself any more.

        :raise AccessError: for who may not change the channel
        """
        check_operator(self)
        self.automatic = False

    # === BUSINESS METHODS === #

    @api.model
    def _reconciled_fields(self):
        """Hook: fields of a site that change the values of many listings.

        :return: dict name of the field -> `offer` (stock and price) or `all`
        """
        return RECONCILED_FIELDS

    @api.model
    def _priced_by_sudo(self, pricelists):
        """The automatic sites that take prices from pricelists, also by way of others.

        :param pricelists: `product.pricelist` records
        """
        sites = self._automatic_sites_sudo()
        if not (pricelists and sites):
            return sites.browse()
        lists = pricelists.sudo()._integrator_dependent_lists()
        places = sites.marketplace_ids
        used = places.filtered(
            lambda place: (place.offer_pricelist_id | place.business_pricelist_id) & lists
        )
        own = (
            self.env["integrator.listing"]
            .sudo()
            ._read_group(
                [("pricelist_id", "in", lists.ids), ("site_id", "in", sites.ids)], ["site_id"]
            )
        )
        found = sites.filtered(lambda site: site.pricelist_id & lists) | used.site_id
        return found.union(*(site for [site] in own))

    def _listed_sudo(self, products):
        """Return the products that these sites have a listing of."""
        listings = self.env["integrator.listing"].sudo()
        domain = [("site_id", "in", self.ids), ("product_id", "in", products.ids)]
        return listings.search([*domain, ("state", "!=", "closed")]).product_id

    def _note_offers_changed(self):
        """Override: all prices are compared."""
        self.env["integrator.reconcile"]._request(self, "offer")
        return super()._note_offers_changed()

    def _ask_before_dropping(self, offered):
        """Override: it closes the listings that match it no more."""
        super()._ask_before_dropping(offered)
        live = Domain("site_id", "=", self.id) & Domain("state", "=", "live")
        dropped = live & Domain("product_id", "any", offered)
        dropped &= Domain("product_id", "not any", self._product_domain())
        listings = self.env["integrator.listing"].sudo()
        count = listings.search_count(dropped)
        if not count:
            return
        text = self.env._(
            "%(count)s of %(live)s live listings of %(site)s match “Products to offer” no more, "
            "for example %(skus)s. They would be closed on the channel.",
            count=count,
            live=listings.search_count(live),
            site=self.name,
            skus=", ".join(sku for [sku] in listings._read_group(dropped, ["sku"], limit=3)),
        )
        action = self.env.ref("integrator.integrator_drop_listings_action")
        values = {"site_id": self.id, "product_domain": self.product_domain, "text": text}
        context = {f"default_{name}": value for name, value in values.items()}
        raise RedirectWarning(text, action.id, self.env._("Go on…"), context)

    # === FIRST STEPS === #

    def _setup_steps(self):
        """The steps of the first hour, in their order, without those that there is nothing to do
        for on a channel of this kind.

        :return: list of dicts: `key`, `name`, `done`, `text` (what to do, or what is there),
            `button` (what its button is called)
        """
        adapter, imports = self._adapter(), self._can("source:listings")
        offers = bool(adapter._section_names(self))
        # a site that is one marketplace by itself has none to choose
        chooses = set(adapter._offer_places(self)) != {""}
        steps = (
            (True, self._step_account),
            (True, self._step_connection),
            (offers and chooses, self._step_marketplaces),
            (imports, self._step_listings),
            (imports, self._step_match),
            (offers, self._step_preview),
            (offers, self._step_offer),
            (True, self._step_automatic),
        )
        return [make() for is_there, make in steps if is_there]

    def _prepare_step(self, key, name, done, text, button):
        return {"key": key, "name": name, "done": bool(done), "text": text, "button": button}

    def _step_account(self):
        missing = self._adapter()._setup_missing(self)
        there = self.env._("The account's keys are there.")
        text = missing or " ".join(filter(None, (there, self._plain_secrets_text())))
        button = self.env._("Enter the keys") if missing else self.env._("Show the channel")
        return self._prepare_step(
            "account", self.env._("Link the account"), not missing, text, button
        )

    def _step_connection(self):
        done = self.connection_state == "ok"
        text = self.connection_message or self.env._("Find out whether the keys work.")
        button = self.env._("Test again") if self.connection_message else self.env._("Test")
        return self._prepare_step(
            "connection", self.env._("Test the connection"), done, text, button
        )

    def _step_marketplaces(self):
        places = self.env["integrator.marketplace"].sudo()
        found = places.search(self._origin._chosen_marketplaces())
        names = ", ".join(found.mapped("name"))
        text = names or self.env._("Choose on the channel's form where you sell.")
        button = self.env._("Change") if found else self.env._("Choose")
        return self._prepare_step(
            "marketplaces", self.env._("Choose marketplaces"), found, text, button
        )

    def _add_marketplaces(self):
        """Make the rows on which pricelists and more are set, where something is offered."""
        for site in self:
            places = site._adapter()._offer_places(site)
            self.env["integrator.marketplace"].sudo()._ensure(site, places)

    def _chosen_marketplaces(self):
        """Hook: domain of the marketplaces on which this channel sells. Settings of others stay,
        and so do those on which it sold once."""
        return Domain("site_id", "=", self.id)

    def _step_listings(self):
        fetch_requests = self.env["integrator.fetch.request"].sudo()
        asked = Domain("site_id", "=", self._origin.id)
        asked &= Domain("source", "in", ("listings", "listing_report"))
        done = fetch_requests.search_count(asked & Domain("state", "=", "done"), limit=1)
        under_way = fetch_requests.search_count(asked & Domain("state", "=", "ready"), limit=1)
        text = self.env._("What you offer already is taken over. Nothing is changed there.")
        if done:
            text = self.env._("What you offer already has been taken over.")
        if under_way:
            text = self.env._("Your listings are being fetched in the background.")
        button = self.env._("Import again") if done or under_way else self.env._("Import")
        return self._prepare_step(
            "listings", self.env._("Import your listings"), done, text, button
        )

    def _step_match(self):
        waiting = self._count_unmatched()
        done = self._step_listings()["done"] and not waiting
        text = self.env._("Listings without a product: %s.", waiting)
        if done:
            text = self.env._("Every listing has its product.")
        button = self.env._("Match") if waiting else self.env._("Show listings")
        return self._prepare_step("match", self.env._("Match products"), done, text, button)

    def _step_preview(self):
        text = self.env._("See what would be sent of a few products. Nothing is sent by looking.")
        name, button = self.env._("Dry run"), self.env._("Preview")
        return self._prepare_step("preview", name, self.previewed_at, text, button)

    def _step_offer(self):
        matching, left = self._count_offers()
        if not matching:
            text = self.env._(
                "No product matches. Give products an internal reference (SKU), and look at "
                "“Products to offer” on the channel."
            )
        else:
            text = self.env._(
                "Products that match: %(matching)s. Not offered yet: %(left)s.",
                matching=matching,
                left=left,
            )
        name, button = self.env._("Offer your products"), self.env._("Send…")
        if not left:
            button = self.env._("Show listings") if matching else self.env._("Show the channel")
        return self._prepare_step("offer", name, matching and not left, text, button)

    def _step_automatic(self):
        text = self.env._("From then on orders come in and changes go out by themselves.")
        name = self.env._("Switch automatic mode on")
        button = self.env._("Show Home") if self.automatic else self.env._("Switch on…")
        return self._prepare_step("automatic", name, self.automatic, text, button)

    def _count_unmatched(self):
        """Return the number of offers of the channel without a product."""
        offered = Domain("origin", "in", ("offered", "both")) & Domain("state", "=", "to_match")
        matches_sudo = self.env["integrator.sku.match"].sudo()
        return matches_sudo.search_count(offered & Domain("site_id", "=", self._origin.id))

    # === OFFERS === #

    def _count_offers(self):
        """Return the number of products that match the channel's rule, and the number of them that
        were never sent.

        :return: tuple of two numbers
        """
        if not self._origin:
            return 0, 0
        products = self._origin._offered_products()
        return len(products), len(products - self._sent_products(products))

    def _sent_products(self, products):
        """Return the products of which the channel was sent, or has shown, anything."""
        sent = Domain("section_ids.sent_hash", "!=", False) | Domain("state", "!=", "new")
        own = Domain("site_id", "=", self._origin.id) & Domain("product_id", "in", products.ids)
        found = self.env["integrator.listing"].sudo().search(own & sent)
        return found.product_id.with_env(products.env)

    def _preview_first(self):
        """Open a dry run of a few products, those first of which nothing was sent yet.

        :raise UserError: when no product matches
        """
        products = self._offered_products()
        new = products - self._sent_products(products)
        chosen = (new + (products - new))[:PREVIEWED]
        listings = self.sudo()._adapter()._listings(self.sudo(), chosen.sudo())
        return self.env["integrator.preview"]._open(listings.with_env(self.env))

    # === HOME === #

    def _home_status(self, todo):
        """Override of the dashboard: a channel that is not set up names its next step, and one that
        was just switched on says what is happening."""
        state, text = super()._home_status(todo)
        if state == "setup":
            step = next((step for step in self._setup_steps() if not step["done"]), None)
            if step:
                text = self.env._("Next: %(step)s. %(text)s", step=step["name"], text=step["text"])
        elif state == "ok" and self._is_starting():
            text = self._starting_text()
        return state, text

    def _is_starting(self):
        since = self.switched_on_at
        limit = fields.Datetime.now() - timedelta(minutes=STARTING_MINUTES)
        return bool(since and since > limit)

    def _starting_text(self):
        """The next steps in the first minutes."""
        matching, left = self._count_offers()
        texts = [
            self.env._("Automatic mode is on. The first orders arrive within a few minutes."),
            self.env._("Products being offered: %s to go.", left)
            if left and left < matching
            else "",
            self.env._("Not offered yet: %s products. Send them from “First steps”.", left)
            if left and left == matching
            else "",
        ]
        return " ".join(filter(None, texts))
