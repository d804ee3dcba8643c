# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_round

from ...access import check_operator
from .integrator_listing_stock_mixin import UNPROMISED


class ProductProduct(models.Model):
    """The SKU of what is listed is not changed silently."""

    _name = "product.product"
    _inherit = ["product.product", "integrator.timeline.mixin"]

    integrator_listing_ids = fields.One2many(
        "integrator.listing",
        "product_id",
        string="Listings",
        groups="integrator.group_integrator_user",
        help="Where it is offered, and under which number.",
    )

    # === COMPUTE METHODS === #

    def _compute_quantities_dict(self, *args, **kwargs):
        """Override of `stock`: what is sold and not reserved (by hand, or by date) is not free for
        whom asks so. In several steps of delivery only the last leaves the place, so that nothing
        is counted twice."""
        quantities = super()._compute_quantities_dict(*args, **kwargs)
        if self.env.context.get(UNPROMISED):
            for values in quantities.values():
                left = values["qty_available"] - values["outgoing_qty"]
                values["free_qty"] = min(values["free_qty"], left)
        return quantities

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        self.env["product.integration"]._note_create(products)
        return products

    def write(self, vals):
        events = self.env["product.integration"]
        if "default_code" in vals:
            self._integrator_change_listed_sku(vals["default_code"])
        before = events._snapshot(self, vals)
        result = super().write(vals)
        events._note_write(self, before)
        return result

    def unlink(self):
        events = self.env["product.integration"]
        listings = self.env["integrator.listing"].sudo()._known_by_product(self.exists())
        rows = events._prepare_unlink(self.exists(), listings)
        result = super().unlink()
        gone = set(self.ids) - set(self.exists().ids)
        events._collect(row for row in rows if row["record_id"] in gone)
        return result

    # === ACTION METHODS === #

    def action_integrator_open_listings(self):
        """Button: the offers of the variant."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_listing_action"
        )
        return {**action, "domain": [("product_id", "in", self.ids)]}

    def action_integrator_preview_listings(self):
        """Button: look at what would be sent of the offers, before anything is; also of those
        that no site has been sent yet."""
        listings = self._integrator_offers()
        return self.env["integrator.preview"]._open(listings)

    # === BUSINESS METHODS === #

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # translating is no write
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        self.env["product.integration"]._record_change(self, field_name)
        return result

    def _integrator_kits(self):
        """Return the products that are sold as the sum of their components. Odoo's manufacturing
        brings them; it is not a dependency, and without it there are none."""
        return self.filtered("is_kits") if "is_kits" in self._fields else self.browse()

    def _integrator_whole_kits(self, moves):
        """Return the number of this kit that some moves of its components make, by its bill of
        materials.

        :param moves: `stock.move` that are done
        :return: whole number; None where it is no kit, or was another one when the moves were made
        """
        if not self._integrator_kits():
            return None
        boms_sudo = self.env["mrp.bom"].sudo()
        found = boms_sudo._bom_find(self, company_id=moves.company_id.id, bom_type="phantom")
        bom_sudo = found[self]
        components = {line.id for line, _data in bom_sudo.explode(self, 1)[1]}
        if not components.issuperset(moves.sudo().bom_line_id.ids):
            return None
        filters = {"incoming_moves": lambda move: True, "outgoing_moves": lambda move: False}
        kits = moves.sudo()._compute_kit_quantities(self, 1, bom_sudo, filters)
        return int(bom_sudo.product_uom_id._compute_quantity(kits, self.uom_id))

    def _integrator_kits_with(self):
        """The kits that contain these products, also by way of other kits."""
        kits = added = self.browse()
        if "mrp.bom.line" in self.env:
            added = self
        while added:
            lines_sudo = (
                self.env["mrp.bom.line"]
                .sudo()
                .search([("product_id", "in", added.ids), ("bom_id.type", "=", "phantom")])
            )
            every = lines_sudo.bom_id.filtered(lambda bom: not bom.product_id).product_tmpl_id
            found = lines_sudo.bom_id.product_id | every.product_variant_ids
            added = found.with_env(self.env) - kits
            kits |= added
        return kits

    def _integrator_name(self):
        """`display_name` of a variant, for many in a row. Odoo asks for the attribute values of
        every product, which takes longer than all else that an event costs; without a combination
        there are none."""
        if self.combination_indices:
            return self.display_name
        # not by the variant: each inherited field would be computed for it first
        name = self.product_tmpl_id.name
        code = self.env.context.get("display_default_code", True) and self.default_code
        return f"[{code}] {name}" if code else name

    def _integrator_is_counted(self):
        """Hook: whether Odoo knows how many pieces there are; of a kit (`mrp`) it does by its
        components."""
        self.ensure_one()
        # not by the variant: each inherited field would be computed for it first
        is_storable = self.product_tmpl_id.is_storable
        return is_storable or bool("is_kits" in self._fields and self.is_kits)

    def _integrator_free_pieces(self, place):
        """Whole pieces on hand that are not promised, of the products that Odoo counts.

        :param place: `stock.location`, with what is below
        :return: dict product id -> pieces
        """
        counted = self.filtered(lambda product: product._integrator_is_counted())
        context = {"location": place.ids, "compute_child": True, UNPROMISED: True}
        here = counted.with_context(**context)
        kits = here._integrator_kits()
        free = {}
        # pieces of a kit are counted by its components, which must not be among those asked for
        for some in filter(None, (here - kits, kits)):
            # what the field `free_qty` is made of, without a field being written per product
            for product_id, values in some._compute_quantities_dict(None, None, None).items():
                # a quantity may be a hair off
                pieces = float_round(values["free_qty"], 0, rounding_method="DOWN")
                free[product_id] = int(pieces)
        return free

    def _integrator_taxed(self, amount, own, taxes, wanted, currency):
        """A price of Odoo as a marketplace requires it: with or without its taxes.

        :param own: `account.tax` records of the product, in the company that sells
        :param taxes: those of a sale on the marketplace
        :param str wanted: a value of `integrator.marketplace.offer_tax`
        :param currency: `res.currency` of the amount
        """
        if wanted == "same" or not own:
            return amount
        price = own._adapt_price_unit_to_another_taxes(amount, self, own, taxes)
        details = taxes._get_tax_details(
            price,
            1.0,
            precision_rounding=currency.rounding,
            rounding_method="round_globally",
            product=self,
        )
        return details[f"total_{wanted}"]

    def _integrator_change_listed_sku(self, sku):
        """Offers that no channel has yet follow another internal reference, where no other offer
        has it; closed ones stay under the former one and are not opened again. While offers are
        live under the present one it is refused.

        :raise UserError: that names the listings, and what to do
        """
        changed = self.filtered(lambda product: (product.default_code or "") != (sku or ""))
        listings_sudo = self.env["integrator.listing"].sudo()
        known_sudo = listings_sudo.search([("product_id", "in", changed.ids)])
        offers_sudo = known_sudo.filtered(
            lambda listing: listing.sku == listing.product_id.default_code
        )
        changed._integrator_check_listed_sku(
            offers_sudo.filtered(lambda listing: listing.state == "live")
        )
        offers_sudo.is_former = True
        # who gets his old reference back goes on with its offers
        known_sudo.filtered(lambda listing: listing.sku == sku).is_former = False
        for offer_sudo in offers_sudo.filtered(lambda one: sku and one.state == "new"):
            place = [("site_id", "=", offer_sudo.site_id.id), ("sku", "=", sku)]
            place += [("marketplace_code", "=", offer_sudo.marketplace_code)]
            if not listings_sudo.search_count(place, limit=1):
                offer_sudo.write({"sku": sku, "is_former": False})

    def _integrator_check_listed_sku(self, live_sudo):
        """Refuse another reference where offers are live under the present one.

        :param live_sudo: these offers
        :raise UserError: that names them, and what to do
        """
        named = {
            "sku": ", ".join(dict.fromkeys(live_sudo.mapped("sku"))),
            "sites": ", ".join(sorted(set(live_sudo.site_id.mapped("name")))),
        }
        if any(live_sudo.product_id.mapped("active")):
            raise UserError(
                self.env._(
                    "%(sku)s is listed on %(sites)s under this reference. The channel would see a "
                    "new product and the old offer would stay. Archive the product first, which "
                    "closes its offers; or add a second listing with the new SKU.",
                    **named,
                )
            )
        if live_sudo:
            raise UserError(
                self.env._(
                    "%(sku)s is still being closed on %(sites)s. Change the reference once its "
                    "listings are shown as closed.",
                    **named,
                )
            )

    def _integrator_offers(self):
        """The listings of these products on every site of the chosen companies that offers them;
        those that are missing are made, and are not sent by that."""
        check_operator(self)
        products_sudo = self.sudo()
        companies = [("company_id", "in", self.env.companies.ids)]
        listings = self.env["integrator.listing"].sudo()
        for site in self.env["integrator.site"].sudo().search(companies):
            offered = products_sudo.filtered_domain(site._product_domain())
            listings |= site._adapter()._listings(site, offered)
        domain = [*companies, ("product_id", "in", self.ids)]
        return (listings | listings.search(domain)).with_env(self.env)

    def _integrator_is_offered(self):
        """Return whether there is an open listing of one of them, or of their template."""
        wanted = Domain("product_id", "in", self.ids)
        wanted |= Domain("template_id", "in", self.product_tmpl_id.ids)
        domain = wanted & Domain("state", "!=", "closed")
        return bool(self.env["integrator.listing"].search_count(domain, limit=1))

    def _integrator_timeline_domains(self):
        refs = [f"{self._name},{one.id}" for one in self]
        task_domain = ["|", ("listing_id.product_id", "in", self.ids), ("target_ref", "in", refs)]
        events = [("record_id", "in", self.ids)]
        own = Domain("company_id", "in", [*self.env.companies.ids, False])
        issues = own & Domain("listing_id.product_id", "in", self.ids)
        return {
            **self._integrator_prepare_timeline_domains("product.integration", events, task_domain),
            "integrator.listing.issue": issues,
        }

    def _integrator_timeline_site_sudo(self):
        return self._integrator_timeline_listings_sudo().site_id[:1]

    def _integrator_timeline_noted(self):
        return [self._integrator_timeline_listings_sudo()]

    def _integrator_timeline_listings_sudo(self):
        own = [("product_id", "in", self.ids), ("company_id", "in", self.env.companies.ids)]
        return self.env["integrator.listing"].sudo().search(own)
