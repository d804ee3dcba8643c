# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import html2plaintext

from odoo.addons.integrator.access import check_path


class AmazonAttributeRule(models.Model):
    """Computes an attribute of Amazon from a product in Odoo.

    A value that is written on a listing goes before a rule, a rule goes before what the section
    *product* says by itself.
    """

    _name = "integrator.amazon.attribute.rule"
    _inherit = "integrator.rights.mixin"
    _description = "Rule for an Amazon attribute"
    _order = "sequence, id"
    _rec_name = "attribute"
    _key_fields = frozenset({"site_id"})

    sequence = fields.Integer(default=10, help="The first rule that gives a value counts.")
    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        ondelete="cascade",
        index=True,
        help="Empty: every channel.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    product_type = fields.Char(
        string="Product type", help="Amazon's word, for example SHIRT. Empty: every type."
    )
    attribute = fields.Char(required=True, help="Amazon's word, for example brand.")
    source = fields.Selection(
        [
            ("field", "A field of the product"),
            ("property", "A product attribute"),
            ("constant", "Always the same"),
        ],
        required=True,
        default="field",
        help="Where the value comes from.",
    )
    field_path = fields.Char(
        string="Field",
        help="Technical name, with dots to follow relations, for example weight or categ_id.name.",
    )
    property_id = fields.Many2one(
        "product.attribute", string="Product attribute", help="Its value on the variant is sent."
    )
    constant = fields.Char(string="Value", help="The value that is sent for every product.")
    unit = fields.Char(help="Unit of a number that has one, for example kilograms.")

    # === CONSTRAINT METHODS === #

    @api.constrains("source", "field_path", "property_id", "constant")
    def _check_source(self):
        for rule in self:
            if rule.source == "field":
                rule._check_field_path()
            elif not rule[{"property": "property_id", "constant": "constant"}[rule.source]]:
                raise ValidationError(
                    self.env._("Enter what is sent to Amazon as “%s”.", rule.attribute)
                )

    def _check_field_path(self):
        """A rule sends only what its writer may read."""
        try:
            passed = check_path(self.env["product.product"], self.field_path)
        except AccessError as error:
            raise ValidationError(
                self.env._(
                    "“%(path)s” cannot be sent: %(reason)s", path=self.field_path, reason=error
                )
            ) from error
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(path)s” is not a field of a product: %(name)s cannot be read. Write "
                    "technical names with dots between them, for example categ_id.name.",
                    path=self.field_path or "",
                    name=error,
                )
            ) from error
        if any(field.groups for field in passed):
            # what only some may see in Odoo, the whole world would see on the site
            raise ValidationError(
                self.env._("“%s” is not for everybody, so it is not sent.", self.field_path)
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._request_comparison()
        return rules

    def write(self, vals):
        self._request_comparison()
        result = super().write(vals)
        self._request_comparison()
        return result

    def unlink(self):
        self._request_comparison()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _request_comparison(self):
        """Request a comparison: a rule may concern very many listings."""
        sites = self.env["integrator.site"]._automatic_sites_sudo()
        own = all(rule.site_id for rule in self)
        self.env["integrator.reconcile"]._request(self.site_id if own else sites, "all")

    @api.model
    def _of(self, site):
        """The rules that a site has, its own and those for every site."""
        return self.search([("site_id", "in", [*site.ids, False])])

    def _counts_for(self, listing):
        """Return whether the rule applies to a listing."""
        return self.site_id in (listing.site_id, self.site_id.browse()) and (
            self.product_type in (False, listing.amazon_product_type)
        )

    def _prepare_reader(self):
        """Return the function that reads the values of the rule, prepared once for very many
        products.

        :return: function of a `product.product` or, for a common parent, its template -> its value
            by the rule, as a person would write it; empty: none
        """
        if self.source == "constant":
            constant = self._with_unit(self.constant or "")
            return lambda product: constant
        read = {"property": self._value_of_property, "field": self._value_of_field}[self.source]
        return lambda product: self._with_unit(read(product))

    def _with_unit(self, value):
        return f"{value} {self.unit}" if value and self.unit else value

    def _value_of_property(self, product):
        lines = product.attribute_line_ids.filtered(
            lambda line: line.attribute_id == self.property_id
        )
        own = product._name == "product.product" and product.product_template_attribute_value_ids
        values = own and own.filtered(lambda value: value.attribute_id == self.property_id)
        return (values or lines.value_ids[:1]).name or ""

    def _value_of_field(self, product):
        value = product
        for name in self.field_path.split("."):
            if name not in value._fields:
                return ""
            field, value = value._fields[name], value[name]
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "boolean":
            return "yes" if value else "no"
        if field.type == "html":
            return html2plaintext(value or "").strip()
        return "" if value in (False, None, 0) else str(value)
