# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from urllib.parse import urljoin, urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.integrator.access import check_administrator
from odoo.addons.integrator.exceptions import as_user_error
from odoo.addons.integrator.secret_field import Secret
from odoo.addons.integrator.utils import practice_hosts

from ..api.consent import SELLER_CENTRAL
from ..api.errors.exceptions import SpapiError
from ..api.fulfillment.calls import USUAL_VERSION, VERSIONS
from ..api.http.login import (
    API_HOSTS,
    LOGIN_HOSTS,
    QUEUE_HOSTS,
    SELLER_CENTRAL_HOSTS,
    check_address,
)
from ..controllers.consent import RETURN_PATH

#: Address -> the hosts that Amazon has for it.
ADDRESSES = {
    "amazon_endpoint_url": API_HOSTS,
    "amazon_lwa_url": LOGIN_HOSTS,
    "amazon_seller_central_url": SELLER_CENTRAL_HOSTS,
    "amazon_queue_url": QUEUE_HOSTS,
    "amazon_queue_endpoint": QUEUE_HOSTS,
}
#: Addresses to which the secrets of the account, and that of the queue, are sent.
ACCOUNT_ADDRESSES = ("amazon_endpoint_url", "amazon_lwa_url")
QUEUE_ADDRESSES = ("amazon_queue_url", "amazon_queue_endpoint")
MERCHANT_ID = re.compile(r"^[A-Z0-9]{5,25}$")
#: Fields that change the values of many listings, see the core.
RECONCILED_FIELDS = {"amazon_marketplace_ids": "all"}
#: Amazon's CancelReason of an acknowledgement -> how people say it.
REASONS = [
    ("NoInventory", "Out of stock"),
    ("BuyerCanceled", "The buyer asked for it"),
    ("CustomerExchange", "Exchange"),
    ("GeneralAdjustment", "Other"),
    ("PricingError", "Wrong price"),
    ("ShippingAddressUndeliverable", "Nobody delivers to the address"),
    ("CarrierCoverageFailure", "No carrier goes there"),
    ("CannotVerifyInformation", "Data cannot be verified"),
    ("RejectOrder", "The order is rejected"),
    ("WeatherDelay", "Weather"),
]
#: CancelReason -> AdjustmentReason, where single units are cancelled.
UNIT_REASONS = {
    "NoInventory": "NoInventory",
    "BuyerCanceled": "CustomerCancel",
    "CustomerExchange": "Exchange",
    "PricingError": "PriceError",
    "ShippingAddressUndeliverable": "Undeliverable",
    "CarrierCoverageFailure": "CarrierCoverageFailure",
}


