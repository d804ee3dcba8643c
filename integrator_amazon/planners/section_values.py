# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..api.attributes import differences, offered_figure, offered_figures, union
from ..api.builders.listing_messages import Told, build_closing_message, build_section_message

#: Sections in the order in which they are told; the number is part of a message's id.
SECTION_NUMBERS = {
    "product": 1,
    "inventory": 2,
    "price": 3,
    "image": 4,
    "relationship": 5,
    "shipping": 6,
}

#: Sections that can be switched off -> field of the site.
SWITCHES = {"relationship": "send_relationships", "shipping": "send_shipping"}


class AmazonSectionValues(models.AbstractModel):
    """What Odoo says of listings, in Amazon's words."""

    _name = "integrator.amazon.section.values"
    _inherit = "integrator.adapter"
    _description = "Amazon sections: what is sent of listings"

    def _section_names(self, site):
        off = {name for name in SWITCHES if not site[SWITCHES[name]]}
        return tuple(name for name in SECTION_NUMBERS if name not in off)

    def _section_values(self, listings, names):
        values = {listing: {} for listing in listings}
        for name in names:
            maker = self.env[f"integrator.amazon.section.{name}"]
            for listing, value in maker._values(listings).items():
                values[listing][name] = value
        return values

    def _section_message(self, listing, name, value):
        """See `integrator.adapter`.

        :raise BuildError: when the value cannot be said
        :raise SectionError: when Amazon would refuse it
        """
        self._check_section(listing, name, value)
        return build_section_message(
            name,
            self._message_id(listing, name),
            listing.sku,
            listing.amazon_product_type,
            value,
            self._told(listing, name),
        )

    def _closing_message(self, listing):
        """What closes the offer of a listing, by the site's setting."""
        return build_closing_message(
            self._message_id(listing, "delist"),
            listing.sku,
            listing.amazon_product_type,
            delete=listing.site_id.close_by == "delete",
        )

    def _message_id(self, listing, name):
        """The same for the same section of the same listing, so that previews are byte-equal."""
        return listing.id * 10 + SECTION_NUMBERS.get(name, 0)

    def _told(self, listing, name):
        """What Amazon knows of a section."""
        section = listing._section(name)
        sure = section._is_shown()
        shown = section.verified_value or {}
        if name == "inventory" and listing.switching:
            shown = self._other_channel(listing)
            sure = False
        return Told(
            exists=listing.state == "live",
            sure=sure,
            attributes=shown if sure else union(shown, section.sent_value or {}),
            requirements=self._requirements(listing),
            others=listing.amazon_others or {},
        )

    def _requirements(self, listing):
        """Amazon's word for what a new listing has to say."""
        if listing.amazon_offer_asin:
            return "LISTING_OFFER_ONLY"
        return "LISTING_PRODUCT_ONLY" if listing.is_parent else "LISTING"

    def _other_channel(self, listing):
        """The entry that a switch of the channel has to take away: Amazon would keep both
        (amzn/selling-partner-api-models issue 2061)."""
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", listing.marketplace_code)], limit=1
        )
        code = place.fulfillment_channel if listing.channel == "merchant" else "DEFAULT"
        return {"fulfillment_availability": [{"fulfillment_channel_code": code}]}

    def _section_shown(self, listing, name, value, shown):
        attributes = shown.get("attributes") or {}
        changed = differences(value, attributes)
        return {**value, **{attribute: attributes.get(attribute, []) for attribute in changed}}

    def _shown_values(self, section):
        shown = section.shown_value or {}
        group = shown.get("merchant_shipping_group")
        if section.name == "shipping" and group:
            return {"shipping_group": group[0].get("value")}
        if section.name == "product":
            return section.listing_id._amazon_written_as_shown(section.verified_value or {}, shown)
        return super()._shown_values(section)

    def _note_shown(self, listing, shown):
        listing._amazon_take(shown)

    def _section_figure(self, name, value):
        return offered_figure(name, value or {})

    def _section_figures(self, name, value):
        return offered_figures(name, value or {})

    def _listing_url(self, listing):
        """Override of `integrator`: the page of the ASIN."""
        places = self.env["integrator.amazon.marketplace"]
        place = places.search([("code", "=", listing.marketplace_code)], limit=1)
        return f"https://www.{place.name.lower()}/dp/{listing.remote_id}" if place else ""

    def _currency(self, site, marketplace_code):
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", marketplace_code)], limit=1
        )
        return place._currency() if place else super()._currency(site, marketplace_code)

    def _offer_tax(self, site, marketplace_code):
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", marketplace_code)], limit=1
        )
        return "included" if place.price_with_tax else "excluded"
