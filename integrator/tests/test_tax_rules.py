# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo.tests import new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestTaxRules(IntegratorCommon):
    """Taxes of remote orders become taxes of Odoo (000-27)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.germany = cls.env.ref("base.de")
        # an invoice takes taxes of the company's own country
        cls.env.company.account_fiscal_country_id = cls.germany
        cls.env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False

    def make_tax(self, rate, **values):
        country_id = values.get("country_id", self.germany.id)
        group = {"name": f"VAT {rate}", "country_id": country_id}
        group = self.env["account.tax.group"].create(group)
        return self.env["account.tax"].create(
            {
                "name": f"VAT {rate} {values}",
                "amount": rate,
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                "country_id": country_id,
                **values,
            }
        )

    def taxed_order(self, name="R-1", net="16.80", tax="3.19", **line):
        """An order of one item with its tax."""
        total = f"{float(net) + float(tax):.2f}"
        value = self.remote.order(name, amount_total=total)
        value["lines"][0] |= {
            "quantity": 1,
            "charges": [
                {"kind": "item", "of": "", "amount": net},
                {"kind": "tax", "of": "item", "amount": tax},
            ],
            **line,
        }
        return value

    def bring(self, *values):
        self.remote.pages.clear()
        return self.import_orders(*values)

    def rules(self):
        return self.env["integrator.tax.rule"].search([("site_id", "=", self.site.id)])

    def test_the_only_tax_of_that_rate_and_country_is_found_by_itself(self):
        tax = self.make_tax(19)
        self.make_tax(7)
        order = self.bring(self.taxed_order())
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.order_line.tax_ids, tax)
        self.assertEqual(order.sale_order_id.amount_total, 19.99)
        self.assertEqual(order.sale_order_id.amount_tax, 3.19)
        self.assertTrue(self.rules().automatic)

    def test_a_tax_with_prices_included_gives_the_same_total(self):
        self.make_tax(19, price_include_override="tax_included")
        order = self.bring(self.taxed_order())
        self.assertEqual(order.sale_order_id.amount_total, 19.99)
        self.assertEqual(order.sale_order_id.order_line.price_unit, 19.99)

    def test_an_unknown_tax_holds_the_order_and_names_the_key(self):
        order = self.bring(self.taxed_order())
        self.assertEqual((order.state, order.error_code), ("error", "unknown_tax"))
        self.assertIn("19 % Germany, collected by you", order.error_message)
        self.assertEqual((self.rules().rate, self.rules().country_id), (19, self.germany))
        self.assertEqual(self.rules().state, "to_map")

    def test_one_answer_releases_every_order_that_waits_for_it(self):
        orders = self.bring(self.taxed_order("R-1"), self.taxed_order("R-2", "8.39", "1.59"))
        self.assertEqual(len(self.rules()), 1)
        tax = self.make_tax(19)
        operator = new_test_user(self.env, "operator", "integrator.group_integrator_user")
        self.rules().with_user(operator).tax_id = tax
        self.assertEqual(set(orders.mapped("state")), {"new"})
        self.run_stages("import")
        self.assertEqual(set(orders.mapped("state")), {"imported"}, orders.mapped("error_message"))
        self.assertEqual(orders.sale_order_id.order_line.tax_ids, tax)

    def test_two_taxes_of_one_rate_are_asked_about(self):
        self.make_tax(19)
        self.make_tax(19, name="VAT 19 services")
        order = self.bring(self.taxed_order())
        self.assertEqual(order.error_code, "unknown_tax")

    def test_a_tax_of_another_country_is_not_taken(self):
        self.make_tax(19, country_id=self.env.ref("base.fr").id)
        order = self.bring(self.taxed_order())
        self.assertEqual(order.error_code, "unknown_tax")

    def test_a_tax_collected_by_the_marketplace_is_a_line_of_its_own(self):
        """The money is not ours."""
        self.make_tax(19)
        order = self.bring(self.taxed_order(tax_model="MARKETPLACE_FACILITATOR"))
        self.assertEqual(order.state, "imported", order.error_message)
        sale_order = order.sale_order_id
        self.assertFalse(sale_order.order_line.tax_ids)
        self.assertEqual(sale_order.order_line.mapped("price_subtotal"), [16.8, 3.19])
        self.assertEqual(self.rules().collection, "marketplace")

    def test_each_way_of_collecting_has_its_fiscal_position(self):
        positions = self.env["account.fiscal.position"].create([{"name": "Own"}, {"name": "IOSS"}])
        self.bring(self.remote.order("R-0"))
        marketplace = self.site.marketplace_ids
        self.assertEqual((marketplace.code, marketplace.name), ("M1", "Dummy market"))
        marketplace.seller_position_id, marketplace.ioss_position_id = positions
        ioss = {"tax_model": "MARKETPLACE_FACILITATOR", "tax_scheme": "IOSS"}
        orders = self.bring(self.remote.order("R-1"), self.taxed_order("R-2", **ioss))
        by_id = {order.remote_order_id: order.sale_order_id for order in orders}
        self.assertEqual(by_id["R-1"].fiscal_position_id, positions[0])
        self.assertEqual(by_id["R-2"].fiscal_position_id, positions[1])

    def test_shipping_and_discounts_carry_the_tax_of_what_they_are(self):
        full, reduced = self.make_tax(19), self.make_tax(7)
        value = self.remote.order("R-1", amount_total="14.82")
        value["lines"][0] |= {
            "quantity": 1,
            "charges": [
                {"kind": "item", "of": "", "amount": "10.00"},
                {"kind": "shipping", "of": "", "amount": "5.00"},
                {"kind": "discount", "of": "item", "amount": "-2.00"},
                {"kind": "tax", "of": "item", "amount": "1.00"},
                {"kind": "tax", "of": "shipping", "amount": "0.96"},
                {"kind": "tax", "of": "discount", "amount": "-0.14"},
            ],
        }
        value["lines"][0]["charges"][3]["amount"] = "0.70"
        value["amount_total"] = "14.52"
        order = self.bring(value)
        self.assertEqual(order.state, "imported", order.error_message)
        lines = order.sale_order_id.order_line
        self.assertEqual([line.tax_ids for line in lines[:3]], [reduced, full, reduced])
        self.assertEqual(order.sale_order_id.amount_total, 14.52)
        self.assertEqual([round(line.price_tax, 2) for line in lines], [0.7, 0.96, -0.14])

    def test_a_tax_that_is_not_itemised_is_spread_over_the_line(self):
        tax = self.make_tax(19)
        value = self.taxed_order(net="10.00", tax="2.85")
        value["lines"][0]["charges"][1]["of"] = ""
        value["lines"][0]["charges"].append({"kind": "shipping", "of": "", "amount": "5.00"})
        value["amount_total"] = "17.85"
        order = self.bring(value)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.order_line.tax_ids, tax)
        self.assertEqual(order.sale_order_id.amount_total, 17.85)

    def test_a_tax_that_is_less_by_that_of_the_discount_is_found(self):
        """Order reports name no tax of a discount: it is taken off the tax of the item."""
        tax = self.make_tax(19)
        value = self.taxed_order(net="20.47", tax="3.42")
        value["lines"][0]["charges"].append({"kind": "discount", "of": "item", "amount": "-2.47"})
        value["amount_total"] = "21.42"
        order = self.bring(value)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.order_line.tax_ids, tax)
        self.assertEqual(order.sale_order_id.amount_total, 21.42)
        self.assertEqual(order.sale_order_id.amount_tax, 3.42)

    def test_the_tax_is_the_sites_to_the_cent(self):
        """19 % of 16.80 are 3.19, but the site took 3.20 so that the price is 20.00."""
        self.make_tax(19)
        order = self.bring(self.taxed_order(net="16.80", tax="3.20"))
        self.assertEqual(order.state, "imported", order.error_message)
        sale_order = order.sale_order_id
        self.assertEqual((sale_order.amount_total, sale_order.amount_tax), (20.0, 3.2))
        self.assertEqual(len(sale_order.order_line), 1)

    def test_the_invoice_has_the_sites_tax_too(self):
        """Order and invoice are the same as there."""
        country = self.env.company.account_fiscal_country_id
        self.make_tax(19, country_id=country.id)
        value = self.taxed_order(net="16.80", tax="3.20")
        value["address"]["country"] = country.code
        sale_order = self.bring(value).sale_order_id
        self.product.invoice_policy = "order"
        invoice = sale_order._create_invoices()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (20.0, 3.2))
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (20.0, 3.2))

    def test_a_tax_of_several_taxes_shares_the_sites_amount(self):
        """000-27: the tax of a state and that of its city."""
        values = {"tax_group_id": self.make_tax(1).tax_group_id.id}
        state, city = self.make_tax(6.25, **values), self.make_tax(2, **values)
        both = self.make_tax(0, amount_type="group", children_tax_ids=(state + city).ids, **values)
        order = self.bring(self.taxed_order(net="10.00", tax="0.83"))
        self.assertEqual(order.error_code, "unknown_tax")
        self.rules().tax_id = both
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_tax, 0.83)

    def test_a_line_that_a_person_changes_is_taxed_by_odoo(self):
        """The site's tax was that of two pieces."""
        self.make_tax(19)
        value = self.taxed_order(net="33.60", tax="6.40", quantity=2)
        sale_order = self.bring(value).sale_order_id
        self.assertEqual(sale_order.amount_total, 40.0)
        sale_order.order_line.product_uom_qty = 1
        self.assertEqual(sale_order.amount_total, 19.99)

    # === MISSING TAXES === #

    def order_without_tax(self, name="R-1"):
        """19.99 and 4.99 shipping, for which the site gives no tax."""
        value = self.remote.order(name, amount_total="24.98")
        value["lines"][0] |= {
            "quantity": 1,
            "tax_known": False,
            "charges": [
                {"kind": "item", "of": "", "amount": "19.99"},
                {"kind": "shipping", "of": "", "amount": "4.99"},
            ],
        }
        return value

    def test_a_missing_tax_is_asked_for_once(self):
        """000-27: never taken for none, and then taken out of the prices."""
        tax = self.make_tax(19)
        orders = self.bring(self.order_without_tax("R-1"), self.order_without_tax("R-2"))
        self.assertEqual(set(orders.mapped("error_code")), {"unknown_tax"})
        self.assertEqual(len(self.rules()), 1)
        self.assertIn("Germany", orders[0].error_message)
        operator = new_test_user(self.env, "operator", "integrator.group_integrator_user")
        self.rules().with_user(operator).tax_id = tax
        self.run_stages("import")
        self.assertEqual(set(orders.mapped("state")), {"imported"}, orders.mapped("error_message"))
        sale_order = orders[0].sale_order_id
        self.assertEqual((sale_order.amount_total, sale_order.amount_tax), (24.98, 3.99))
        self.assertEqual(sale_order.order_line.mapped("price_total"), [19.99, 4.99])
        self.product.invoice_policy = "order"
        invoice = sale_order._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (24.98, 3.99))

    def test_a_missing_tax_is_whole_cents_on_each_line(self):
        """000-27: an invoice adds up its lines, so it would miss a cent of the order."""
        self.env.company.tax_calculation_rounding_method = "round_globally"
        tax = self.make_tax(19)
        value = self.order_without_tax()
        amounts = {"L-1": "48.16", "L-2": "49.26", "L-3": "50.35"}
        value["amount_total"] = "147.77"
        value["lines"] = [
            {
                **value["lines"][0],
                "remote_line_id": line_id,
                "charges": [{"kind": "item", "of": "", "amount": amount}],
            }
            for line_id, amount in amounts.items()
        ]
        order = self.bring(value)
        self.rules().tax_id = tax
        self.run_stages("import")
        sale_order = order.sale_order_id
        self.assertEqual((sale_order.amount_total, sale_order.amount_tax), (147.77, 23.60))
        self.product.invoice_policy = "order"
        invoice = sale_order._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (147.77, 23.60))

    def test_a_seller_without_taxes_is_not_asked(self):
        """000-27: a small business."""
        self.site.unnamed_tax = "none"
        order = self.bring(self.order_without_tax())
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(
            (order.sale_order_id.amount_total, order.sale_order_id.amount_tax), (24.98, 0)
        )

    def test_a_tax_of_none_can_be_the_answer(self):
        """000-27: for a country to which nothing is taxed; a given tax has a rule of its own."""
        self.make_tax(19)
        self.bring(self.order_without_tax())
        self.rules().tax_id = self.make_tax(0)
        order = self.bring(self.order_without_tax(), self.taxed_order("R-2"))
        self.assertEqual(set(order.mapped("state")), {"imported"}, order.mapped("error_message"))
        totals = {one.remote_order_id: one.sale_order_id.amount_tax for one in order}
        self.assertEqual(totals, {"R-1": 0, "R-2": 3.19})

    def test_a_total_without_any_tax_is_held(self):
        """000-27: a sum without lines would be sold without tax."""
        value = self.order_without_tax()
        value["lines"][0]["charges"] = []
        order = self.bring({**value, "unexplained": "24.98"})
        self.assertEqual(order.error_code, "no_prices")

    # === WHAT CAN BE INVOICED === #

    def french_order(self):
        value = self.taxed_order(net="10.00", tax="2.00")
        value["address"]["country"] = "FR"
        return value

    def test_a_tax_that_could_not_be_invoiced_is_not_taken(self):
        """000-27: a French tax, and no French tax number."""
        france = self.env.ref("base.fr")
        tax = self.make_tax(20, country_id=france.id)
        order = self.bring(self.french_order())
        self.assertEqual(order.error_code, "unknown_tax")
        self.assertNotIn(france, self.rules().tax_country_ids)
        self.rules().tax_id = tax
        self.run_stages("import")
        self.assertEqual((order.state, order.error_code), ("error", "tax_not_invoiceable"))
        self.assertIn("France", order.error_message)
        # the tax for sales to France of the company's own country
        self.rules().tax_id = self.make_tax(20)
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)
        self.product.invoice_policy = "order"
        invoice = order.sale_order_id._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (12.0, 2.0))

    def test_a_company_registered_there_invoices_the_tax_of_the_place(self):
        """000-27: with the fiscal position that Odoo asks for."""
        france = self.env.ref("base.fr")
        tax = self.make_tax(20, country_id=france.id)
        position = self.env["account.fiscal.position"].create(
            {"name": "FR", "country_id": france.id, "foreign_vat": "FR83404833048"}
        )
        for auto_apply in (True, False):
            with self.subTest(auto_apply=auto_apply):
                position.auto_apply = auto_apply
                order = self.bring({**self.french_order(), "remote_order_id": f"R-{auto_apply}"})[
                    :1
                ]
                self.assertEqual(order.state, "imported", order.error_message)
                self.assertEqual(order.sale_order_id.order_line.tax_ids, tax)
                self.assertEqual(order.sale_order_id.fiscal_position_id, position)
                self.product.invoice_policy = "order"
                invoice = order.sale_order_id._create_invoices()
                invoice.action_post()
                self.assertEqual((invoice.amount_total, invoice.amount_tax), (12.0, 2.0))

    def test_a_tax_of_another_company_is_not_taken(self):
        """000-27."""
        other = self.env["res.company"].create({"name": "Other", "country_id": self.germany.id})
        self.env.user.company_ids |= other
        group = {"name": "X", "company_id": other.id, "country_id": self.germany.id}
        group_id = self.env["account.tax.group"].create(group).id
        self.make_tax(19, company_id=other.id, tax_group_id=group_id)
        self.assertEqual(self.bring(self.taxed_order()).error_code, "unknown_tax")

    def test_a_coin_of_rounding_becomes_a_named_line(self):
        """The site's total is not what its own amounts add up to."""
        self.make_tax(19)
        value = {**self.taxed_order(), "amount_total": "20.00"}
        order = self.bring(value)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 20.0)
        self.assertIn("Rounding difference", order.sale_order_id.order_line[-1].name)

    def test_more_than_the_tolerance_is_held_with_the_arithmetic(self):
        self.make_tax(19)
        value = self.taxed_order()
        value["amount_total"] = "20.99"
        order = self.bring(value)
        self.assertEqual((order.state, order.error_code), ("error", "total_differs"))
        for number in ("20.99", "16.80", "3.19", "19.99", "1.00"):
            self.assertIn(number, order.error_message)

    def test_taxes_may_stay_lines(self):
        """000-25."""
        self.site.tax_mode = "lines"
        order = self.bring(self.taxed_order())
        self.assertEqual(order.sale_order_id.order_line.mapped("price_subtotal"), [16.8, 3.19])
        self.assertFalse(self.rules())

    def test_states_have_taxes_of_their_own_where_they_do(self):
        value = self.taxed_order(net="100.00", tax="8.25")
        value["address"] |= {"country": "US", "state": "TX"}
        self.bring(value)
        self.assertEqual((self.rules().state_id.code, self.rules().rate), ("TX", 8.25))

    def test_the_tax_control_adds_up_by_who_collects(self):
        self.make_tax(19)
        theirs = self.taxed_order("R-2", "10.00", "1.90", tax_model="MARKETPLACE_FACILITATOR")
        self.bring(self.taxed_order("R-1"), theirs)
        action = self.env["ir.actions.act_window"]._for_xml_id("integrator.tax_control_action")
        operator = new_test_user(self.env, "controller", "integrator.group_integrator_user")
        lines = self.env["integrator.order.line"].with_user(operator)
        found = lines._read_group(
            literal_eval(action["domain"]), ["tax_collection"], ["amount_tax:sum"]
        )
        self.assertEqual(sorted(found), [("marketplace", 1.9), ("seller", 3.19)])
