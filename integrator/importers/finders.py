# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from decimal import Decimal
from difflib import SequenceMatcher

from odoo import models, tools
from odoo.fields import Domain
from odoo.tools import SQL, float_repr

from ..exceptions import RejectedError
from .line_money import (
    Part,
    at_one_rate,
    in_coins,
    nicest_rate,
    parts,
    rate_error,
    slack,
    taken_out,
)
from .partner_importer import Places


class ProductFinder(models.AbstractModel):
    """Finds what was sold by the SKU on the order: first what is listed on the site, then what a
    person has answered, then what has it as internal reference. Nothing is ever guessed."""

    _name = "integrator.product.finder"
    _description = "Product finder"

    def _products(self, orders):
        """The products of orders, looked up at once.

        :param orders: `integrator.order` of one site
        :return: dict sku -> product, without what is unknown
        """
        return self._find_products(orders.site_id, self._skus(orders))

    def _skus(self, orders):
        return {line._product_key() for line in orders.line_ids.filtered("quantity")}

    def _find_products(self, site, skus):
        """Products of those SKUs that are known; an id of the site's stands in for a SKU that is
        not given.

        :return: dict sku -> product
        """
        domain = [("site_id", "=", site.id), ("product_id", "!=", False)]
        listings = self.env["integrator.listing"]
        by_id = listings.search([*domain, ("remote_id", "in", list(skus))])
        by_sku = listings.search([*domain, ("sku", "in", list(skus))])
        found = self._by_reference(site, skus)
        answers = self.env["integrator.sku.match"].search([*domain, ("sku", "in", list(skus))])
        found |= {answer.sku: answer.product_id for answer in answers}
        found |= {key: some.product_id for key, some in by_id.grouped("remote_id").items()}
        found |= {sku: some.product_id for sku, some in by_sku.grouped("sku").items()}
        return {key: products for key, products in found.items() if len(products) == 1}

    def _by_reference(self, site, skus, archived=False):
        """Products by their internal references; several may have one.

        :param bool archived: whether to look among those that are archived
        :return: dict sku -> products
        """
        return (
            self.env["product.product"]
            .with_context(active_test=False)
            .search(
                [
                    ("default_code", "in", list(skus)),
                    ("company_id", "in", (False, site.company_id.id)),
                    ("active", "=", not archived),
                ]
            )
            .grouped("default_code")
        )

    def _register_unknown(self, orders):
        """Ask about unknown SKUs.

        :param orders: `integrator.order` of one site
        """
        products = self._products(orders)
        unknown = orders.line_ids.filtered(
            lambda line: line.quantity and line._product_key() not in products
        )
        if unknown:
            self.env["integrator.sku.match"]._ask_about_sold(unknown)

    def _check_known(self, order, products):
        """Hold an order with lines whose product is not known."""
        unknown = sorted(sku or "?" for sku in self._skus(order) - products.keys())
        if unknown:
            raise RejectedError(" ".join(self._reasons(order.site_id, unknown)), code="unknown_sku")

    def _reasons(self, site, unknown):
        """Texts: why SKUs are not known, one for each kind of reason, and what to do.

        :param list unknown: SKUs
        """
        several = {
            sku: some for sku, some in self._by_reference(site, unknown).items() if len(some) > 1
        }
        archived = self._by_reference(site, unknown, archived=True)
        none = [sku for sku in unknown if sku not in several and sku not in archived]
        if none:
            yield self.env._("Odoo has no product with the SKU “%s”.", "”, “".join(none))
        for sku, some in several.items():
            yield self.env._(
                "%(count)s products have the SKU “%(sku)s”: %(names)s.",
                count=len(some),
                sku=sku,
                names=", ".join(some.mapped("name")),
            )
        for sku in archived.keys() - several.keys():
            yield self.env._(
                "The product with the SKU “%s” is archived: unarchive it, or choose another.", sku
            )
        yield self.env._(
            "Choose it under Listings, Products to match: every order that waits for it goes on."
        )


#: Products looked at for their names.
MAX_NAMES = 200
#: Candidates that are shown.
MAX_SHOWN = 8
#: Names less alike are none (0 … 1).
LEAST_LIKENESS = 0.45

#: Characters that people add to a reference or leave out.
DECORATION = r"[\s._/-]+"


