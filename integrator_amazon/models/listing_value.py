# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.access import check_operator

from ..api.builders import BuildError


class AmazonListingValue(models.Model):
    """The value of an attribute that a person enters for one listing."""

    _name = "integrator.amazon.listing.value"
    _inherit = "integrator.rights.mixin"
    _description = "Attribute of a listing"
    _order = "required desc, id"
    _rec_name = "attribute_id"
    _key_fields = frozenset({"attribute_id", "listing_id"})

    listing_id = fields.Many2one(
        "integrator.listing",
        required=True,
        ondelete="cascade",
        index=True,
        help="The attribute that the text was entered for.",
    )
    company_id = fields.Many2one(related="listing_id.company_id", store=True)
    type_id = fields.Many2one(related="listing_id.amazon_type_id")
    attribute_id = fields.Many2one(
        "integrator.amazon.attribute",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('type_id', '=', type_id)]",
        help="As Amazon calls it.",
    )
    required = fields.Boolean(related="attribute_id.required", store=True)
    kind = fields.Selection(related="attribute_id.kind")
    description = fields.Text(related="attribute_id.description")
    example = fields.Char(related="attribute_id.example")
    choice_id = fields.Many2one(
        "integrator.amazon.attribute.choice",
        domain="[('attribute_id', '=', attribute_id)]",
        help="What Amazon offers, or the unit of the number.",
    )
    value = fields.Text(help="One line per value, where there may be several.")

    entered_text = fields.Char(
        string="Value to send",
        compute="_compute_entered_text",
        help="Empty: nothing is sent.",
    )

    _attribute_uniq = models.UniqueIndex(
        "(listing_id, attribute_id)", "This attribute is on the listing already."
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "value", "choice_id.code")
    def _compute_entered_text(self):
        for one in self:
            number, choice = (one.value or "").strip(), one.choice_id.code or ""
            if one.kind == "measure":
                one.entered_text = f"{number} {choice}".strip() if number else ""
            else:
                one.entered_text = choice or number

    # === CONSTRAINT METHODS === #

    @api.constrains("attribute_id", "value", "choice_id")
    def _check_entered_text(self):
        places = self.env["integrator.amazon.section"]._places(self.listing_id)
        for one in self.filtered("entered_text"):
            place = places[one.listing_id.marketplace_code]
            try:
                one.listing_id._amazon_entries(one.attribute_id, one.entered_text, place)
            except BuildError as error:
                raise ValidationError(
                    self.env._(
                        "%(attribute)s cannot be read: it %(reason)s. Example: %(example)s",
                        attribute=one.attribute_id.title,
                        reason=error.reason,
                        example=one.example or "–",
                    )
                ) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values._record_change()
        return values

    def write(self, vals):
        result = super().write(vals)
        self._record_change()
        return result

    def unlink(self):
        products = self.listing_id.product_id
        result = super().unlink()
        self.env["product.integration"].sudo()._record_change(products, "amazon_value")
        return result

    # === ACTION METHODS === #

    def action_save_and_send(self):
        """Button: send the values; the client saves them before."""
        listing = self.listing_id
        if not listing:
            listing = listing.browse(self.env.context.get("default_listing_id"))
        check_operator(listing)
        if not listing.exists():
            return False
        notice = listing.action_send()
        notice["params"]["next"] = listing[:1]._get_records_action()
        return notice

    # === BUSINESS METHODS === #

    def _record_change(self):
        """Collect the event of a changed product."""
        products = self.filtered("entered_text").listing_id.product_id
        self.env["product.integration"].sudo()._record_change(products, "amazon_value")

    def _is_of_type(self):
        """Return whether the attribute belongs to the product type that the listing has now."""
        return self.attribute_id.type_id == self.type_id
