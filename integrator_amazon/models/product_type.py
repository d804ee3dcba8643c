# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import IntegratorError

from ..api.product_types.definition import fetch_definition
from ..api.product_types.described import describe_attributes
from ..api.product_types.problems import find_problems

#: Time for which a definition is used; Amazon changes them without notice to most accounts.
GOOD_FOR = timedelta(days=7)
#: Definitions that are fetched at one go; the listings of the others wait for the next one.
MAX_AT_ONCE = 10
#: The attribute for the relations of listings.
RELATION = "child_parent_sku_relationship"


class AmazonProductType(models.Model):
    """Amazon's definition of a product type on one marketplace: the attributes of listings and what
    is required of them.

    Made and fetched when a listing first needs it, and anew every week, when Amazon says that it
    has changed, or when a person presses the button.
    """

    _name = "integrator.amazon.product.type"
    _inherit = "integrator.site.mixin"
    _description = "Amazon product type"
    _order = "code, marketplace_code, id"
    _rec_name = "code"

    site_id = fields.Many2one(
        help="The account that was asked; its shipping templates are among the values."
    )
    marketplace_code = fields.Char(
        string="Marketplace id", required=True, readonly=True, help="Types differ by marketplace."
    )
    code = fields.Char(
        string="Product type", required=True, readonly=True, help="In Amazon's words, as SHIRT."
    )
    is_parent = fields.Boolean(
        string="For parents",
        readonly=True,
        help="What Amazon asks of listings that hold variants together and are not sold.",
    )
    name = fields.Char(string="Called", readonly=True, help="In the marketplace's language.")
    version = fields.Char(readonly=True, help="Version of Amazon's definition.")
    state = fields.Selection(
        [("wanted", "To fetch"), ("known", "Known"), ("unknown", "Not known to Amazon")],
        default="wanted",
        required=True,
        readonly=True,
        help="Not known: listings of this type are refused; choose another one for them.",
    )
    fetched_at = fields.Datetime(
        string="Fetched on", readonly=True, help="When Amazon was last asked."
    )
    reason = fields.Char(readonly=True, help="Why it could not be fetched.")
    takes_accessories = fields.Boolean(
        string="Takes accessories", readonly=True, help="The type knows the relation “accessory”."
    )
    attribute_ids = fields.One2many(
        "integrator.amazon.attribute", "type_id", readonly=True, help="The values that can be sent."
    )
    definition = fields.Binary(
        attachment=True, readonly=True, help="Amazon's JSON Schema, byte by byte."
    )

    _code_uniq = models.UniqueIndex(
        "(site_id, marketplace_code, code, COALESCE(is_parent, FALSE))",
        "This product type is there already.",
    )

    # === ACTION METHODS === #

    def action_fetch(self):
        """Button: ask Amazon for the definition now.

        :raise UserError: with the reason, when it cannot be had
        """
        check_operator(self)
        for one in self.sudo():
            if error := one._fetch():
                raise UserError(error.message)
        return self.env["integrator.site"]._notify(
            self.env._("The definition of the type has been fetched from Amazon.")
        )

    # === BUSINESS METHODS === #

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
        """Return whether the definition is there and does not have to be asked for again."""
        now = fields.Datetime.now()
        return self.state != "wanted" and bool(self.fetched_at and self.fetched_at > now - GOOD_FOR)

    def _schema(self):
        """The schema's bytes; empty when there is none."""
        return base64.b64decode(self.definition or b"")

    def _problems(self, attributes, partial, elsewhere=()):
        """Texts about attributes that Amazon would refuse; none while the definition is missing.

        :return: list of `api.product_types.problems.Problem`
        """
        schema = self._schema()
        return find_problems(schema, attributes, partial, elsewhere) if schema else []

    def _prepare_for(self, listings):
        """Have the definitions that listings need.

        :return: tuple (dict listing -> `IntegratorError` that keeps its definition away,
            listings that have to wait for the next time)
        """
        types = self._wanted_of(listings)
        stale = self.union(*types.values()).filtered(lambda one: not one._is_fresh())
        errors = {one: error for one in stale[:MAX_AT_ONCE] if (error := one._fetch())}
        later = stale[MAX_AT_ONCE:].filtered(lambda one: not one.definition)
        failed = {
            listing: errors[one]
            for listing, one in types.items()
            if one in errors and not one.definition
        }
        return failed, listings.filtered(lambda listing: types[listing] in later)

    def _fetch(self):
        """Ask Amazon for one definition.

        :return: None, or the `IntegratorError` that keeps it away
        """
        self.ensure_one()
        site = self.site_id
        try:
            with site._adapter()._gateway(site, priority="content") as gateway:
                definition = fetch_definition(
                    gateway,
                    self.code,
                    self.marketplace_code,
                    site.amazon_merchant_id,
                    self._locale(),
                    self.is_parent,
                )
                described = definition and describe_attributes(definition.schema)
        except IntegratorError as error:
            self.reason = error.message
            return error
        if definition:
            self._store_definition(definition, described)
        else:
            self._note_unknown()
        return None

    def _locale(self):
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", self.marketplace_code)], limit=1
        )
        return place.language or "DEFAULT"

    def _note_unknown(self):
        """Amazon does not know the type, or not any more; what was known of it is of no use."""
        self.write(
            {
                "state": "unknown",
                "fetched_at": fields.Datetime.now(),
                "reason": self.env._("Amazon knows no product type of this name here."),
                "definition": False,
            }
        )

    def _store_definition(self, definition, described):
        """Keep a definition.

        :param definition: `api.product_types.definition.Definition`
        :param described: list of `api.product_types.described.Described`
        """
        changed = self._schema() != definition.schema
        self.write({"state": "known", "fetched_at": fields.Datetime.now(), "reason": False})
        if not changed:
            self.attribute_ids._set_missing_part_titles(described)
            return
        self.write(
            {
                "name": definition.name,
                "version": definition.version,
                "definition": base64.b64encode(definition.schema),
            }
        )
        relation = next((one for one in described if one.name == RELATION), None)
        takes = bool(relation and "accessory" in relation.relations)
        if takes != self.takes_accessories:
            self.takes_accessories = takes
            self._note_accessories()
        self.env["integrator.amazon.attribute"]._replace(self, described, definition.groups)

    def _note_accessories(self):
        """Plan accessories again: when their listings were planned, it was unknown whether the type
        has them."""
        listings = self.env["integrator.listing"].search(
            [
                ("site_id", "=", self.site_id.id),
                ("marketplace_code", "=", self.marketplace_code),
                ("amazon_product_type", "=", self.code),
                ("is_parent", "=", False),
            ]
        )
        products = listings.browse().union(*listings._accessory_of()).product_id
        self.env["product.integration"].sudo()._record_change(products, "optional_product_ids")


