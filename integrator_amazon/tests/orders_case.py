# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import AmazonCommon


class OrdersCase(AmazonCommon):
    """Twenty orders of all kinds, imported and acknowledged once for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # stages run by an instance; none of its tests does
        story = cls()
        cls.kinds = story.place_orders(count=20)
        cls.orders = story.import_orders()
        story.run_stages("plan_orders", "send", "send")
        cls.kept = cls.amazon.snapshot()

    def setUp(self):
        super().setUp()
        self.amazon.restore(self.kept)

    def order(self, kind):
        """The first order of a kind."""
        remote = self.kinds[kind][0]
        return self.orders.filtered(lambda one: one.remote_order_id == remote)
