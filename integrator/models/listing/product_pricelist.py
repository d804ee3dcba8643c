# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
from operator import attrgetter
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import OURS

#: Context key: rules with a date do not count.
STANDING = "integrator_standing_rules"


class Price(NamedTuple):
    """The price of a product by a pricelist.

    :param amount: in the pricelist's own currency.
    :param rules: `product.pricelist.item` that give it, the pricelist's own first.
    :param exchanges: pairs of `res.currency` (from, to) through which it went.
    """

    amount: float
    rules: Any
    exchanges: tuple = ()

    # === BUSINESS METHODS === #

    @property
    def start(self):
        """Return the start of the last of its dated rules, as UTC."""
        dated = self.rules.filtered("date_end")
        return max((rule.date_start or rule.create_date for rule in dated), default=None)

    @property
    def end(self):
        """Return the end of the first of its rules, as UTC; None: never."""
        return min(filter(None, self.rules.mapped("date_end")), default=None)


class IntegratorPriceSourceMixin(models.AbstractModel):
    """Rows from which prices are computed: creating, changing or deleting one is a change of the
    listings whose prices depend on it."""

    _name = "integrator.price.source.mixin"
    _description = "Source of prices"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        sources._integrator_note()
        return sources

    def write(self, vals):
        # also what they do not concern any more
        self._integrator_note()
        result = super().write(vals)
        self._integrator_note()
        return result

    def unlink(self):
        self._integrator_note()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _integrator_note(self):
        """Hook: collect that prices may have changed that these rows give."""
        raise NotImplementedError


class ProductPricelist(models.Model):
    """The standing price of a pricelist, and the sale beside it."""

    _inherit = "product.pricelist"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"currency_id", "active"}:
            sites = self.env["integrator.site"]._priced_by_sudo(self)
            self.env["integrator.reconcile"]._request(sites, "offer")
        return result

    def unlink(self):
        # the database deletes the rules, without asking them
        sites = self.env["integrator.site"]._priced_by_sudo(self)
        result = super().unlink()
        self.env["integrator.reconcile"]._request(sites, "offer")
        return result

    # === BUSINESS METHODS === #

    def _integrator_dependent_lists(self):
        """These pricelists and those that are based on them."""
        lists = added = self
        while added:
            rules = self.env["product.pricelist.item"].search(
                [("base_pricelist_id", "in", added.ids), ("pricelist_id", "not in", lists.ids)]
            )
            added = rules.pricelist_id
            lists |= added
        return lists

    def _get_applicable_rules_domain(self, products, date, **kwargs):
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        if self.env.context.get(STANDING) is OURS:
            # a rule without an end is a price, not a sale
            domain = Domain(domain) & Domain("date_end", "=", False)
        return domain

    def _integrator_prices(self, products):
        """Standing prices and sales of many products at once.

        A sale is a price by a rule with an end that is below the standing price; the present one
        counts, else the next one.

        :return: dict product id -> tuple (standing `Price`, sale: `Price` or None)
        """
        standing = self.with_context(**{STANDING: OURS})._integrator_priced(products)
        sales = {}
        for moment in self._integrator_sale_moments():
            for product_id, price in self._integrator_priced(products, date=moment).items():
                if price.end and price.amount < standing[product_id].amount:
                    sales.setdefault(product_id, price)
        return {one: (price, sales.get(one)) for one, price in standing.items()}

    def _integrator_sale_moments(self):
        """Now, and when the sales of the pricelist begin that are to come."""
        now = fields.Datetime.now()
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", self._integrator_bases().ids), ("date_end", ">=", now)]
        )
        starts = {rule.date_start for rule in rules if rule.date_start and rule.date_start > now}
        return [now, *sorted(starts)] if rules else []

    def _integrator_trade_prices(self, products):
        """Prices of one piece, and those from a quantity on that are lower.

        :return: dict product id -> tuple (`Price`, list of tuples quantity, `Price`; ascending)
        """
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", self._integrator_bases().ids), ("min_quantity", ">", 1)]
        )
        single = self._integrator_priced(products)
        tiers = {product.id: [] for product in products}
        # pieces are sold whole: what counts from 2.5 on counts from 3
        for quantity in sorted({math.ceil(rule.min_quantity) for rule in rules}):
            for product_id, price in self._integrator_priced(products, quantity).items():
                last = tiers[product_id][-1][1] if tiers[product_id] else single[product_id]
                if price.amount < last.amount:
                    tiers[product_id].append((quantity, price))
        return {product_id: (price, tiers[product_id]) for product_id, price in single.items()}

    # === PRICE RULES === #

    def _integrator_bases(self):
        """This pricelist and those on which its rules are based."""
        lists = added = self
        while added:
            rules = self.env["product.pricelist.item"].search(
                [("pricelist_id", "in", added.ids), ("base_pricelist_id", "not in", lists.ids)]
            )
            added = rules.base_pricelist_id
            lists |= added
        return lists

    def _integrator_currency(self):
        """The currency of the pricelist; without one, that of the company."""
        return self.currency_id or self.env.company.currency_id

    def _integrator_priced(self, products, quantity=1.0, date=False):
        """The prices of products, in the pricelist's own currency.

        Odoo converts no fixed price of a rule into another currency that is asked for, so that
        one has to be converted afterwards.

        :param date: the moment; now when left out
        :return: dict product id -> `Price`
        """
        found = self._compute_price_rule(products, quantity, date=date)
        rules = {product_id: rule_id for product_id, (_price, rule_id) in found.items()}
        paths = self._integrator_paths(products, rules, quantity, date)
        return {product.id: Price(found[product.id][0], *paths[product.id]) for product in products}

    def _integrator_paths(self, products, rules, quantity, date):
        """By which rules prices come about, also of the pricelists they are based on.

        :param dict rules: product id -> id of the rule that gives the price
        :return: dict product id -> tuple (rules, pairs of currencies that are converted)
        """
        paths = {}
        for rule_id, some in products.grouped(lambda product: rules[product.id]).items():
            rule = self.env["product.pricelist.item"].browse(rule_id)
            base = rule._integrator_base()
            inner = base._integrator_rules(some, quantity, date)
            below = base._integrator_paths(some, inner, quantity, date) if base else {}
            source_of, nothing = rule._integrator_source(), (rule.browse(), ())
            # very many products have the same few ways
            known = {}
            for product in some:
                key = below.get(product.id, nothing), source_of(product)
                if key not in known:
                    known[key] = self._integrator_path(rule, *key)
                paths[product.id] = known[key]
        return paths

    def _integrator_path(self, rule, below, source):
        """A part of `_integrator_paths`.

        :param tuple below: rules and pairs of currencies of the pricelist on which this is based
        :param source: the currency that the rule converts; empty: it converts none
        """
        (path, exchanges), target = below, self._integrator_currency()
        if source and source != target:
            exchanges = (*exchanges, (source, target))
        return rule | path, exchanges

    def _integrator_rules(self, products, quantity, date):
        """dict product id -> id of the rule that gives its price; empty without a pricelist."""
        if not self:
            return {}
        found = self._compute_price_rule(products, quantity, date=date, compute_price=False)
        return {product_id: rule_id for product_id, (_price, rule_id) in found.items()}


