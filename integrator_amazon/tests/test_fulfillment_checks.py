# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .common import GERMANY
from .fulfillment_case import FulfillmentCase


@tagged("post_install", "-at_install")
class TestFulfillmentChecks(FulfillmentCase):
    """Questions are asked before an order is exported, and rules and delivery methods decide."""

    def ask(self, order, **parameters):
        """Export an order that ends with one question.

        :return: tuple (operation, question)
        """
        operation = self.export(order, **parameters)
        self.assertEqual(operation.state, "waiting", operation.step_ids.mapped("text"))
        [question] = self.questions(operation)
        self.assertFalse(self.amazon.fulfillments())
        return operation, question

    def answer(self, operation, action):
        choice = operation.choice_ids.filtered(lambda one: one.action == action)
        self.assertEqual(len(choice), 1, operation.choice_ids.mapped("action"))
        choice.with_user(self.operator).action_choose()
        return self.go_on(operation)

    def rule(self, **values):
        return self.env["integrator.amazon.fulfillment.rule"].create({"name": "Rule", **values})

    def test_a_product_that_amazon_does_not_keep_is_asked_about(self):
        """002-38: shipped by ourselves only."""
        self.products[1].default_code = "OWN-2"
        order = self.sell(1, 1)
        operation, question = self.ask(order)
        self.assertEqual(question.cause, "variant")
        self.assertIn("OWN-2", question.text)
        self.answer(operation, "skip")
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        self.assertEqual(self.remote(order).line_ids.mapped("sku"), ["SKU-1"])

    def test_too_few_pieces_are_asked_about(self):
        """002-37: the answer takes what there is."""
        self.amazon.set_fba_stock("SKU-1", 3, GERMANY)
        order = self.sell(5)
        operation, question = self.ask(order)
        self.assertEqual((question.cause, question.data["available"]), ("availability", 3))
        self.answer(operation, "reduce")
        self.assertEqual(self.remote(order).line_ids.quantity, 3)

    def test_a_piece_and_a_half_is_refused(self):
        """Whole pieces only."""
        unit = self.env.ref("uom.product_uom_unit")
        unit.rounding = 0.01
        operation, question = self.ask(self.sell(1.5))
        self.assertEqual(question.cause, "fraction")
        self.answer(operation, "cancel")
        self.assertFalse(self.amazon.fulfillments())

    def test_a_fee_above_the_limit_is_asked_about(self):
        """002-39: 2 pieces at 3.00 and 2.50 for the order."""
        self.site.export_fee_limit = 8.49
        order = self.sell(2)
        operation, question = self.ask(order)
        self.assertEqual((question.cause, question.data["fee"]), ("fee", "8.50"))
        self.answer(operation, "accept")
        self.assertEqual(self.remote(order).fee, 8.5)

    def test_a_late_arrival_offers_a_quicker_speed(self):
        """Standard takes five days, expedited three."""
        due = fields.Datetime.now() + timedelta(days=4)
        order = self.sell(1, commitment_date=due)
        operation, question = self.ask(order)
        self.assertEqual(question.cause, "arrival")
        self.answer(operation, "speed_expedited")
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        there = self.amazon.fulfillment(self.remote(order).remote_ref)["fulfillmentOrder"]
        self.assertEqual(there["shippingSpeedCategory"], "Expedited")

    def test_an_address_is_looked_at_before(self):
        """No city in Germany."""
        self.customer.city = False
        operation, question = self.ask(self.sell(1))
        self.assertEqual(question.cause, "address")
        self.assertIn("city", question.text)
        self.customer.city = "München"
        self.answer(operation, "again")
        self.assertEqual(operation.state, "done")

    def test_an_address_in_japan_has_no_city(self):
        """There it belongs to the head of the street."""
        self.customer.country_id = self.env.ref("base.jp")
        order = self.sell(1)
        operation = self.export(order)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        there = self.amazon.fulfillment(self.remote(order).remote_ref)["fulfillmentOrder"]
        self.assertNotIn("city", there["destinationAddress"])
        self.assertIn("München", there["destinationAddress"]["addressLine1"])

    def test_an_address_to_which_nobody_delivers(self):
        self.amazon.settings.mcf_bad_postcodes = {"80331"}
        _operation, question = self.ask(self.sell(1))
        self.assertEqual(question.cause, "address")
        self.assertIn("cannot deliver", question.text)

    def test_a_preview_changes_nothing(self):
        """Three speeds, with fee and arrival."""
        order = self.sell(2)
        request = self.env["integrator.operation.export"]._build_request(
            self.env["integrator.operation"].new(
                {"order_id": order.id, "site_id": self.site.id, "parameters": {}}
            )
        )
        previews = self.site._adapter()._preview_order_export(self.site, request)
        found = [(one.speed, str(one.fee), one.currency) for one in previews]
        self.assertEqual(
            found,
            [
                ("standard", "8.50", "EUR"),
                ("expedited", "11.50", "EUR"),
                ("priority", "16.50", "EUR"),
            ],
        )
        self.assertTrue(all(one.arrival_to for one in previews))
        self.assertFalse(self.amazon.fulfillments())
        self.assertEqual(self.amazon.fba_stock("SKU-1")["fulfillable"], 20)

    def test_more_lines_than_amazon_takes_become_several_orders(self):
        """002-43: 251 pieces; one line goes with others as long as it fits."""
        for sku in ("SKU-1", "SKU-2"):
            self.amazon.set_fba_stock(sku, 300, GERMANY)
        for product in self.products:
            self.env["stock.quant"]._update_available_quantity(product, self.fba, 300)
        order = self.sell(150, 101)
        operation = self.export(order)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        quantities = sorted(self.remote(order).mapped("line_ids.quantity"))
        self.assertEqual((len(self.remote(order)), quantities), (2, [101, 150]))
        # 251 pieces at 3.00, and 2.50 for each of two orders
        self.assertAlmostEqual(sum(self.remote(order).mapped("fee")), 758.0)

    def test_the_line_after_the_hundredth_goes_into_a_second_order(self):
        """Amazon takes at most 100 lines."""
        order = self.sell(*[1] * 3, confirm=False)
        row = {"product_id": self.products[0].id, "product_uom_qty": 1, "order_id": order.id}
        self.env["sale.order.line"].create([row] * 98)
        operations = self.env["integrator.operation"]
        asked = operations.new({"order_id": order.id, "site_id": self.site.id, "parameters": {}})
        request = self.env["integrator.operation.export"]._build_request(asked)
        parts = self.site._adapter()._split_order_export(self.site, request)
        self.assertEqual([len(part.lines) for part in parts], [100, 1])
        refs = [line.ref for part in parts for line in part.lines]
        self.assertEqual(refs, [str(line.id) for line in order.order_line])

    def test_a_line_of_more_pieces_than_amazon_takes_is_asked_about(self):
        self.amazon.set_fba_stock("SKU-1", 300, GERMANY)
        _operation, question = self.ask(self.sell(251))
        self.assertIn("at most 250 pieces", question.text)

    def test_channel_rules_ask_for_plain_boxes_and_other_carriers(self):
        """BLOCK_AMZL and BLANK_BOX are required where the channel demands it."""
        self.rule(team_ids=self.team.ids, plain_box=True, other_carrier=True)
        order = self.sell(2)
        self.export(order)
        remote = self.remote(order)
        there = self.amazon.fulfillment(remote.remote_ref)["fulfillmentOrder"]
        self.assertEqual(
            {
                (row["featureName"], row["featureFulfillmentPolicy"])
                for row in there["featureConstraints"]
            },
            {("BLANK_BOX", "Required"), ("BLOCK_AMZL", "Required")},
        )
        # 5 % more: 6.30 and 2.63
        self.assertEqual(remote.fee, 8.93)
        self.ship(remote)
        self.assertEqual(remote.parcel_ids.carrier, "DHL")

    def test_products_that_need_an_amazon_box_are_asked_about(self):
        self.rule(team_ids=self.team.ids, plain_box=True)
        self.amazon.settings.mcf_blocked_skus = {"SKU-1"}
        _operation, question = self.ask(self.sell(1))
        self.assertIn("in the way that was asked for", question.text)

    def test_rules_fit_by_team_country_and_product(self):
        """The first that fits counts."""
        rules = self.env["integrator.amazon.fulfillment.rule"]
        only = self.rule(product_ids=self.products[0].ids, sequence=1)
        abroad = self.rule(country_ids=self.env.ref("base.fr").ids, sequence=2)
        team = self.rule(team_ids=self.team.ids, sequence=3)
        one, both = self.products[0], self.products[:2]
        cases = [
            (("", "DE", one), only),
            (("", "FR", both), abroad),
            (("Web shop", "DE", both), team),
            (("Web shop", "FR", one), only),
            (("", "DE", both), rules),
        ]
        for facts, expected in cases:
            with self.subTest(facts=facts):
                self.assertEqual(rules._find_sudo(self.site, *facts), expected)

    def test_a_rule_sends_an_order_when_it_is_confirmed(self):
        """Never one that came from a site."""
        self.rule(team_ids=self.team.ids, use="confirm", speed="expedited")
        order = self.sell(1)
        operation = self.env["integrator.operation"].search([("order_id", "=", order.id)])
        self.go_on(operation)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        there = self.amazon.fulfillment(self.remote(order).remote_ref)["fulfillmentOrder"]
        self.assertEqual(there["shippingSpeedCategory"], "Expedited")
        from_site = self.sell(1, confirm=False)
        from_site.integrator_site_id = self.site
        from_site.action_confirm()
        domain = [("order_id", "=", from_site.id)]
        self.assertFalse(self.env["integrator.operation"].search(domain))

    def test_a_rule_forbids(self):
        self.rule(team_ids=self.team.ids, use="never", name="Not this shop")
        operation, question = self.ask(self.sell(1))
        self.assertIn("Not this shop", question.text)
        self.answer(operation, "accept")
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))

    def test_ship_by_amazon_ends_with_the_addon(self):
        """Uninstalled, it leaves no channel, and no method that ships for nothing."""
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Ship by Amazon",
                "delivery_type": "amazon_fulfillment",
                "amazon_site_id": self.site.id,
                "product_id": self.env.ref("integrator_amazon.product_shipping").id,
            }
        )
        order = self.sell(1, carrier_id=carrier.id)
        self.uninstall_kind("amazon")
        self.assertFalse(self.site.exists())
        self.assertEqual((carrier.active, order.carrier_id), (False, carrier))

    def test_ship_by_amazon_is_a_delivery_method_with_a_rate(self):
        """Its rate is Amazon's fee; a confirmed order that has it is given to Amazon."""
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Ship by Amazon",
                "delivery_type": "amazon_fulfillment",
                "amazon_site_id": self.site.id,
                "amazon_speed": "cheapest",
                "product_id": self.env.ref("integrator_amazon.product_shipping").id,
            }
        )
        due = fields.Datetime.now() + timedelta(days=4)
        order = self.sell(2, confirm=False, commitment_date=due)
        wizard = Form(
            self.env["choose.delivery.carrier"].with_context(
                default_order_id=order.id, default_carrier_id=carrier.id
            )
        ).save()
        wizard.update_price()
        # expedited: standard would be late
        self.assertEqual(wizard.display_price, 11.5)
        wizard.button_confirm()
        order.action_confirm()
        operation = self.env["integrator.operation"].search([("order_id", "=", order.id)])
        self.go_on(operation)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        remote = self.remote(order)
        self.assertEqual((remote.line_ids.mapped("sku"), remote.fee), (["SKU-1"], 11.5))
        self.ship(remote)
        picking = order.picking_ids.filtered(lambda one: one.state == "done")
        self.assertTrue(picking.carrier_tracking_ref.startswith("TRACK"))
        self.assertTrue(picking.carrier_tracking_url.startswith("https://www.swiship"))
        self.customer.city = False
        rate = carrier.rate_shipment(order)
        self.assertFalse(rate["success"])
        self.assertTrue(rate["error_message"])

    def test_the_delivery_has_a_button(self):
        order = self.sell(1)
        picking = order.picking_ids
        self.assertTrue(picking.integrator_amazon_can_ship)
        action = picking.with_user(self.operator).action_integrator_amazon_ship()
        self.assertEqual(action["context"]["default_order_id"], order.id)
        self.site.amazon_fulfillment = False
        picking.invalidate_recordset()
        self.assertFalse(picking.integrator_amazon_can_ship)

    def test_a_kit_is_sent_as_its_components(self):
        """Two kits of one of SKU-1 and two of SKU-2; one kit has left when both have."""
        kit = self.make_kit("SKU-KIT", {self.products[0]: 1, self.products[1]: 2})
        order = self.sell(confirm=False)
        order.order_line = [(0, 0, {"product_id": kit.id, "product_uom_qty": 2})]
        order.action_confirm()
        operation = self.export(order)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        remote = self.remote(order)
        there = self.amazon.fulfillment(remote.remote_ref)["fulfillmentOrderItems"]
        self.assertEqual(
            [(row["sellerSku"], row["quantity"]) for row in there], [("SKU-1", 2), ("SKU-2", 4)]
        )
        self.assertEqual((remote.line_ids.quantity, len(remote.line_ids)), (2, 1))
        second = there[1]["sellerFulfillmentOrderItemId"]
        self.amazon.plan_fulfillment(remote.remote_ref, unfulfillable={second: 1})
        self.ship(remote, "CompletePartialled")
        self.assertEqual((remote.line_ids.shipped, remote.line_ids.unfulfillable), (1, 1))
        self.assertEqual(order.order_line.qty_delivered, 1)
        done = order.picking_ids.filtered(lambda one: one.state == "done")
        rest = order.picking_ids - done
        # one kit has left Amazon's location, the other one is ours to ship, whole
        self.assertEqual(sorted(done.move_ids.mapped("quantity")), [1, 2])
        self.assertEqual(done.location_id, self.fba)
        self.assertEqual(sorted(rest.move_ids.mapped("product_uom_qty")), [1, 2])
        self.assertEqual((len(rest), rest.location_id), (1, self.stock))

    def test_numbers_fit_amazon_and_differ_between_databases(self):
        adapter = self.site._adapter()
        ref = adapter._prepare_remote_ref(self.site, "WH/OUT 00042 ü", 7)
        self.assertRegex(ref, r"^[0-9a-f]{6}-WH-OUT-00042-7$")
        long = adapter._prepare_remote_ref(self.site, "X" * 60, 12345)
        self.assertEqual((len(long), long[-6:]), (40, "-12345"))
