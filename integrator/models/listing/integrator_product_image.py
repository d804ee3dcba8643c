# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorProductImage(models.Model):
    """A further picture of a product for the sites that offer it."""

    _name = "integrator.product.image"
    _inherit = "integrator.rights.mixin"
    _description = "Further picture of a product"
    _order = "sequence, id"
    _key_fields = frozenset({"template_id"})

    template_id = fields.Many2one(
        "product.template", string="Product", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        ondelete="cascade",
        domain="[('product_tmpl_id', '=', template_id)]",
        help="Empty: of every variant.",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(help="For you: what the picture shows.")
    image = fields.Image(
        string="Picture", max_width=1920, max_height=1920, help="Kept in Odoo and served by it."
    )
    url = fields.Char(
        string="Address",
        help="Address of a picture that lies elsewhere; it goes before one kept here.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        images = super().create(vals_list)
        images._note_images(images._products())
        return images

    def write(self, vals):
        before = self._products()
        result = super().write(vals)
        self._note_images(before | self._products())
        return result

    def unlink(self):
        products = self._products()
        result = super().unlink()
        self._note_images(products)
        return result

    # === BUSINESS METHODS === #

    def _products(self):
        """The variants that pictures belong to."""
        return self.env["product.product"].union(
            *(image.product_id or image.template_id.product_variant_ids for image in self)
        )

    def _note_images(self, products):
        """Collect that the pictures of products have changed."""
        self.env["product.integration"].sudo()._record_change(products, "image_1920")
