# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.integrator.tests.privacy_case import MaskingMixin

from .common import AmazonCommon

#: Keys of Amazon's that tell who or where somebody is.
PERSONAL = ("name", "buyerName", "buyerEmail", "addressLine1", "buyerPurchaseOrderNumber")


@tagged("post_install", "-at_install")
class TestPrivacyDump(MaskingMixin, AmazonCommon):
    """Two months after delivery, a dump of the whole database contains no name of Amazon's buyers,
    whatever happened to the orders."""

    def test_sixty_days_after_delivery_no_buyer_is_left(self):
        kinds = self.place_orders(count=16)
        buyers = self.buyers(kinds)
        self.assertGreater(len(buyers), 12)
        self.assertEqual(self.traces(buyers), set())
        orders = self.import_orders()
        delivered = self.play(orders, kinds)
        self.assertIn("integrator_order.address", self.traces(buyers))
        self.mask(days=31)
        self.assertTrue(delivered.masked_at)
        before = delivered.updated_at
        with self.later(days=40):
            self.amazon.update_order(delivered.remote_order_id)
            self.import_orders()
        self.assertGreater(delivered.updated_at, before)
        self.assertEqual(delivered.buyer["name"], "")
        self.mask(days=60)
        self.assertEqual(self.traces(buyers), set())

    def buyers(self, kinds):
        """Names, streets and mail addresses of all orders, in lower case."""
        found = set()
        for remote_order_id in {one for ids in kinds.values() for one in ids}:
            remote = self.amazon.order(remote_order_id)
            for part in ("buyer", "recipient"):
                found |= set(self.values_of(remote.get(part)))
        return sorted(found)

    def values_of(self, node):
        rows = node.items() if isinstance(node, dict) else ()
        for key, value in rows:
            if key in PERSONAL and value:
                yield value.lower()
            yield from self.values_of(value)

    def play(self, orders, kinds):
        """Delivered and sent back, cancelled, held, not paid, not shipped.

        :return: the order that is delivered
        """
        imported = orders.filtered(lambda one: one.state == "imported")
        plain = imported.filtered(lambda one: one.remote_order_id in kinds["quantities"])[:1]
        self.deliver(plain.sale_order_id)
        other = imported.filtered(
            lambda one: one.fulfilled_by == "merchant" and one.remote_status == "unshipped"
        )
        self.amazon.cancel((other - plain)[:1].remote_order_id)
        self.run_stages("plan_orders", *["send"] * 3)
        line = plain.line_ids[0]
        self.amazon.add_return(plain.remote_order_id, line.remote_line_id, 1)
        for minutes in (0, 3, 6):
            with self.later(days=1, minutes=minutes):
                self.import_orders()
        return plain
