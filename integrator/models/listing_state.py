# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..access import check_operator
from ..choices import choices_of

#: States of sections in order of how much a person should worry.
GRAVITY = ("refused", "drifted", "none", "sent", "accepted", "verified")


class IntegratorListing(models.Model):
    """How a listing stands as a whole."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    section_state = fields.Selection(
        choices_of("integrator.listing.section", "state"),
        string="Told",
        compute="_compute_section_state",
        store=True,
        help="How its section stands that needs most attention.",
    )

    @api.depends("section_ids.state")
    def _compute_section_state(self):
        for listing in self:
            states = listing.section_ids.mapped("state")
            listing.section_state = min(states, key=GRAVITY.index, default="none")


class ProductTemplate(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    integrator_listing_count = fields.Integer(
        string="Number of listings",
        compute="_compute_integrator_listing_count",
        help="Offers of its variants, on all sites.",
    )

    def _compute_integrator_listing_count(self):
        listings = self.env["integrator.listing"].sudo()
        domain = [("product_id.product_tmpl_id", "in", self.ids)]
        groups = listings._read_group(
            [*domain, ("company_id", "in", self.env.companies.ids)],
            ["product_id"],
            ["__count"],
        )
        counts = dict.fromkeys(self.ids, 0)
        for product, count in groups:
            counts[product.product_tmpl_id.id] += count
        for template in self:
            template.integrator_listing_count = counts.get(template.id, 0)

    def action_open_listings(self):
        """Button: the offers of the variants."""
        domain = [("product_id.product_tmpl_id", "in", self.ids)]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_listing_action"
        )
        return {**action, "domain": domain}

    def action_preview_listings(self):
        """Button: look at what would be sent of the variants' offers, before anything is."""
        return self.product_variant_ids.action_preview_listings()


class ProductProduct(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    integrator_listing_ids = fields.One2many(
        "integrator.listing",
        "product_id",
        string="Listings",
        groups="integrator.group_integrator_user",
        help="Where it is offered, and under which number.",
    )

    def action_open_listings(self):
        """Button: the offers of the variant."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_listing_action"
        )
        return {**action, "domain": [("product_id", "in", self.ids)]}

    def action_preview_listings(self):
        """Button: look at what would be sent of the offers, before anything is; also of those
        that no site has been sent yet."""
        listings = self._integrator_offers().with_env(self.env)
        return self.env["integrator.preview"]._open(listings)

    def _integrator_offers(self):
        """The listings of these products on every site of the chosen companies that offers them;
        those that are missing are made, and are not sent by that."""
        check_operator(self)
        products_sudo = self.sudo()
        companies = [("company_id", "in", self.env.companies.ids)]
        listings = self.env["integrator.listing"].sudo()
        for site in self.env["integrator.site"].sudo().search(companies):
            offered = products_sudo.filtered_domain(site._product_domain())
            listings |= site._adapter()._listings(site, offered)
        domain = [*companies, ("product_id", "in", self.ids)]
        return listings | listings.search(domain)
