# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..api.attributes import foreign
from ..api.json_values import jsonable
from ..api.parsers.listings_table import read_channel
from ..api.product_codes import identifier_kind
from ..api.texts import LIMITS, cut, is_cut

ASIN = re.compile(r"[A-Z0-9]{10}", re.ASCII)


class IntegratorListing(models.Model):
    _inherit = "integrator.listing"

    remote_id = fields.Char(string="ASIN / remote id")
    amazon_product_type = fields.Char(
        string="Product type",
        help="Amazon's product type; that of the product when it is left empty. PRODUCT is the "
        "catch-all for what has no variants.",
    )
    amazon_by_feed = fields.Boolean(
        string="By feed only",
        readonly=True,
        help="Amazon lets no single call through about this SKU; changes of it go in feeds.",
    )
    amazon_offer_asin = fields.Char(
        string="Existing ASIN",
        help="Of a product that Amazon has already: only your offer is told, its texts and "
        "pictures stay Amazon's. Empty: you describe the product.",
    )
    amazon_fnsku = fields.Char(
        string="FNSKU", readonly=True, help="Amazon's label of pieces that it stores for you."
    )
    amazon_status_text = fields.Char(
        string="Shown as", readonly=True, help="BUYABLE, DISCOVERABLE, in Amazon's words."
    )
    amazon_accessories = fields.Boolean(
        string="Takes accessories",
        help="Tell accessories of Odoo also where the product type does not name the relation.",
    )
    amazon_issues = fields.Json(readonly=True)
    # what is kept up in Seller Central, such as handling days: to replace must not wipe it
    amazon_others = fields.Json(readonly=True, prefetch=False)
    amazon_warnings = fields.Text(
        string="Told differently",
        compute="_compute_amazon_warnings",
        compute_sudo=True,
        help="What Amazon is told differently from what Odoo says, or not at all.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        templates, products = self.env["product.template"], self.env["product.product"]
        for vals in vals_list:
            template = templates.browse(vals.get("template_id"))
            template = template or products.browse(vals.get("product_id")).product_tmpl_id
            vals["amazon_product_type"] = vals.get("amazon_product_type") or template._amazon_type()
        return super().create(vals_list)

    @api.constrains("amazon_offer_asin")
    def _check_amazon_offer_asin(self):
        for listing in self.filtered("amazon_offer_asin"):
            if not ASIN.fullmatch(listing.amazon_offer_asin):
                raise ValidationError(
                    self.env._(
                        "“%s” is no ASIN. It has ten capital letters and digits, for example "
                        "B012345678; copy it from the product's page at Amazon.",
                        listing.amazon_offer_asin,
                    )
                )

    def _amazon_take(self, item):
        """Note what Amazon shows of this listing (001-73).

        :param dict item: of the Listings Items API, as JSON
        """
        self.ensure_one()
        summary = (item.get("summaries") or [{}])[0]
        self.write(
            {
                "state": "live",
                "remote_id": summary.get("asin") or self.remote_id,
                "amazon_fnsku": summary.get("fnSku") or self.amazon_fnsku,
                "amazon_status_text": ", ".join(summary.get("status") or ()),
                "amazon_issues": item.get("issues") or False,
                "amazon_others": jsonable(foreign(item.get("attributes") or {})) or False,
                **self._amazon_channel_values(item),
            }
        )

    def _amazon_channel_values(self, item):
        """Who ships, as Amazon says; while it is told to switch, what it shows is the past."""
        shown = self._amazon_channel(item) or self.channel
        if shown == "unknown" and item.get("attributes") and not self._amazon_stock(item):
            # what Amazon ships has an entry; this waits for its first quantity
            shown = "merchant"
        if self.switching and shown != self.channel:
            return {}
        return {"channel": shown, "switching": False}

    def _amazon_channel(self, item):
        """Who ships, by what Amazon shows; None when it does not tell (pain 6)."""
        codes = [
            str(entry.get("fulfillment_channel_code") or "") for entry in self._amazon_stock(item)
        ]
        channels = {read_channel(code) for code in codes}
        return next((one for one in ("site", "merchant") if one in channels), None)

    def _amazon_stock(self, item):
        return (item.get("attributes") or {}).get("fulfillment_availability") or ()

    def _amazon_takes_accessories(self):
        """Whether the product type has a relation “accessory”; what it does not take is reported
        on the listing (001-13)."""
        self.ensure_one()
        return self.amazon_accessories or self.amazon_type_id.takes_accessories

    @api.depends("product_id")
    def _compute_amazon_warnings(self):
        for listing in self:
            warnings = listing._amazon_text_warnings() if listing._subject() else []
            listing.amazon_warnings = "\n".join(warnings + listing._amazon_relation_warnings())

    def _amazon_text_warnings(self):
        """What is told of the product differently from what Odoo says."""
        section = self.env["integrator.amazon.section.product"]
        places = section._places(self)
        if self.marketplace_code not in places:
            # of another site, or on a marketplace that is not Amazon's any more
            return []
        place = places[self.marketplace_code]
        language = section._language(self, place)
        product = section._subjects(self, places)[self.id]
        texts = {
            "item_name": section._full_title(self, product),
            "product_description": product.description_sale or "",
        }
        warnings = [
            self.env._(
                "%(name)s is cut to %(length)s characters.", name=name, length=len(cut(text, limit))
            )
            for name, text in texts.items()
            if is_cut(text, limit := LIMITS[name])
        ]
        if not section._speaks(language, self.language or place.language):
            warnings.append(
                self.env._(
                    "Texts are told in %(told)s, because %(wanted)s is not installed: install it "
                    "(Settings > Languages) and translate the product.",
                    told=language,
                    wanted=place.language,
                )
            )
        if product.barcode and not self.is_parent and not identifier_kind(product.barcode):
            warnings.append(
                self.env._(
                    "The barcode %s is no EAN, UPC or GTIN; Amazon is told that the product has "
                    "none. If it is mistyped, correct it on the product.",
                    product.barcode,
                )
            )
        return warnings

    def _amazon_relation_warnings(self):
        """Relations that are not told."""
        mains = self._accessory_of().get(self) or self.browse()
        if not mains or self._amazon_takes_accessories():
            return []
        return [
            self.env._(
                "That it is an accessory of %(skus)s is not told: the product type %(type)s "
                "knows no accessories.",
                skus=", ".join(mains.mapped("sku")),
                type=self.amazon_product_type,
            )
        ]
