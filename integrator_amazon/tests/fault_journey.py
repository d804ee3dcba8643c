# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One pass through all that is sent and fetched, disturbed by one fault."""

from datetime import timedelta

from odoo.tests import freeze_time

from ..models.amazon_adapter import TOKENS
from .common import GERMANY, AmazonCommon

#: Records that may have a reason while something is wrong.
REASONED = (
    "integrator.fetch.request",
    "integrator.document",
    "integrator.order",
    "integrator.task",
)

#: The rounds after which everything has to be at its end, and the time between two.
ROUNDS = 5
#: What Amazon does not show is believed only after half an hour, and sent once more.
SLOW_ROUNDS = 9
PAUSE = timedelta(minutes=61)

TRACKING = "003404341610900001"


class FaultJourney(AmazonCommon):
    """Products are sent, an order is imported, acknowledged and shipped."""

    #: Whether a person presses “Try again” where the work stopped.
    person = False
    #: Rounds after which everything has to be at its end.
    rounds = ROUNDS

    def journey(self, operation=None, fault=None, **options):
        """Go all the way while one call of an operation meets a fault.

        :return: tuple (end state, list of tuples (code, reason) that were shown meanwhile)
        """
        self.reasons, self.pressed = [], set()
        self.clock = self.env.cr.now()
        self.amazon.reset()
        TOKENS.clear()
        if fault:
            self.amazon.fault(operation, fault, **options)
        self.env["product.integration"]._request(self.site, self.products[0])
        self.run_until_done("plan_products", "send")
        self.amazon.demo(count=1, marketplace_id=GERMANY)
        self.run_until_done("fetch", "acknowledge", "extract", "import", "plan_orders", "send")
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        for sale_order in orders.sale_order_id:
            self.deliver(sale_order, tracking=TRACKING)
        self.run_until_done("plan_orders", "send")
        return self.end_state(orders), self.reasons

    def run_until_done(self, *stages):
        """Run stages, an hour apart, until the queues are empty; where a person has to decide, he
        presses “Try again”, and they go on."""
        self.go_on(*stages)
        if self.person and self.press_retry():
            self.go_on(*stages)

    def press_retry(self):
        """Press “Try again” on whatever shows an error; return whether there was something."""
        for name in ("integrator.task", "integrator.document"):
            failed = self.env[name].search(
                [("site_id", "=", self.site.id), ("state", "=", "error")]
            )
            if failed:
                failed.action_retry()
                self.pressed.add(name)
        return bool(self.pressed)

    def go_on(self, *stages):
        for _round in range(self.rounds):
            with freeze_time(self.clock):
                self.run_stages(*stages)
            self.env.invalidate_all()
            self.look()
            self.clock += PAUSE
            if self.is_quiet() and not self.alerts():
                break

    def look(self):
        """Note the reasons that a person sees now."""
        for name in REASONED:
            domain = [("site_id", "=", self.site.id), ("error_message", "!=", False)]
            for record in self.env[name].search(domain):
                reason = (record.error_code, record.error_message)
                if reason not in self.reasons:
                    self.reasons.append(reason)

    def end_state(self, orders):
        """The final state on both sides, without ids."""
        [sku] = self.products[0].mapped("default_code")
        listing = self.amazon.listing(sku)
        remote = [self.amazon.order(order.remote_order_id) for order in orders]
        tasks = self.tasks().filtered(lambda task: task.state != "obsolete")
        return {
            "listed": self.amazon.listings(),
            "price": listing["attributes"].get("purchasable_offer") if listing else None,
            "orders": len(orders),
            "sale orders": self.env["sale.order"].search_count(
                [("integrator_site_id", "=", self.site.id)]
            ),
            "order states": orders.mapped("state"),
            "totals": [order.sale_order_id.amount_total == order.amount_total for order in orders],
            "acknowledged": [len(self.amazon.acknowledgements(o.remote_order_id)) for o in orders],
            "packages": [len(self.amazon.shipments(o.remote_order_id)) for o in orders],
            "remote states": [one["fulfillment"]["fulfillmentStatus"] for one in remote],
            "tasks": sorted((task.kind, task.state) for task in tasks),
            "alerts": self.alerts().mapped("code"),
            "violations": self.amazon.violations,
        }