class CandidateFinder(models.AbstractModel):
    """Ranks the candidate products of an unknown SKU."""

    _name = "integrator.candidate.finder"
    _description = "Finder of candidates"

    def _find(self, match):
        """Candidates, best first.

        :param match: `integrator.sku.match`
        :return: list of values of `integrator.sku.match.candidate`
        """
        found = {}
        for products, score, reason in self._plain_candidates(match):
            for product in products:
                if product not in found:
                    found[product] = self._prepare_candidate(product, score, reason)
        for product, score in self._alike(match):
            reason = self.env._("The name is alike: %s", product.display_name)
            found.setdefault(product, self._prepare_candidate(product, score, reason))
        rows = sorted(found.values(), key=lambda row: -row["score"])
        return rows[:MAX_SHOWN]

    def _prepare_candidate(self, product, score, reason):
        if not product.active:
            reason = self.env._("%s. The product is archived: unarchive it first.", reason)
        return {"score": score, "reason": reason, "product_id": product.id}

    def _plain_candidates(self, match):
        """Products that are found by a code, the surest first.

        :return: list of tuples (products, score, reason)
        """
        products = self.env["product.product"].with_context(active_test=False)
        company = Domain("company_id", "in", (False, match.company_id.id))
        digits = re.findall(r"\d{8,14}", match.sku)
        codes = [code for code in self._codes(match, digits) if code]
        by_code = products.search(company & Domain("barcode", "in", codes))
        listings = self.env["integrator.listing"]
        if match.remote_product_id:
            # other kinds of channels have numbers of their own
            kind = Domain("site_id.site_type", "=", match.site_id.site_type)
            listings = listings.search(kind & Domain("remote_id", "=", match.remote_product_id))
        alike = products.search(company & self._same_reference(match))
        same = alike.filtered(lambda product: product.default_code == match.sku)
        return [
            (same, 97, self.env._("The reference is the same")),
            (
                alike - same,
                95,
                self.env._("The reference is the same but for case, blanks or zeros"),
            ),
            (listings.product_id, 90, self.env._("Another SKU of the same remote product")),
            (by_code, 85, self.env._("The barcode is the same, or in the SKU")),
        ]

    def _codes(self, match, digits):
        """The codes that may be the product's barcode."""
        return (match.sku, *digits, match.remote_product_id, match.barcode)

    def _same_reference(self, match):
        """Products whose reference is the SKU but for case, blanks, dashes and leading zeros."""
        bare = re.sub(DECORATION, "", match.sku).lower().lstrip("0")
        query = SQL(
            "SELECT id FROM product_product WHERE"
            " ltrim(lower(regexp_replace(default_code, %s, '', 'g')), '0') = %s",
            DECORATION,
            bare,
        )
        return Domain("id", "in", [row[0] for row in self.env.execute_query(query)])

    def _alike(self, match):
        """Products whose names are like the site's title.

        :return: list of tuples (product, score)
        """
        words = sorted(re.findall(r"\w{3,}", match.title or ""), key=len, reverse=True)[:4]
        if not words:
            return []
        company = Domain("company_id", "in", (False, match.company_id.id))
        names = Domain.OR(Domain("name", "ilike", word) for word in words)
        products = self.env["product.product"].search(company & names, limit=MAX_NAMES)
        title = match.title.lower()
        ratios = {
            product: SequenceMatcher(None, title, product.display_name.lower()).ratio()
            for product in products
        }
        return [
            (product, round(ratio * 80))
            for product, ratio in ratios.items()
            if ratio >= LEAST_LIKENESS
        ]


#: Countries whose states have taxes of their own.
BY_STATE = ("US", "CA", "BR")


def _taxed(found):
    """The parts that have a tax of their own."""
    return [part for part in found if part.tax and part.net]


def _whole(found):
    """A line as if it were one part."""
    zero = Decimal(0)
    return Part(
        "line", sum((one.net for one in found), zero), sum((one.tax for one in found), zero)
    )


