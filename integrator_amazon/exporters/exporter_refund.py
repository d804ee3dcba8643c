# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from odoo.addons.integrator.exceptions import NothingToSendError, RejectedError

from ..api.builders import BuildError
from ..api.builders.order_adjustment import (
    FEED_TYPE,
    AdjustedItem,
    OrderAdjustment,
    RefundComponent,
    build_order_adjustment,
)

ZERO = Decimal(0)

#: What money was paid for -> Amazon's component of the amount and of the tax on it. A
#: discount makes the refund of the item smaller. Where the tax is not given separately, all of it
#: belongs to the first.
COMPONENTS = {
    "item": ("Principal", "Tax"),
    "discount": ("Principal", "Tax"),
    "tax": ("Principal", "Tax"),
    "shipping": ("Shipping", "ShippingTax"),
    "gift_wrap": ("GiftWrap", "GiftWrapTax"),
    "cod_fee": ("COD", "CODTax"),
    "other": ("Other", "Other"),
    "goodwill": ("Goodwill", "Goodwill"),
}


class AmazonRefundExporter(models.AbstractModel):
    """Credit notes as adjustments of orders, item by item and component by component;
    and units that are cancelled, which Amazon takes by the same feed."""

    _name = "integrator.amazon.exporter.refund"
    _inherit = "integrator.amazon.exporter.order.feed"
    _description = "Amazon exporter: refund"

    _feed_type = FEED_TYPE
    _build = staticmethod(build_order_adjustment)

    # === BUILD === #

    def _prepare_messages(self, task):
        makers = {"refund": self._prepare_message, "cancellation": self._prepare_units}
        message = makers[task.kind](task)
        return [message] if message else []

    def _prepare_message(self, task):
        """The message of one credit note for one order: what was not sent yet, of items of which
        pieces have left. It is recorded on the credit note and counts from now on.

        :raise RejectedError: for what Amazon would refuse, naming the item
        """
        order, more = task.order_id, task._refund_due()
        shipped = order._amazon_shipped_lines()
        parts = {key: amounts for key, amounts in more.items() if key[0] in shipped}
        if not parts:
            raise NothingToSendError(self.env._("All of it has been sent to Amazon already."))
        message = OrderAdjustment(task.id, order.remote_order_id, self._items(task, parts))
        self._try(task, message)
        self.env["integrator.refund.line"]._replace(task, parts)
        self._check_limits(task)
        return message

    def _prepare_units(self, task):
        """The message that cancels units of a line; None when Amazon waits for none of them."""
        refund_lines = self.env["integrator.refund.line"]
        refund_lines._forget_planned(task)
        line = self.env["sale.order.line"].browse(int(task.target_ref.split(",")[1])).exists()
        units = line._integrator_amazon_units_to_cancel(task.order_id)
        refund_lines._replace_units(
            task, {one: line._integrator_amazon_units_left(one) for one in units}
        )
        items = tuple(
            AdjustedItem(
                amazon_order_item_code=one.remote_line_id,
                reason=task.site_id._amazon_unit_reason(),
                quantity_cancelled=quantity,
            )
            for one, quantity in units.items()
        )
        return items and OrderAdjustment(task.id, task.order_id.remote_order_id, items)

    def _items(self, task, parts):
        """The items of a message.

        :param dict parts: (order line, kind) -> tuple (net, tax)
        """
        marketplace = self.env["integrator.amazon.marketplace"]._of_order(task.order_id)
        reason = task.move_id._integrator_refund_reason(task.site_id)
        return tuple(
            self._prepare_item(task, line, amounts, reason)
            for line, amounts in self._by_line(parts, marketplace.refund_tax_apart).items()
        )

    def _by_line(self, parts, tax_apart):
        """Amounts per item and component.

        :return: dict order line -> dict component -> Decimal
        """
        items = {}
        for (line, kind), (net, tax) in parts.items():
            item = items.setdefault(line, {})
            component, tax_component = COMPONENTS[kind]
            if kind == "tax":
                # a line of taxes only, without a tax of Odoo
                net, tax = ZERO, net + tax
            tax_component = tax_component if tax_apart else component
            for name, amount in ((component, net), (tax_component, tax)):
                item[name] = item.get(name, ZERO) + amount
        return items

    def _prepare_item(self, task, line, amounts, reason):
        currency = line.currency_id.name
        return AdjustedItem(
            amazon_order_item_code=line.remote_line_id,
            reason=reason.code,
            components=tuple(
                RefundComponent(component, amount, currency)
                for component, amount in amounts.items()
                if amount
            ),
            merchant_adjustment_item_id=f"{task.id}-{line.id}",
        )

    def _try(self, task, message):
        """Build the message alone: what cannot be said is this credit note's alone."""
        try:
            build_order_adjustment(task.site_id.amazon_merchant_id, [message])
        except BuildError as error:
            raise RejectedError(
                self.env._(
                    "The credit note %(note)s cannot be sent to Amazon: %(error)s. Set it to "
                    "draft, correct it and post it again.",
                    note=task.move_id.name,
                    error=error,
                ),
                code="refund_incomplete",
            ) from error

    def _check_limits(self, task):
        """Amazon gives no more back than was paid for an item, all refunds together."""
        back = self.env["integrator.refund.line"]._paid_back(task.order_id)
        rows = task.refund_line_ids.filtered(lambda row: row.state == "ready")
        for line in rows.order_line_id:
            total, currency = float(back.get(line.remote_line_id, ZERO)), line.currency_id
            if currency.compare_amounts(total, line.amount_total) > 0:
                raise RejectedError(
                    self.env._(
                        "For the item %(sku)s the buyer paid %(paid)s, and %(back)s would have "
                        "gone back with this credit note. Make it smaller, or use a line without "
                        "product for goodwill.",
                        sku=line.sku or line.remote_line_id,
                        paid=currency.format(line.amount_total),
                        back=currency.format(total),
                    ),
                    code="refund_above_paid",
                )

    # === FOLLOW === #

    def _refusals(self, submission, report):
        refused = super()._refusals(submission, report)
        for task in submission.task_ids:
            issues = report.results.get(task.id, ())
            for line in task.refund_line_ids.filtered(lambda row: row.state == "submitted"):
                texts = [one.message for one in issues if one.item in ("", line.remote_line_id)]
                line.message = "; ".join(texts) or False
        return refused
