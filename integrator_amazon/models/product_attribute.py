# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: How an attribute is filled in, see `api.product_types.described`.
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
