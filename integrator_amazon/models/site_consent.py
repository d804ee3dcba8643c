# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urljoin

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_administrator

from ..api.consent import SELLER_CENTRAL
from ..controllers.consent import RETURN_PATH


class IntegratorSite(models.Model):
    """“Link account”: the refresh token by Amazon's own consent page instead of by hand."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    amazon_application_id = fields.Char(
        string="Application id",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Of your app, amzn1.sp.solution.…; only “Link account” needs it. It is not the LWA "
        "client id.",
    )
    amazon_application_draft = fields.Boolean(
        string="The app is a draft",
        groups="base.group_system",
        copy=False,
        help="Amazon asks for consent to a draft in another way.",
    )
    amazon_seller_central_url = fields.Char(
        string="Seller Central",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Address of the consent page. Empty: Amazon's own, by the region of the marketplaces.",
    )
    amazon_return_url = fields.Char(
        string="Return address",
        compute="_compute_amazon_return_url",
        help="Register this address with your app at Amazon: “OAuth Redirect URIs”.",
    )

    def _compute_amazon_return_url(self):
        for site in self:
            site.amazon_return_url = urljoin(site.get_base_url(), RETURN_PATH)

    def _amazon_seller_central(self):
        """Base address of the consent page."""
        region = self.amazon_marketplace_ids[:1].region or "NA"
        return self.amazon_seller_central_url or SELLER_CENTRAL[region]

    def action_amazon_link(self):
        """Button “Link account”: go to Amazon's consent page (002-24).

        :raise AccessError: for who may not set secrets
        :raise UserError: when something is missing that Amazon will ask for
        """
        check_administrator(self)
        self.ensure_one()
        has_secret = self.env["integrator.secret"]._has(self, "amazon_lwa_client_secret")
        keys = self.amazon_application_id and self.amazon_lwa_client_id and has_secret
        if not (keys and self.amazon_marketplace_ids):
            raise UserError(
                self.env._(
                    "Choose a marketplace, enter the application id, the LWA client id and the "
                    "LWA client secret of your app first, and save."
                )
            )
        self._check_amazon_addresses()
        url = self.env["integrator.amazon.consent"]._begin(self)
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}
