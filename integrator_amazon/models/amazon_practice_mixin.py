# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.integrator.server_options import practice_hosts

from ..api.errors.exceptions import SpapiError
from ..api.http.addresses import API_HOSTS, check_address

#: Where the local Amazon listens, and who sells there (see `spapi_simulator`).
PRACTICE_URL = "http://127.0.0.1:8090"
SELLER = {
    "amazon_merchant_id": "A2SIMULATOR01",
    "amazon_lwa_client_id": "amzn1.application-oa2-client.simulator",
    "amazon_lwa_client_secret": "amzn1.oa2-cs.v1.simulator",
    "amazon_refresh_token": "Atzr|simulator",
}


#: What Amazon asks of every product, as rules of a practice: attribute -> what is told of all.
FACTS = {
    "brand": "Practice",
    "bullet_point": "For practice",
    "country_of_origin": "DE",
    "item_type_keyword": "practice",
    "supplier_declared_dg_hz_regulation": "not_applicable",
    "color": "Red",
    "product_description": "A product for practice.",
}


class IntegratorAmazonPracticeMixin(models.AbstractModel):
    """A site for practice, on the local Amazon: nothing is sold, nobody is billed."""

    _name = "integrator.amazon.practice.mixin"
    _description = "Amazon site of the local Amazon"

    @api.model
    def action_practise(self):
        """Menu, in developer mode: make a site on the local Amazon, or open the one there is.

        :raise UserError: when no local Amazon answers, with how it is started
        """
        self.check_access("create")
        address = self.env["ir.config_parameter"].sudo()
        url = address.get_param("integrator_amazon.practice_url", PRACTICE_URL)
        self._check_practice_address(url)
        known = Domain("company_id", "=", self.env.company.id)
        known &= Domain("amazon_endpoint_url", "=", url)
        site = self.sudo().search(known, limit=1).with_env(self.env)
        site = site or self._make_practice_site(url)
        site.action_test_connection()
        if site.connection_state != "ok":
            raise UserError(
                self.env._(
                    "No local Amazon answers at %(url)s. Start it in the folder of this project "
                    "with “python -m spapi_simulator --port 8090”, then try again. Another "
                    "address is set by the system parameter integrator_amazon.practice_url.",
                    url=url,
                )
            )
        return site.action_open_setup()

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
        site = self.sudo().create(
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
                "untold_tax": "none",
                **SELLER,
            }
        )
        site._make_practice_rules()
        return site.with_env(self.env)

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
