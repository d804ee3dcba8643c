# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import unicodedata
from hashlib import sha256

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from odoo import models


def plain(text):
    """A name without case, accents and blanks around it, for comparing.

    :param str text: any text
    """
    letters = unicodedata.normalize("NFKD", text or "")
    return "".join(one for one in letters if not unicodedata.combining(one)).strip().casefold()


#: Codes that sites use for countries, or for parts of them, that ISO does not know -> its own.
ALIASES = {"UK": "GB", "XI": "GB", "EL": "GR", "IC": "ES"}


def bare(text):
    """A name of a region as it is compared: its letters and digits only."""
    return "".join(one for one in plain(text) if one.isalnum())


class Places:
    """Countries and regions of one batch of orders, each looked up once.

    :param env: names may be written in its language, or in English
    """

    def __init__(self, env):
        self._env = env
        self._countries = {}
        self._states = {}

    def country(self, text):
        """The country by its code or its name; none when there is no such country.

        :param str text: as the site gives it
        """
        key = plain(text)
        if key not in self._countries:
            self._countries[key] = self._find_country(text, key)
        return self._countries[key]

    def _find_country(self, text, key):
        countries = self._env["res.country"]
        if not key:
            return countries
        # a longer text would be cut to the length of a code, and “Germany” be Georgia
        if len(key) == 2:
            code = ALIASES.get(key.upper(), key.upper())
            return countries.search([("code", "=", code)], limit=1)
        name = re.sub(r"[%_\\]", "", text.strip())
        for language in dict.fromkeys(("en_US", self._env.lang or "en_US")):
            spoken = countries.with_context(lang=language)
            named = spoken.search([("name", "=ilike", name)], limit=1)
            if plain(named.name) == key:
                return self._env["res.country"].browse(named.ids)
        return countries

    def state(self, country, text):
        """The region by its code, with or without the country's before it, or its name, with or
        without its second one; none when the country does not know it.

        :param country: `res.country`
        :param str text: as the site gives it
        """
        key = bare(text)
        if not (country and key):
            return self._env["res.country.state"]
        return self._names_of(country).get(key, self._env["res.country.state"])

    def _names_of(self, country):
        if country not in self._states:
            names, parts = {}, {}
            for state in country.state_ids:
                code = bare(state.code)
                names[bare(state.name)] = names[code] = state
                names[bare(country.code) + code] = state
                # “A Coruña (La Coruña)”, “Araba/Álava”
                for part in re.split(r"[()/]", state.name):
                    parts.setdefault(bare(part), []).append(state)
            alone = {part: states[0] for part, states in parts.items() if len(states) == 1}
            self._states[country] = {**alone, **names}
        return self._states[country]


def valid_vat(number, country_code):
    """The number in its short form, when it is a valid one of the country that it names, or else of
    the given country; an empty text for anything else.

    :param str number: as the site gives it
    :param str country_code: ISO code of where the buyer is
    """
    text = "".join(one for one in number or "" if one.isalnum()).upper()
    prefix = text[:2] if text[:2].isalpha() else country_code or ""
    module = get_cc_module({"EL": "gr", "XI": "gb"}.get(prefix, prefix.lower()), "vat")
    try:
        compact = module.validate(text) if module and text else ""
    except ValidationError:
        return ""
    has_prefix = compact.startswith(prefix)
    return compact if has_prefix or not compact else f"{prefix}{compact}"


#: Keys of a neutral address that are columns of a partner; the street lines are joined apart.
ADDRESS_KEYS = ("street", "city", "zip", "phone")

#: Parts of the second line of a street, in this order.
SECOND_LINE = ("street2", "street3", "district")

#: Longest name that is taken over: more is no name.
MAX_NAME = 200


class PartnerImporter(models.AbstractModel):
    """Finds or makes the customers of remote orders.

    Buyers are identified by a hash of what the site gives, per site and marketplace, so nothing
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
        """Return the invoice address: the one that the site gives, such as the one that a business
        buyer registered, else the order's own; the customer where that is the same.

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
            "name": (values.get("name") or customer.name)[:MAX_NAME],
            "parent_id": customer.id,
            "type": "invoice",
        }
        return self._find_or_create(order.site_id, [values])[values["integrator_buyer_key"]]

    def _is_at(self, order, partner, address):
        """Return whether a partner has an address as the site writes it.

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
            "name": name[:MAX_NAME] if known else self._anonymous_name(order),
            "email": buyer["email"] if known else False,
            "is_company": bool(company),
        }
        if not known:
            return values
        place = self._prepare_place(address, places)
        if not company and address["company"]:
            values["company_name"] = address["company"][:MAX_NAME]
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
            "name": (address["name"] or customer.name)[:MAX_NAME],
            **self._prepare_company(address, customer),
            "parent_id": customer.id,
            "type": "delivery",
        }

    def _prepare_company(self, address, customer):
        """The company that an address names, before the name: Odoo keeps none of a contact."""
        company, name = address.get("company"), address.get("name")
        if not company or company in (customer.name, name):
            return {}
        return {"name": ", ".join(filter(None, (company, name)))[:MAX_NAME]}

    def _prepare_common(self, order, role, identity):
        text = f"{role}|{order.marketplace_code}|{identity.strip().lower()}"
        return {
            "integrator_site_id": order.site_id.id,
            "integrator_buyer_key": sha256(text.encode()).hexdigest(),
            "company_id": order.company_id.id,
            "lang": order.company_id.partner_id.lang or self.env.user.lang,
        }

    def _prepare_place(self, address, places):
        """Street, town, region and country, repaired as far as they can be; an unknown region stays
        in the text."""
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
