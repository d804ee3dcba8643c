# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import AmazonCommon


class OrdersCase(AmazonCommon):
    """Twenty orders of all kinds, imported and acknowledged once for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinds, cls.orders = cls._tell_once(cls._bring_orders)

    def _bring_orders(self):
        kinds, orders = self.place_orders(count=20), self.import_orders()
        self.run_stages("plan_orders", "send", "send")
        return kinds, orders

    def order(self, kind):
        """The first order of a kind."""
        remote = self.kinds[kind][0]
        return self.orders.filtered(lambda one: one.remote_order_id == remote)