class ProductPricelistItem(models.Model):
    """Record an event for the listings whose prices come from a changed rule."""

    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "integrator.price.source.mixin"]

    # === BUSINESS METHODS === #

    def _integrator_note(self):
        """Collect that the prices may have changed that these rules give. Products that a rule
        names are looked at one by one; a rule for very many has the sites' listings compared, so
        that who enters it need not wait."""
        sites = self.env["integrator.site"]
        for pricelist, rules in self.sudo().grouped("pricelist_id").items():
            concerned = sites._priced_by_sudo(pricelist)
            if not concerned:
                continue
            narrow = rules.filtered("product_tmpl_id")
            products = narrow.product_id
            templates = narrow.filtered(lambda rule: not rule.product_id).product_tmpl_id
            products |= templates.product_variant_ids
            listed = concerned._listed_sudo(products)
            self.env["product.integration"].sudo()._record_change(listed, "pricelist")
            if rules - narrow:
                self.env["integrator.reconcile"]._request(concerned, "offer")

    # === PRICE RULES === #

    def _integrator_base(self):
        """The pricelist on which the rule is based; empty: the product itself, or a fixed price."""
        based = self.compute_price != "fixed" and self.base == "pricelist"
        return self.base_pricelist_id if based else self.base_pricelist_id.browse()

    def _integrator_source(self):
        """Of which currency the rule makes a price.

        :return: function of a product -> `res.currency` of the amount; empty: a fixed price
        """
        if self.compute_price == "fixed":
            fixed = self.env["res.currency"]
            return lambda product: fixed
        if base := self._integrator_base():
            currency = base.currency_id
            return lambda product: currency
        return attrgetter("cost_currency_id" if self.base == "standard_price" else "currency_id")


class ResCurrency(models.Model):
    _inherit = "res.currency"

    # === BUSINESS METHODS === #

    def _integrator_rate(self, company):
        """The rate by which Odoo converts this currency today for a company.

        Odoo itself takes one to one where there is none; what is offered to buyers must not.

        :return: `res.currency.rate`; empty when there is none
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        # the order in which Odoo looks for it: what began already, else what begins next
        for operator, order in (("<=", "name desc"), (">", "name")):
            for owner in (company.root_id.id, False):
                rate = self.env["res.currency.rate"].search(
                    [
                        ("currency_id", "=", self.id),
                        ("company_id", "=", owner),
                        ("name", operator, today),
                    ],
                    order=order,
                    limit=1,
                )
                if rate:
                    return rate
        return self.env["res.currency.rate"]


class ResCurrencyRate(models.Model):
    """A rate changes every price that is offered in another currency."""

    _name = "res.currency.rate"
    _inherit = ["res.currency.rate", "integrator.price.source.mixin"]

    # === BUSINESS METHODS === #

    def _integrator_note(self):
        """Have prices compared on the automatic sites of the companies that have these rates."""
        sites = self.env["integrator.site"]._automatic_sites_sudo()
        if shared := self.filtered(lambda rate: not rate.company_id):
            self.env["integrator.reconcile"]._request(sites, "offer")
        roots = (self - shared).company_id
        own = sites.filtered(lambda site: site.company_id.root_id in roots)
        self.env["integrator.reconcile"]._request(own, "offer")
