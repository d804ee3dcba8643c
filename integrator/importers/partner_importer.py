# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hashlib import sha256

from odoo import models

from .places import Places
from .tax_numbers import valid_vat

#: Keys of a neutral address that are columns of a partner; the street lines are joined apart.
ADDRESS_KEYS = ("street", "city", "zip", "phone")

#: What goes into the second line of a street, in this order.
SECOND_LINE = ("street2", "street3", "district")

#: Longest name that is taken over: more is no name.
LONGEST_NAME = 200


class PartnerImporter(models.AbstractModel):
    """Finds or makes the customers of remote orders.

    Buyers are told apart by a hash of what the site gives, per site and marketplace, so nothing
    leaks between marketplaces; when the site withholds names, one anonymous customer per
    marketplace stands for all of them. A missing name or street never stops an import.
    """

    _name = "integrator.partner.importer"
    _description = "Partner importer"

    def _partners(self, orders):
        """Customer and delivery address of each order.

        :param orders: `integrator.order` of one site
        :return: dict order -> tuple (customer, delivery address)
        """
        site = orders.site_id
        places = Places(self.env)
        buyers = {order: self._prepare_buyer(order, places) for order in orders}
        customers = self._find_or_create(site, list(buyers.values()))
        of_order = {order: customers[buyers[order]["integrator_buyer_key"]] for order in orders}
        addresses = {
            order: self._prepare_address(order, of_order[order], places) for order in orders
        }
        found = self._find_or_create(site, list(addresses.values()))
        return {
            order: (of_order[order], found[addresses[order]["integrator_buyer_key"]])
            for order in orders
        }

    def _invoice_address(self, order, customer):
        """Where the invoice goes: the address that the site gives for it, such as the one that a
        business buyer registered, else the order's own; the customer where that is the same.

        :param order: `integrator.order`
        """
        values = order.buyer.get("invoice_address") or {**order.address, "name": ""}
        if not values["street"] or self._is_at(order, customer, values):
            return customer
        place = self._prepare_place(values, Places(self.env))
        identity = "|".join(str(values[key]) for key in sorted(values))
        values = {
            **self._prepare_common(order, f"invoice|{customer.id}", identity),
            **place,
            **self._prepare_company(values, customer),
            "name": (values.get("name") or customer.name)[:LONGEST_NAME],
            "parent_id": customer.id,
            "type": "invoice",
        }
        return self._find_or_create(order.site_id, [values])[values["integrator_buyer_key"]]

    def _is_at(self, order, partner, address):
        """Whether a partner has an address as the site writes it.

        :param dict address: of a neutral order
        """
        lines = [address.get(key) for key in SECOND_LINE]
        second = {", ".join(filter(None, some)) for some in (lines, [*lines, address["state"]])}
        return (
            all((partner[key] or "") == address[key] for key in ("street", "city", "zip"))
            and (partner.street2 or "") in second
            and (partner.country_id.code or "") == order._country_code(address["country"])
        )

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

    # === VALUES === #

    def _prepare_buyer(self, order, places):
        """Partner values of the buyer."""
        buyer, address = order.buyer, order.address
        company = buyer["company"]
        name = company or buyer["name"] or address["name"]
        identity = buyer["email"] or "|".join((name, address["zip"], address["street"]))
        if company or buyer["vat"]:
            # who buys for a company is another customer than the same person at home
            identity = "|".join((identity, company, buyer["vat"]))
        known = bool(name)
        values = {
            **self._prepare_common(order, "buyer", identity if known else "anonymous"),
            "name": name[:LONGEST_NAME] if known else self._anonymous_name(order),
            "email": buyer["email"] if known else False,
            "is_company": bool(company),
        }
        if not known:
            return values
        place = self._prepare_place(address, places)
        if not company and address["company"]:
            values["company_name"] = address["company"][:LONGEST_NAME]
        return {**values, **place, **self._prepare_vat(buyer["vat"], address["country"])}

    def _prepare_vat(self, number, country_code):
        """The VAT number where it is one; a wrong one stays to be seen, and stops nothing."""
        if not number:
            return {}
        vat = valid_vat(number, country_code.upper())
        if vat:
            return {"vat": vat}
        note = self.env._("VAT number as the buyer gave it, which is not valid: %s", number)
        return {"comment": note}

    def _prepare_address(self, order, customer, places):
        """Partner values of the delivery address: a child of the customer. What we ship without a
        complete address gets one of its own, because a person completes it for this order only."""
        address = order.address
        identity = "|".join(str(address[key]) for key in sorted(address))
        if order.fulfilled_by == "merchant" and not order._is_addressed():
            identity = order.remote_order_id
        return {
            **self._prepare_common(order, f"address|{customer.id}", identity),
            **self._prepare_place(address, places),
            "name": (address["name"] or customer.name)[:LONGEST_NAME],
            **self._prepare_company(address, customer),
            "parent_id": customer.id,
            "type": "delivery",
        }

    def _prepare_company(self, address, customer):
        """The company that an address names, before the name: Odoo keeps none of a contact."""
        company, name = address.get("company"), address.get("name")
        if not company or company in (customer.name, name):
            return {}
        return {"name": ", ".join(filter(None, (company, name)))[:LONGEST_NAME]}

    def _prepare_common(self, order, role, identity):
        text = f"{role}|{order.marketplace_code}|{identity.strip().lower()}"
        return {
            "integrator_site_id": order.site_id.id,
            "integrator_buyer_key": sha256(text.encode()).hexdigest(),
            "company_id": order.company_id.id,
            "lang": order.company_id.partner_id.lang or self.env.user.lang,
        }

    def _prepare_place(self, address, places):
        """Street, town, region and country, repaired as far as they can be; a region that nobody
        knows stays in the text."""
        country = places.country(address["country"])
        state = places.state(country, address["state"])
        lines = [address.get(key) for key in SECOND_LINE]
        return {
            **{key: address.get(key) for key in ADDRESS_KEYS},
            "street2": ", ".join(filter(None, [*lines, not state and address["state"]])),
            "state_id": state.id,
            "country_id": country.id,
        }

    def _anonymous_name(self, order):
        return self.env._("%s customer", order.channel_name or order.site_id.name)
