# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta

from odoo import fields, models

from ..api.product_types.problems import find_problems

#: How long a definition is believed; Amazon changes them without notice to most accounts.
GOOD_FOR = timedelta(days=7)


class AmazonProductType(models.Model):
    """What Amazon asks of listings of a product type on one marketplace (001-01, 001-02).

    Made and fetched when a listing first needs it, and anew every week, when Amazon says that it
    has changed, or when a person presses the button.
    """

    _name = "integrator.amazon.product.type"
    _description = "Amazon product type"
    _order = "code, marketplace_code, id"
    _rec_name = "code"

    site_id = fields.Many2one(
        "integrator.site",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The account that was asked; its shipping templates are among the values.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    marketplace_code = fields.Char(
        string="Marketplace id", required=True, readonly=True, help="Types differ by marketplace."
    )
    code = fields.Char(
        string="Product type", required=True, readonly=True, help="In Amazon's words, as SHIRT."
    )
    is_parent = fields.Boolean(
        string="Of parents",
        readonly=True,
        help="What Amazon asks of listings that hold variants together and are not sold.",
    )
    name = fields.Char(string="Called", readonly=True, help="In the marketplace's language.")
    version = fields.Char(readonly=True, help="Of Amazon's definition.")
    state = fields.Selection(
        [("wanted", "To fetch"), ("known", "Known"), ("unknown", "Not known to Amazon")],
        default="wanted",
        required=True,
        readonly=True,
        help="Not known: listings of this type are refused; choose another one for them.",
    )
    fetched_at = fields.Datetime(readonly=True, help="When Amazon was last asked.")
    reason = fields.Char(readonly=True, help="Why it could not be fetched.")
    takes_accessories = fields.Boolean(
        readonly=True, help="The type knows the relation “accessory” (001-13)."
    )
    attribute_ids = fields.One2many(
        "integrator.amazon.attribute", "type_id", readonly=True, help="What can be said."
    )
    definition = fields.Binary(
        attachment=True, readonly=True, help="Amazon's JSON Schema, byte by byte."
    )

    _code_uniq = models.UniqueIndex(
        "(site_id, marketplace_code, code, is_parent)", "This product type is there already."
    )

    def _of(self, listings):
        """The product types of listings, as far as they are there.

        :return: dict listing -> product type; listings without one are left out
        """
        types = self.search(
            [
                ("site_id", "in", listings.site_id.ids),
                ("code", "in", list(set(listings.mapped("amazon_product_type")))),
            ]
        )
        known = {(one.site_id, one.marketplace_code, one.code, one.is_parent): one for one in types}
        keys = {listing: listing._amazon_type_key() for listing in listings}
        return {listing: known[key] for listing, key in keys.items() if key in known}

    def _wanted_of(self, listings):
        """As `_of`, made where they are missing."""
        found = self._of(listings)
        missing = {
            listing._amazon_type_key() for listing in listings - listings.browse().union(*found)
        }
        self.create(
            [
                {
                    "site_id": site.id,
                    "marketplace_code": place,
                    "code": code,
                    "is_parent": is_parent,
                }
                for site, place, code, is_parent in sorted(
                    missing, key=lambda key: (key[0].id, *key[1:])
                )
            ]
        )
        return self._of(listings)

    def _attribute(self, name):
        """The attribute of that name; empty when there is none."""
        return self.attribute_ids.filtered(lambda one: one.name == name)

    def _is_fresh(self):
        """Whether the definition is there and does not have to be asked for again."""
        now = fields.Datetime.now()
        return self.state != "wanted" and bool(self.fetched_at and self.fetched_at > now - GOOD_FOR)

    def _schema(self):
        """The schema's bytes; empty when there is none."""
        return base64.b64decode(self.definition or b"")

    def _problems(self, attributes, partial, elsewhere=()):
        """What Amazon would refuse of attributes; nothing while the definition is not there.

        :return: list of `api.product_types.problems.Problem`
        """
        schema = self._schema()
        return find_problems(schema, attributes, partial, elsewhere) if schema else []
