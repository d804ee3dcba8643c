# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from odoo.addons.integrator.exceptions import IntegratorError, RejectedError

from ..api.builders import BuildError
from ..api.builders.order_adjustment import (
    FEED_TYPE,
    AdjustedItem,
    OrderAdjustment,
    RefundComponent,
    build_order_adjustment,
)
from ..api.parsers.processing_report_xml import parse_processing_report

#: What money was paid for -> Amazon's component of the amount and of the tax on it (FACTS §4). A
#: discount makes the refund of the item smaller.
COMPONENTS = {
    "item": ("Principal", "Tax"),
    "discount": ("Principal", "Tax"),
    "tax": ("Tax", "Tax"),
    "shipping": ("Shipping", "ShippingTax"),
    "gift_wrap": ("GiftWrap", "GiftWrapTax"),
    "cod_fee": ("COD", "CODTax"),
    "other": ("Other", "Other"),
    "goodwill": ("Goodwill", "Goodwill"),
}


class AmazonRefundLane(models.AbstractModel):
    """Credit notes as adjustments of orders, item by item and component by component (001-25;
    pain 23); and units that are cancelled, which Amazon takes by the same feed (001-44)."""

    _name = "integrator.amazon.lane.refund"
    _inherit = "integrator.amazon.lane.feed"
    _description = "Amazon lane: refund"

    _size = 1000
    _feed_type = FEED_TYPE
    _content_type = "text/xml; charset=UTF-8"

    # === BUILD === #

    def _prepare(self, batch):
        messages, refused = [], {}
        makers = {"refund": self._prepare_message, "cancellation": self._prepare_units}
        for task in batch.task_ids:
            try:
                message = makers[task.kind](task)
            except IntegratorError as error:
                refused[task] = error
            else:
                # nothing to cancel any more: the task is closed as having nothing to say
                messages += [message] if message else []
                refused |= {} if message else {task: None}
        merchant_id = batch.site_id.amazon_merchant_id
        return build_order_adjustment(merchant_id, messages) if messages else b"", refused

    def _prepare_message(self, task):
        """The message of one credit note; its parts are noted on it, with what became of them.

        :raise RejectedError: for what Amazon would refuse, naming the item
        """
        order, move = task.order_id, task.move_id
        parts = move._refund_parts(order)
        reason = move._refund_reason(task.site_id)
        items = [
            self._prepare_item(line, amounts, reason, move)
            for line, amounts in self._by_line(parts).items()
        ]
        message = OrderAdjustment(task.id, order.remote_order_id, tuple(items))
        self._try(task, message)
        self.env["integrator.refund.line"]._replace(task, parts)
        self._check_limits(task)
        return message

    def _prepare_units(self, task):
        """The message that cancels units of a line; None when Amazon waits for none of them."""
        line = self.env["sale.order.line"].browse(int(task.target_ref.split(",")[1])).exists()
        units = line._units_to_cancel(task.order_id)
        items = tuple(
            AdjustedItem(
                amazon_order_item_code=one.remote_line_id,
                reason=task.site_id._amazon_unit_reason(),
                quantity_cancelled=quantity,
            )
            for one, quantity in units.items()
        )
        return items and OrderAdjustment(task.id, task.order_id.remote_order_id, items)

    def _by_line(self, parts):
        """Amounts per item and component.

        :return: dict order line -> dict component -> Decimal
        """
        items = {}
        for (line, kind), amounts in parts.items():
            item = items.setdefault(line, {})
            for component, amount in zip(COMPONENTS[kind], amounts, strict=True):
                item[component] = item.get(component, Decimal(0)) + amount
        return items

    def _prepare_item(self, line, amounts, reason, move):
        currency = move.currency_id.name
        return AdjustedItem(
            amazon_order_item_code=line.remote_line_id,
            reason=reason.code,
            components=tuple(
                RefundComponent(component, amount, currency)
                for component, amount in amounts.items()
                if amount
            ),
            merchant_adjustment_item_id=f"{move.id}-{line.id}",
        )

    def _try(self, task, message):
        """Build the message alone: what cannot be said is this credit note's, not the batch's."""
        try:
            build_order_adjustment(task.site_id.amazon_merchant_id, [message])
        except BuildError as error:
            raise RejectedError(
                self.env._(
                    "The credit note %(note)s cannot be told to Amazon: %(error)s. Set it to "
                    "draft, correct it and post it again.",
                    note=task.move_id.name,
                    error=error,
                ),
                code="refund_incomplete",
            ) from error

    def _check_limits(self, task):
        """Amazon gives no more back than was paid for an item, all refunds together."""
        before = self.env["integrator.refund.line"]._told_before(task)
        for line, parts in task.refund_line_ids.grouped("order_line_id").items():
            paid_back = sum(
                part.net + part.tax for part in parts if part.kind != "goodwill"
            ) + before.get(line, 0.0)
            if line.currency_id.compare_amounts(paid_back, line.amount_total) > 0:
                raise RejectedError(
                    self.env._(
                        "For the item %(sku)s the buyer paid %(paid).2f, and %(back).2f would go "
                        "back with this credit note. Make it smaller, or use a line without "
                        "product for goodwill.",
                        sku=line.sku or line.remote_line_id,
                        paid=line.amount_total,
                        back=paid_back,
                    ),
                    code="refund_above_paid",
                )

    # === FOLLOW === #

    def _parse_report(self, content):
        return parse_processing_report(content)

    def _refusals(self, batch, report):
        refused = super()._refusals(batch, report)
        for task in batch.task_ids:
            issues = report.results.get(task.id, ())
            for line in task.refund_line_ids:
                told = [one.message for one in issues if one.item in ("", line.remote_line_id)]
                line.message = "; ".join(told) or False
        return refused
