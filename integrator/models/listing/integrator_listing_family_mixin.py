# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorListingFamilyMixin(models.AbstractModel):
    """Listings that belong together: variants under a common parent, accessories.

    A parent is a listing of its own, without a product, a price or a quantity.
    """

    _name = "integrator.listing.family.mixin"
    _description = "Families of listings"

    template_id = fields.Many2one(
        "product.template",
        string="Parent of",
        ondelete="set null",
        index=True,
        readonly=True,
        help="The product whose variants this listing holds together.",
    )
    is_parent = fields.Boolean(
        string="Is parent",
        compute="_compute_is_parent",
        store=True,
        help="Nothing is sold under it: it holds variants together.",
    )
    parent_id = fields.Many2one(
        "integrator.listing",
        ondelete="set null",
        index=True,
        readonly=True,
        help="The listing that holds this variant together with the others.",
    )
    child_ids = fields.One2many("integrator.listing", "parent_id", string="Variants", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("template_id")
    def _compute_is_parent(self):
        for listing in self:
            listing.is_parent = bool(listing.template_id)

    # === BUSINESS METHODS === #

    def _template(self):
        """The template of the product, or of the variants of which this is the parent."""
        return self.template_id or self.product_id.product_tmpl_id

    def _subject(self):
        """The product by which a listing is described; of a parent, one of its variants."""
        return self.product_id or self.template_id.product_variant_ids[:1]

    def _open_children(self):
        """The variants that are offered, or are going to be."""
        return self.child_ids.filtered(lambda child: child.state != "closed")

    def _give_parents(self):
        """Make the parents of listings whose products have several variants, where they are
        missing.

        :return: all parents of these listings
        """
        # a product without a combination is the only one of its template
        variants = self.filtered(lambda listing: listing.product_id.combination_indices)
        families = variants.filtered(lambda listing: listing._template().product_variant_count > 1)
        orphans = families.filtered(lambda listing: not listing.parent_id)
        for (site, code, template), listings in orphans.grouped(self._family_key).items():
            listings.parent_id = self._find_parent(site, code, template) or self.create(
                {
                    "site_id": site.id,
                    "marketplace_code": code,
                    "template_id": template.id,
                    "sku": template._integrator_parent_sku(),
                }
            )
        return families.parent_id

    @staticmethod
    def _family_key(listing):
        return listing.site_id, listing.marketplace_code, listing._template()

    def _find_parent(self, site, code, template):
        return self.search(
            [
                ("site_id", "=", site.id),
                ("marketplace_code", "=", code),
                "|",
                ("template_id", "=", template.id),
                ("sku", "=", template._integrator_parent_sku()),
            ],
            limit=1,
        )

    def _accessory_of(self):
        """The listings on the same marketplace to which these are accessories.

        :return: dict listing -> listings
        """
        mains = self._main_templates()
        if not any(mains.values()):
            return {}
        found = self.search(
            [
                ("site_id", "in", self.site_id.ids),
                ("product_id.product_tmpl_id", "in", [t.id for ts in mains.values() for t in ts]),
                ("state", "!=", "closed"),
            ]
        )
        return {
            listing: found.filtered(
                lambda other, listing=listing: (
                    other.site_id == listing.site_id
                    and other.marketplace_code == listing.marketplace_code
                    and other.product_id.product_tmpl_id in mains[listing._template()]
                )
            )
            for listing in self
            if mains.get(listing._template())
        }

    def _main_templates(self):
        """The products to which the listed ones are accessories.

        :return: dict template -> templates
        """
        templates = self.product_id.product_tmpl_id
        mains = templates.search([("optional_product_ids", "in", templates.ids)], order="id")
        return {
            template: mains.filtered(lambda main, one=template: one in main.optional_product_ids)
            for template in templates
            if mains
        }
