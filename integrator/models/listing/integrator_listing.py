# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ...access import check_operator
from ...exceptions import SectionError
from ...neutral import Update
from ...utils import choices_of

#: Fields of a listing that change what it says.
SENT_FIELDS = {
    "language",
    "condition",
    "shipping_group",
    "stock_policy",
    "location_ids",
    "stock_buffer",
    "stock_cap",
    "stock_quantity",
    "handling_days",
    "price_source",
    "pricelist_id",
    "price_fixed",
    "price_minimum",
    "price_maximum",
}
#: States of sections by severity.
GRAVITY = ("refused", "drifted", "none", "sent", "accepted", "verified")
#: Columns for nearly every price, quantity and text. A template has five times as many, and Odoo
#: would read all of them with the first one.
VARIANT_FIELDS = ("product_tmpl_id", "default_code", "barcode", "combination_indices")
TEMPLATE_FIELDS = (
    *("name", "description_sale", "list_price", "uom_id", "categ_id", "company_id"),
    *("type", "is_storable"),
)
#: Pictures of one listing: the main one and eight more.
MAX_IMAGES = 9


class IntegratorListing(models.Model):
    """One SKU of a product, offered on one marketplace of a site.

    A product may have several SKUs on a marketplace. The listing outlives the product: when the
    product is deleted it keeps its SKU, so that the offer can be closed. Its values are in its
    sections; how stock, price and relations are computed is in the mixins `integrator_listing_…`.
    """

    _name = "integrator.listing"
    _inherit = [
        "integrator.site.mixin",
        "integrator.rights.mixin",
        "mail.thread",
        "integrator.listing.desk.mixin",
        "integrator.listing.comparison.mixin",
        "integrator.listing.family.mixin",
        "integrator.listing.price.mixin",
        "integrator.listing.stock.mixin",
    ]
    _description = "Listing"
    _rec_name = "sku"
    _order = "sku, id"
    _key_fields = frozenset({"marketplace_id", "site_id", "sku"})

    site_id = fields.Many2one(readonly=False, help="The account that offers it.")
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        ondelete="set null",
        index=True,
        help="Empty for the common parent of variants, and when the product was deleted.",
    )
    marketplace_code = fields.Char(
        string="Marketplace ID",
        required=True,
        default="",
        readonly=True,
        help="The channel's own id of the marketplace.",
    )
    marketplace_id = fields.Many2one(
        "integrator.marketplace",
        compute="_compute_marketplace_id",
        inverse="_inverse_marketplace_id",
        search="_search_marketplace_id",
        domain="[('site_id', '=', site_id)]",
        help="Where it is offered; pricelists and more are set there.",
    )
    sku = fields.Char(
        string="SKU", required=True, index=True, help="The number by which the channel knows it."
    )
    remote_id = fields.Char(
        string="Remote product id", readonly=True, help="The channel's own number of the product."
    )
    can_ship = fields.Boolean(related="site_id.can_ship")
    channel = fields.Selection(
        [
            ("merchant", "You ship"),
            ("site", "The channel ships"),
            ("unknown", "Not known yet"),
        ],
        string="Who ships",
        default="merchant",
        required=True,
        readonly=True,
        help="Who ships it, as the channel shows. A quantity is sent only of what you ship.",
    )
    switching = fields.Boolean(
        readonly=True,
        help="The channel is being informed that somebody else ships it from now on.",
    )
    language = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        help="Language of its texts. Empty: the language of the marketplace.",
    )
    condition = fields.Selection(
        [
            ("new", "New"),
            ("refurbished", "Refurbished"),
            ("used_like_new", "Used, like new"),
            ("used_very_good", "Used, very good"),
            ("used_good", "Used, good"),
            ("used_acceptable", "Used, acceptable"),
        ],
        default="new",
        required=True,
        help="Condition of the items that are sold under this SKU.",
    )
    shipping_group = fields.Char(
        string="Shipping group",
        help="Shipping template of your account that overrides the account's default. Empty: the "
        "default.",
    )
    state = fields.Selection(
        [("new", "Not sent"), ("live", "Live"), ("closed", "Closed")],
        default="new",
        readonly=True,
        required=True,
        help="Live: the channel has shown it.",
    )
    is_former = fields.Boolean(
        string="Under a former reference",
        readonly=True,
        help="It was closed, and the product has another internal reference since: it is offered "
        "under that, and no more under this SKU.",
    )
    section_ids = fields.One2many("integrator.listing.section", "listing_id", readonly=True)
    task_ids = fields.One2many("integrator.task", "listing_id", readonly=True)

    # listing state
    section_state = fields.Selection(
        choices_of("integrator.listing.section", "state"),
        string="Sync status",
        compute="_compute_section_state",
        store=True,
        help="How its section stands that needs most attention.",
    )

    # look
    drift_check_requested = fields.Boolean(
        readonly=True, index="btree_not_null", help="The channel is asked what it shows of this."
    )
    drift_checked_at = fields.Datetime(
        string="Last look", readonly=True, help="When the channel was last asked what it shows."
    )
    channel_conflict = fields.Boolean(
        string="Shipped by both",
        readonly=True,
        help="The channel shows two offers of this SKU, one shipped by you and one by the channel. "
        "Close one of them on the channel; until then no quantity is sent.",
    )

    # listing issue
    issue_ids = fields.One2many("integrator.listing.issue", "listing_id", readonly=True)

    # listing drift
    overruled_values = fields.Json(readonly=True)
    is_overruled = fields.Boolean(
        string="The channel won",
        compute="_compute_is_overruled",
        store=True,
        help="Something of it was taken over from the channel, or left as the channel shows it, "
        "and does not follow Odoo since.",
    )

    _sku_uniq = models.UniqueIndex(
        "(site_id, marketplace_code, sku)", "This SKU is already offered on this marketplace."
    )

    # === COMPUTE METHODS === #

    @api.depends("site_id", "marketplace_code")
    def _compute_marketplace_id(self):
        places = self.env["integrator.marketplace"].search([("site_id", "in", self.site_id.ids)])
        known = {(place.site_id, place.code): place for place in places}
        for listing in self:
            listing.marketplace_id = known.get((listing.site_id, listing.marketplace_code))

    def _inverse_marketplace_id(self):
        for listing in self.sudo().filtered("marketplace_id"):
            listing.marketplace_code = listing.marketplace_id.code

    def _search_marketplace_id(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        places = self.env["integrator.marketplace"].browse(value)
        return [("marketplace_code", "in", places.mapped("code"))]

    @api.depends("section_ids.state")
    def _compute_section_state(self):
        for listing in self:
            states = listing.section_ids.mapped("state")
            listing.section_state = min(states, key=GRAVITY.index, default="none")

    @api.depends("overruled_values", "section_ids.ignored_hash")
    def _compute_is_overruled(self):
        for listing in self:
            left = listing.section_ids.filtered("ignored_hash")
            listing.is_overruled = bool(listing.overruled_values or left)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # listings are made by the thousand: their log is for what people decide
        quiet = self.with_context(tracking_disable=True)
        return super(IntegratorListing, quiet).create(vals_list).with_env(self.env)

    def write(self, vals):
        live = {}
        if "sku" in vals:
            live = {one: one.sku for one in self.sudo() if one.state == "live"}
        if vals.get("state") == "live":
            # it may have been opened again there: what is on offer is kept up to date
            vals = {**vals, "is_former": False}
        chosen = vals.keys() & SENT_FIELDS
        if chosen and "overruled_values" not in vals:
            self._keep_choices(chosen)
        result = super().write(vals)
        if any(live[listing] != listing.sku for listing in live):
            raise UserError(
                self.env._(
                    "The SKU of a live listing cannot be changed: the channel would see a new "
                    "product and the old offer would stay. Close the listing first."
                )
            )
        if vals.get("state") in ("new", "closed"):
            self._forget_confirmed()
        if chosen:
            self.env["product.integration"]._record_change(self.product_id, *sorted(chosen))
        return result

    def _keep_choices(self, chosen):
        """Forget which values the site has overruled where a person has set them since."""
        for listing in self.sudo().filtered("is_overruled"):
            before = (listing.overruled_values or {}).items()
            kept = {name: value for name, value in before if name not in chosen}
            listing.overruled_values = kept or False

    def _forget_confirmed(self):
        """A listing that is not at the site loses what was confirmed: all of it is sent again."""
        reset = {"state": "none", "sent_value": False, "verified_value": False}
        hashes = dict.fromkeys(("sent_hash", "verified_hash", "noted_hash"), False)
        self.section_ids.write({**reset, **hashes})

    # === ACTION METHODS === #

    def action_switch_channel(self):
        """Button: change who ships this. The old fulfilment channel is removed explicitly, else the
        site would keep both."""
        check_operator(self)
        other = {"merchant": "site", "site": "merchant"}
        for listing in self.sudo():
            if listing.channel not in other:
                raise UserError(
                    self.env._(
                        "The channel has not shown yet who ships %s. It is asked; try again in "
                        "some minutes.",
                        listing.sku,
                    )
                )
            if listing.state != "live" or listing.is_parent:
                raise UserError(
                    self.env._("Only a live listing under which something is sold can be switched.")
                )
            listing.write({"channel": other[listing.channel], "switching": True})
            listing._section("inventory").state = "none"
            listing.env["integrator.task"]._enqueue(
                listing.site_id, listing._prepare_update("inventory"), manual=True
            )
        self.env["integrator.site"]._trigger_stages("send")

    def action_preview(self):
        """Button: look at what would be sent of these, before anything is."""
        return self.env["integrator.preview"]._open(self)

    def action_send(self):
        """Button: send the changes of these listings, and again what the site refused or does not
        show."""
        check_operator(self)
        for site, listings in self.sudo().grouped("site_id").items():
            products = listings.product_id | listings.template_id.product_variant_ids
            site.env["product.integration"]._request(site, products)
        self.env["integrator.site"]._trigger_stages("plan_products")
        return self.env["integrator.site"]._notify(
            self.env._("What has changed is sent in the background. The sections show how it ends.")
        )

    def action_follow_odoo(self):
        """Button: say again what Odoo says; what the site had won is sent anew."""
        check_operator(self)
        listings_sudo = self.sudo().filtered("is_overruled")
        for listing in listings_sudo:
            listing.section_ids.filtered("ignored_hash")._follow_odoo()
            if listing.overruled_values:
                listing.write({**listing.overruled_values, "overruled_values": False})
            listing.message_post(body=self.env._("It follows Odoo again."))
        self.env["integrator.site"]._trigger_stages("plan_products", "send")
        return self.env["integrator.site"]._notify(
            self.env._(
                "Listings that follow Odoo again: %s. What changes by that is sent.",
                len(listings_sudo),
            )
        )

    # === BUSINESS METHODS === #

    @api.model
    def _known_by_product(self, products):
        """The names of the listings of products, for the log of their deletion.

        :return: dict product id -> list of dicts site, sku, remote_id
        """
        known = defaultdict(list)
        for listing in self.search([("product_id", "in", products.ids)]):
            known[listing.product_id.id].append(
                {
                    "listing_id": listing.id,
                    "site": listing.site_id.name,
                    "sku": listing.sku,
                    "remote_id": listing.remote_id or None,
                }
            )
        return dict(known)

    def _prepare_update(self, kind, after=""):
        """Prepare an update of this listing.

        :param str kind: name of a section, or `delist`
        :param str after: as in `neutral.Update`
        """
        self.ensure_one()
        return Update(
            kind=kind,
            target_ref=f"{self._name},{self.id}",
            target_name=self.sku,
            listing_id=self.id,
            after=after,
        )

    def _request_drift_check(self, manual=False):
        """Schedule a drift check of these listings, as far as their sites show single ones.

        :param bool manual: whether a person asked for it
        """
        asked = self.filtered(lambda one: one.site_id._can("source:listing"))
        asked.drift_check_requested = True
        fetch_requests = self.env["integrator.fetch.request"]
        now = fields.Datetime.now()
        for site in asked.site_id:
            domain = [("site_id", "=", site.id), ("source", "=", "listing")]
            domain += [("state", "=", "ready"), ("manual", "=", manual)]
            if not fetch_requests.search_count(domain, limit=1):
                values = {"site_id": site.id, "source": "listing", "manual": manual}
                fetch_requests.create({**values, "date_from": now})
        self.env["integrator.site"]._trigger_stages("fetch")

    def _section(self, name):
        """The section of this listing with that name, made when missing."""
        self.ensure_one()
        return self._sections(name)[self]

    def _sections(self, name):
        """The sections with a name, of any number of listings, made where they are missing.

        :return: dict listing -> section
        """
        known = self.section_ids.filtered(lambda section: section.name == name)
        missing = self - known.listing_id
        known |= known.create([{"listing_id": one.id, "name": name} for one in missing])
        return {section.listing_id: section for section in known}

    def _known_sections(self):
        """The existing sections, with the columns that show whether they are up to date prefetched.

        :return: dict listing id -> dict name -> section; listings without any are left out
        """
        sections = self.section_ids
        sections.fetch(("listing_id", "name", "state", "sent_hash", "verified_hash"))
        known = defaultdict(dict)
        for section in sections:
            known[section.listing_id.id][section.name] = section
        return known

    def _by_site(self):
        """dict site -> its listings; those of one site need not be looked at one by one."""
        sites = self.site_id
        return {sites: self} if len(sites) == 1 else self.grouped("site_id")

    def _section_values(self, names=None):
        """The present values of Odoo, for sending, preview and drift alike.

        :param names: names of sections; None: all that the site has
        :return: dict listing -> dict name -> JSON-able value; None: there is nothing to say
        """
        values = {}
        for site, listings in self._by_site().items():
            adapter = site._adapter()
            wanted = adapter._section_names(site) if names is None else names
            values |= adapter._section_values(listings, wanted)
        return values

    def _fetch_products(self):
        """Have the products in memory, in the language of the environment."""
        products = self.product_id
        products.fetch(VARIANT_FIELDS)
        products.product_tmpl_id.fetch(TEMPLATE_FIELDS)

    def _section_message(self, name, value):
        """The message of a section, for sending and preview alike.

        :param str name: of the section
        :param value: of `_section_values`
        :return: JSON-able message in the site's own form
        :raise SectionError: when it cannot be sent as it is, as a price that cannot be computed
        """
        adapter = self.site_id._adapter()
        message = adapter._section_message(self, name, value)
        is_priced = name != "price" or adapter._section_figures(name, value)
        if not is_priced and (text := self._prices()[self]["problem"]):
            raise SectionError(text, {name: text})
        return message

    def _adopt(self, product, value):
        """Take a listing over that is on the site already: it is live, and what the site shows is
        what is verified.

        :param product: `product.product`
        :param neutral.Listing value: what the site shows
        """
        self.write(
            {
                "product_id": product.id,
                "remote_id": value.remote_id,
                "channel": value.channel or self._channel_or_unknown(value),
                "channel_conflict": value.conflict,
                "state": "live",
            }
        )
        if value.shown is None:
            self._request_drift_check(manual=True)
            return
        self._verify_as_shown(value.shown)
        self.env["integrator.listing.issue"]._update_open(self, value.issues or ())

    def _channel_or_unknown(self, value):
        """The shipper of a listing where the site does not name him; a source that only names the
        listing leaves it open, so that it is asked for before anything is sent.

        :param neutral.Listing value: what the site shows
        """
        return "unknown" if value.shown is None and self.state == "new" else self.channel

    def _verify_as_shown(self, shown):
        """Mark the sections as verified with what the site shows.

        :param shown: what a neutral listing holds as `shown`
        """
        adapter = self.site_id._adapter()
        adapter._note_shown(self, shown)
        for name, now in self._section_values()[self].items():
            if now is not None:
                section = self._section(name)
                section._mark_sent(adapter._section_shown(self, name, now, shown))
                section._mark_verified()
                # taking over changes nothing there; what Odoo says next is sent
                section._note(now)

    def _overrule(self, values):
        """Let the listing have the values that the site shows, and keep those that they replace.

        :param dict values: of the adapter's `_shown_values`
        """
        self.ensure_one()
        before = {name: self[name] for name in values if name in SENT_FIELDS}
        before |= self.overruled_values or {}
        self.write({**values, "overruled_values": before or False})

    def _records_of_choices(self):
        """Hook: the records that hold what people have chosen for these listings. They are as
        before when taking over what the site shows is taken back.

        :return: list of recordsets, one for each model, always of the same models
        """
        return [self]

    def _figure_text(self, name, figure):
        """A figure for people.

        :param str name: of the section; a price has a currency
        :param Decimal figure: of the adapter's `_section_figures`
        """
        if name != "price":
            return f"{figure:f}"
        amount = self._money(float(figure))
        return f"{amount} {self.currency_id.name}"

    def _figure_shown(self, name, figure):
        """A figure as the reader's language writes it, for what is not kept; see `_figure_text`."""
        if name != "price":
            return f"{figure:f}"
        digits = self.currency_id.decimal_places
        return f"{formatLang(self.env, float(figure), digits=digits)} {self.currency_id.name}"

    # === PICTURES === #

    def _image_urls(self):
        """The public addresses of the pictures, the main one first.

        :return: dict listing -> list of at most nine addresses
        """
        templates = self.template_id | self.product_id.product_tmpl_id
        images_sudo = self.env["integrator.product.image"].sudo()
        images_sudo = images_sudo.search([("template_id", "in", templates.ids)])
        pictures = self._pictures(images_sudo)
        if not (pictures or images_sudo):
            return {listing: [] for listing in self}
        extras = images_sudo.grouped("template_id")
        return {
            listing: [
                *listing._main_urls(pictures),
                *listing._extra_urls(extras.get(listing._template(), ()), pictures),
            ][:MAX_IMAGES]
            for listing in self
        }

    def _pictures(self, images):
        """The bytes that are kept in Odoo.

        :param images: further pictures of the products, `integrator.product.image`
        :return: dict (model, record id) -> attachment
        """
        templates = self.template_id | self.product_id.product_tmpl_id
        ids = {
            "product.product": self.product_id.ids,
            "product.template": templates.ids,
            "integrator.product.image": images.ids,
        }
        attachments = self.env["ir.attachment"]
        return {
            (model, record_id): attachment
            for model, some in ids.items()
            for record_id, attachment in attachments._integrator_pictures(model, some).items()
        }

    def _main_urls(self, pictures):
        """The variant's own picture, else the product's."""
        own = pictures.get(("product.product", self.product_id.id))
        main = own or pictures.get(("product.template", self._template().id))
        return [main._integrator_url(self._image_base())] if main else []

    def _extra_urls(self, images, pictures):
        urls = []
        for image in images:
            if image.product_id and image.product_id != self.product_id:
                continue
            kept = pictures.get((image._name, image.id))
            url = image.url or (kept and kept._integrator_url(self._image_base()))
            urls += [url] if url else []
        return urls

    def _image_base(self):
        return self.site_id.image_base_url or self.site_id.get_base_url()
