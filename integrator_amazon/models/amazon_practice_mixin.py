# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.utils import practice_hosts

from ..api.errors.exceptions import SpapiError
from ..api.http.login import API_HOSTS, check_address
from ..api.http.transport import Transport

#: Address of the local Amazon, and the seller there (see `spapi_simulator`).
PRACTICE_URL = "http://127.0.0.1:8090"
SELLER = {
    "amazon_merchant_id": "A2SIMULATOR01",
    "amazon_lwa_client_id": "amzn1.application-oa2-client.simulator",
    "amazon_lwa_client_secret": "amzn1.oa2-cs.v1.simulator",
    "amazon_refresh_token": "Atzr|simulator",
}


#: Attributes of every product, as rules of a practice site: attribute -> value for all.
FACTS = {
    "brand": "Practice",
    "bullet_point": "For practice",
    "country_of_origin": "DE",
    "item_type_keyword": "practice",
    "supplier_declared_dg_hz_regulation": "not_applicable",
    "color": "Red",
    "product_description": "A product for practice.",
}


#: Products for practice: reference, name, price, pieces in stock at the beginning.
PRODUCTS = (
    ("PRACTICE-CUP", "Practice: cup", 7.9, 500),
    ("PRACTICE-LAMP", "Practice: lamp", 24.5, 400),
    ("PRACTICE-CHAIR", "Practice: chair", 89.0, 300),
)
#: Days of returns that are looked at.
RETURN_DAYS = 7


