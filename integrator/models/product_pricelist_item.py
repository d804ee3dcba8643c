# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ProductPricelistItem(models.Model):
    """A rule that changes is news for the listings whose prices come from it (001-08)."""

    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._integrator_note()
        return rules

    def write(self, vals):
        # also what the rules do not concern any more
        self._integrator_note()
        result = super().write(vals)
        self._integrator_note()
        return result

    def unlink(self):
        self._integrator_note()
        return super().unlink()

    def _integrator_note(self):
        """Collect that the prices may have changed that these rules give. Products that a rule
        names are looked at one by one; a rule for very many has the sites' listings compared, so
        that who enters it need not wait."""
        sites = self.env["integrator.site"]
        for pricelist, rules in self.sudo().grouped("pricelist_id").items():
            concerned = sites._priced_by(pricelist)
            if not concerned:
                continue
            narrow = rules.filtered("product_tmpl_id")
            products = narrow.product_id
            templates = narrow.filtered(lambda rule: not rule.product_id).product_tmpl_id
            products |= templates.product_variant_ids
            listed = concerned._listed(products)
            self.env["product.integration"].sudo()._record_change(listed, "pricelist")
            if rules - narrow:
                self.env["integrator.reconcile"]._want(concerned, "offer")

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
