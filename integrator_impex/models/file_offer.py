# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.integrator.neutral import Update

#: The file by which a kind of task is sent.
LANES = {"inventory": "stock", "price": "prices"}

#: Columns of a file that are kept of each kind of file.
KEPT_FIELDS = {"stock": ("quantity",), "prices": ("price", "currency")}

#: States of tasks whose outcome is open; a person looks at what failed.
OPEN_STATES = ("waiting", "ready", "submitted", "pending", "error")

#: Reasons that are solved by a change of the product.
RETRIED_CODES = {"files_count_ended", "files_no_price", "files_sku_doubled"}

#: Days after which what is gone on both sides is forgotten.
GONE_DAYS = 90

#: The quantity of what is no longer offered.
NO_PIECES = "0"


class IntegratorFileOffer(models.Model):
    """Stock and price of a SKU that a channel of files was last sent. The record stays when the
    product is deleted, so that the channel can be sent that there are no pieces of it any more."""

    _name = "integrator.file.offer"
    _inherit = ["integrator.site.mixin", "integrator.retention.mixin"]
    _description = "Offer by files"
    _order = "sku, id"
    _rec_name = "sku"

    sku = fields.Char(string="SKU", required=True, readonly=True)
    target_ref = fields.Char(
        string="Record", required=True, readonly=True, index=True, help="As on updates."
    )
    product_id = fields.Many2one(
        "product.product", compute="_compute_product_id", help="Empty: it was deleted."
    )
    # as they were written, since they are compared with what would be written now
    quantity = fields.Char(readonly=True, help="Empty: none was sent.")
    quantity_at = fields.Datetime(string="Quantity sent on", readonly=True)
    price = fields.Char(readonly=True, help="Empty: none was sent.")
    price_at = fields.Datetime(string="Price sent on", readonly=True)
    currency = fields.Char(readonly=True)
    emptied_at = fields.Datetime(
        string="Emptied on",
        readonly=True,
        help="When it was sent that nothing is left of what was there before.",
    )
    declined = fields.Json(
        readonly=True, help="What a person decided not to send, by kind of file."
    )
    is_offered = fields.Boolean(
        compute="_compute_next", compute_sudo=True, help="A product with this SKU is offered here."
    )
    quantity_next = fields.Char(
        string="Quantity in Odoo",
        compute="_compute_next",
        compute_sudo=True,
        help="What a file would contain now.",
    )
    price_next = fields.Char(
        string="Price in Odoo",
        compute="_compute_next",
        compute_sudo=True,
        help="What a file would contain now.",
    )
    reason = fields.Text(
        compute="_compute_next", compute_sudo=True, help="Why it is not offered, or not sent."
    )
    declined_text = fields.Char(
        string="Rejected",
        compute="_compute_declined_text",
        help="What a person decided not to send. It is sent once Odoo has other figures.",
    )
    update_count = fields.Integer(string="Updates", compute="_compute_update_count")

    _sku_uniq = models.UniqueIndex("(site_id, sku)", "This SKU is there already.")

    # === COMPUTE METHODS === #

    @api.depends("target_ref")
    def _compute_product_id(self):
        products = self.env["product.product"]
        ids = {offer: offer._target_id() for offer in self}
        present = products.browse(ids.values()).exists()
        for offer in self:
            offer.product_id = present & products.browse(ids[offer])

    @api.depends("site_id", "target_ref", "sku")
    def _compute_next(self):
        for site, offers in self.grouped("site_id").items():
            adapter, refs = site._adapter(), offers._present_refs(site)
            stock, stock_refused = adapter._offer_rows(site, "stock", refs)
            prices, price_refused = adapter._offer_rows(site, "prices", refs)
            pieces = {row["sku"]: row["quantity"] for rows in stock.values() for row in rows}
            amounts = {row["sku"]: row for rows in prices.values() for row in rows}
            skus = Domain("default_code", "in", offers.mapped("sku"))
            offered = set(site._offered_products(skus).mapped("default_code"))
            for offer in offers:
                amount = amounts.get(offer.sku)
                offer.is_offered = offer.sku in offered
                offer.quantity_next = pieces.get(offer.sku)
                offer.price_next = amount and f"{amount['price']} {amount['currency']}"
                refused = [stock_refused.get(offer.target_ref), price_refused.get(offer.target_ref)]
                texts = dict.fromkeys(error.message for error in refused if error)
                offer.reason = "\n".join(texts) if offer.is_offered else offer._why_not_offered()

    @api.depends("declined")
    def _compute_declined_text(self):
        for offer in self:
            rows = filter(None, (offer.declined or {}).values())
            figures = [[row[name] for name in row if name != "sku"] for row in rows]
            offer.declined_text = ", ".join(" ".join(values) for values in figures)

    def _compute_update_count(self):
        for offer in self:
            offer.update_count = self.env["integrator.task"].search_count(offer._update_domain())

    def _update_domain(self):
        """Return the domain of the updates by which this was sent or is to be sent."""
        return [("site_id", "=", self.site_id.id), ("target_ref", "=", self.target_ref)]

    def _target_id(self):
        return int(self.target_ref.partition(",")[2])

    def _why_not_offered(self):
        """Return why no product with this SKU is offered now, and what to do to offer it."""
        product = self.product_id
        if not product:
            return self.env._("The product was deleted.")
        if not product.active:
            return self.env._("The product is archived. Unarchive it to offer it again.")
        if product.default_code != self.sku:
            return self.env._(
                "The product has the SKU “%s” now. Enter the former one on it to offer it under "
                "this SKU again.",
                product.default_code or "",
            )
        return self.env._(
            "The product does not meet the condition of the channel. Change the product, or the "
            "condition on the channel under “Products”, to offer it again."
        )

    # === ACTION METHODS === #

    def action_open_product(self):
        """Button: open the product."""
        self.ensure_one()
        return self.product_id._get_records_action()

    def action_open_updates(self):
        """Button: open the updates of the product on this channel."""
        self.ensure_one()
        tasks = self.env["integrator.task"].search(self._update_domain())
        return tasks._get_records_action(name=self.env._("Updates"))

    # === BUSINESS METHODS === #

    @api.model
    def _of_targets(self, site, refs):
        """Return what a site was sent about products.

        :param refs: their `target_ref`
        """
        return self.search([("site_id", "=", site.id), ("target_ref", "in", list(refs))])

    @api.model
    def _expect(self, site, refs):
        """Note whose SKUs are about to be sent, before they are.

        :param dict refs: SKU -> `target_ref` of its product
        """
        known = self.search([("site_id", "=", site.id), ("sku", "in", list(refs))])
        for offer in known:
            if offer.target_ref != refs[offer.sku]:
                offer.target_ref = refs[offer.sku]
        missing = refs.keys() - set(known.mapped("sku"))
        self.create(
            [{"site_id": site.id, "sku": sku, "target_ref": refs[sku]} for sku in sorted(missing)]
        )

    @api.model
    def _note_sent(self, site, lane, rows):
        """Keep what a file has said.

        :param str lane: `stock` or `prices`
        :param list rows: dicts of its columns
        """
        rows, now = {row["sku"]: row for row in rows}, fields.Datetime.now()
        for offer in self.search([("site_id", "=", site.id), ("sku", "in", list(rows))]):
            values = {name: rows[offer.sku][name] for name in KEPT_FIELDS[lane]}
            values[f"{KEPT_FIELDS[lane][0]}_at"] = now
            values |= offer._prepare_emptied(values.get("quantity"))
            if (offer.declined or {}).get(lane):
                values["declined"] = {**offer.declined, lane: None}
            offer.write(values)

    def _prepare_emptied(self, quantity):
        if quantity == NO_PIECES and self.quantity not in (False, NO_PIECES):
            return {"emptied_at": fields.Datetime.now()}
        return {} if quantity in (None, NO_PIECES) else {"emptied_at": False}

    @api.model
    def _sent_pieces(self, site, products):
        """Return the pieces that a site was sent of products.

        :return: dict SKU -> pieces, as text; without those of which none were sent
        """
        skus = products.mapped("default_code")
        found = self.search([("site_id", "=", site.id), ("sku", "in", skus)])
        return {offer.sku: offer.quantity for offer in found if offer.quantity}

    def _may_sell(self):
        """Return the offers that the channel may still sell."""
        return self.filtered(
            lambda offer: (offer.quantity or offer.price) and offer.quantity != NO_PIECES
        )

    # === COMPARING === #

    def _reconcile(self, names=None):
        """Make tasks of what Odoo says differently by now from what was last sent.

        :param names: kinds of tasks; None: all
        :return: the tasks
        """
        tasks = self.env["integrator.task"]
        for site, offers in self.grouped("site_id").items():
            for kind in LANES:
                if names is None or kind in names:
                    tasks |= offers._plan_different(site, kind)
        return tasks

    def _plan_different(self, site, kind):
        """As `_reconcile`, for offers of one site and one kind of task."""
        tasks = self.env["integrator.task"]
        refs = self._present_refs(site)
        found, _refused = site._adapter()._offer_rows(site, LANES[kind], refs)
        queued = tasks.search(
            [
                ("site_id", "=", site.id),
                ("kind", "=", kind),
                ("target_ref", "in", list(refs)),
                ("state", "in", OPEN_STATES),
            ]
        ).grouped("target_ref")
        known = self._of_rows(site, [row for rows in found.values() for row in rows])
        for ref, rows in found.items():
            different = [row for row in rows if known[row["sku"]]._lacks(LANES[kind], row)]
            if different and ref not in queued:
                name = different[0]["sku"]
                update = Update(kind=kind, target_ref=ref, target_name=name)
                tasks |= tasks._enqueue(site, update)
            elif ref in queued:
                # what was refused can be sent by now
                queued[ref].filtered(lambda task: task.error_code in RETRIED_CODES)._retry()
        return tasks

    def _present_refs(self, site):
        """The `target_ref` of what these are of, and of what has their SKUs now."""
        skus = Domain("default_code", "in", self.mapped("sku"))
        products = site._offered_products(skus)
        return {*self.mapped("target_ref"), *(f"{one._name},{one.id}" for one in products)}

    @api.model
    def _of_rows(self, site, rows):
        """
        :param rows: dicts of columns of a file
        :return: dict SKU -> what was sent of it, which may be empty
        """
        skus = [row["sku"] for row in rows]
        known = self.search([("site_id", "=", site.id), ("sku", "in", skus)]).grouped("sku")
        return {sku: known.get(sku, self.browse()) for sku in skus}

    def _lacks(self, lane, row):
        """Return whether a row of a file is neither what was last sent, nor what a person
        declined."""
        if (self.declined or {}).get(lane) == row:
            return False
        return any(self[name] != row[name] for name in KEPT_FIELDS[lane])

    # === GUARD RAILS === #

    @api.model
    def _changes(self, tasks, name):
        """Return the changes of pieces and prices against what was sent before.

        :param tasks: of one site
        :param str name: `inventory` or `price`
        :return: see `integrator.guard`
        """
        tasks = tasks.filtered(lambda task: task.kind == name)
        site, refs = tasks.site_id, tasks.mapped("target_ref")
        if not (tasks and self._of_targets(site, refs)):
            return {}
        found, _refused = site._adapter()._offer_rows(site, LANES[name], refs)
        known = self._of_rows(site, [row for rows in found.values() for row in rows])
        figures = self._pieces if name == "inventory" else self._amounts
        return {
            task: figures([(known[row["sku"]], row) for row in found[task.target_ref]])
            for task in tasks
            if task.target_ref in found
        }

    @api.model
    def _pieces(self, pairs):
        """Of a product that has another SKU now, the pieces of both."""
        old = sum(Decimal(offer.quantity or 0) for offer, _row in pairs)
        new = sum(Decimal(row["quantity"]) for _offer, row in pairs)
        return {"quantity": old}, {"quantity": new}

    @api.model
    def _amounts(self, pairs):
        """A price in another currency is compared with none."""
        [(offer, row)] = pairs
        is_same = offer.price and offer.currency == row["currency"]
        old = {"price": Decimal(offer.price)} if is_same else {}
        return old, {"price": Decimal(row["price"])}

    def _sent_currency(self):
        names = [name for name in self.mapped("currency") if name]
        return self.env["res.currency"].search([("name", "in", names)], limit=1)

    def _is_emptied_since(self, moment):
        return bool(self.emptied_at and self.emptied_at >= moment)

    @api.model
    def _note_declined(self, tasks):
        """Keep what a person decided not to send, so that it is not sent for being different.

        :param tasks: `integrator.task`
        """
        for (site, kind), some in tasks.grouped(lambda task: (task.site_id, task.kind)).items():
            refs = some.mapped("target_ref")
            if not self._of_targets(site, refs):
                continue
            lane = LANES[kind]
            found, refused = site._adapter()._offer_rows(site, lane, refs)
            rows = [row for one in found.values() for row in one]
            known = self._of_rows(site, rows)
            for ref, error in refused.items():
                if error.code == "files_count_ended":
                    # a person sets it at the other side from now on
                    self._of_targets(site, [ref]).quantity = False
            for row in rows:
                offer = known[row["sku"]]
                offer.declined = {**(offer.declined or {}), lane: row}

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Return the domain of SKUs that cannot be sold at the other side and belong to no product
        here, not even an archived one; they are removed after some time."""
        nothing_sent = Domain("quantity", "=", False) & Domain("price", "=", False)
        before = fields.Datetime.subtract(fields.Datetime.now(), days=GONE_DAYS)
        gone = self.search(
            (Domain("quantity", "=", NO_PIECES) | nothing_sent) & Domain("write_date", "<", before)
        )
        products = self.env["product.product"].with_context(active_test=False)
        known = products.search([("default_code", "in", gone.mapped("sku"))])
        used = set(known.mapped("default_code"))
        return Domain("id", "in", gone.filtered(lambda offer: offer.sku not in used).ids)
