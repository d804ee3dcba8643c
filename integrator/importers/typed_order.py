# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..exceptions import RejectedError


class TypedOrder(models.AbstractModel):
    """Remote orders that somebody seems to have entered by hand before they came: a sale order has
    their number as customer reference. A person says whether it is the same sale; until then
    nothing is made that could be delivered and invoiced twice."""

    _name = "integrator.typed.order"
    _description = "Orders entered by hand"

    def _split_answered(self, typed, wanted):
        """Split orders into those that a person has answered and those that wait.

        :param dict typed: `integrator.order` -> sale orders that may be it
        :param dict wanted: order -> list of `WantedLine`
        :return: tuple (dict order -> the sale order that it is, dict order -> RejectedError)
        """
        answered, unanswered = {}, {}
        for order, sale_orders in typed.items():
            try:
                answered[order] = self._answered(order, sale_orders, wanted[order])
            except RejectedError as error:
                unanswered[order] = error
        return answered, unanswered

    def _check(self, orders):
        """The obstacles to taking over the sale orders that orders are asked about.

        :param orders: `integrator.order`, held for that
        :return: dict order -> text for people; only those that something keeps
        """
        wanted, failed = self.env["integrator.order.importer"]._read(orders)
        kept = {order: error.message for order, error in failed.items()}
        for order, lines in wanted.items():
            if text := self._obstacle(order, order.typed_sale_order_id, lines):
                kept[order] = text
        return kept

    def _answered(self, order, sale_orders, wanted):
        """The sale order that was entered by hand for an order, once a person has confirmed it.

        :param sale_orders: those that have its number as customer reference
        :param list wanted: `WantedLine` of the order
        :raise RejectedError: until then, and where it cannot be that one
        """
        chosen = order.typed_sale_order_id & sale_orders
        fitting = sale_orders.filtered(lambda one: not self._obstacle(order, one, wanted))
        if order.typed_answer and chosen & fitting:
            return chosen
        best = (chosen & fitting or fitting or chosen or sale_orders)[:1]
        order.write({"typed_sale_order_id": best.id, "typed_answer": False})
        question = self.env._(
            "This number is the customer reference of %(sale_orders)s: was the order entered by "
            "hand? So that it is not sold twice, say whether it is %(best)s.",
            sale_orders=", ".join(sale_orders.mapped("name")),
            best=best.name,
        )
        hint = self._obstacle(order, best, wanted) or self._other_total(order, best)
        raise RejectedError(" ".join(filter(None, (question, hint))), code="sold_by_hand")

    def _obstacle(self, order, sale_order, wanted):
        """Return the reason for which an order cannot go on with a sale order that somebody has
        entered.

        :param list wanted: `WantedLine` of the order
        :return: for people; empty where it can
        """
        if not sale_order or sale_order.state == "cancel":
            return self.env._(
                "The sale order is cancelled or deleted by now. Press “It is another sale”."
            )
        if differences := self._differences(sale_order, wanted):
            return self.env._(
                "The items differ: %(differences)s. If it is the same order, correct "
                "%(sale_order)s first, line by line.",
                differences="; ".join(differences),
                sale_order=sale_order.name,
            )
        waiting = sale_order.picking_ids._integrator_open_deliveries()
        if order.fulfilled_by == "site" and waiting:
            return self.env._(
                "The channel ships this order itself, and %(delivery)s is to ship it, too. If it "
                "is the same order, cancel that delivery first.",
                delivery=", ".join(waiting.mapped("name")),
            )
        return ""

    def _differences(self, sale_order, wanted):
        """Return the pieces of an order that a sale order lacks, or has in another number.

        :return: list of texts for people
        """
        there, here = {}, {}
        for one in wanted:
            if one.kind == "item":
                there.setdefault(one.product_id, []).append(one.pieces)
        for line in sale_order.order_line.filtered("product_uom_qty"):
            product = line.product_id
            # what is no goods, such as the shipping, is for the person to say
            if product.id in there or product.type != "service":
                here.setdefault(product.id, []).append(line._integrator_pieces())
        return [
            self.env._(
                "%(product)s: %(there)s on the channel, %(here)s in %(sale_order)s",
                product=self.env["product.product"].browse(product_id).display_name,
                there=self._sum_text(there.get(product_id, ())),
                here=self._sum_text(here.get(product_id, ())),
                sale_order=sale_order.name,
            )
            for product_id in dict.fromkeys((*there, *here))
            if sorted(there.get(product_id, ())) != sorted(here.get(product_id, ()))
        ]

    @staticmethod
    def _sum_text(quantities):
        """For example “2 + 1” of two lines."""
        return " + ".join(f"{quantity:g}" for quantity in quantities) or "0"

    def _other_total(self, order, sale_order):
        """Return a text where a sale order that somebody has entered comes to another total; else
        an empty one."""
        currency = order.currency_id or order.company_id.currency_id
        total = order._expected_total()
        same = sale_order.currency_id == currency
        if same and not currency.compare_amounts(total, sale_order.amount_total):
            return ""
        return self.env._(
            "The totals differ, and stay so: %(there)s on the channel, %(here)s in %(sale_order)s.",
            there=currency.format(total),
            here=sale_order.currency_id.format(sale_order.amount_total),
            sale_order=sale_order.name,
        )

    def _begin(self, order):
        """Apply the order's present state to a sale order that was entered by hand, and send
        shipments that it had before.

        :param order: `integrator.order`, linked with it
        """
        site, sale_order = order.site_id, order.sale_order_id
        sale_order.commitment_date = order.deliver_by or order.ship_by or sale_order.commitment_date
        if site.confirm_orders and sale_order.state in ("draft", "sent"):
            sale_order.action_confirm()
        elif order.remote_status == "unshipped":
            events = self.env["order.integration"]
            for operation, source in sale_order._integrator_history(site):
                # a refund may have been made there by hand
                if operation in ("confirmation", "shipped"):
                    events._note(sale_order, operation, source=source, site=site)
        self.env["integrator.order.updater"]._apply_changes(order)
