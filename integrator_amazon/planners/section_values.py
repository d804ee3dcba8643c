# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.i18n import format_list

from odoo.addons.integrator.exceptions import SectionError

from ..api.attributes import differences, offered_figure, offered_figures, union
from ..api.builders.build_error import check_amount
from ..api.builders.listing_messages import (
    Known,
    build_closing_message,
    build_section_message,
    build_single_call,
)
from ..api.errors.causes_api import SPAPI_403_SKU_DENIED
from ..api.errors.exceptions import Rejected, Throttled
from ..api.http.login import is_public

#: Sections in the order in which they are sent; the number is part of a message's id.
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

#: Attributes that other sections send, so the section *product* does not.
OTHER_SECTIONS_ATTRIBUTES = {
    "fulfillment_availability",
    "purchasable_offer",
    "main_product_image_locator",
    "child_parent_sku_relationship",
    "parentage_level",
    "variation_theme",
    "merchant_shipping_group",
}

#: Sections whose attributes are checked by the product type; what the others say is checked where
#: it is built, and ten thousand prices shall not cost ten thousand looks at a schema.
CHECKED = ("product", "shipping")


#: Handling days that Amazon takes.
MAX_HANDLING_DAYS = 30

#: Attributes that only product types with variants have.
FAMILY = {"parentage_level", "variation_theme", "child_parent_sku_relationship"}