class IntegratorAmazonPracticeMixin(models.AbstractModel):
    """A practice site on the local Amazon: nothing is sold or billed."""

    _name = "integrator.amazon.practice.mixin"
    _description = "Amazon channel of the local Amazon"

    amazon_is_practice = fields.Boolean(
        string="For practice",
        compute="_compute_amazon_is_practice",
        compute_sudo=True,
        help="The channel is a local Amazon, on which nobody really buys.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amazon_endpoint_url")
    def _compute_amazon_is_practice(self):
        for site in self:
            parts = urlsplit(site.amazon_endpoint_url or "")
            opened = practice_hosts()
            site.amazon_is_practice = bool(
                site.amazon_merchant_id == SELLER["amazon_merchant_id"]
                and {parts.netloc, parts.hostname} & opened
            )

    # === ACTION METHODS === #

    def action_practice_order(self):
        """Button: somebody on the local Amazon buys one of the practice products.

        :raise UserError: when the local Amazon does not answer
        """
        site = self._practice_site_sudo()
        products = site._practice_products_sudo()
        number = secrets.randbelow(10_000)
        sold = products[number % len(products)]
        code = site.amazon_marketplace_ids[:1].code
        row = {"sku": sold.default_code, "asin": f"B0PRACT{sold.id % 1000:03d}"}
        made = site._practise(
            "demo",
            {
                "count": 1,
                "seed": secrets.randbelow(10**9),
                "kinds": ["quantities" if number % 3 == 0 else "single"],
                "marketplace_id": code,
                "listings": [{**row, "title": sold.name, "price": f"{sold.list_price:.2f}"}],
            },
        )
        ids = [one for some in made.values() for one in some]
        site.env["integrator.fetch.request"]._request_orders(site, ids, manual=True)
        self.env["integrator.site"]._trigger_stages("fetch")
        return self.env["integrator.site"]._notify(
            self.env._("A buyer has ordered: %s. The order comes in within a minute.", ids[0]),
            kind="success",
        )

    def action_practice_cancel(self):
        """Button: the buyer of the newest order that has not left asks to cancel it."""
        site = self._practice_site_sudo()
        order = site._practice_find([("remote_status", "=", "unshipped")])
        site._practise(f"orders/{order.remote_order_id}/request_cancel", {})
        ids = [order.remote_order_id]
        site.env["integrator.fetch.request"]._request_orders(site, ids, manual=True)
        self.env["integrator.site"]._trigger_stages("fetch")
        return self.env["integrator.site"]._notify(
            self.env._(
                "The buyer of %s asks to cancel. Its delivery is put on hold within a minute.",
                order.remote_order_id,
            ),
            kind="success",
        )

    def action_practice_return(self):
        """Button: the buyer of the newest shipped order sends a piece back."""
        site = self._practice_site_sudo()
        order = site._practice_find([("sale_order_id.picking_ids.state", "=", "done")])
        line = order.line_ids.filtered("quantity")[:1]
        # reports end with the second in which they are asked for
        created = fields.Datetime.now() - timedelta(minutes=1)
        values = {"item_id": line.remote_line_id, "quantity": 1}
        values["created"] = f"{created.isoformat()}Z"
        site._practise(f"orders/{order.remote_order_id}/returns", values)
        now = fields.Datetime.now()
        span = (now - timedelta(days=RETURN_DAYS), now + timedelta(minutes=1))
        site.env["integrator.fetch.request"]._request(site, [span], source="return")
        self.env["integrator.site"]._trigger_stages("fetch")
        return self.env["integrator.site"]._notify(
            self.env._(
                "The buyer of %s sends a piece back. See Orders, Returns in some minutes.",
                order.remote_order_id,
            ),
            kind="success",
        )

    @api.model
    def action_practise(self):
        """Menu, in developer mode: make a site on the local Amazon, or open the one there is.

        :raise UserError: when no local Amazon answers, with how it is started
        """
        self.check_access("create")
        address_sudo = self.env["ir.config_parameter"].sudo()
        url = address_sudo.get_param("integrator_amazon.practice_url", PRACTICE_URL)
        self._check_practice_address(url)
        known = Domain("company_id", "=", self.env.company.id)
        known &= Domain("amazon_endpoint_url", "=", url)
        site = self.sudo().search(known, limit=1).with_env(self.env)
        site = site or self._make_practice_site(url)
        site.action_test_connection()
        if site.connection_state != "ok":
            raise UserError(self._practice_silent(url))
        return site.action_open_setup()

    # === BUSINESS METHODS === #

    def _practice_site_sudo(self):
        """The channel with the rights of the system, for an operator.

        :raise UserError: when it is none for practice
        """
        check_operator(self)
        self.ensure_one()
        if not self.amazon_is_practice:
            raise UserError(self.env._("%s is not a channel for practice.", self.name))
        return self.sudo()

    def _practice_find(self, domain):
        """The newest order of a kind.

        :param list domain: the kind
        :raise UserError: when there is none, with what to do first
        """
        domain = [*domain, ("site_id", "=", self.id), ("sale_order_id", "!=", False)]
        domain.append(("cancel_requested", "=", False))
        order = self.env["integrator.order"].search(domain, order="ordered_at desc", limit=1)
        if not order:
            raise UserError(
                self.env._(
                    "No order is there for that yet. Press “Let a buyer order”, wait a minute, and "
                    "ship it before something is sent back."
                )
            )
        return order

    def _practise(self, path, body):
        """Steer the local Amazon.

        :param str path: below its control address
        :param dict body: JSON-able
        :return: its answer
        :raise UserError: when it does not answer, or refuses
        """
        url = f"{self.amazon_endpoint_url.rstrip('/')}/_control/{path}"
        self._check_practice_address(url)
        headers = {"content-type": "application/json"}
        try:
            with Transport(trust_env=False) as transport:
                answer = transport.request("POST", url, content=json.dumps(body), headers=headers)
            content = json.loads(answer.content)
        except (SpapiError, ValueError) as error:
            raise UserError(self._practice_silent(self.amazon_endpoint_url)) from error
        if answer.status_code >= 400:
            raise UserError(
                self.env._("The local Amazon refuses: %s", content.get("error", answer.status_code))
            )
        return content

    def _practice_silent(self, url):
        return self.env._(
            "No local Amazon answers at %(url)s. Start it in the folder of this project "
            "with “python -m spapi_simulator --port 8090”, then try again. Another "
            "address is set by the system parameter integrator_amazon.practice_url.",
            url=url,
        )

    def _practice_products_sudo(self):
        """The products of the practice, made where they are missing, with pieces in stock."""
        products_sudo = self.env["product.product"].sudo()
        codes = [code for code, _name, _price, _pieces in PRODUCTS]
        own = [("default_code", "in", codes), ("company_id", "in", (False, self.company_id.id))]
        known = products_sudo.search(own)
        for code, name, price, pieces in PRODUCTS:
            if code in known.mapped("default_code"):
                continue
            made = products_sudo.create(
                {
                    "name": name,
                    "default_code": code,
                    "list_price": price,
                    "is_storable": True,
                    "company_id": self.company_id.id,
                }
            )
            self.env["stock.quant"].sudo()._update_available_quantity(
                made, self.warehouse_id.lot_stock_id, pieces
            )
            known |= made
        return known.sorted("default_code")

    def _check_practice_address(self, url):
        try:
            check_address(url, API_HOSTS, practice_hosts())
        except SpapiError as error:
            raise UserError(
                self.env._(
                    "This server is not for practice: orders of a local Amazon would be real sale "
                    "orders here. On a server for practice, put the line "
                    "“integrator_practice_hosts = %(host)s” into Odoo's configuration file and "
                    "start it again.",
                    host=urlsplit(url).netloc or url,
                )
            ) from error

    def _make_practice_site(self, url):
        germany = self.env.ref("integrator_amazon.marketplace_de")
        site_sudo = self.sudo().create(
            {
                "name": self.env._("Practice"),
                "site_type": "amazon",
                "company_id": self.env.company.id,
                "amazon_marketplace_ids": [(6, 0, germany.ids)],
                "amazon_endpoint_url": url,
                "amazon_lwa_url": f"{url}/auth/o2/token",
                # what exists already is no business of a practice
                "product_domain": "[('default_code', '=like', 'PRACTICE-%')]",
                # a practice begins with orders, not with questions about taxes
                "unnamed_tax": "none",
                **SELLER,
            }
        )
        site_sudo._make_practice_rules()
        site_sudo._practice_products_sudo()
        return site_sudo.with_env(self.env)

    def _make_practice_rules(self):
        """Rules that say what Amazon asks of every product, to be looked at and changed."""
        same = {"site_id": self.id, "source": "constant"}
        rules = [
            # what a person writes goes before what is the same for all
            {
                "site_id": self.id,
                "attribute": "product_description",
                "source": "field",
                "field_path": "description_sale",
            },
            *({**same, "attribute": name, "constant": text} for name, text in FACTS.items()),
        ]
        self.env["integrator.amazon.attribute.rule"].create(rules)
