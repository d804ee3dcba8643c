# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.server_options import practice_hosts

from ..api.addresses import (
    API_HOSTS,
    LOGIN_HOSTS,
    QUEUE_HOSTS,
    SELLER_CENTRAL_HOSTS,
    check_address,
)
from ..api.errors import SpapiError

#: Secrets of an Amazon site, kept in `integrator.secret` under the field's name.
SECRETS = ("amazon_lwa_client_secret", "amazon_refresh_token")

#: Address -> the hosts that Amazon has for it, the secrets that are sent there.
ADDRESSES = {
    "amazon_endpoint_url": (API_HOSTS, SECRETS),
    "amazon_lwa_url": (LOGIN_HOSTS, SECRETS),
    "amazon_seller_central_url": (SELLER_CENTRAL_HOSTS, ()),
    "amazon_queue_url": (QUEUE_HOSTS, ("amazon_queue_secret",)),
    "amazon_queue_endpoint": (QUEUE_HOSTS, ("amazon_queue_secret",)),
}

MERCHANT_ID = re.compile(r"^[A-Z0-9]{5,25}$")

#: Fields that change what is told of many listings, see the core.
RECONCILED_FIELDS = {"amazon_marketplace_ids": "all"}


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
        groups="base.group_system",
        copy=False,
        tracking=True,
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
        string="Endpoint",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Empty: Amazon's own, by the region of the marketplaces. Another host than Amazon's "
        "has to be opened in the server's configuration (integrator_practice_hosts). Whoever "
        "changes it enters the secrets again.",
    )
    amazon_lwa_url = fields.Char(
        string="Token URL",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Empty: Amazon's own, https://api.amazon.com/auth/o2/token. Whoever changes it enters "
        "the secrets again.",
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

    @api.model
    def _reconciled_fields(self):
        return {**super()._reconciled_fields(), **RECONCILED_FIELDS}

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
        # what was entered is still at hand until the end of the request
        self.invalidate_recordset(SECRETS)

    @api.depends_context("uid")
    def _compute_has_secrets(self):
        secrets = self.env["integrator.secret"]
        for site in self:
            site.amazon_has_secrets = all(secrets._has(site, name) for name in SECRETS)

    # === ADDRESSES === #

    def write(self, vals):
        """Override of `integrator`: whoever changes where secrets are sent enters them again, so
        that nobody has those sent elsewhere that he does not know."""
        for name in (name for name in ADDRESSES if name in vals):
            url = vals[name] or ""
            changed = self.filtered(lambda site, name=name, url=url: (site[name] or "") != url)
            changed._forget_secrets(name, vals)
        return super().write(vals)

    def _forget_secrets(self, address, vals):
        """Forget what was sent to an address that is about to change.

        :param str address: name of the field
        :param dict vals: what is written; secrets among them are kept, later
        """
        _hosts, names = ADDRESSES[address]
        secrets = self.env["integrator.secret"]
        losing = self.filtered(lambda site: any(secrets._has(site, name) for name in names))
        secrets._forget(losing, names)
        losing.sudo().connection_state = "unknown"  # a result, which nobody writes
        for site in losing if not all(vals.get(name) for name in names) else ():
            site.message_post(
                body=self.env._(
                    "“%s” has changed, so the secrets that were sent there are forgotten. Enter "
                    "them again.",
                    self._fields[address]._description_string(self.env),
                )
            )

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

    @api.constrains(*ADDRESSES)
    def _check_amazon_addresses(self):
        for site in self:
            for name, (hosts, _secrets) in ADDRESSES.items():
                if site[name]:
                    site._check_amazon_address(name, hosts)

    def _check_amazon_address(self, name, hosts):
        try:
            check_address(self[name], hosts, practice_hosts())
        except SpapiError as error:
            raise ValidationError(
                self.env._(
                    "“%(field)s”: “%(url)s” is none of Amazon's addresses, which begin with "
                    "https://. Leave it empty for Amazon's own. Another server, for practice, has "
                    "to be opened by whoever runs this one: integrator_practice_hosts in its "
                    "configuration.",
                    field=self._fields[name]._description_string(self.env),
                    url=self[name],
                )
            ) from error

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

    def _amazon_realm(self):
        """Which Amazon a site speaks to: a local one has accounts of its own."""
        url = self.amazon_endpoint_url or ""
        host = urlsplit(url).hostname or ""
        return "" if host.endswith((".amazon.com", ".amazon.com.cn")) else url

    @api.constrains(
        "active",
        "site_type",
        "amazon_merchant_id",
        "amazon_marketplace_ids",
        "amazon_endpoint_url",
    )
    def _check_amazon_account(self):
        """Two sites of one account would each import every order."""
        for site in self.filtered(lambda one: one.active and one.amazon_merchant_id):
            others = self.sudo().search(
                [
                    ("id", "!=", site.id),
                    ("amazon_merchant_id", "=", site.amazon_merchant_id),
                    ("amazon_marketplace_ids", "in", site.amazon_marketplace_ids.ids),
                ]
            )
            same = others.filtered(
                lambda one, site=site: one._amazon_realm() == site._amazon_realm()
            )
            if same := same[:1]:
                shared = same.amazon_marketplace_ids & site.amazon_marketplace_ids
                raise ValidationError(
                    self.env._(
                        "The site %(site)s integrates this account on %(markets)s already, so each "
                        "order would be imported twice. Use that site, or archive it first.",
                        site=same.name,
                        markets=", ".join(shared.mapped("name")),
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