#: Forms of filling in an attribute, see `api.product_types.described`.
KINDS = [
    ("text", "Text"),
    ("number", "Number"),
    ("boolean", "Yes or no"),
    ("choice", "One of a list"),
    ("measure", "Number with a unit"),
    ("structure", "Several fields (JSON)"),
]


class AmazonAttribute(models.Model):
    """One attribute of a product type, and the form of its values."""

    _name = "integrator.amazon.attribute"
    _description = "Attribute of an Amazon product type"
    _order = "required desc, sequence, id"
    _rec_name = "title"

    type_id = fields.Many2one(
        "integrator.amazon.product.type", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="type_id.company_id", store=True)
    active = fields.Boolean(default=True, help="Off: Amazon does not have it any more.")
    sequence = fields.Integer(help="Amazon's order.")
    name = fields.Char(string="Amazon's word", required=True, help="As it is sent.")
    title = fields.Char(required=True, help="As Amazon shows it.")
    group = fields.Char(help="Where Amazon shows it.")
    kind = fields.Selection(KINDS, required=True, help="How it is filled in.")
    required = fields.Boolean(help="Without it Amazon refuses the listing.")
    several = fields.Boolean(help="May have several values, one per line.")
    places = fields.Char(help="Which selectors its entries have, separated by commas.")
    description = fields.Text(help="What Amazon says of it.")
    example = fields.Char(help="A value as Amazon likes it.")
    choice_ids = fields.One2many(
        "integrator.amazon.attribute.choice", "attribute_id", help="What can be chosen."
    )
    part_titles = fields.Json(
        help="Of an attribute with several fields: Amazon's word for each -> as Amazon shows it."
    )

    _name_uniq = models.UniqueIndex("(type_id, name)", "A type has each attribute once.")

    def _replace(self, product_type, described, groups):
        """Keep the attributes of a definition; those that are there stay the same records, since
        values refer to them.

        :param described: list of `api.product_types.described.Described`
        :param dict groups: attribute -> title of its group
        """
        there = self.with_context(active_test=False).search([("type_id", "=", product_type.id)])
        known = {one.name: one for one in there}
        there.choice_ids.unlink()
        rows = {
            one.name: self._prepare_values(product_type, number, one, groups)
            for number, one in enumerate(described)
        }
        for name in rows.keys() & known.keys():
            known[name].write(rows[name])
        self.create([row for name, row in rows.items() if name not in known])
        there.filtered(lambda one: one.name not in rows).active = False

    def _set_missing_part_titles(self, described):
        """Keep the titles of fields of attributes that were stored before titles were kept.

        :param described: list of `api.product_types.described.Described`
        """
        titles = {one.name: dict(one.parts) for one in described}
        for attribute in self.filtered(lambda one: not one.part_titles and titles.get(one.name)):
            attribute.part_titles = titles[attribute.name]

    def _prepare_values(self, product_type, number, one, groups):
        return {
            "type_id": product_type.id,
            "active": True,
            "sequence": number,
            "name": one.name,
            "title": one.title,
            "group": groups.get(one.name, False),
            "kind": one.kind,
            "required": one.required,
            "several": one.several,
            "places": ",".join(one.places),
            "description": one.help,
            "example": one.example,
            "part_titles": dict(one.parts),
            "choice_ids": [(0, 0, {"code": c, "name": n}) for c, n in one.choices.items()],
        }


class AmazonAttributeChoice(models.Model):
    """One value, or one unit, that Amazon offers for an attribute."""

    _name = "integrator.amazon.attribute.choice"
    _description = "Value that Amazon offers"
    _order = "id"

    attribute_id = fields.Many2one(
        "integrator.amazon.attribute", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="attribute_id.company_id", store=True)
    code = fields.Char(required=True, help="As it is sent.")
    name = fields.Char(required=True, help="As Amazon shows it.")
