# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from .common import GERMANY, AmazonCommon


class MoneyCase(AmazonCommon):
    """Orders of known amounts, shipped and confirmed once for all tests of a class: 10.00 and 20.00
    without a tax, 60.00 and 4.90 shipping with 19 % included; and one of three items that waits,
    10.00, 20.00 and 30.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # invoices take taxes of the company's own country only
        cls.env.company.account_fiscal_country_id = cls.env.ref("base.de")
        cls.ten, cls.twenty, cls.taxed, cls.waiting = cls._prepare_once(cls._sell_and_ship)

    # === DOING === #

    def _sell_and_ship(self):
        self.list_products()
        shipped = [self.sell("single", 10), self.sell("single", 20), self.sell("tax", 20)]
        waiting = self.sell("several_lines", 10, 20, 30)
        for order in shipped:
            self.deliver(order.sale_order_id)
        self.run_stages("plan_orders")
        self.send_all()
        return *shipped, waiting

    def sell(self, kind, *prices):
        """An order at Amazon, imported.

        :param str kind: of the simulator's demo orders
        :param prices: of SKU-1, SKU-2 and SKU-3
        """
        listings = [
            {"sku": f"SKU-{number}", "asin": f"B00{number}", "title": "Thing", "price": price}
            for number, price in enumerate(map(Decimal, prices), 1)
        ]
        known = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        # another seed gives another order id
        options = {"marketplace_id": GERMANY, "listings": listings, "seed": len(known) + 1}
        self.amazon.demo(count=1, kinds=[kind], **options)
        return self.import_orders() - known

    def invoice(self, *orders):
        """One posted invoice of orders, as of one customer."""
        sale_orders = self.env["sale.order"].union(*(order.sale_order_id for order in orders))
        sale_orders.partner_invoice_id = sale_orders[0].partner_invoice_id
        sale_orders.partner_id = sale_orders[0].partner_id
        invoice = sale_orders._create_invoices()
        invoice.ensure_one().action_post()
        return invoice

    def credit(self, invoice, *amounts, extra=(), post=True):
        """A credit note of an invoice.

        :param amounts: for each of its lines what goes back, with the tax in it where the line has
            one; 0: nothing; lines that are not named go back whole
        :param extra: dicts of further lines
        """
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        lines = note.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        commands = [(0, 0, {"tax_ids": [(5,)], **values}) for values in extra]
        for line, amount in zip(lines, amounts, strict=False):
            values = {"quantity": 1, "price_unit": amount}
            commands.append((1, line.id, values) if amount else (2, line.id))
        note.invoice_line_ids = commands
        if post:
            note.action_post()
        return note

    # === SEEING === #

    def given_back(self, order):
        """The refunds of an order at Amazon: component -> amount as text."""
        refunded = self.refunded_components(order)
        return {component: str(amount) for component, amount in refunded.items()}

    def refunds(self, note, order=None):
        """The tasks of a credit note, the last one first."""
        tasks = self.tasks(kind="refund", move_id=note.id)
        return tasks.filtered(lambda task: order is None or task.order_id == order)

    def questions(self, record):
        """The activities on a record."""
        return record.activity_ids.mapped("summary")
