# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.models.listing.integrator_listing_desk_mixin import AttributeWords

from ..api.attributes import foreign
from ..api.builders import BuildError
from ..api.parsers.shown_listings import read_channel
from ..api.product_texts import LIMITS, cut, identifier_kind, is_cut
from ..api.product_types.entries import build_entries, write_entries
from ..api.values import jsonable
from ..planners.section_values import OTHER_SECTIONS_ATTRIBUTES

ASIN = re.compile(r"[A-Z0-9]{10}", re.ASCII)


class IntegratorListing(models.Model):
    """Attributes of a listing by its product type: what Amazon requires, and what is sent."""

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
        help="ASIN of a product that Amazon has already: only your offer is sent, its texts and "
        "pictures stay Amazon's. Empty: you describe the product.",
    )
    amazon_fnsku = fields.Char(
        string="FNSKU", readonly=True, help="Amazon's label of pieces that it stores for you."
    )
    amazon_status_text = fields.Char(
        string="Shown as", readonly=True, help="BUYABLE, DISCOVERABLE, in Amazon's words."
    )
    amazon_accessories = fields.Boolean(
        string="Send accessories",
        help="Send accessories of Odoo also where the product type does not name the relation.",
    )
    # what is maintained in Seller Central, such as handling days: replacing must not remove it
    amazon_others = fields.Json(readonly=True, prefetch=False)
    amazon_warnings = fields.Text(
        string="Sent differently",
        compute="_compute_amazon_warnings",
        compute_sudo=True,
        help="What is sent to Amazon differently from what Odoo has, or not at all.",
    )

    # listing attributes
    amazon_type_id = fields.Many2one(
        "integrator.amazon.product.type",
        string="Definition",
        compute="_compute_amazon_type_id",
        help="What Amazon asks of listings of this product type.",
    )
    amazon_missing = fields.Integer(
        string="Required attributes missing",
        compute="_compute_amazon_missing",
        compute_sudo=True,
        help="That Amazon asks for, and that nothing says yet.",
    )
    amazon_value_ids = fields.One2many(
        "integrator.amazon.listing.value",
        "listing_id",
        string="Attributes",
        help="What is sent beside the values of Odoo's fields and the rules.",
    )
    amazon_shipping_choice_id = fields.Many2one(
        "integrator.amazon.attribute.choice",
        string="Shipping template",
        compute="_compute_amazon_shipping_choice_id",
        inverse="_inverse_amazon_shipping_choice_id",
        domain="[('attribute_id.type_id', '=', amazon_type_id), "
        "('attribute_id.name', '=', 'merchant_shipping_group')]",
        help="One of your account's own, as Amazon lists them.",
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_amazon_warnings(self):
        for listing in self:
            warnings = listing._amazon_text_warnings() if listing._subject() else []
            listing.amazon_warnings = "\n".join(warnings + listing._amazon_relation_warnings())

    @api.depends(
        "amazon_type_id", "amazon_value_ids.entered_text", "amazon_offer_asin", "product_id"
    )
    def _compute_amazon_missing(self):
        for listing in self:
            listing.amazon_missing = len(listing._origin._amazon_required_missing())

    @api.depends("shipping_group", "amazon_type_id")
    def _compute_amazon_shipping_choice_id(self):
        for listing in self:
            groups = listing.amazon_type_id.attribute_ids.filtered(
                lambda one: one.name == "merchant_shipping_group"
            )
            listing.amazon_shipping_choice_id = groups.choice_ids.filtered(
                lambda choice, code=listing.shipping_group: choice.code == code
            )[:1]

    def _inverse_amazon_shipping_choice_id(self):
        for listing in self:
            listing.shipping_group = listing.amazon_shipping_choice_id.code

    @api.depends("site_id", "marketplace_code", "amazon_product_type", "is_parent")
    def _compute_amazon_type_id(self):
        types = self.env["integrator.amazon.product.type"]._of(self)
        for listing in self:
            listing.amazon_type_id = types.get(listing)

    # === CONSTRAINT METHODS === #

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

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        templates, products = self.env["product.template"], self.env["product.product"]
        for vals in vals_list:
            template = templates.browse(vals.get("template_id"))
            template = template or products.browse(vals.get("product_id")).product_tmpl_id
            vals["amazon_product_type"] = vals.get("amazon_product_type") or template._amazon_type()
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if changed := sorted(vals.keys() & {"amazon_product_type", "amazon_offer_asin"}):
            # what was sent belonged to another listing
            sections_sudo = self.sudo().section_ids
            sections_sudo.filtered(lambda section: section.name == "product").state = "none"
            self.env["product.integration"].sudo()._record_change(self.product_id, *changed)
        return result

    # === ACTION METHODS === #

    def action_amazon_attributes(self):
        """Button: what Amazon asks for that nothing says yet, to be filled in.

        :raise UserError: when Amazon cannot be asked, or does not know the product type
        """
        check_operator(self)
        self.ensure_one()
        listing_sudo = self.sudo()
        failed, _later = listing_sudo.env["integrator.amazon.product.type"]._prepare_for(
            listing_sudo
        )
        if listing_sudo in failed:
            raise UserError(failed[listing_sudo].message)
        listing_sudo.invalidate_recordset(["amazon_type_id"])
        if listing_sudo.amazon_type_id.state == "unknown":
            raise UserError(listing_sudo._amazon_unknown_text())
        listing_sudo._amazon_add_required()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator_amazon.integrator_amazon_listing_value_action"
        )
        return {
            **action,
            "domain": [("listing_id", "=", self.id)],
            "context": {"default_listing_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _attribute_words(self):
        """Override: the words of the product type."""
        return {
            one.name: AttributeWords(
                one.title,
                {choice.code: choice.name for choice in one.choice_ids},
                one.part_titles or {},
            )
            for one in self.amazon_type_id.attribute_ids
        }

    def _amazon_store_item(self, item):
        """Keep what Amazon shows of this listing.

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
                "amazon_others": jsonable(foreign(item.get("attributes") or {})) or False,
                **self._amazon_channel_values(item),
            }
        )

    def _amazon_channel_values(self, item):
        """Return the channel that ships, as Amazon shows it; while a switch is being sent, that is
        out of date."""
        shown = self._amazon_channel(item) or self.channel
        if shown == "unknown" and item.get("attributes") and not self._amazon_stock(item):
            # what Amazon ships has an entry; this waits for its first quantity
            shown = "merchant"
        if self.switching and shown != self.channel:
            return {}
        return {"channel": shown, "switching": False}

    def _amazon_channel(self, item):
        """Return the channel that ships, by what Amazon shows; None when it does not show it."""
        codes = [
            str(entry.get("fulfillment_channel_code") or "") for entry in self._amazon_stock(item)
        ]
        channels = {read_channel(code) for code in codes}
        return next((one for one in ("site", "merchant") if one in channels), None)

    def _amazon_stock(self, item):
        return (item.get("attributes") or {}).get("fulfillment_availability") or ()

    def _amazon_takes_accessories(self):
        """Return whether the product type has a relation “accessory”; what it does not take is
        reported on the listing."""
        self.ensure_one()
        return self.amazon_accessories or self.amazon_type_id.takes_accessories

    def _amazon_text_warnings(self):
        """Texts about values that are sent otherwise than they stand in Odoo."""
        section = self.env["integrator.amazon.section.product"]
        places = section._places(self)
        if self.marketplace_code not in places:
            # of another site, or on a marketplace that is not Amazon's any more
            return []
        place = places[self.marketplace_code]
        language = section._language(self, place)
        [product] = section._subjects(self, language)
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
        if not section._is_same_language(language, self.language or place.language):
            warnings.append(
                self.env._(
                    "Texts are sent in %(language)s, because %(wanted)s is not installed: install "
                    "it (Settings > Languages) and translate the product.",
                    language=language,
                    wanted=place.language,
                )
            )
        if product.barcode and not self.is_parent and not identifier_kind(product.barcode):
            warnings.append(
                self.env._(
                    "The barcode %s is not an EAN, UPC or GTIN, so the product is sent without "
                    "one. If it is mistyped, correct it on the product.",
                    product.barcode,
                )
            )
        return warnings

    def _amazon_relation_warnings(self):
        """Texts about relations that are not sent."""
        mains = self._accessory_of().get(self) or self.browse()
        if not mains or self._amazon_takes_accessories():
            return []
        return [
            self.env._(
                "That it is an accessory of %(skus)s is not sent: the product type %(type)s knows "
                "no accessories.",
                skus=", ".join(mains.mapped("sku")),
                type=self.amazon_product_type,
            )
        ]

    def _amazon_type_key(self):
        return self.site_id, self.marketplace_code, self.amazon_product_type, self.is_parent

    # === SENT VALUES === #

    def _amazon_mapped(self, rules, language, place):
        """Values of similar listings from rules, and from values entered on them, which have
        priority. The rules that apply, and the form of a text, are the same for all of them.

        :param rules: `integrator.amazon.attribute.rule` of their site
        :param str language: of their texts
        :param place: their `integrator.amazon.marketplace`
        :return: dict listing -> dict attribute -> entries; listings may be left out
        """
        written = self._amazon_written()
        # alone: what is looked up for it is not looked up for all the others
        first = self[0].with_prefetch()
        counting = rules.filtered(lambda rule: rule._counts_for(first))
        if not counting and not written:
            return {}
        readers = [(rule.attribute, rule._prepare_reader()) for rule in counting]
        # what depends on the company is said as the listing's own has it
        there = self.with_context(lang=language, allowed_company_ids=first.company_id.ids)
        mapped, entries = {}, {}
        for listing, read in zip(self, there, strict=True):
            texts = read._amazon_ruled(readers) | written.get(listing.id, {})
            for one in texts.items():
                if one not in entries:
                    entries[one] = first._amazon_read_entries(*one, place)
            mapped[listing] = {name: entries[name, text] for name, text in texts.items()}
        return mapped

    def _amazon_ruled(self, readers):
        """Attribute -> what the first of some rules says that says something.

        :param list readers: tuples (attribute, what `_prepare_reader` of a rule gave)
        """
        texts, subject = {}, self._subject()
        for attribute, read in readers:
            if attribute not in texts and (text := read(subject)):
                texts[attribute] = text
        return texts

    def _amazon_written(self):
        """Return the values that people wrote, of the type that each listing has now.

        :return: dict listing id -> dict attribute -> text; listings may be left out
        """
        written = defaultdict(dict)
        for one in self.amazon_value_ids:
            if one.entered_text and one.attribute_id.active and one._is_of_type():
                written[one.listing_id.id][one.attribute_id.name] = one.entered_text
        return written

    def _records_of_choices(self):
        """Override of `integrator`: attributes that were written down for these listings."""
        return [*super()._records_of_choices(), self.amazon_value_ids]

    def _amazon_written_as_shown(self, sent, shown):
        """Values for the listing, so that it sends what Amazon shows.

        :param dict sent: what was sent: attribute -> entries
        :param dict shown: what it shows
        :return: values to write; empty when an attribute cannot be written down
        """
        known = {one.name: one for one in self.amazon_type_id.attribute_ids}
        there = {value.attribute_id: value for value in self.amazon_value_ids}
        commands = []
        for name in (name for name in shown if shown[name] != sent.get(name)):
            attribute = known.get(name)
            if not attribute or attribute.kind == "structure" or not shown[name]:
                return {}
            written = {"value": write_entries(shown[name]), "choice_id": False}
            value = there.get(attribute)
            commands += [
                (1, value.id, written)
                if value
                else (0, 0, {"attribute_id": attribute.id, **written})
            ]
        return {"amazon_value_ids": commands} if commands else {}

    def _amazon_read_entries(self, name, text, place):
        """Entries of an attribute; what cannot be parsed is kept as it is, so that the check of the
        section refuses it with the reason."""
        attribute = self.amazon_type_id._attribute(name)
        try:
            return self._amazon_entries(attribute, text, place, name)
        except BuildError:
            return [{"value": text, **self._amazon_selectors(attribute, place)}]

    def _amazon_entries(self, attribute, text, place, name=""):
        """Entries of an attribute.

        :param attribute: `integrator.amazon.attribute`; empty while its type is not known
        :param place: `integrator.amazon.marketplace` of the listing
        :raise BuildError: when the text cannot be read
        """
        choices = {choice.code: choice.name for choice in attribute.choice_ids}
        return build_entries(
            attribute.name or name,
            attribute.kind or "text",
            text,
            self._amazon_selectors(attribute, place),
            choices,
            attribute.several,
        )

    def _amazon_selectors(self, attribute, place):
        """The selectors of the entries, such as the marketplace."""
        text = self.env["integrator.amazon.section"]._text(self, place)
        names = attribute.places.split(",") if attribute.places else ("marketplace_id",)
        return {name: text[name] for name in names if name in text}

    # === REQUIRED VALUES === #

    def _amazon_unknown_text(self):
        return self.env._(
            "Amazon does not know the product type “%(type)s” on this marketplace. Choose another "
            "one with “Find the product type”.",
            type=self.amazon_product_type or "",
        )

    def _amazon_required_missing(self):
        """Attributes that are required and have no value yet."""
        asked = self.amazon_type_id.attribute_ids.filtered("required")
        if not asked or self.amazon_offer_asin:
            return asked.browse()
        given = {name for value in self._section_values()[self].values() for name in value or ()}
        given |= OTHER_SECTIONS_ATTRIBUTES
        return asked.filtered(lambda attribute: attribute.name not in given)

    def _amazon_add_required(self):
        """Add rows for attributes that are required and have no value yet."""
        asked = self._amazon_required_missing() - self.amazon_value_ids.attribute_id
        rows = [{"listing_id": self.id, "attribute_id": attribute.id} for attribute in asked]
        self.env["integrator.amazon.listing.value"].create(rows)