class IntegratorSite(models.Model):
    """“Link account”: the refresh token by Amazon's own consent page instead of by hand."""

    _name = "integrator.site"
    _inherit = ["integrator.site", "integrator.amazon.practice.mixin"]

    site_type = fields.Selection(
        selection_add=[("amazon", "Amazon")], ondelete={"amazon": "cascade"}, default="amazon"
    )
    amazon_marketplace_ids = fields.Many2many(
        "integrator.amazon.marketplace",
        string="Marketplaces",
        # two channels of one account on one marketplace are refused
        copy=False,
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
        help="Client id of your app in Seller Central, Develop Apps: “LWA credentials”. It takes "
        "the place of the access key that older integrations asked for.",
    )
    amazon_lwa_client_secret = Secret(
        "LWA client secret",
        sent_to=ACCOUNT_ADDRESSES,
        help="Written once and never shown again. Amazon lets it expire after 180 days.",
    )
    amazon_refresh_token = Secret(
        "Refresh token",
        sent_to=ACCOUNT_ADDRESSES,
        help="From “Authorise app” in Seller Central. Written once and never shown again.",
    )
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
        string="Send our order numbers to Amazon",
        default=True,
        help="The acknowledgement carries the number of the sale order and of its lines.",
    )

    # site shipments
    amazon_shipment_route = fields.Selection(
        [
            ("auto", "By volume"),
            ("api", "One by one"),
            ("feed", "In bulk, by feed"),
        ],
        string="Confirm shipments",
        default="auto",
        required=True,
        help="One by one is confirmed within a minute, two in a second. A feed takes thousands at "
        "once, and some minutes. By volume: by feed when many wait, unless feeds are stuck.",
    )
    amazon_shipment_bulk = fields.Integer(
        string="Many are more than",
        default=120,
        help="Deliveries that wait at once from which a feed is quicker: Amazon takes two calls a "
        "second and one feed in two minutes.",
    )

    # site cancellations
    amazon_cancel_reason = fields.Selection(
        REASONS,
        string="Reason of cancellations",
        default="NoInventory",
        required=True,
        help="The reason sent to Amazon when an order is cancelled here and no other is given. It "
        "counts in your account's health.",
    )

    # site consent
    amazon_application_id = fields.Char(
        string="Application id",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Id of your app, amzn1.sp.solution.…; only “Link account” needs it. It is not the LWA "
        "client id.",
    )
    amazon_application_draft = fields.Boolean(
        string="The app is not published yet",
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

    # site queue
    amazon_queue_url = fields.Char(
        string="Queue",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="URL of the SQS queue in your own AWS account that Amazon's notifications go to. "
        "Empty: orders are only polled.",
    )
    amazon_queue_region = fields.Char(
        string="AWS region",
        groups="base.group_system",
        copy=False,
        help="For example eu-west-1.",
    )
    amazon_queue_key_id = fields.Char(
        string="Access key id",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Access key of an AWS user who may receive and delete messages of this queue, and "
        "nothing else.",
    )
    amazon_queue_secret = Secret(
        "Secret access key",
        sent_to=QUEUE_ADDRESSES,
        help="Written once and never shown again.",
    )
    amazon_subscribed_at = fields.Datetime(
        string="Subscribed",
        groups="base.group_system",
        copy=False,
        readonly=True,
        help="When it was last seen that Amazon sends notifications to this queue; Odoo looks once "
        "a day.",
    )
    amazon_queue_endpoint = fields.Char(
        string="Queue server",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Empty: AWS. Another server that speaks the protocol of SQS, for practice.",
    )

    # multi-channel fulfilment
    amazon_fulfillment = fields.Boolean(
        string="Amazon ships other orders",
        help="Multi-channel fulfilment: Amazon ships, from your stock at Amazon (FBA), orders that "
        "were not sold on Amazon. The app needs the role “Amazon Fulfillment”.",
    )
    amazon_fulfillment_version = fields.Selection(
        [(name, name) for name in VERSIONS],
        string="Version",
        default=USUAL_VERSION,
        required=True,
        help="Version of Amazon's Fulfillment Outbound API. The newer one cannot change an order "
        "on hold; returns and tracking are asked for by the older one in any case.",
    )
    amazon_fulfillment_comment = fields.Char(
        string="Text on the packing slip",
        size=750,
        translate=True,
        help="Empty: a thank-you.",
    )
    amazon_damaged_location_id = fields.Many2one(
        "stock.location",
        string="Damaged pieces",
        check_company=True,
        domain=[("usage", "in", ("internal", "inventory"))],
        help="Where returned pieces go that Amazon cannot sell again. Empty: they are lost.",
    )

    # === COMPUTE METHODS === #

    def _compute_amazon_return_url(self):
        for site in self:
            site.amazon_return_url = urljoin(site.get_base_url(), RETURN_PATH)

    # === CONSTRAINT METHODS === #

    @api.constrains("amazon_merchant_id")
    def _check_amazon_merchant_id(self):
        for site in self.filtered("amazon_merchant_id"):
            if not MERCHANT_ID.match(site.amazon_merchant_id):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a merchant id. It looks like A1B2C3D4E5F6G7: capital letters "
                        "and digits. Copy it from Seller Central, Account Info, Merchant Token.",
                        site.amazon_merchant_id,
                    )
                )

    @api.constrains(*ADDRESSES)
    def _check_amazon_addresses(self):
        for site in self:
            for name, hosts in ADDRESSES.items():
                if site[name]:
                    site._check_amazon_address(name, hosts)

    @api.constrains("amazon_marketplace_ids")
    def _check_amazon_region(self):
        for site in self:
            if len(set(site.amazon_marketplace_ids.mapped("region"))) > 1:
                raise ValidationError(
                    self.env._(
                        "The marketplaces belong to different regions. Make one channel per "
                        "region: each has its own address and its own refresh token."
                    )
                )

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
                        "The channel %(site)s integrates this account on %(markets)s already, so "
                        "each order would be imported twice. Use that channel, or archive it "
                        "first.",
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

    # === ONCHANGE METHODS === #

    @api.onchange("amazon_queue_url")
    def _onchange_amazon_queue_url(self):
        """The region stands in the URL: https://sqs.eu-west-1.amazonaws.com/…"""
        parts = (self.amazon_queue_url or "").split(".")
        if len(parts) > 2 and parts[0].endswith("sqs"):
            self.amazon_queue_region = parts[1]

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `integrator`: marketplaces that were chosen are made there."""
        result = super().write(vals)
        if "amazon_marketplace_ids" in vals:
            self._add_marketplaces()
        return result

    def _release_for_uninstall(self):
        """Override of `integrator`: archive the delivery methods by which Amazon ships."""
        carriers = self.env["delivery.carrier"].with_context(active_test=False)
        carriers.search([("amazon_site_id", "in", self.ids)])._amazon_retire()
        return super()._release_for_uninstall()

    # === ACTION METHODS === #

    def action_amazon_subscribe(self):
        """Button: have Amazon send what happens to orders to the queue.

        :raise AccessError: for who may not set the queue
        :raise UserError: when Amazon refuses, with what to do
        """
        check_administrator(self)
        self.ensure_one()
        with as_user_error():
            text = self.env["integrator.amazon.source.queue"].sudo()._subscribe(self.sudo())
        return self._notify(text or self.env._("Amazon sends its notifications to this queue."))

    def action_amazon_link(self):
        """Button “Link account”: go to Amazon's consent page.

        :raise AccessError: for who may not set secrets
        :raise UserError: when something is missing that Amazon will ask for
        """
        check_administrator(self)
        self.ensure_one()
        has_secret = self._has_secret("amazon_lwa_client_secret")
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

    # === BUSINESS METHODS === #

    @api.model
    def _reconciled_fields(self):
        return {**super()._reconciled_fields(), **RECONCILED_FIELDS}

    # === ADDRESSES === #

    def _check_amazon_address(self, name, hosts):
        try:
            check_address(self[name], hosts, practice_hosts())
        except SpapiError as error:
            raise ValidationError(
                self.env._(
                    "“%(field)s”: “%(url)s” is not one of Amazon's addresses, which begin with "
                    "https://. Leave it empty for Amazon's own. Another server, for practice, has "
                    "to be opened by whoever runs this one: integrator_practice_hosts in its "
                    "configuration.",
                    field=self._fields[name]._description_string(self.env),
                    url=self[name],
                )
            ) from error

    def _amazon_realm(self):
        """Key of the Amazon that a site calls: a local one has accounts of its own."""
        url = self.amazon_endpoint_url or ""
        host = urlsplit(url).hostname or ""
        return "" if host.endswith((".amazon.com", ".amazon.com.cn")) else url

    # === CATALOGUE === #

    def _amazon_unit_reason(self):
        """Amazon's reason when single units of an order are cancelled."""
        self.ensure_one()
        return UNIT_REASONS.get(self.amazon_cancel_reason, "GeneralAdjustment")

    def _amazon_seller_central(self):
        """Base address of the consent page."""
        region = self.amazon_marketplace_ids[:1].region or "NA"
        return self.amazon_seller_central_url or SELLER_CENTRAL[region]

    def _chosen_marketplaces(self):
        """Override of `integrator`."""
        chosen = Domain("code", "in", self.amazon_marketplace_ids.mapped("code"))
        return super()._chosen_marketplaces() & chosen
