# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...access import check_operator


class IntegratorMapping(models.Model):
    """A SKU that was sold and that Odoo does not know: which product is it?

    Orders with it are held; one answer releases all of them. It is kept as a listing, or only here
    where nothing is to be sent for the SKU.
    """

    _name = "integrator.mapping"
    _inherit = "integrator.match.mixin"
    _description = "Product to match"

    marketplace_code = fields.Char(
        string="Marketplace ID", readonly=True, help="Where it was sold first."
    )
    by_site = fields.Boolean(string="Shipped by the channel", readonly=True)
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
        [("mapped", "Answered"), ("to_map", "To answer")],
        compute="_compute_state",
        store=True,
        help="Orders wait while it is to answer.",
    )
    candidate_ids = fields.One2many("integrator.mapping.candidate", "mapping_id", readonly=True)
    waiting_count = fields.Integer(
        string="Orders waiting", compute="_compute_waiting_count", help="Held because of this SKU."
    )

    _sku_uniq = models.UniqueIndex("(site_id, sku)", "This SKU is asked about already.")

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_state(self):
        for mapping in self:
            mapping.state = "mapped" if mapping.product_id else "to_map"

    def _compute_waiting_count(self):
        for mapping in self:
            mapping.waiting_count = len(mapping._waiting())

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `integrator.match.mixin`: an answer may be used for the offer later, too."""
        later = self.filtered("product_id") if vals.get("scope") == "offer" else self.browse()
        result = super().write(vals)
        if "product_id" not in vals:
            for mapping in later.sudo():
                mapping._keep_answer()
        return result

    # === ACTION METHODS === #

    def action_open_waiting(self):
        """Button: the orders that wait."""
        check_operator(self)
        name = self.env._("Orders waiting for %s", self.sku)
        return self._waiting()._get_records_action(name=name)

    # === BUSINESS METHODS === #

    def _waiting(self):
        """The remote orders that are held because of these SKUs."""
        return self.env["integrator.order"].search(
            [
                ("site_id", "in", self.site_id.ids),
                ("error_code", "=", "unknown_sku"),
                "|",
                ("state", "=", "error"),
                ("has_changes", "=", True),
                "|",
                ("line_ids.sku", "in", self.mapped("sku")),
                ("line_ids.remote_product_id", "in", self.mapped("sku")),
            ]
        )

    # === ASKING === #

    @api.model
    def _ask_for_products(self, lines):
        """Ask about the SKUs of lines, each once, with candidates.

        :param lines: `integrator.order.line` of one site, whose SKUs nobody knows
        """
        first = {line._product_key(): line for line in reversed(lines)}
        site = lines.order_id.site_id
        known = self.search([("site_id", "=", site.id), ("sku", "in", list(first))])
        missing = first.keys() - set(known.mapped("sku"))
        finder = self.env["integrator.candidate.finder"]
        for sku in sorted(missing - {""}):
            mapping = self.create({**self._prepare_values(site, first[sku]), "sku": sku})
            mapping.candidate_ids = [(0, 0, row) for row in finder._find(mapping)]

    def _prepare_values(self, site, line):
        return {
            "site_id": site.id,
            "title": line.title,
            "remote_product_id": line.remote_product_id,
            "marketplace_code": line.order_id.marketplace_code,
            "by_site": line.order_id.fulfilled_by == "site",
        }

    # === ANSWERING === #

    def _keep_answer(self):
        """Keep the answer as a listing where the offer is looked after, too, and let every order go
        on that waits for it."""
        listings = self.env["integrator.listing"]
        known = listings.search([("site_id", "=", self.site_id.id), ("sku", "=", self.sku)])
        known.product_id = self.product_id
        if not known and self.scope == "offer":
            listings.create(self._prepare_listing())
        self._waiting()._import_again()

    def _answered_text(self):
        """Override: the orders that go on."""
        orders = self.env["integrator.order"].search(
            [
                ("site_id", "in", self.site_id.ids),
                ("state", "=", "new"),
                "|",
                ("line_ids.sku", "in", self.mapped("sku")),
                ("line_ids.remote_product_id", "in", self.mapped("sku")),
            ]
        )
        return self.env["integrator.todo"]._in_names(
            orders.mapped("remote_order_id"),
            none=self.env._("Answered. No order waits for it."),
            one=self.env._("1 order goes on: %(names)s."),
            many=self.env._("%(count)s orders go on: %(names)s."),
        )

    def _prepare_listing(self):
        """It was sold there, so it is offered there."""
        return {
            "site_id": self.site_id.id,
            "product_id": self.product_id.id,
            "marketplace_code": self.marketplace_code or "",
            "sku": self.sku,
            "remote_id": self.remote_product_id,
            "channel": "site" if self.by_site else "merchant",
            "state": "live",
        }


class IntegratorMappingCandidate(models.Model):
    """A product that may be what was sold. It is never taken without a person."""

    _name = "integrator.mapping.candidate"
    _inherit = "integrator.candidate.mixin"
    _description = "Candidate for a product to match"
    _sku_field = "mapping_id"

    mapping_id = fields.Many2one(
        "integrator.mapping", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="mapping_id.company_id", store=True)
