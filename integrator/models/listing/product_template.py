# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "integrator.timeline.mixin"]

    integrator_listing_count = fields.Integer(
        string="Number of listings",
        compute="_compute_integrator_listing_count",
        help="Offers of its variants, on all channels.",
    )

    # listing family
    integrator_parent_sku = fields.Char(
        string="SKU of the parent",
        copy=False,
        help="Under which channels hold the variants together. Empty: one is made up.",
    )

    # integrator product image
    integrator_image_ids = fields.One2many(
        "integrator.product.image",
        "template_id",
        string="Further pictures",
        groups="integrator.group_integrator_user",
        help="Channels show up to eight of them beside the picture of the product.",
    )

    # === COMPUTE METHODS === #

    def _compute_integrator_listing_count(self):
        listings_sudo = self.env["integrator.listing"].sudo()
        domain = [("product_id.product_tmpl_id", "in", self.ids)]
        groups = listings_sudo._read_group(
            [*domain, ("company_id", "in", self.env.companies.ids)],
            ["product_id"],
            ["__count"],
        )
        counts = dict.fromkeys(self.ids, 0)
        for product, count in groups:
            counts[product.product_tmpl_id.id] += count
        for template in self:
            template.integrator_listing_count = counts.get(template.id, 0)

    # === CRUD METHODS === #

    def write(self, vals):
        events = self.env["product.integration"]
        accessories = self.optional_product_ids if "optional_product_ids" in vals else self.browse()
        before = events._snapshot(self, vals)
        result = super().write(vals)
        events._note_write(self, before)
        if "integrator_parent_sku" in vals:
            self._integrator_rename_parents()
        if "optional_product_ids" in vals:
            # the relation is said of the accessory
            changed = (accessories | self.optional_product_ids).product_variant_ids
            events._record_change(changed, "optional_product_ids")
        return result

    def unlink(self):
        # the database deletes the variants, without asking them
        events = self.env["product.integration"]
        variants = self.with_context(active_test=False).product_variant_ids
        listings = self.env["integrator.listing"].sudo()._known_by_product(variants)
        rows = events._prepare_unlink(variants, listings)
        result = super().unlink()
        gone = set(variants.ids) - set(variants.exists().ids)
        events._collect(row for row in rows if row["record_id"] in gone)
        return result

    # === ACTION METHODS === #

    def action_integrator_open_listings(self):
        """Button: the offers of the variants."""
        domain = [("product_id.product_tmpl_id", "in", self.ids)]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_listing_action"
        )
        return {**action, "domain": domain}

    def action_integrator_preview_listings(self):
        """Button: look at what would be sent of the variants' offers, before anything is."""
        return self.product_variant_ids.action_integrator_preview_listings()

    # === BUSINESS METHODS === #

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # translating is no write
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        variants = self.product_variant_ids
        self.env["product.integration"]._record_change(variants, field_name)
        return result

    def _integrator_rename_parents(self):
        """The listings that hold the variants together get their new SKU.

        :raise UserError: when they are listed already
        """
        parents_sudo = (
            self.env["integrator.listing"].sudo().search([("template_id", "in", self.ids)])
        )
        for parent in parents_sudo.filtered(
            lambda one: one.sku != one.template_id._integrator_parent_sku()
        ):
            if parent.state == "live":
                raise UserError(
                    self.env._(
                        "The variants of %(product)s are listed under %(sku)s already, and the SKU "
                        "of a live listing cannot be changed. Close that listing first, or leave "
                        "the SKU of the parent as it was.",
                        product=parent.template_id.display_name,
                        sku=parent.sku,
                    )
                )
            parent.sku = parent.template_id._integrator_parent_sku()

    def _integrator_parent_sku(self):
        """The SKU of the listing that holds the variants together."""
        self.ensure_one()
        return self.integrator_parent_sku or f"PARENT-{self.id}"

    def _integrator_timeline_domains(self):
        return self.product_variant_ids._integrator_timeline_domains()

    def _integrator_timeline_site_sudo(self):
        return self.product_variant_ids._integrator_timeline_site_sudo()

    def _integrator_timeline_noted(self):
        return self.product_variant_ids._integrator_timeline_noted()
