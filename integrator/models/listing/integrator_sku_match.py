# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...access import check_operator
from ...neutral import read_listing

SOLD, OFFERED = "sold", "offered"
BOTH = "both"


class IntegratorSkuMatch(models.Model):
    """A SKU that a site knows and Odoo does not: which product is it?

    It was sold, or is offered, or both; it is asked about once. One answer lets all its orders go
    on and makes the listings of all its marketplaces. They are live, and what the site shows is
    what is verified: the first synchronisation sends only what really differs. Where nothing is to
    be sent for the SKU, the answer is kept here alone.
    """

    _name = "integrator.sku.match"
    _inherit = ["integrator.site.mixin", "integrator.rights.mixin"]
    _description = "Product to match"
    _order = "state desc, id desc"
    _rec_name = "sku"

    sku = fields.Char(string="SKU", required=True, readonly=True, help="As the channel writes it.")
    origin = fields.Selection(
        [(SOLD, "Sold"), (OFFERED, "Offered"), (BOTH, "Offered and sold")],
        string="Seen as",
        required=True,
        readonly=True,
        help="Sold: an order has this SKU. Offered: the channel shows an offer of it.",
    )
    title = fields.Char(readonly=True, help="What the channel calls the product.")
    remote_product_id = fields.Char(
        string="Remote product id", readonly=True, help="The channel's own id of the product."
    )
    barcode = fields.Char(readonly=True, help="The product's number, as the channel knows it.")
    channel = fields.Selection(
        [("merchant", "You ship"), ("site", "The channel ships")],
        string="Who ships",
        readonly=True,
        help="Who ships it, as the channel shows.",
    )
    product_id = fields.Many2one(
        "product.product", check_company=True, help="Which product of yours it is."
    )
    scope = fields.Selection(
        [
            ("offer", "Import the orders, and keep stock and price of this offer up to date"),
            ("orders", "Only import the orders"),
        ],
        string="What the answer is for",
        default="offer",
        required=True,
        help="Only import the orders: nothing is ever sent for this SKU, for example because the "
        "offer has ended, or another program looks after it.",
    )
    state = fields.Selection(
        [("to_match", "To match"), ("matched", "Matched")],
        compute="_compute_state",
        store=True,
        help="To match: its orders wait, and its offers are not kept up to date.",
    )
    candidate_ids = fields.One2many("integrator.sku.match.candidate", "match_id", readonly=True)
    best_product_id = fields.Many2one(
        "product.product",
        string="Best match",
        compute="_compute_best",
        help="The candidate that fits best.",
    )
    best_reason = fields.Char(
        string="Best reason", compute="_compute_best", help="Why it may be the product."
    )

    # what was sold
    marketplace_code = fields.Char(
        string="Marketplace ID", readonly=True, help="Where it was sold first."
    )
    waiting_count = fields.Integer(
        string="Orders waiting", compute="_compute_waiting_count", help="Held because of this SKU."
    )

    # what is offered
    # `neutral.Listing` as JSON, by marketplace: kept whole until the answer, then read back. Nobody
    # looks for what stands inside, so it is no rows
    places = fields.Json(readonly=True)
    place_names = fields.Char(
        string="Marketplaces", compute="_compute_place_names", help="Where it is offered."
    )
    conflict = fields.Boolean(
        string="Shipped by both",
        readonly=True,
        help="There are two offers of it, one shipped by you and one by the channel.",
    )

    _sku_uniq = models.UniqueIndex("(site_id, sku)", "This SKU is asked about already.")

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_state(self):
        for match in self:
            match.state = "matched" if match.product_id else "to_match"

    @api.depends("candidate_ids.product_id", "candidate_ids.reason", "candidate_ids.score")
    def _compute_best(self):
        """The candidate that fits better than all others; of several that fit as well a person
        chooses."""
        for match in self:
            best, second = match.candidate_ids[:1], match.candidate_ids[1:2]
            if second and second.score == best.score:
                best = second.browse()
            match.best_product_id = best.product_id
            match.best_reason = best.reason

    def _compute_waiting_count(self):
        for match in self:
            match.waiting_count = len(match._waiting())

    @api.depends("places")
    def _compute_place_names(self):
        markets = self.env["integrator.marketplace"].search([("site_id", "in", self.site_id.ids)])
        names = {(market.site_id, market.code): market.name for market in markets}
        for match in self:
            codes = sorted(match.places or ())
            match.place_names = ", ".join(names.get((match.site_id, code), code) for code in codes)

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: an answer is used at once, and one that was for the orders only may be used
        for the offer later, too."""
        result = super().write(vals)
        if vals.get("product_id") or vals.get("scope") == "offer":
            for match in self.sudo().filtered("product_id"):
                match._keep_answer()
        return result

    # === ACTION METHODS === #

    def action_take_best(self):
        """Button: the best candidate of each is it, where one is better than the others."""
        check_operator(self)
        open_matches = self.sudo().filtered(lambda match: not match.product_id)
        for match in open_matches.filtered("best_product_id"):
            match.product_id = match.best_product_id
        return self._notify_answered()

    def action_take_chosen(self):
        """Button: the product that was chosen is it.

        :raise UserError: where none is
        """
        check_operator(self)
        if not all(match.product_id for match in self):
            raise UserError(self.env._("Choose the product first."))
        return self._notify_answered()

    def action_create_product(self):
        """Button: none of the candidates is it; make a product of the site's title and SKU."""
        check_operator(self)
        matches_sudo = self.sudo()
        for match in matches_sudo.filtered(lambda match: not match.product_id):
            match.product_id = matches_sudo.env["product.product"].create(
                {
                    "name": match.title or match.sku,
                    "default_code": match.sku,
                    "is_storable": True,
                    "company_id": match.company_id.id,
                }
            )
        return self._notify_answered()

    def action_open_waiting(self):
        """Button: the orders that wait."""
        check_operator(self)
        name = self.env._("Orders waiting for %s", self.sku)
        return self._waiting()._get_records_action(name=name)

    # === QUESTIONS === #

    @api.model
    def _ask_about_sold(self, lines):
        """Ask about the SKUs of order lines, each once, with candidates.

        :param lines: `integrator.order.line` of one site with unknown SKUs
        """
        first = {line._product_key(): line for line in reversed(lines)}
        first.pop("", None)
        site = lines.order_id.site_id
        known = self._known(site, first)
        fresh = self.browse()
        for sku, line in sorted(first.items()):
            values = self._prepare_sold(line)
            match = known.get(sku)
            if not match:
                fresh |= self.create({**values, "site_id": site.id, "sku": sku, "origin": SOLD})
            elif match.origin == OFFERED:
                match.write({"origin": BOTH, "marketplace_code": values["marketplace_code"]})
        fresh._find_candidates()

    @api.model
    def _ask_about_offers(self, site, values):
        """Keep what the site offers; a SKU that is a product's reference is matched at once.

        :param list[neutral.Listing] values: what it shows
        """
        known = self._known(site, [value.sku for value in values])
        fresh = self.browse()
        for value in values:
            match = known.get(value.sku)
            if not match:
                match = known[value.sku] = self.create(self._prepare_offer(site, value))
                fresh |= match
            elif match.origin == SOLD:
                seen = {name: new for name, new in self._prepare_offer(site, value).items() if new}
                match.write({**seen, "origin": BOTH})
                fresh |= match
            match.places = {**(match.places or {}), value.marketplace_code: value.as_json()}
            match.conflict = match.conflict or value.conflict
            if match.product_id:
                match._keep_listings()
        fresh.filtered(lambda match: not match.product_id)._match()

    def _known(self, site, skus):
        """The questions and answers about SKUs of a site that exist already.

        :return: dict sku -> question
        """
        return self.search([("site_id", "=", site.id), ("sku", "in", list(skus))]).grouped("sku")

    def _prepare_sold(self, line):
        return {
            "title": line.title,
            "remote_product_id": line.remote_product_id,
            "marketplace_code": line.order_id.marketplace_code,
            "channel": "site" if line.order_id.fulfilled_by == "site" else "merchant",
        }

    def _prepare_offer(self, site, value):
        return {
            "site_id": site.id,
            "sku": value.sku,
            "origin": OFFERED,
            "title": value.title,
            "remote_product_id": value.remote_id,
            "barcode": value.barcode,
            "channel": value.channel,
        }

    def _match(self):
        """Match by the exact SKU; for the others find candidates."""
        same = self.env["product.product"].search(
            [
                ("default_code", "in", self.mapped("sku")),
                ("company_id", "in", [False, *self.company_id.ids]),
            ]
        )
        listed = self.env["integrator.listing"].search(
            [
                ("site_id", "in", self.site_id.ids),
                ("sku", "in", self.mapped("sku")),
                ("product_id", "!=", False),
            ]
        )
        products = dict(same.grouped("default_code"))
        # a SKU of this account means one product, whatever its reference is by now
        products |= {sku: some.product_id for sku, some in listed.grouped("sku").items()}
        for match in self:
            product = products.get(match.sku, same.browse())
            if len(product) == 1:
                match.product_id = product
            else:
                match._find_candidates()

    def _find_candidates(self):
        finder = self.env["integrator.candidate.finder"]
        for match in self:
            found = [Command.create(values) for values in finder._find(match)]
            match.candidate_ids = [Command.clear(), *found]

    # === ANSWERS === #

    def _keep_answer(self):
        """Take the offers over and let every order go on that waits for the answer."""
        listings = self.env["integrator.listing"]
        # a listing says what was sold before the answer does
        listings.search(self._listing_domain()).product_id = self.product_id
        self._keep_listings()
        self._waiting()._import_again()

    def _listing_domain(self):
        return [("site_id", "=", self.site_id.id), ("sku", "=", self.sku)]

    def _keep_listings(self):
        """Make or take over the listing of each marketplace, where the offer is looked after."""
        if self.scope == "orders":
            return
        listings = self.env["integrator.listing"]
        known = listings.search(self._listing_domain())
        if not (known or self.places):
            listings.create(self._prepare_listing())
        by_place = known.grouped("marketplace_code")
        for code, value in (self.places or {}).items():
            listing = by_place.get(code) or listings.create(
                {"site_id": self.site_id.id, "marketplace_code": code, "sku": self.sku}
            )
            listing._adopt(self.product_id, read_listing(value))

    def _prepare_listing(self):
        """It was sold there, so it is offered there."""
        return {
            "site_id": self.site_id.id,
            "product_id": self.product_id.id,
            "marketplace_code": self.marketplace_code or "",
            "sku": self.sku,
            "remote_id": self.remote_product_id,
            "channel": self.channel or "merchant",
            "state": "live",
        }

    def _of_orders(self):
        """Remote orders with these SKUs, or with the site's own ids that stand in for them."""
        skus = self.mapped("sku")
        keys = Domain("line_ids.sku", "in", skus) | Domain("line_ids.remote_product_id", "in", skus)
        return Domain("site_id", "in", self.site_id.ids) & keys

    def _waiting(self):
        """The remote orders that are held because of these SKUs."""
        held = Domain("state", "=", "error") | Domain("has_changes", "=", True)
        held &= Domain("error_code", "=", "unknown_sku")
        return self.env["integrator.order"].search(self._of_orders() & held)

    def _notify_answered(self):
        """Say what goes on by the answers."""
        matches_sudo = self.sudo().filtered("product_id")
        text = self.env._("Nothing has a match yet. Choose each product.")
        if matches_sudo:
            texts = (matches_sudo._orders_text(), matches_sudo._offers_text())
            text = " ".join(filter(None, texts)) or self.env._("Answered. No order waits for it.")
        return self.env["integrator.todo"]._notify_done(text)

    def _orders_text(self):
        """The orders that go on, if any."""
        orders = self.env["integrator.order"].search(
            self._of_orders() & Domain("state", "=", "new")
        )
        return self.env["integrator.todo"]._in_names(
            orders.mapped("remote_order_id"),
            none="",
            one=self.env._("1 order goes on: %(names)s."),
            many=self.env._("%(count)s orders go on: %(names)s."),
        )

    def _offers_text(self):
        """The offers that are kept up to date, if any."""
        offered = self.filtered(lambda match: match.origin != SOLD and match.scope == "offer")
        text = self.env._("Offered from now on as your product: %(names)s.")
        return self.env["integrator.todo"]._in_names(
            offered.mapped("sku"), none="", one=text, many=text
        )


class IntegratorSkuMatchCandidate(models.Model):
    """A product that may be what was sold or is offered. It is never taken without a person."""

    _name = "integrator.sku.match.candidate"
    _description = "Candidate for a product to match"
    _order = "score desc, id"

    match_id = fields.Many2one(
        "integrator.sku.match", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="match_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    score = fields.Integer(string="Fits (%)", readonly=True, help="100: almost certainly.")
    reason = fields.Char(readonly=True, help="Why it may be the product.")

    # === ACTION METHODS === #

    def action_choose(self):
        """Button: this is the product."""
        check_operator(self)
        self.ensure_one()
        candidate_sudo = self.sudo()
        match_sudo = candidate_sudo.match_id
        match_sudo.product_id = candidate_sudo.product_id
        return match_sudo._notify_answered()
