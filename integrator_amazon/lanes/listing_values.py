# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonListingValues(models.AbstractModel):
    """What Odoo says of a listing, per task kind, in the form that is sent and compared."""

    _name = "integrator.amazon.listing.values"
    _description = "Amazon listing values"

    def _values(self, listing, kind):
        """The present value of one section.

        :return: JSON value, the argument of the kind's builder
        """
        makers = {
            "product": self._attributes,
            "inventory": self._inventory,
            "price": self._price,
            "delist": self._nothing,
        }
        return makers[kind](listing)

    def _attributes(self, listing):
        """Attributes of a product in the words of Amazon's product types (FACTS §5)."""
        marketplace = listing._amazon_marketplace()
        product = listing.product_id.with_context(lang=self._language(marketplace))
        text = {"language_tag": marketplace.language, "marketplace_id": marketplace.code}
        place = {"marketplace_id": marketplace.code}
        attributes = {
            "item_name": [{"value": self._title(product), **text}],
            "condition_type": [{"value": "new_new", **place}],
            **self._identifier(product, place),
        }
        if product.description_sale:
            attributes["product_description"] = [{"value": product.description_sale, **text}]
        return attributes

    def _title(self, product):
        """Name with the variant's values, without the internal reference."""
        return product.with_context(display_default_code=False).display_name

    def _identifier(self, product, place):
        """The barcode by its kind, or the statement that there is none."""
        kinds = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}
        kind = kinds.get(len(product.barcode or ""))
        if kind:
            entry = {"type": kind, "value": product.barcode, **place}
            return {"externally_assigned_product_identifier": [entry]}
        return {"supplier_declared_has_product_identifier_exemption": [{"value": True, **place}]}

    def _language(self, marketplace):
        """The installed language that fits the marketplace, else the one of the environment."""
        installed = dict(self.env["res.lang"].get_installed())
        return marketplace.language if marketplace.language in installed else self.env.lang

    def _inventory(self, listing):
        """Free pieces in the site's warehouse, less the buffer, never below zero (001-04)."""
        site = listing.site_id
        product = listing.product_id.with_context(warehouse_id=site.warehouse_id.id)
        return {"quantity": max(int(product.free_qty) - site.stock_buffer, 0)}

    def _price(self, listing):
        """The price of the site's pricelist in the marketplace's currency (001-08).

        :return: dict `marketplace_id`, `currency` and `amount` (decimal as text)
        """
        site, product = listing.site_id, listing.product_id
        marketplace = listing._amazon_marketplace()
        currency = marketplace._currency()
        if site.pricelist_id:
            price = site.pricelist_id._get_product_price(product, 1.0, currency=currency)
        else:
            price = product.currency_id._convert(product.lst_price, currency, site.company_id)
        return {
            "marketplace_id": marketplace.code,
            "currency": currency.name,
            "amount": f"{currency.round(price):.{currency.decimal_places}f}",
        }

    def _nothing(self, listing):
        return {}
