# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

#: Product fields whose change is a matter of price.
PRICE_FIELDS = {"list_price", "lst_price", "price_extra"}

#: Product fields whose change is a matter of stock.
STOCK_FIELDS = {"free_qty", "is_storable"}

#: Product fields that Amazon gets to see.
CONTENT_FIELDS = {
    "name",
    "description_sale",
    "barcode",
    "default_code",
    "type",
    "sale_ok",
    "country_of_origin",
}

#: Task kinds that bring a listing up to date; all but the first wait for the first (001-03).
FULL = ("product", "inventory", "price")


class AmazonAdapter(models.AbstractModel):
    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _plan_products(self, site, events):
        offered = self.env["product.product"].search(
            site._product_domain() & self._ids_domain(events)
        )
        return {
            event: [
                self._prepare_listing_task(listing, kind)
                for listing, kinds in self._listing_kinds(site, event, offered)
                for kind in kinds
            ]
            for event in events.sorted("id")
        }

    def _ids_domain(self, events):
        return Domain("id", "in", events.mapped("record_id"))

    def _listing_kinds(self, site, event, offered):
        """Which listings an event concerns, and what each has to be told.

        :return: list of tuples (listing, task kinds)
        """
        product = offered.filtered(lambda product: product.id == event.record_id)
        if product and event.record_operation != "unlink":
            return [
                (listing, self._kinds(event, listing)) for listing in self._listings(site, product)
            ]
        if event.record_operation == "create":
            return []
        return [(listing, ("delist",)) for listing in self._open_listings(site, event)]

    def _kinds(self, event, listing):
        """Task kinds by what changed; a listing that was never accepted gets everything."""
        changed = set(event.operation_data)
        full = event.record_operation == "create" or listing.state != "live" or "active" in changed
        content, price, stock = (
            bool(changed & names) for names in (CONTENT_FIELDS, PRICE_FIELDS, STOCK_FIELDS)
        )
        kinds = (
            FULL
            if full
            else [
                kind for kind, wanted in zip(FULL, (content, stock, price), strict=True) if wanted
            ]
        )
        # a quantity would make Amazon sell it as shipped by us (pain 6)
        return [kind for kind in kinds if kind != "inventory" or listing.channel == "merchant"]

    def _listings(self, site, product):
        """The product's listings on every marketplace of the site, made when missing."""
        listings = self.env["integrator.listing"]
        known = listings.search([("site_id", "=", site.id), ("product_id", "=", product.id)])
        missing = site.amazon_marketplace_ids.filtered(
            lambda place: place.code not in known.mapped("marketplace_code")
        )
        return known | self._adopt_or_create(site, product, missing)

    def _adopt_or_create(self, site, product, marketplaces):
        """Listings that already know this SKU are taken over: two products never share one."""
        listings = self.env["integrator.listing"]
        known = listings.search(
            [
                ("site_id", "=", site.id),
                ("sku", "=", product.default_code),
                ("marketplace_code", "in", marketplaces.mapped("code")),
            ]
        )
        known.filtered(lambda listing: not listing.product_id).product_id = product
        missing = marketplaces.filtered(
            lambda place: place.code not in known.mapped("marketplace_code")
        )
        return known.filtered(lambda listing: listing.product_id == product) | listings.create(
            [
                {
                    "site_id": site.id,
                    "product_id": product.id,
                    "marketplace_code": marketplace.code,
                    "sku": product.default_code,
                }
                for marketplace in missing
            ]
        )

    def _open_listings(self, site, event):
        """Listings of a product that is gone, archived or no longer offered."""
        known = [row["listing_id"] for row in event.operation_data.get("listings", ())]
        return self.env["integrator.listing"].search(
            [
                ("site_id", "=", site.id),
                ("state", "!=", "closed"),
                "|",
                ("id", "in", known),
                ("product_id", "=", event.record_id),
            ]
        )

    def _prepare_listing_task(self, listing, kind):
        return {
            "kind": kind,
            "target_ref": f"{listing._name},{listing.id}",
            "target_name": listing.sku,
            "listing_id": listing.id,
            "after": "product" if kind in FULL[1:] else None,
        }
