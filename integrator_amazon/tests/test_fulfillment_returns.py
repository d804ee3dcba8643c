# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .fulfillment_case import FulfillmentCase


@tagged("post_install", "-at_install")
class TestFulfillmentReturns(FulfillmentCase):
    """Pieces of kits come back to Amazon, which knows their components only."""

    def setUp(self):
        super().setUp()
        self.damaged = self.fba.copy({"name": "Damaged"})
        self.site.amazon_damaged_location_id = self.damaged
        kit = self.make_kit("SKU-KIT", {self.products[0]: 1, self.products[1]: 2})
        self.order = self.sell(confirm=False)
        self.order.order_line = [(0, 0, {"product_id": kit.id, "product_uom_qty": 2})]
        self.order.action_confirm()
        self.export(self.order)
        self.sent = self.remote(self.order)

    def wizard(self):
        action = self.sent.with_user(self.operator).action_amazon_return()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.with_user(self.operator)

    def bring_back(self, **counts):
        """Ask Amazon, as an operator, to take pieces back.

        :param counts: pieces by SKU, with _ for -
        """
        wizard = self.wizard()
        for line in wizard.line_ids:
            line.quantity = counts.get(line.sku.replace("-", "_"), 0)
            line.reason_id = wizard.reason_ids[:1]
        action = wizard.action_return()
        return self.env["integrator.amazon.return.piece"].search(action["domain"], order="id")

    def lies(self, product, place):
        return self.env["stock.quant"]._get_available_quantity(product, place)

    def test_a_kit_comes_back_as_its_components(self):
        """One kit: one of the first, two of the second, one of which is damaged; each piece lies
        where its condition says, and one kit counts as delivered."""
        self.ship(self.sent)
        self.assertEqual(self.order.order_line.qty_delivered, 2)
        self.assertEqual(
            [(line.sku, line.left) for line in self.wizard().line_ids], [("SKU-1", 2), ("SKU-2", 4)]
        )
        pieces = self.bring_back(SKU_1=1, SKU_2=2)
        self.assertEqual(
            pieces.mapped(lambda one: (one.sku, one.state)),
            [("SKU-1", "new"), ("SKU-2", "new"), ("SKU-2", "new")],
        )
        conditions = ("Sellable", "Sellable", "CustomerDamaged")
        arrived = dict(zip(pieces.mapped("return_ref"), conditions, strict=True))
        self.amazon.receive_returns(self.sent.remote_ref, arrived)
        self.synchronise()
        self.assertEqual(pieces.mapped("condition"), ["sellable", "sellable", "customer_damaged"])
        first, second = self.products[:2]
        # 20 lay there, 2 and 4 have left, 1 and 1 have come back
        self.assertEqual((self.lies(first, self.fba), self.lies(second, self.fba)), (19, 17))
        self.assertEqual((self.lies(first, self.damaged), self.lies(second, self.damaged)), (0, 1))
        self.assertEqual(self.order.order_line.qty_delivered, 1)

    def test_one_component_alone_comes_back(self):
        """A broken part of a set: the rest of it stays sold."""
        self.ship(self.sent)
        piece = self.bring_back(SKU_2=1)
        self.amazon.receive_returns(self.sent.remote_ref, {piece.return_ref: "Defective"})
        self.synchronise()
        self.assertEqual(piece.condition, "defective")
        self.assertEqual(piece.move_ids.product_id, self.products[1])
        self.assertEqual(piece.move_ids.quantity, 1)
        self.assertEqual(self.lies(self.products[1], self.damaged), 1)

    def test_a_refused_return_is_reported(self):
        """Too many; pieces that have not left; and when nothing is left to come back."""
        with self.assertRaisesRegex(UserError, "Nothing of .* has been shipped yet"):
            self.wizard()
        there = self.amazon.fulfillment(self.sent.remote_ref)["fulfillmentOrderItems"]
        second = there[1]["sellerFulfillmentOrderItemId"]
        self.amazon.plan_fulfillment(self.sent.remote_ref, unfulfillable={second: 2})
        self.ship(self.sent, "CompletePartialled")
        self.assertEqual(
            [(line.sku, line.left) for line in self.wizard().line_ids], [("SKU-1", 2), ("SKU-2", 2)]
        )
        with self.assertRaisesRegex(UserError, "Fewer pieces of SKU-2"), self.env.cr.savepoint():
            self.bring_back(SKU_1=1, SKU_2=3)
        self.assertFalse(self.sent.amazon_piece_ids, "all or nothing")
        self.bring_back(SKU_1=2, SKU_2=2)
        with self.assertRaisesRegex(UserError, "on their way back already"):
            self.wizard()

    def test_amazon_s_refusal_of_a_piece_stands_on_it(self):
        """It takes the other component of the kit."""
        self.ship(self.sent)
        self.amazon.settings.mcf_kept_skus = {"SKU-2"}
        taken, refused = self.bring_back(SKU_1=1, SKU_2=1)
        self.assertEqual((taken.state, refused.state, refused.sku), ("new", "refused", "SKU-2"))
        self.assertIn("Every piece that can come back has a return already", refused.note)