class AmazonSectionValues(models.AbstractModel):
    """The values of listings in Amazon's form. What Amazon would refuse is refused here, before it
    costs a call."""

    _name = "integrator.amazon.section.values"
    _inherit = "integrator.adapter"
    _description = "Amazon sections: what is sent of listings"

    def _section_names(self, site):
        off = {name for name in SWITCHES if not site[SWITCHES[name]]}
        return tuple(name for name in SECTION_NUMBERS if name not in off)

    def _section_fields(self):
        known = super()._section_fields()
        return {**known, "relationship": {*known["relationship"], "amazon_variation_theme"}}

    def _offer_places(self, site):
        return {place.code: place.name for place in site.amazon_marketplace_ids}

    def _listings(self, site, products):
        listings = self._complete_listings(site, products, self._offer_places(site))
        if site.send_relationships:
            listings._give_parents()
        return listings

    def _section_values(self, listings, names):
        listings._fetch_products()
        values = {listing: dict.fromkeys(names) for listing in listings}
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
            self._known_value(listing, name),
        )

    def _closing_message(self, listing):
        """The message that closes the offer of a listing, by the setting of the site."""
        return build_closing_message(
            self._message_id(listing, "delist"),
            listing.sku,
            listing.amazon_product_type,
            delete=listing.site_id.close_by == "delete",
        )

    def _message_id(self, listing, name):
        """The same for the same section of the same listing, so that previews are byte-equal."""
        return listing.id * 10 + SECTION_NUMBERS.get(name, 0)

    def _known_value(self, listing, name):
        """The value of a section at Amazon, as far as it is known."""
        section = listing._section(name)
        sure = section._is_shown()
        shown = section.verified_value or {}
        if name == "inventory" and listing.switching:
            shown = self._other_channel(listing)
            sure = False
        return Known(
            exists=listing.state == "live",
            sure=sure,
            attributes=shown if sure else union(shown, section.sent_value or {}),
            requirements=self._requirements(listing),
            others=listing.amazon_others or {},
        )

    def _requirements(self, listing):
        """Amazon's parameter `requirements` for a new listing."""
        if listing.amazon_offer_asin:
            return "LISTING_OFFER_ONLY"
        return "LISTING_PRODUCT_ONLY" if listing.is_parent else "LISTING"

    def _place(self, code):
        """The marketplace of Amazon by its id; none when Amazon has a new one."""
        return self.env["integrator.amazon.marketplace"].search([("code", "=", code)], limit=1)

    def _other_channel(self, listing):
        """The entry that a switch of the channel has to take away: Amazon would keep both
        (amzn/selling-partner-api-models issue 2061)."""
        place = self._place(listing.marketplace_code)
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
        listing._amazon_store_item(shown)

    def _section_figure(self, name, value):
        return offered_figure(name, value or {})

    def _section_figures(self, name, value):
        return offered_figures(name, value or {})

    def _listing_url(self, listing):
        """Override of `integrator`: the page of the ASIN."""
        place = self._place(listing.marketplace_code)
        return f"https://www.{place.name.lower()}/dp/{listing.remote_id}" if place else ""

    def _currency(self, site, marketplace_code):
        place = self._place(marketplace_code)
        if not place:
            return super()._currency(site, marketplace_code)
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", place.currency_name)], limit=1)

    def _offer_tax(self, site, marketplace_code):
        place = self._place(marketplace_code)
        return "included" if place.price_with_tax else "excluded"

    # === CHECKS === #

    def _prepare_preview(self, listings):
        """Fetch the definitions of the product types, by which the preview shows what would be
        refused."""
        wanted = listings.filtered("site_id.amazon_check_types")
        failed, later = self.env["integrator.amazon.product.type"]._prepare_for(wanted)
        unchecked = later.union(*failed)
        if not unchecked:
            return ""
        return self.env._(
            "Not checked by the product type: %(skus)s. %(reason)s",
            skus=", ".join(dict.fromkeys(unchecked.mapped("sku"))),
            reason=" ".join({error.message for error in failed.values()}),
        )

    def _try_messages(self, site, messages):
        """By VALIDATION_PREVIEW, which Amazon takes once a second."""
        answers = []
        with self._gateway(site) as gateway:
            for listing, _name, message in messages:
                try:
                    answers.append(self._try_message(gateway, site, listing, message))
                except Throttled:
                    break
                except Rejected as error:
                    if error.code != SPAPI_403_SKU_DENIED.code:
                        raise
                    # it goes by feed, of which Amazon cannot be asked before
                    answers.append({})
        return answers

    def _try_message(self, gateway, site, listing, message):
        operation, body = build_single_call(message)
        answer = gateway.call(
            operation,
            path={"sellerId": site.amazon_merchant_id, "sku": message["sku"]},
            query={"marketplaceIds": [listing.marketplace_code], "mode": "VALIDATION_PREVIEW"},
            body=body,
            bucket_name="VALIDATION_PREVIEW",
        )
        issues = answer.payload.get("issues") or ()
        return {
            ", ".join(issue.get("attributeNames") or ()): str(issue.get("message", ""))
            for issue in issues
            if issue.get("severity") == "ERROR"
        }

    def _check_section(self, listing, name, value):
        """Check what a section says, by the definition of its product type where it has one.

        :param dict value: attribute -> entries, not empty
        :raise SectionError: with a reason for each attribute
        """
        match name:
            case "price":
                self._check_price(listing, value)
            case "inventory":
                self._check_inventory(listing, value)
            case "image":
                self._check_images(listing, value)
        if name not in CHECKED or not listing.site_id.amazon_check_types:
            return
        found = listing.amazon_type_id
        if found.state == "unknown" and name == "product":
            text = listing._amazon_unknown_text()
            raise SectionError(text, {"product_type": text})
        offer_only = bool(listing.amazon_offer_asin)
        partial = name != "product" or listing.state == "live" or offer_only
        problems = found._problems(value, partial, OTHER_SECTIONS_ATTRIBUTES) if found else ()
        if problems:
            titles = {one.name: one.title for one in found.attribute_ids}
            reasons = {}
            for problem in problems:
                title = titles.get(problem.attribute, problem.attribute)
                reasons.setdefault(problem.attribute, self._problem_text(problem, title))
            missing = {one.attribute for one in problems if one.code == "missing"}
            raise SectionError(self._problems_text(reasons, titles, missing), reasons)

    def _check_price(self, listing, value):
        """Check that the section has an offer, and that none of its amounts is zero.

        :raise BuildError: for an amount at which nobody sells
        :raise SectionError: with what to do
        """
        if value and not value["purchasable_offer"]:
            text = listing._prices()[listing]["problem"]
            raise SectionError(text, {"purchasable_offer": text})
        for label, amount in offered_figures("price", value).items():
            check_amount(label, amount, listing.currency_id.name)

    def _check_inventory(self, listing, value):
        """
        :raise SectionError: with what to do
        """
        [entry] = value.get("fulfillment_availability") or [{}]
        text = ""
        if listing.channel == "merchant" and entry.get("quantity", 0) is None:
            text = self.env._(
                "Odoo does not count the pieces of this product, so the quantity is not known. "
                "Choose “A fixed quantity” or “Made to order” at Quantity on the listing, or let "
                "Odoo track the product. Until then the listing keeps its last quantity."
            )
        elif entry.get("lead_time_to_ship_max_days", 0) > MAX_HANDLING_DAYS:
            text = self.env._(
                "Amazon takes at most %(most)s handling days; the listing has %(days)s.",
                most=MAX_HANDLING_DAYS,
                days=entry["lead_time_to_ship_max_days"],
            )
        if text:
            raise SectionError(text, {"fulfillment_availability": text})

    def _check_images(self, listing, value):
        """
        :raise SectionError: when Amazon cannot fetch a picture
        """
        reasons = {
            name: self.env._(
                "Amazon cannot fetch the picture %s: its address is not on the internet. Enter the "
                "address under which this Odoo is reached from outside at the channel (Address "
                "for images), or a public address at the picture.",
                entry["media_location"],
            )
            for name, entries in value.items()
            for entry in entries
            if not is_public(entry["media_location"])
        }
        if reasons:
            raise SectionError(next(iter(reasons.values())), reasons)

    def _problems_text(self, reasons, titles, missing):
        """All problems in few words.

        :param dict reasons: attribute -> what is wrong with it
        :param dict titles: attribute -> how Amazon calls it
        :param missing: set of the attributes that are missing
        """
        if len(missing) < 2:
            return " ".join(reasons.values())
        names = [f"“{titles.get(name, name)}”" for name in reasons if name in missing]
        others = [reason for name, reason in reasons.items() if name not in missing]
        text = self.env._(
            "%s are missing: fill them in under “Attributes”.", format_list(self.env, names)
        )
        return " ".join([text, *others])

    def _problem_text(self, problem, title):
        """A problem for people, with what to do.

        :param problem: `api.product_types.problems.Problem`
        :param str title: of the attribute, as Amazon shows it
        """
        args = {"title": title, "value": problem.value, "limit": problem.limit}
        if problem.code == "unknown" and problem.attribute in FAMILY:
            return self.env._(
                "This product type knows no variants. Choose one that does with “Find the product "
                "type”, or switch relations off on the channel."
            )
        text = {
            "missing": self.env._("“%(title)s” is missing: fill it in under “Attributes”.", **args),
            "not_offered": self.env._(
                "“%(title)s”: Amazon does not offer “%(value)s”. It offers: %(limit)s.", **args
            ),
            "too_long": self.env._("“%(title)s” is longer than %(limit)s. Shorten it.", **args),
            "too_short": self.env._("“%(title)s” is shorter than %(limit)s.", **args),
            "too_many": self.env._("“%(title)s” has more than %(limit)s values.", **args),
            "too_few": self.env._("“%(title)s” has less than %(limit)s values.", **args),
            "unknown": self.env._(
                "“%(title)s” is not an attribute of this product type. Take it out of the rules, "
                "or choose another product type.",
                **args,
            ),
        }
        other = self.env._("“%(title)s”: “%(value)s” is not what Amazon takes (%(limit)s).", **args)
        return text.get(problem.code, other)
