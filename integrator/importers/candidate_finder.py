# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from difflib import SequenceMatcher

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

#: Products looked at for their names.
MAX_NAMES = 200
#: Candidates that are shown.
MAX_SHOWN = 8
#: Names less alike are none (0 … 1).
LEAST_LIKENESS = 0.45

#: What people add to a reference or leave out.
DECORATION = r"[\s._/-]+"


class CandidateFinder(models.AbstractModel):
    """Ranks the products that a SKU nobody knows may be."""

    _name = "integrator.candidate.finder"
    _description = "Finder of candidates"

    def _find(self, match):
        """Candidates, best first.

        :param match: `integrator.sku.match`
        :return: list of values of `integrator.sku.match.candidate`
        """
        found = {}
        for products, score, reason in self._ways(match):
            for product in products:
                if product not in found:
                    found[product] = {"score": score, "reason": reason, "product_id": product.id}
        for product, score in self._alike(match):
            reason = self.env._("The name is alike: %s", product.display_name)
            found.setdefault(product, {"score": score, "reason": reason, "product_id": product.id})
        rows = sorted(found.values(), key=lambda row: -row["score"])
        return rows[:MAX_SHOWN]

    def _ways(self, match):
        """The plain ways to know a product, the surest first.

        :return: list of tuples (products, score, reason)
        """
        products = self.env["product.product"].with_context(active_test=False)
        company = Domain("company_id", "in", (False, match.company_id.id))
        digits = re.findall(r"\d{8,14}", match.sku)
        codes = [code for code in self._codes(match, digits) if code]
        by_code = products.search(company & Domain("barcode", "in", codes))
        listings = self.env["integrator.listing"].search(
            [("remote_id", "=", match.remote_product_id), ("remote_id", "!=", False)]
        )
        return [
            (
                products.search(company & self._same_reference(match)),
                95,
                self.env._("The reference is the same but for case, blanks or zeros"),
            ),
            (listings.product_id, 90, self.env._("Another SKU of the same remote product")),
            (by_code, 85, self.env._("The barcode is the same, or in the SKU")),
        ]

    def _codes(self, match, digits):
        """What may be the product's barcode."""
        return (match.sku, *digits, match.remote_product_id, match.barcode)

    def _same_reference(self, match):
        """Products whose reference is the SKU but for case, blanks, dashes and leading zeros."""
        bare = re.sub(DECORATION, "", match.sku).lower().lstrip("0")
        query = SQL(
            "SELECT id FROM product_product WHERE"
            " ltrim(lower(regexp_replace(default_code, %s, '', 'g')), '0') = %s",
            DECORATION,
            bare,
        )
        return Domain("id", "in", [row[0] for row in self.env.execute_query(query)])

    def _alike(self, match):
        """Products whose names are like the site's title.

        :return: list of tuples (product, score)
        """
        words = sorted(re.findall(r"\w{3,}", match.title or ""), key=len, reverse=True)[:4]
        if not words:
            return []
        company = Domain("company_id", "in", (False, match.company_id.id))
        names = Domain.OR(Domain("name", "ilike", word) for word in words)
        products = self.env["product.product"].search(company & names, limit=MAX_NAMES)
        title = match.title.lower()
        ratios = {
            product: SequenceMatcher(None, title, product.display_name.lower()).ratio()
            for product in products
        }
        return [
            (product, round(ratio * 80))
            for product, ratio in ratios.items()
            if ratio >= LEAST_LIKENESS
        ]