class TaxFinder(models.AbstractModel):
    """Finds the Odoo tax of each part of a remote order, by who collects it, where the goods go
    and at which rate."""

    _name = "integrator.tax.finder"
    _description = "Tax finder"

    def _register_unknown(self, orders):
        """Create the missing rules that orders need.

        :param orders: `integrator.order` of one site
        """
        for order in orders.filtered(lambda order: order.site_id.tax_mode == "map"):
            for line in order.line_ids:
                if self._has_unnamed_tax(line):
                    self._unnamed_tax_rule(line) or self._create_rule(line, is_unnamed=True)
                else:
                    self._make_rules(line)

    def _make_rules(self, line):
        found = parts(line._open_charges())
        if self._assign(line, found) is not None:
            return
        unknown = [part for part in _taxed(found) if not self._rule(line, part)]
        # a site may take the discount off the tax of the item instead of giving it one of its own
        groupings = (unknown, [_whole(found)])
        plain = next(
            (
                grouping
                for grouping in groupings
                if all(self._answer(line, part) for part in grouping)
            ),
            None,
        )
        for part in plain or (groupings[1] if len(_taxed(found)) < len(found) else unknown):
            self._make_rule(line, part)

    def _split(self, line):
        """The parts of a line, each with the tax of Odoo for it; a tax that is kept as a line is a
        part of its own.

        :param line: `integrator.order.line`
        :return: list of tuples (`Part`, `account.tax`)
        :raise RejectedError: when a rule has no answer yet
        """
        if self._has_unnamed_tax(line):
            return self._split_unnamed_tax(line)
        none = self.env["account.tax"]
        found = parts(line._open_charges())
        rules = self._assign(line, found) if line.order_id.site_id.tax_mode == "map" else {}
        waiting = [rule for rule in (rules or {}).values() if rule.state != "mapped"]
        if rules is None or waiting:
            raise RejectedError(
                self.env._(
                    "Odoo has no tax for “%s” yet. Choose it under To do: every order that waits "
                    "for it goes on.",
                    waiting[0].display_name if waiting else self.env._("a new tax"),
                ),
                code="unknown_tax",
            )
        taxes = [rules[part].tax_id if part in rules else none for part in found]
        whole = len(rules) > len(_taxed(found)) and any(taxes)
        found = in_coins(at_one_rate(found) if whole else found, line._coin())
        split = list(zip(found, taxes, strict=True))
        rest = sum((part.tax for part, tax in split if not tax), Decimal(0))
        return [*split, (Part("tax", rest), none)] if rest else split

    # === UNKNOWN TAXES === #

    def _has_unnamed_tax(self, line):
        """Return whether the prices of a line contain a tax that the site does not name, so that
        Odoo has to know it."""
        site = line.order_id.site_id
        return (
            not line.tax_known
            and (site.tax_mode, site.unnamed_tax) == ("map", "ask")
            and any(part.net for part in parts(line._open_charges()))
        )

    def _split_unnamed_tax(self, line):
        """As `_split`, for a line whose prices contain a tax that the site does not name.

        :raise RejectedError: while the rule has no tax
        """
        rule = self._unnamed_tax_rule(line)
        found = parts(line._open_charges())
        if not rule or rule.state != "mapped":
            raise RejectedError(
                self.env._(
                    "%(site)s does not name the tax in the prices of this order. Answer “%(rule)s” "
                    "under To do: every order that waits for it goes on.",
                    site=line.order_id.site_id.name,
                    rule=rule.display_name or self.env._("a new tax"),
                ),
                code="unknown_tax",
            )
        rate = Decimal(float_repr(rule.tax_id.amount, 4))
        found = taken_out(found, rate, line._coin()) if rule.tax_id else found
        return [(part, rule.tax_id) for part in found]

    def _unnamed_tax_rule(self, line):
        """The rule for a tax that the site does not name; empty while there is none."""
        return self._rules(line).filtered("is_unnamed")[:1]

    # === INVOICING === #

    def _countries(self, order, collection):
        """The countries whose taxes an invoice of an order takes: Odoo refuses others.

        :param order: `integrator.order`
        :param str collection: who collects the tax
        """
        company = order.company_id
        chosen = order._marketplace()._fiscal_position(collection)
        if chosen:
            return chosen.country_id if chosen.foreign_vat else company.account_fiscal_country_id
        country_id, _state_id = self._place_ids(order.address.get("country"), None)
        foreign = self._foreign_positions(company)
        detected = foreign.filtered(
            lambda one: one.auto_apply and not one.vat_required and one.country_id.id == country_id
        )
        # Odoo would choose it for the invoice
        return detected.country_id or company.account_fiscal_country_id | foreign.country_id

    def _foreign_positions(self, company):
        """Fiscal positions of countries in which a company is registered, beside its own."""
        return self.env["account.fiscal.position"].search(
            [("company_id", "parent_of", company.id), ("foreign_vat", "!=", False)]
        )

    def _foreign_position(self, company, countries):
        """The fiscal position without which taxes of these countries cannot be invoiced; none
        where they are the company's own.

        :param countries: `res.country`
        """
        if countries <= company.account_fiscal_country_id:
            return self.env["account.fiscal.position"]
        return self._foreign_positions(company).filtered(
            lambda position: position.country_id == countries
        )[:1]

    def _check_countries(self, order, taxes):
        """Make sure that an invoice takes the taxes of an order.

        :param order: `integrator.order`
        :param list taxes: `account.tax` of each sale line
        :raise RejectedError: when Odoo would refuse the invoice
        """
        used = self.env["account.tax"].union(*taxes)
        allowed = self._countries(order, order._collection()) if used else used.country_id
        if len(used.country_id) > 1 or used.country_id - allowed:
            raise RejectedError(
                self.env._(
                    "Odoo could not invoice this order with the tax “%(tax)s”: it is a tax of "
                    "%(country)s, and the invoice would take those of %(allowed)s. Choose another "
                    "one under To do, or make a fiscal position of %(country)s with your tax "
                    "number there.",
                    tax=(used.filtered(lambda tax: tax.country_id not in allowed) or used)[0].name,
                    country=(used.country_id - allowed or used.country_id)[0].name,
                    allowed=", ".join(allowed.mapped("name")),
                ),
                code="tax_not_invoiceable",
            )

    # === RULES === #

    def _assign(self, line, found):
        """The rule for each part that has one: part by part, or one for the whole line.

        :param list found: the parts of the line
        :return: dict part -> rule, None when a rule is missing
        """
        taxed = _taxed(found)
        rules = {part: self._rule(line, part) for part in taxed}
        if all(rules.values()):
            return rules
        rule = self._rule(line, _whole(found))
        return {part: rule for part in found if part.net} if rule else None

    def _rule(self, line, part):
        """The rule that explains the tax of a part; none when none does."""
        rules = self._rules(line).filtered(lambda rule: not rule.is_unnamed)
        return rules._fitting(part, self._allowed(line))

    def _rules(self, line):
        """The rules for where a line goes and who collects its tax."""
        key = self._key(line)
        return line.order_id.site_id.tax_rule_ids.filtered(
            lambda rule: all(rule[name].id == key[name].id for name in ("country_id", "state_id"))
            and rule.collection == key["collection"]
        )

    def _key(self, line):
        address = line.order_id.address
        country_id, state_id = self._place_ids(address.get("country"), address.get("state"))
        return {
            "collection": line._collection(),
            "country_id": self.env["res.country"].browse(country_id),
            "state_id": self.env["res.country.state"].browse(state_id),
        }

    @tools.ormcache("country", "region")
    def _place_ids(self, country, region):
        """Return the places where taxes are due, looked up once for all orders that go there.

        :return: tuple (id of the country, id of the state where states have taxes of their own)
        """
        places = Places(self.env)
        found = places.country(country)
        state = places.state(found, region) if found.code in BY_STATE else found.state_ids.browse()
        return found.id, state.id

    def _allowed(self, line):
        return slack(line._coin(), line.quantity)

    def _answer(self, line, part):
        """Return the values of the answer that a new rule has by itself; empty where a person has
        to be asked."""
        # what the marketplace collects and pays was never ours
        if line.tax_model:
            return {"as_line": True}
        tax = self._only_tax(line.order_id.site_id, self._key(line)["country_id"], part, line)
        return {"tax_id": tax.id, "rate": tax.amount} if tax else {}

    def _make_rule(self, line, part):
        """A rule for a tax that is new; it answers itself where the answer is plain."""
        if self._rule(line, part):
            return
        answer = self._answer(line, part)
        rate = float(nicest_rate(part, self._allowed(line)))
        self._create_rule(line, **{"rate": rate, "automatic": bool(answer), **answer})

    def _create_rule(self, line, **values):
        """Create a rule for where a line goes; without an answer a person fills it in."""
        key = {name: getattr(one, "id", one) for name, one in self._key(line).items()}
        site = line.order_id.site_id
        self.env["integrator.tax.rule"].create({**key, "site_id": site.id, **values})

    def _only_tax(self, site, country, part, line):
        """The company's sale tax of this rate and country that can be invoiced, when there is
        exactly one."""
        domain = Domain("company_id", "parent_of", site.company_id.id)
        allowed = self._countries(line.order_id, line._collection())
        domain &= Domain("country_id", "in", allowed.ids)
        domain &= Domain("type_tax_use", "=", "sale") & Domain("amount_type", "=", "percent")
        domain &= Domain("country_id", "=", country.id) if country else Domain.TRUE
        taxes = self.env["account.tax"].search(domain)
        allowed = self._allowed(line)
        errors = {tax: rate_error(part, Decimal(float_repr(tax.amount, 4))) for tax in taxes}
        fitting = [tax for tax, error in errors.items() if error <= allowed]
        best = [tax for tax in fitting if errors[tax] == min(errors[one] for one in fitting)]
        return best[0] if len(best) == 1 else None
