# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from decimal import Decimal
from random import Random

from odoo.tests import tagged

from odoo.addons.test_integrator.remote import neutral_form

from .common import IntegratorCommon
from .random_orders import COINS, RATES, RandomOrders

SEED = 20261121
#: Orders whose lines go through Odoo's own computation of taxes and totals.
COMPUTED = 10_000 if "FAULT_MATRIX" in os.environ else 800
#: Orders that go all the way to confirmed sale orders.
IMPORTED = 200 if "FAULT_MATRIX" in os.environ else 40
#: Fields of a line that the tax engine reads beside taxes, quantity and currency.
ENGINE_KEYS = ("price_unit", "discount", "extra_tax_data")
#: Rates of which the tax is part of the price in Odoo.
INCLUDED = RATES[::2]


@tagged("post_install", "-at_install")
class TestRandomTotals(IntegratorCommon):
    """Odoo's total is the site's for every order (000-04, 000-27)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.site.company_id
        cls.company.tax_calculation_rounding_method = "round_per_line"
        cls.company.account_fiscal_country_id = cls.env.ref("base.de")
        names = list(COINS)
        currencies = cls.env["res.currency"].with_context(active_test=False)
        cls.currencies = currencies.search([("name", "in", names)])
        cls.currencies.active = True
        cls._answer_taxes()

    @classmethod
    def _answer_taxes(cls):
        """The operator has said which tax each rate is."""
        country = cls.env.ref("base.de")
        group = {"name": "VAT", "country_id": country.id}
        group = cls.env["account.tax.group"].create(group)
        for rate in RATES:
            included = "tax_included" if rate in INCLUDED else "tax_excluded"
            tax = cls.env["account.tax"].create(
                {
                    "name": f"VAT {rate}",
                    "amount": float(rate),
                    "type_tax_use": "sale",
                    "tax_group_id": group.id,
                    "country_id": country.id,
                    "price_include_override": included,
                }
            )
            cls.env["integrator.tax.rule"].create(
                {
                    "site_id": cls.site.id,
                    "collection": "seller",
                    "country_id": country.id,
                    "rate": float(rate),
                    "tax_id": tax.id,
                }
            )

    def extract(self, count, prefix):
        """Remote orders, in the form in which the import finds them."""
        source = RandomOrders(Random(f"{SEED} {prefix}"), self.remote)
        values = [source.order(f"{prefix}-{number}") for number in range(count)]
        document = self.env["integrator.document"].create(
            {"site_id": self.site.id, "remote_id": prefix}
        )
        return self.env["integrator.order"]._apply(
            self.site, [neutral_form(value) for value in values], document
        ), values

    def computed_total(self, order, commands):
        """The totals of Odoo's tax engine for the lines of an order that is not created."""
        taxes = self.env["account.tax"]
        lines = [
            taxes._prepare_base_line_for_taxes_computation(
                {key: values.get(key) for key in ENGINE_KEYS},
                tax_ids=taxes.browse(values["tax_ids"][0][2]),
                quantity=values["product_uom_qty"],
                currency_id=order.currency_id,
                rate=1.0,
            )
            for _command, _id, values in commands
        ]
        taxes._add_tax_details_in_base_lines(lines, self.company)
        taxes._round_base_lines_tax_details(lines, self.company)
        return taxes._get_tax_totals_summary(lines, order.currency_id, self.company)

    def differences(self, count, prefix):
        """Orders whose total is not the site's, or whose tax is not."""
        orders, values = self.extract(count, prefix)
        importer = self.env["integrator.order.importer"]
        products = {self.product.default_code: self.product}
        wrong = []
        for order, value in zip(orders, values, strict=True):
            commands = importer._prepare_lines(order, products)
            total = self.computed_total(order, commands)
            decimals = order.currency_id.decimal_places
            ours = Decimal(f"{total['total_amount_currency']:.{decimals}f}")
            tax = total["tax_amount_currency"] + self.tax_on_nothing(commands)
            tax = Decimal(f"{tax:.{decimals}f}")
            if (ours, tax) != (Decimal(value["amount_total"]), self.tax(value)):
                wrong.append((value, ours, tax))
        return wrong

    def tax_on_nothing(self, commands):
        """Tax of an item that its discount makes free: rounded, but on no amount, so no tax can
        have it; it is a line of its own."""
        product = self.env.ref("integrator.product_tax")
        lines = [values for _command, _id, values in commands]
        return sum(line["price_unit"] for line in lines if line["product_id"] == product.id)

    def tax(self, value):
        """All tax of an order, as the site says it."""
        charges = [charge for line in value["lines"] for charge in line["charges"]]
        taxes = [Decimal(charge["amount"]) for charge in charges if charge["kind"] == "tax"]
        return sum(taxes, Decimal(0))

    def test_ten_thousand_orders_are_the_sites_to_the_cent(self):
        """000-04, 000-27: three currencies, taxes in and on prices, several rates,
        discounts; Odoo rounds per line or for the whole order."""
        wrong = []
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            wrong += self.differences(COMPUTED // 2, method)
        self.assertFalse(wrong[:3], f"{len(wrong)} of {COMPUTED} differ")

    def test_sale_orders_and_their_taxes_are_the_sites_to_the_cent(self):
        """000-04, 000-27: all the way, and not one line of rounding."""
        orders, values = self.extract(IMPORTED, "real")
        self.run_stages("import")
        self.assertEqual(set(orders.mapped("state")), {"imported"}, orders.mapped("error_message"))
        for order, value in zip(orders, values, strict=True):
            sale_order, decimals = order.sale_order_id, order.currency_id.decimal_places
            ours = f"{sale_order.amount_total:.{decimals}f}"
            self.assertEqual(Decimal(ours), Decimal(value["amount_total"]), value)
            ours = f"{sale_order.amount_tax:.{decimals}f}"
            self.assertEqual(Decimal(ours), self.tax(value), value)
        rounding = self.env.ref("integrator.product_rounding")
        self.assertNotIn(rounding, orders.sale_order_id.order_line.product_id)
