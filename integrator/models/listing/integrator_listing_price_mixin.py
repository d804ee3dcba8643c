# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from odoo import fields, models
from odoo.tools import float_round, format_date, format_datetime

from ...utils import labels_of

MINUTE = timedelta(minutes=1)


class PriceProblem(ValueError):
    """A price that cannot be offered as it is; the text says what to do, translated."""


class Terms(NamedTuple):
    """Terms that the prices of several listings on one marketplace share.

    :param pricelist: `product.pricelist` of the price for everybody, may be empty.
    :param business: that of the price for business buyers, may be empty.
    :param currency: `res.currency` in which they are offered.
    :param rounding: the smallest amount in that currency.
    :param digits: the decimal places of its amounts.
    :param rates: `res.currency` -> `res.currency.rate`, empty where there is none.
    :param today: the day of whose rates they are.
    :param taxes: what was found out about taxes meanwhile, see `_offer_taxes`.
    :param exchanges: pairs of currencies whose rates are there.
    """

    pricelist: Any
    business: Any
    currency: Any
    rounding: float
    digits: int
    rates: dict
    today: date
    taxes: dict
    exchanges: set

    def money(self, amount):
        """An amount as decimal text."""
        rounded = float_round(amount, precision_rounding=self.rounding)
        return f"{rounded:.{self.digits}f}"


