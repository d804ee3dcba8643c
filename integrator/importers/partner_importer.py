# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hashlib import sha256

from odoo import models

#: Keys of a neutral address that are columns of a partner; the street lines are joined apart.
ADDRESS_KEYS = ("street", "city", "zip", "phone")


class PartnerImporter(models.AbstractModel):
    """Finds or makes the customers of remote orders.

    Buyers are told apart by a hash of what the site gives, per site, so nothing leaks between
    marketplaces; when the site withholds names, one anonymous customer per marketplace stands for
    all of them. A missing name or street never stops an import (pains 14 and 15).
    """

    _name = "integrator.partner.importer"
    _description = "Partner importer"

    def _partners(self, orders):
        """Customer and delivery address of each order.

        :param orders: `integrator.order` of one site
        :return: dict order -> tuple (customer, delivery address)
        """
        site = orders.site_id
        buyers = {order: self._prepare_buyer(order) for order in orders}
        customers = self._find_or_create(site, list(buyers.values()))
        addresses = {
            order: self._prepare_address(order, customers[buyers[order]["integrator_buyer_key"]])
            for order in orders
        }
        places = self._find_or_create(site, list(addresses.values()))
        return {
            order: (
                customers[buyers[order]["integrator_buyer_key"]],
                places[addresses[order]["integrator_buyer_key"]],
            )
            for order in orders
        }

    def _find_or_create(self, site, values_list):
        """One partner per key.

        :param list[dict] values_list: partner values with `integrator_buyer_key`
        :return: dict key -> partner
        """
        wanted = {values["integrator_buyer_key"]: values for values in values_list}
        partners = self.env["res.partner"].with_context(active_test=False)
        found = partners.search(
            [
                ("integrator_site_id", "=", site.id),
                ("integrator_buyer_key", "in", list(wanted)),
            ]
        )
        known = {partner.integrator_buyer_key: partner for partner in found}
        missing = [values for key, values in wanted.items() if key not in known]
        for partner in partners.create(missing):
            known[partner.integrator_buyer_key] = partner
        return known

    def _prepare_buyer(self, order):
        """Partner values of the buyer."""
        buyer, address = order.buyer, order.address
        company = buyer["company"]
        name = company or buyer["name"] or address["name"]
        identity = buyer["email"] or "|".join((name, address["zip"], address["street"]))
        known = bool(name)
        key = identity if known else f"anonymous|{order.marketplace_code}"
        values = {
            **self._prepare_common(order, "buyer", key),
            "name": name or self._anonymous_name(order),
            "email": buyer["email"] if known else False,
            "is_company": bool(company),
            "vat": False,
        }
        return {**values, **self._prepare_place(order)} if known else values

    def _prepare_address(self, order, customer):
        """Partner values of the delivery address: a child of the customer."""
        address = order.address
        identity = "|".join(str(address[key]) for key in sorted(address))
        return {
            **self._prepare_common(order, f"address|{customer.id}", identity),
            **self._prepare_place(order),
            "name": address["name"] or customer.name,
            "parent_id": customer.id,
            "type": "delivery",
        }

    def _prepare_common(self, order, role, identity):
        key = sha256(f"{role}|{identity.strip().lower()}".encode()).hexdigest()
        return {
            "integrator_site_id": order.site_id.id,
            "integrator_buyer_key": key,
            "company_id": order.company_id.id,
            "lang": self.env.lang or self.env.user.lang,
        }

    def _prepare_place(self, order):
        """Street, town, region and country, repaired as far as they can be."""
        address = order.address
        country = self._country(address["country"])
        return {
            **{key: address[key] for key in ADDRESS_KEYS},
            "street2": ", ".join(filter(None, (address["street2"], address["street3"]))),
            "state_id": self._state(country, address["state"]).id,
            "country_id": country.id,
        }

    def _anonymous_name(self, order):
        return self.env._("%s customer", order.channel_name or order.site_id.name)

    def _country(self, code):
        return self.env["res.country"].search([("code", "=", (code or "").upper())], limit=1)

    def _state(self, country, name):
        """The region by code or name; none when the country does not know it."""
        if not (country and name):
            return self.env["res.country.state"]
        wanted = name.strip().lower()
        return country.state_ids.filtered(
            lambda state: wanted in (state.code.lower(), state.name.lower())
        )[:1]
