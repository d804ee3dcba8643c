# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class ProductPricelistItem(models.Model):
    """A rule that changes is news for the listings whose prices come from it (001-08)."""

    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._note_prices()
        return rules

    def write(self, vals):
        # also those that the rule does not concern any more
        before = self._listed_products()
        result = super().write(vals)
        (before | self._listed_products())._integrator_note_prices()
        return result

    def unlink(self):
        products = self._listed_products()
        result = super().unlink()
        products._integrator_note_prices()
        return result

    def _note_prices(self):
        """Collect that the prices of the products may have changed that the rules speak of."""
        self._listed_products()._integrator_note_prices()

    def _listed_products(self):
        """The listed products that the rules speak of."""
        listings = self.env["integrator.listing"].sudo()
        found = listings.product_id
        for pricelist, rules in self.sudo().grouped("pricelist_id").items():
            offered = listings._priced_by(pricelist).product_id
            if offered:
                domain = Domain.OR(rule._concerned_domain() for rule in rules)
                found |= offered.filtered_domain(domain)
        return found.with_env(self.env)

    def _concerned_domain(self):
        """Domain of the products that a rule speaks of."""
        self.ensure_one()
        return {
            "0_product_variant": Domain("id", "=", self.product_id.id),
            "1_product": Domain("product_tmpl_id", "=", self.product_tmpl_id.id),
            "2_product_category": Domain("categ_id", "child_of", self.categ_id.ids),
        }.get(self.applied_on, Domain.TRUE)

    @api.model
    def _note_dates(self, since):
        """Collect that sales have begun or ended (001-09).

        :param datetime since: of the last look
        """
        now = fields.Datetime.now()
        self.search(
            Domain("date_start", ">=", since) & Domain("date_start", "<=", now)
            | Domain("date_end", ">=", since) & Domain("date_end", "<=", now)
        )._note_prices()

    # === HOW A PRICE COMES ABOUT === #

    def _integrator_base(self):
        """The pricelist on which the rule is based; empty: the product itself, or a fixed price."""
        based = self.compute_price != "fixed" and self.base == "pricelist"
        return self.base_pricelist_id if based else self.base_pricelist_id.browse()

    def _integrator_source(self, product):
        """The currency of the amount of which the rule makes a price; empty: a fixed price."""
        if self.compute_price == "fixed":
            return self.env["res.currency"]
        if base := self._integrator_base():
            return base.currency_id
        return product.cost_currency_id if self.base == "standard_price" else product.currency_id