class IntegratorListingPriceMixin(models.AbstractModel):
    """The price of a listing: the policy, and the calculation for many listings at once."""

    _name = "integrator.listing.price.mixin"
    _description = "Pricing of listings"

    price_source = fields.Selection(
        [
            ("site", "Pricelist of the marketplace"),
            ("own", "A pricelist of its own"),
            ("fixed", "A fixed price"),
        ],
        string="Price comes from",
        default="site",
        required=True,
        help="The marketplace's pricelist, else the channel's, else the sales price.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        index="btree_not_null",
        help="The pricelist of this listing alone.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        compute_sudo=True,
        help="The currency of the marketplace.",
    )
    price_fixed = fields.Monetary(
        string="Fixed price",
        help="As buyers see it: in the marketplace's currency, with tax where the marketplace "
        "shows prices with tax.",
    )
    price_minimum = fields.Monetary(
        string="Minimum",
        help="The price that buyers see is never lower, and the channel may not lower it further. "
        "0: no limit.",
    )
    price_maximum = fields.Monetary(
        string="Maximum",
        help="The price that buyers see is never higher, and the channel may not raise it further. "
        "0: no limit.",
    )
    price_explanation = fields.Text(
        string="Why this price",
        compute="_compute_price_explanation",
        compute_sudo=True,
        help="How the price comes about that is offered now.",
    )

    _price_bounds = models.Constraint(
        "CHECK(price_fixed >= 0 AND price_minimum >= 0 AND price_maximum >= 0 "
        "AND (price_maximum = 0 OR price_minimum <= price_maximum))",
        "Prices cannot be negative, nor the minimum above the maximum.",
    )

    # === COMPUTE METHODS === #

    def _compute_currency_id(self):
        for (site, code), listings in self.grouped(self._place_key).items():
            listings.currency_id = site._adapter()._currency(site, code)

    def _compute_price_explanation(self):
        sold = self.filtered("product_id")
        prices = sold._prices()
        for listing in self:
            steps = listing._price_steps(prices[listing]) if listing in prices else ()
            listing.price_explanation = listing._explain(steps)

    # === BUSINESS METHODS === #

    @staticmethod
    def _place_key(listing):
        return listing.site_id, listing.marketplace_code

    def _offer_pricelist(self):
        """The pricelist of the offer; none: the sales price."""
        self.ensure_one()
        if self.price_source == "own":
            return self.pricelist_id
        return self.marketplace_id.offer_pricelist_id or self.site_id.pricelist_id

    def _prices(self):
        """The present prices of listings; pricelists are computed for many products at once.

        :return: dict listing -> dict `currency` (ISO code), amounts as decimal text: `amount`,
            `minimum`, `maximum`, `business` (None: none), `sale` (None or dict `amount`, and
            `start`, `end` as ISO date-times with the offset of the site's time zone; at `end` it
            is over), `tiers` (list of tuples quantity, amount), and how it came about: `standing`
            (before the limits), `listed` (`Price` of the pricelist, or None), `terms`.
            `problem`: None, or why it cannot be offered and what to do; amounts that are not
            known then are None
        """
        groups, found = defaultdict(list), {}
        for listings in self._by_site().values():
            for alike in listings.grouped(self._price_key).values():
                groups[self._price_group(alike[0])].append(alike)
        for (company, pricelist, business, currency), parts in groups.items():
            lists = pricelist.with_company(company), business.with_company(company)
            found |= self._prices_by(
                *lists, currency, [part.with_company(company) for part in parts]
            )
        return found

    @staticmethod
    def _price_key(listing):
        """Grouping key that is cheap to read; listings of a site that share it are on the same
        marketplace and share their group, see `_price_group`."""
        own = listing.pricelist_id.id if listing.price_source == "own" else False
        return listing.marketplace_code, listing.price_source, own

    @staticmethod
    def _price_group(listing):
        business = listing.marketplace_id.business_pricelist_id
        return listing.company_id, listing._offer_pricelist(), business, listing.currency_id

    def _prices_by(self, pricelist, business, currency, parts):
        """As `_prices`, of listings of one company that have their pricelists and their currency
        in common.

        :param list parts: these listings, those of each marketplace together
        """
        listings = parts[0].union(*parts[1:])
        products = listings.product_id
        public = pricelist._integrator_prices(products)
        trade = business._integrator_trade_prices(products) if business else {}
        listed = [price for prices in public.values() for price in prices if price]
        for single, tiers in trade.values():
            listed += [single, *(price for _quantity, price in tiers)]
        rates = listings._price_rates(pricelist, business, currency, listed)
        today = fields.Date.context_today(self)
        nothing = None, None
        prices = {}
        for part in parts:
            money = currency, currency.rounding, currency.decimal_places
            terms = Terms(pricelist, business, *money, rates, today, {}, set())
            for listing in part:
                product_id = listing.product_id.id
                found = public.get(product_id, nothing), trade.get(product_id)
                prices[listing] = listing._price(terms, *found)
        return prices

    def _price_rates(self, pricelist, business, currency, listed):
        """The rates of all currencies through which prices go.

        :param currency: `res.currency` in which they are offered
        :param listed: list of `Price`
        :return: dict `res.currency` -> `res.currency.rate`, empty where it is needed and missing
        """
        currencies = currency | pricelist._integrator_currency()
        currencies |= business._integrator_currency()
        currencies = currencies.union(
            *{currency for price in listed for pair in price.exchanges for currency in pair}
        )
        company = self.company_id
        # Odoo counts in the currency of the company, which needs no rate
        return {
            currency: currency._integrator_rate(company)
            for currency in currencies - company.currency_id
        }

    def _price(self, terms, found, trade):
        """The prices of one listing, see `_prices`.

        :param tuple found: standing price and sale, of `_integrator_prices`
        :param trade: of `_integrator_trade_prices`; None: no price for business buyers
        """
        price = {
            "currency": terms.currency.name,
            **dict.fromkeys(("amount", "standing", "sale", "business", "problem")),
            "tiers": [],
            "minimum": terms.money(self.price_minimum) if self.price_minimum else None,
            "maximum": terms.money(self.price_maximum) if self.price_maximum else None,
            "listed": None if self.price_source == "fixed" else found[0],
            "terms": terms,
        }
        try:
            standing = self._standing_price(terms, found[0])
            amount = self._bounded(standing)
            price["standing"] = price["amount"] = terms.money(standing)
            if amount != standing:
                price["amount"] = terms.money(amount)
            price["sale"] = self._sale(terms, amount, found[1])
            price |= self._trade_price(terms, amount, trade)
        except PriceProblem as problem:
            price["problem"] = str(problem)
        return price

    # === SINGLE PRICES === #

    def _standing_price(self, terms, listed):
        """The price without a sale, before the limits.

        :raise PriceProblem: when there is none
        """
        if self.price_source == "fixed":
            return self._check_price(
                terms, self.price_fixed, lambda: self.env._("the fixed price of the listing")
            )
        if listed is None:
            raise PriceProblem(self.env._("The product is gone, so that it has no price."))
        return self._check_price(
            terms,
            self._as_offered(terms, terms.pricelist, listed),
            lambda: (terms.pricelist.display_name or self.env._("the sales price of the product")),
        )

    def _sale(self, terms, amount, listed):
        """A sale within the limits, if it is still one.

        :raise PriceProblem: when it cannot be sent
        """
        if listed is None or self.price_source == "fixed":
            return None
        price = self._check_price(
            terms,
            self._as_offered(terms, terms.pricelist, listed),
            lambda: self.env._("the sale in %s", terms.pricelist.display_name),
        )
        lowered = self._bounded(price)
        if terms.currency.compare_amounts(lowered, amount) >= 0:
            return None
        # Odoo's rules count until their last minute is over
        end = (listed.end + MINUTE).replace(second=0, microsecond=0)
        return {
            "amount": terms.money(lowered),
            "start": self._offset_time(listed.start),
            "end": self._offset_time(end),
        }

    def _offset_time(self, moment):
        """A moment in the site's time zone, so that its day is right there too.

        :param datetime moment: UTC
        :return: ISO date-time with its offset
        """
        return self.site_id._local_time(moment).isoformat(timespec="seconds")

    def _trade_price(self, terms, amount, found):
        """The price for business buyers, with its quantity discounts.

        It is never above the price for everybody, and each discount is a lower price.

        :raise PriceProblem: when one of them cannot be sent
        """
        if not found:
            return {"business": None, "tiers": []}
        single, tiers = found
        own = self._trade_amount(terms, single)
        last = business = min(self._bounded(own), amount)
        steps = []
        for quantity, listed in tiers:
            lower = self._bounded(self._trade_amount(terms, listed))
            if terms.currency.compare_amounts(lower, last) < 0:
                steps.append((quantity, terms.money(lower)))
                last = lower
        return {"business": terms.money(business), "tiers": steps}

    def _trade_amount(self, terms, listed):
        return self._check_price(
            terms,
            self._as_offered(terms, terms.business, listed),
            lambda: terms.business.display_name,
        )

    def _as_offered(self, terms, pricelist, listed):
        """A pricelist's price in the marketplace's currency, with or without tax as it is wanted.

        :param listed: `Price` of the pricelist
        :raise PriceProblem: when a rate of exchange is missing
        """
        source, target, amount = pricelist._integrator_currency(), terms.currency, listed.amount
        for pair in listed.exchanges:
            self._check_rates(terms, *pair)
        if source != target:
            self._check_rates(terms, source, target)
            amount = source._convert(amount, target, self.company_id, terms.today, round=False)
        return self._offer_taxed(amount, terms)

    def _check_rates(self, terms, source, target):
        """
        :raise PriceProblem: when an exchange needs a rate that is missing
        """
        if source == target or (source, target) in terms.exchanges:
            return
        for currency in source | target:
            if not terms.rates.get(currency, True):
                raise PriceProblem(
                    self.env._(
                        "There is no exchange rate for %(currency)s, so the price in %(target)s is "
                        "not known. Enter a rate (Invoicing > Configuration > Currencies), or give "
                        "the marketplace a pricelist in %(target)s with fixed prices. Until then "
                        "the listing keeps its last price.",
                        currency=currency.name,
                        target=self.currency_id.name,
                    )
                )
        terms.exchanges.add((source, target))

    def _check_price(self, terms, amount, origin):
        """
        :param origin: function that says where it comes from, for people
        :return: the amount
        :raise PriceProblem: when it may not be sold at
        """
        if terms.currency.compare_amounts(amount, 0) <= 0:
            raise PriceProblem(
                self.env._(
                    "A price of %(amount)s %(currency)s cannot be offered. It comes from "
                    "%(origin)s: enter a price there. Until then the listing keeps its last price.",
                    amount=terms.money(amount),
                    currency=terms.currency.name,
                    origin=origin(),
                )
            )
        return amount

    # === TAX === #

    def _offer_tax(self):
        """Return whether prices leave with or without tax, see
        `integrator.marketplace.offer_tax`."""
        place = self.marketplace_id
        return place.offer_tax or self.site_id._adapter()._offer_tax(
            self.site_id, self.marketplace_code
        )

    def _offer_taxes(self, known=None):
        """The taxes of a sale of the product on the marketplace, and what is wanted of them.

        :param dict known: what was found before, of listings on the same marketplace; it grows
        :return: tuple (taxes of the product, taxes by the marketplace's fiscal position, value of
            `integrator.marketplace.offer_tax`)
        """
        known = {} if known is None else known
        # not by the variant: each inherited field would be computed for it first
        taxes = self.product_id.product_tmpl_id.taxes_id
        if taxes._ids not in known:
            own = taxes._filter_taxes_by_company(self.company_id)
            mapped = self.marketplace_id.seller_position_id.map_tax(own)
            known[taxes._ids] = own, mapped, self._offer_tax()
        return known[taxes._ids]

    def _offer_taxed(self, amount, terms):
        """A price of Odoo as the marketplace requires it: with or without its taxes."""
        own, taxes, wanted = self._offer_taxes(terms.taxes)
        return self.product_id._integrator_taxed(amount, own, taxes, wanted, terms.currency)

    # === LIMITS AND TEXTS === #

    def _bounded(self, price):
        """A price within the limits of the listing."""
        highest = self.price_maximum or price
        return max(min(price, highest), self.price_minimum)

    def _money(self, amount):
        currency = self.currency_id
        return f"{currency.round(amount):.{currency.decimal_places}f}"

    def _price_steps(self, price):
        """Return the steps of the calculation of a price.

        :param dict price: of `_prices`
        :return: list of tuples (label, figure)
        """
        steps = self._source_steps(price)
        if price["problem"]:
            return [*steps, (self.env._("Not sent"), price["problem"])]
        if price["amount"] != price["standing"]:
            steps.append((self.env._("Within its limits"), price["amount"]))
        if sale := price["sale"]:
            days = {key: self._shown_time(sale[key]) for key in ("start", "end")}
            steps.append((self.env._("Sale from %(start)s to %(end)s", **days), sale["amount"]))
        if price["business"]:
            steps.append((self.env._("For business buyers"), price["business"]))
        for quantity, amount in price["tiers"]:
            steps.append((self.env._("… from %s pieces on", quantity), amount))
        return [*steps, (self.env._("Currency"), price["currency"])]

    def _source_steps(self, price):
        """Return the steps from which a price comes: the pricelist, exchange rates, taxes."""
        listed, terms = price["listed"], price["terms"]
        if listed is None:
            labels = labels_of(self, "price_source")
            return [(labels["fixed"], price["standing"] or self._money(self.price_fixed))]
        currency = terms.pricelist._integrator_currency()
        pairs = [*listed.exchanges, (currency, self.currency_id)]
        label = terms.pricelist.display_name or self.env._("Sales price")
        steps = [(label, f"{currency.round(listed.amount):.{currency.decimal_places}f}")]
        if any(source != target for source, target in pairs):
            steps = [(label, f"{steps[0][1]} {currency.name}")]
        # the order in which it went through them, each once
        for pair in dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]):
            steps.append(self._rate_step(terms, *pair))
        label = self._tax_label()
        return [*steps, (label, price["standing"])] if label and price["standing"] else steps

    def _rate_step(self, terms, source, target):
        rates = [terms.rates[one] for one in (source, target) if one in terms.rates]
        if not all(rates):
            return self.env._("Exchange rate"), self.env._("none is entered")
        rate = source._get_conversion_rate(source, target, self.company_id)
        day = min(rate.name for rate in rates)
        label = self.env._("Exchange rate of %s", format_date(self.env, day))
        return label, f"1 {source.name} = {rate:.6g} {target.name}"

    def _tax_label(self):
        """A text about the tax in a price; empty when taxes do not matter."""
        _own, taxes, wanted = self._offer_taxes()
        names = ", ".join(taxes.mapped("name"))
        return {
            "included": self.env._("With tax (%s)", names),
            "excluded": self.env._("Without tax (%s)", names),
        }.get(names and wanted)

    def _shown_time(self, moment):
        """A moment of a sale for people.

        :param str moment: of `_offset_time`
        """
        utc = datetime.fromisoformat(moment).astimezone(timezone.utc).replace(tzinfo=None)
        return format_datetime(self.env, utc, tz=self.site_id._time_zone(), dt_format="short")
