# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of a web shop that Amazon ships: Multi-Channel Fulfilment.

Part of `demo_scenario.py`; it runs inside Odoo as the rest does.
"""

#: Pieces of each product in Amazon's warehouse.
PIECES = 20
#: Price of an order above which a person is asked; the local Amazon asks for more.
FEE_LIMIT = 4.0
SPEED = "Standard"
#: Pieces of an operation are done one after the other; none has more than this.
MAX_PIECES = 12


class WebShop:
    """Two orders that Amazon ships: the question of the first is answered once and for all, that of
    the second by the rule. A third one is left with a question.

    :param demo: `Demo` with a site that sells
    """

    def __init__(self, demo):
        self.demo = demo
        self.env = demo.person()
        self.site = demo.site.with_env(self.env)
        self.remote = demo.remote
        self.products = self.env["product.product"].search(
            [("default_code", "in", ("DEMO-001", "DEMO-002", "DEMO-003"))], order="default_code"
        )
        self.team = self.env["crm.team"]
        self.orders = self.env["sale.order"]

    def play(self):
        self.set_up()
        first = self.export(self.sell("Hannah Beispiel", 1, 1))
        [question] = self.questions(first)
        self.choose(question, "accept").action_choose_always()
        self.go_on(first)
        second = self.export(self.sell("Paul Beispiel", 2))
        self.ship(first, second)
        self.orders = (first | second).order_id
        self.export(self.sell("Café Beispiel", PIECES + 10))
        self.env.cr.commit()
        self.demo.out(self.describe(second))

    # === STEPS === #

    def set_up(self):
        """Amazon may ship what others sold, out of a location that stands for its warehouse."""
        warehouse = self.site.warehouse_id
        location = self.env["stock.location"].create(
            {
                "name": "Amazon FBA",
                "usage": "internal",
                # beside the warehouse: what lies there is not sold as if it lay here
                "location_id": warehouse.view_location_id.location_id.id,
                "company_id": warehouse.company_id.id,
            }
        )
        self.site.write(
            {
                "amazon_fulfillment": True,
                "site_stock": "location",
                "site_location_id": location.id,
                "export_fee_limit": FEE_LIMIT,
            }
        )
        for product in self.products:
            self.env["stock.quant"]._update_available_quantity(product, location, PIECES)
            self.remote.set_fba_stock(product.default_code, PIECES, self.demo.marketplace())
        self.team = self.env["crm.team"].create({"name": "Web shop"})
        self.env.cr.commit()

    def sell(self, name, *quantities):
        """A confirmed order of the web shop.

        :param str name: of the customer
        :param quantities: pieces of the first products
        """
        customer = self.env["res.partner"].create(
            {
                "name": name,
                "street": "Beispielweg 5",
                "zip": "04109",
                "city": "Leipzig",
                "country_id": self.env.ref("base.de").id,
            }
        )
        lines = [
            (0, 0, {"product_id": product.id, "product_uom_qty": quantity})
            for product, quantity in zip(self.products, quantities, strict=False)
        ]
        order = self.env["sale.order"].create(
            {"partner_id": customer.id, "team_id": self.team.id, "order_line": lines}
        )
        order.action_confirm()
        self.env.cr.commit()
        return order

    def export(self, order):
        """*Export to a site*, up to its end or a question.

        :return: `integrator.operation`
        """
        wizard = self.env["integrator.operate"].create(
            {"kind": "export", "order_id": order.id, "site_id": self.site.id, "speed": SPEED}
        )
        operation = self.env["integrator.operation"].browse(wizard.action_start()["res_id"])
        return self.go_on(operation)

    def go_on(self, operation):
        self.env.cr.commit()
        for _piece in range(MAX_PIECES):
            if operation.state not in ("queued", "running"):
                break
            self.demo.run_stage("operate", quiet=True)
        return operation

    def questions(self, operation):
        return operation.step_ids.filtered(lambda step: step.kind == "question")

    def choose(self, question, action):
        return question.choice_ids.filtered(lambda choice: choice.action == action)

    def ship(self, *exports):
        """Amazon ships what it got, and is asked about it."""
        for operation in exports:
            for order in operation.remote_order_ids:
                self.remote.move_fulfillment(order.remote_ref, "Complete")
        operations = self.env["integrator.operation"].sudo()
        operation, _joined = operations._start("synchronise", self.site, user_id=self.env.uid)
        self.go_on(operation)

    # === FIGURES === #

    def figures(self):
        """Of the orders that Amazon ships: how many, which were done, and what was asked."""
        rules = self.env["integrator.operation.rule"].search([("site_id", "=", self.site.id)])
        shipped = self.orders.picking_ids.filtered("carrier_tracking_ref")
        return {
            "web_orders": len(self.orders),
            "web_orders_shipped": len(shipped.filtered(lambda one: one.state == "done").sale_id),
            "questions_answered_by_rule": sum(rules.mapped("hits")),
        }

    def describe(self, operation):
        [question] = self.questions(operation)
        tracking = operation.order_id.picking_ids.carrier_tracking_ref
        return (
            f"Amazon ships {len(self.orders)} orders of the web shop; "
            f"“{question.answer_name}” was answered by the rule, and {tracking} came back"
        )
