# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.exceptions import SectionError

from ..api.builders.listing_messages import build_single_call
from ..api.errors import Throttled

#: Attributes that other sections tell, so that the section *product* does not have to.
TOLD_ELSEWHERE = {
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


class AmazonAdapter(models.AbstractModel):
    """What Amazon would refuse is refused here, before it costs a call (001-01, 001-02)."""

    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _prepare_preview(self, listings):
        """Have the definitions of the product types, by which the preview tells what is refused."""
        wanted = listings.filtered("site_id.amazon_check_types")
        failed, later = self.env["integrator.amazon.product.type"]._prepare_for(wanted)
        unchecked = later.union(*failed)
        if not unchecked:
            return ""
        return self.env._(
            "Not checked by the product type: %(skus)s. %(reason)s",
            skus=", ".join(unchecked.mapped("sku")),
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
        return answers

    def _try_message(self, gateway, site, listing, message):
        operation, body = build_single_call(message)
        answer = gateway.call(
            operation,
            path={"sellerId": site.amazon_merchant_id, "sku": message["sku"]},
            query={"marketplaceIds": [listing.marketplace_code], "mode": "VALIDATION_PREVIEW"},
            body=body,
            lane="VALIDATION_PREVIEW",
        )
        issues = answer.payload.get("issues") or ()
        return {
            ", ".join(issue.get("attributeNames") or ()): str(issue.get("message", ""))
            for issue in issues
            if issue.get("severity") == "ERROR"
        }

    def _check_section(self, listing, name, value):
        """Check a section by the definition of its product type.

        :param dict value: attribute -> entries, not empty
        :raise SectionError: with a reason for each attribute
        """
        if name not in CHECKED or not listing.site_id.amazon_check_types:
            return
        found = listing.amazon_type_id
        if found.state == "unknown" and name == "product":
            text = listing._amazon_unknown_text()
            raise SectionError(text, {"product_type": text})
        offer_only = bool(listing.amazon_offer_asin)
        partial = name != "product" or listing.state == "live" or offer_only
        problems = found._problems(value, partial, TOLD_ELSEWHERE) if found else ()
        if problems:
            titles = {one.name: one.title for one in found.attribute_ids}
            reasons = {}
            for problem in problems:
                title = titles.get(problem.attribute, problem.attribute)
                reasons.setdefault(problem.attribute, self._problem_text(problem, title))
            raise SectionError(" ".join(reasons.values()), reasons)

    def _problem_text(self, problem, title):
        """A problem for people, with what to do.

        :param problem: `api.product_types.problems.Problem`
        :param str title: of the attribute, as Amazon shows it
        """
        said = {"title": title, "value": problem.value, "limit": problem.limit}
        text = {
            "missing": self.env._("“%(title)s” is missing: fill it in under “Attributes”.", **said),
            "not_offered": self.env._(
                "“%(title)s”: Amazon does not offer “%(value)s”. It offers: %(limit)s.", **said
            ),
            "too_long": self.env._("“%(title)s” is longer than %(limit)s. Shorten it.", **said),
            "too_short": self.env._("“%(title)s” is shorter than %(limit)s.", **said),
            "too_many": self.env._("“%(title)s” has more than %(limit)s values.", **said),
            "too_few": self.env._("“%(title)s” has less than %(limit)s values.", **said),
            "unknown": self.env._(
                "“%(title)s” is no attribute of this product type. Take it out of the rules, or "
                "choose another product type.",
                **said,
            ),
        }
        other = self.env._("“%(title)s”: “%(value)s” is not what Amazon takes (%(limit)s).", **said)
        return text.get(problem.code, other)
