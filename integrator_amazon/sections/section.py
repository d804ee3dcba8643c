# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..api.values import json_number


class AmazonSection(models.AbstractModel):
    """One section of a listing in Amazon's form: a dict attribute -> list of entries.

    This is the one form in which a section is sent, kept, previewed and compared with what Amazon
    shows. An empty dict removes what was sent before; None sends nothing.
    """

    _name = "integrator.amazon.section"
    _description = "Amazon section"

    def _values(self, listings):
        """The present value of the section.

        :param listings: `integrator.listing` of one site, any number
        :return: dict listing -> dict attribute -> entries; None, or left out: there is nothing to
            say
        """
        raise NotImplementedError

    def _places(self, listings):
        """The marketplaces of listings.

        :return: dict marketplace id -> `integrator.amazon.marketplace`
        """
        codes = list(set(listings.mapped("marketplace_code")))
        places = self.env["integrator.amazon.marketplace"].search([("code", "in", codes)])
        return {place.code: place for place in places}

    def _place(self, listing):
        """The selector of entries that count on the listing's marketplace."""
        return {"marketplace_id": listing.marketplace_code}

    def _text(self, listing, place):
        """The selectors of a text on the listing's marketplace."""
        return {"language_tag": listing.language or place.language, **self._place(listing)}


MAIN = "main_product_image_locator"
OTHER = "other_product_image_locator_{}"


class AmazonSectionImage(models.AbstractModel):
    """The main picture and up to eight more, each at its slot."""

    _name = "integrator.amazon.section.image"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: images"

    def _values(self, listings):
        offers = listings.filtered("amazon_offer_asin")
        # pictures of a product that Amazon has already are Amazon's
        return {
            listing: {
                OTHER.format(slot) if slot else MAIN: [
                    {"media_location": url, **self._place(listing)}
                ]
                for slot, url in enumerate(urls)
            }
            for listing, urls in (listings - offers)._image_urls().items()
        }


class AmazonSectionInventory(models.AbstractModel):
    """Pieces, restock date and handling days."""

    _name = "integrator.amazon.section.inventory"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: inventory"

    def _values(self, listings):
        # a quantity would make Amazon sell what it ships as shipped by us
        ours = listings.filtered(lambda one: one.channel == "merchant" and not one.is_parent)
        stock = ours._stock()
        values = {listing: self._entry(offered) for listing, offered in stock.items()}
        values |= self._switches((listings - ours).filtered(lambda one: not one.is_parent))
        return {listing: {"fulfillment_availability": [entry]} for listing, entry in values.items()}

    def _entry(self, stock):
        entry = {"fulfillment_channel_code": "DEFAULT", "quantity": stock["quantity"]}
        if stock["handling_days"] is not None:
            entry["lead_time_to_ship_max_days"] = stock["handling_days"]
        if stock["restock_date"]:
            entry["restock_date"] = stock["restock_date"]
        return entry

    def _switches(self, listings):
        """Return the values that hand listings over to Amazon: the channel, never a quantity."""
        places = self._places(listings)
        return {
            listing: {
                "fulfillment_channel_code": places[listing.marketplace_code].fulfillment_channel
            }
            for listing in listings
            if listing.switching
        }


#: Quantity discounts that Amazon takes for one offer.
MAX_TIERS = 5


class AmazonSectionPrice(models.AbstractModel):
    """The offers of a listing."""

    _name = "integrator.amazon.section.price"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: price"

    def _values(self, listings):
        sold = listings.filtered(lambda listing: not listing.is_parent)
        prices = sold._prices()
        return {
            listing: {"purchasable_offer": self._offers(listing, price)}
            for listing, price in prices.items()
        }

    def _offers(self, listing, price):
        """One offer for all, and one for business buyers; none where there is no price."""
        if price["problem"]:
            return []
        here = {**self._place(listing), "currency": price["currency"]}
        offers = [{**here, "audience": "ALL", **self._public(price)}]
        if price["business"]:
            offers.append({**here, "audience": "B2B", **self._trade(price)})
        return offers

    def _public(self, price):
        offer = {"our_price": self._schedule(price["amount"])}
        if sale := price["sale"]:
            days = {"start_at": sale["start"], "end_at": sale["end"]}
            offer["discounted_price"] = self._schedule(sale["amount"], **days)
        for bound in ("minimum", "maximum"):
            if price[bound]:
                offer[f"{bound}_seller_allowed_price"] = self._schedule(price[bound])
        return offer

    def _trade(self, price):
        offer = {"our_price": self._schedule(price["business"])}
        if price["tiers"]:
            levels = [
                {"lower_bound": quantity, "value": self._number(amount)}
                for quantity, amount in price["tiers"][:MAX_TIERS]
            ]
            schedule = [{"discount_type": "fixed", "levels": levels}]
            offer["quantity_discount_plan"] = [{"schedule": schedule}]
        return offer

    def _schedule(self, amount, **days):
        return [{"schedule": [{**days, "value_with_tax": self._number(amount)}]}]

    def _number(self, amount):
        return json_number(Decimal(amount))


class AmazonSectionRelationship(models.AbstractModel):
    """Variants under their parent, and accessories."""

    _name = "integrator.amazon.section.relationship"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: relations"

    def _values(self, listings):
        mains = listings._accessory_of()
        return {listing: self._value(listing, mains.get(listing, ())) for listing in listings}

    def _value(self, listing, mains):
        """The relations of one listing.

        :param mains: the listings to which it is an accessory
        """
        if listing.is_parent or listing.amazon_offer_asin:
            return None
        value, relations = {}, []
        if parent := listing.parent_id:
            value = self._variation(listing)
            relations.append(self._relation(listing, "variation", parent))
        if mains and listing._amazon_takes_accessories():
            relations += [self._relation(listing, "accessory", main) for main in mains]
        if relations:
            value["child_parent_sku_relationship"] = relations
        return value

    def _variation(self, listing):
        here = self._place(listing)
        theme = listing._template()._amazon_theme()
        return {
            "parentage_level": [{"value": "child", **here}],
            # Amazon's theme has no marketplace: it is the same everywhere
            "variation_theme": [{"name": theme}],
        }

    def _relation(self, listing, kind, parent):
        here = self._place(listing)
        return {"child_relationship_type": kind, "parent_sku": parent.sku, **here}


class AmazonSectionShipping(models.AbstractModel):
    """The shipping template of a listing that we ship."""

    _name = "integrator.amazon.section.shipping"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: shipping template"

    def _values(self, listings):
        return {listing: self._value(listing) for listing in listings}

    def _value(self, listing):
        if listing.is_parent or listing.channel != "merchant":
            return None
        if not listing.shipping_group:
            return {}
        entry = {"value": listing.shipping_group, **self._place(listing)}
        return {"merchant_shipping_group": [entry]}
