# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Secrets of an Amazon site, kept in `integrator.secret` under the field's name.
SECRETS = ("amazon_lwa_client_secret", "amazon_refresh_token")

MERCHANT_ID = re.compile(r"^[A-Z0-9]{5,25}$")
URL = re.compile(r"^https?://[^\s/]+")


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    site_type = fields.Selection(
        selection_add=[("amazon", "Amazon")], ondelete={"amazon": "cascade"}
    )
    amazon_marketplace_ids = fields.Many2many(
        "integrator.amazon.marketplace",
        string="Marketplaces",
        help="All of one region. Orders come from all of them, products are offered on each.",
    )
    amazon_merchant_id = fields.Char(
        string="Merchant id",
        help="Your seller id (merchant token): Seller Central, Account Info, Merchant Token.",
    )
    amazon_lwa_client_id = fields.Char(
        string="LWA client id",
        help="Of your app in Seller Central, Develop Apps: “LWA credentials”. It takes the place "
        "of the access key that older integrations asked for.",
    )
    amazon_lwa_client_secret = fields.Char(
        string="LWA client secret",
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        groups="base.group_system",
        help="Written once and never shown again. Amazon lets it expire after 180 days.",
    )
    amazon_refresh_token = fields.Char(
        string="Refresh token",
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        groups="base.group_system",
        help="From “Authorise app” in Seller Central. Written once and never shown again.",
    )
    amazon_has_secrets = fields.Boolean(compute="_compute_has_secrets", string="Secrets are set")
    amazon_endpoint_url = fields.Char(
        string="Endpoint", help="Empty: Amazon's own, by the region of the marketplaces."
    )
    amazon_lwa_url = fields.Char(
        string="Token URL", help="Empty: Amazon's own, https://api.amazon.com/auth/o2/token"
    )
    amazon_listings_report = fields.Boolean(
        string="Import listings by report",
        help="For accounts with thousands of listings: one report per marketplace instead of pages "
        "of twenty. What Amazon shows of those that have a product is asked for afterwards.",
    )
    amazon_check_types = fields.Boolean(
        string="Check by product type",
        default=True,
        help="What Amazon asks of a product type is fetched, and a listing that does not fit is "
        "refused here, with the attribute named, before it is sent.",
    )
    amazon_order_report = fields.Selection(
        [("xml", "XML"), ("flat", "Table")],
        string="Order report",
        default="xml",
        required=True,
        help="The form of order reports, when orders are fetched from a report by hand.",
    )
    amazon_send_own_ids = fields.Boolean(
        string="Tell Amazon our order numbers",
        default=True,
        help="The acknowledgement carries the number of the sale order and of its lines.",
    )

    # === SECRETS === #

    def _compute_secrets(self):
        """What is kept is never given back; the fields only take."""
        for name in SECRETS:
            self[name] = False

    def _inverse_secrets(self):
        for site in self:
            for name in SECRETS:
                if site[name]:
                    self.env["integrator.secret"]._store(site, name, site[name].strip())

    @api.depends_context("uid")
    def _compute_has_secrets(self):
        secrets = self.env["integrator.secret"]
        for site in self:
            site.amazon_has_secrets = all(secrets._has(site, name) for name in SECRETS)

    # === CONSTRAINTS === #

    @api.constrains("amazon_merchant_id")
    def _check_amazon_merchant_id(self):
        for site in self.filtered("amazon_merchant_id"):
            if not MERCHANT_ID.match(site.amazon_merchant_id):
                raise ValidationError(
                    self.env._(
                        "“%s” is no merchant id. It looks like A1B2C3D4E5F6G7: capital letters "
                        "and digits. Copy it from Seller Central, Account Info, Merchant Token.",
                        site.amazon_merchant_id,
                    )
                )

    @api.constrains("amazon_endpoint_url", "amazon_lwa_url")
    def _check_amazon_urls(self):
        for site in self:
            for url in filter(None, (site.amazon_endpoint_url, site.amazon_lwa_url)):
                if not URL.match(url):
                    raise ValidationError(
                        self.env._("“%s” is no web address. It begins with https://", url)
                    )

    @api.constrains("amazon_marketplace_ids")
    def _check_amazon_region(self):
        for site in self:
            if len(set(site.amazon_marketplace_ids.mapped("region"))) > 1:
                raise ValidationError(
                    self.env._(
                        "The marketplaces belong to different regions. Make one site per region: "
                        "each has its own address and its own refresh token."
                    )
                )

    @api.constrains("site_type", "automatic", "amazon_merchant_id")
    def _check_amazon_complete(self):
        for site in self.filtered(lambda site: site.site_type == "amazon" and site.automatic):
            if not (site.amazon_merchant_id and site.amazon_marketplace_ids):
                raise ValidationError(
                    self.env._(
                        "Automatic integration needs a merchant id and at least one marketplace."
                    )
                )
