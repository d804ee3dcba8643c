# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import Command
from odoo.tests import tagged

from .settlement_case import SettlementCase

#: Where a tax is reported: parts of invoices, and of credit notes.
TAGS = ("base", "tax", "refund base", "refund tax")


@tagged("post_install", "-at_install")
class TestSettlementTax(SettlementCase):
    """Sales that are booked as a summary have the tax report of single invoices, to the cent
    (001-27)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.settlement_mode = "summary"
        cls.tax_account, cls.other_account = cls.env["account.account"].create(
            [
                {"code": "SET300", "name": "Tax of sales", "account_type": "liability_current"},
                {"code": "SET301", "name": "Other tax", "account_type": "liability_current"},
            ]
        )
        cls.tax = cls.make_tax(19.0, cls.tax_account)
        cls.reduced = cls.make_tax(7.0, cls.other_account)
        for key in ("sale_tax", "sale_shipping"):
            cls.site._settlement_group(key).account_id = cls.accounts["sale"]

    @classmethod
    def make_tax(cls, amount, account):
        """A tax whose parts have tags of their own."""
        tags = {
            name: cls.env["account.account.tag"].create(
                {
                    "name": f"{name} {amount}",
                    "applicability": "taxes",
                    "country_id": cls.company.account_fiscal_country_id.id,
                }
            )
            for name in TAGS
        }
        parts = {
            f"{document}_repartition_line_ids": [
                Command.clear(),
                Command.create({"repartition_type": "base", "tag_ids": tags[f"{prefix}base"].ids}),
                Command.create(
                    {
                        "repartition_type": "tax",
                        "account_id": account.id,
                        "tag_ids": tags[f"{prefix}tax"].ids,
                    }
                ),
            ]
            for document, prefix in (("invoice", ""), ("refund", "refund "))
        }
        return cls.env["account.tax"].create(
            {
                "name": f"VAT {amount:g}",
                "amount": amount,
                "type_tax_use": "sale",
                "country_id": cls.company.account_fiscal_country_id.id,
                **parts,
            }
        )

    def set_tax(self, place):
        groups = [self.site._settlement_group(key) for key in ("sale", "sale_shipping", "sale_tax")]
        for group in groups:
            group.write({"tax_id": self.tax.id, "tax_place": place})

    def report(self, moves):
        """The sums of the tax report: name of the tag -> balance."""
        sums = defaultdict(float)
        for line in moves.line_ids:
            for tag in line.tax_tag_ids:
                sums[tag.name] += line.balance
        return {name: round(amount, 2) for name, amount in sums.items()}

    def invoiced(self, *lines):
        """The same sales as invoices and credit notes of people: the tax report of these.

        :param lines: tuples (type of the document, amount without tax, tax)
        """
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "partner_id": self.buyers.id,
                    "invoice_date": "2026-09-10",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Thing",
                                "price_unit": amount,
                                "tax_ids": [Command.set(tax.ids)],
                                "account_id": self.accounts["sale"].id,
                            }
                        )
                    ],
                }
                for kind, amount, tax in lines
            ]
        )
        moves.action_post()
        return self.report(moves)

    def sold(self, principal, tax="0", order_ref="R-1", **values):
        rows = self.order_rows(order_ref, principal=principal, **values)
        return [*rows, self.row("Order/Price/Tax", tax, order_ref=order_ref, **self.market(values))]

    def given_back(self, principal, tax, **values):
        about = {"order_ref": "R-1", **self.market(values)}
        return [
            self.row("Refund/Price/Principal", principal, **about),
            self.row("Refund/Price/Tax", tax, **about),
        ]

    def market(self, values):
        return {"marketplace_ref": "Market", **values}

    def test_tax_in_rows_of_its_own(self):
        """100.00 and 19.00, of which 50.00 and 9.50 are given back: the rows are the tax, and
        none is calculated."""
        self.set_tax("beside")
        rows = [*self.sold("100.00", "19.00"), *self.given_back("-50.00", "-9.50")]
        move = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(
            self.booked(move),
            [
                ("commission", 3.0),
                ("liability_current", -19.0),
                ("liability_current", 9.5),
                ("payout", 56.5),
                ("sale", -100.0),
                ("sale", 50.0),
            ],
        )
        expected = self.invoiced(("out_invoice", 100, self.tax), ("out_refund", 50, self.tax))
        self.assertEqual(
            expected,
            {"base 19.0": -100, "tax 19.0": -19, "refund base 19.0": 50, "refund tax 19.0": 9.5},
        )
        self.assertEqual(self.report(move), expected)
        taxes = move.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(sorted(taxes.mapped("tax_base_amount")), [50.0, 100.0])
        self.assertEqual(taxes.account_id, self.tax_account)

    def test_the_site_s_own_rounding_counts(self):
        """Three orders of 0.99 with 0.19 each: 0.57, not the 0.56 of the sum."""
        self.set_tax("beside")
        rows = [row for number in range(3) for row in self.sold("0.99", "0.19", f"R-{number}")]
        move = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(self.report(move), {"base 19.0": -2.97, "tax 19.0": -0.57})

    def test_tax_inside_the_amounts(self):
        """119.00 with a refund of 59.50, each reported where it belongs."""
        self.set_tax("inside")
        rows = [*self.sold("119.00"), *self.given_back("-59.50", "0")]
        move = self.post(self.take(self.settlement_file(*rows)))
        expected = self.invoiced(("out_invoice", 100, self.tax), ("out_refund", 50, self.tax))
        self.assertEqual(self.report(move), expected)

    def test_a_fee_that_is_given_back(self):
        """Its input tax is reported as that of a credit note: 1.20 with 20 % inside."""
        tax = self.make_tax(20.0, self.other_account)
        tax.type_tax_use = "purchase"
        self.site._settlement_group("commission").tax_id = tax
        rows = self.order_rows("R-1", principal="100.00", commission="1.20")
        move = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(self.report(move), {"refund base 20.0": -1.0, "refund tax 20.0": -0.2})

    def test_tax_of_another_currency(self):
        """The base amount is in the currency of the company: 100.00 at 0.50 per dollar."""
        self.set_tax("inside")
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids = [Command.create({"name": "2026-09-01", "rate": 0.5})]
        rows = self.sold("119.00")
        move = self.post(self.take(self.settlement_file(*rows, currency="EUR")))
        self.assertEqual(self.report(move), {"base 19.0": -200.0, "tax 19.0": -38.0})
        taxes = move.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual((taxes.amount_currency, taxes.tax_base_amount), (-19.0, 200.0))

    def test_each_marketplace_has_its_tax(self):
        """By a rule for one of them: 19 % on one, 7 % on the other, on their own accounts."""
        self.set_tax("beside")
        rules = self.env["integrator.settlement.rule"]
        for row, key in (("Principal", "sale"), ("Tax", "sale_tax")):
            rules.create(
                {
                    "site_id": self.site.id,
                    "transaction_type": "Order",
                    "amount_type": "Price",
                    "description": row,
                    "marketplace_ref": "Other",
                    "group_id": self.site._settlement_group(key).id,
                    "tax_id": self.reduced.id,
                    "counts_quantity": row == "Principal",
                }
            )
        rows = [*self.sold("100.00", "19.00")]
        rows += self.sold("200.00", "14.00", "R-2", marketplace_ref="Other")
        move = self.post(self.take(self.settlement_file(*rows)))
        self.assertEqual(
            self.report(move),
            {"base 19.0": -100, "tax 19.0": -19, "base 7.0": -200, "tax 7.0": -14},
        )
        taxes = move.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(
            {line.account_id: (line.balance, line.tax_base_amount) for line in taxes},
            {self.tax_account: (-19.0, 100.0), self.other_account: (-14.0, 200.0)},
        )

    def test_every_row_names_its_item(self):
        """Rows that are the tax, too."""
        self.set_tax("beside")
        settlement = self.take(self.settlement_file(*self.sold("100.00", "19.00")))
        self.post(settlement)
        self.assertTrue(all(line.move_line_id for line in settlement.line_ids))

    def test_a_tax_of_nothing(self):
        """An export has no tax; what rows take all the same goes to the account of the group."""
        self.tax = self.make_tax(0.0, self.tax_account)
        self.set_tax("beside")
        move = self.post(self.take(self.settlement_file(*self.sold("100.00", "1.00"))))
        self.assertEqual(self.report(move), {"base 0.0": -100.0})
        self.assertIn(("sale", -1.0), self.booked(move))

    def test_a_tax_of_several_parts_shares_the_rows(self):
        """Two taxes in a group, 5 % and 9.975 %: the last part has the cent that is left."""
        parts = self.make_tax(5.0, self.tax_account) | self.make_tax(9.975, self.other_account)
        both = self.env["account.tax"].create(
            {
                "name": "Both",
                "amount_type": "group",
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
                "children_tax_ids": [Command.set(parts.ids)],
            }
        )
        self.tax = both
        self.set_tax("beside")
        move = self.post(self.take(self.settlement_file(*self.sold("100.00", "14.98"))))
        taxes = move.line_ids.filtered("tax_repartition_line_id")
        self.assertEqual(sorted(taxes.mapped("balance")), [-9.98, -5.0])
