# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import CHARGE_KINDS

ZERO = Decimal(0)
#: States in which the money counts as given back: it has left for the site, and nothing says that
#: the site did not take it.
COUNTING = ("submitted", "success", "unclear")


class IntegratorRefundLine(models.Model):
    """A refund that was sent for one kind of charge of one order line, or the number of pieces that
    are still to come after a partial cancellation, and its result.

    It stays as long as the credit note or the order, also when its task or site is deleted, so that
    no refund and no cancellation is sent twice.
    """

    _name = "integrator.refund.line"
    _description = "Refund sent to a channel"
    _order = "move_id, remote_order_id, remote_line_id, id"
    _rec_name = "remote_line_id"

    move_id = fields.Many2one(
        "account.move", string="Credit note", readonly=True, ondelete="cascade", index=True
    )
    task_id = fields.Many2one(
        "integrator.task",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The update that sends it.",
    )
    site_id = fields.Many2one(
        "integrator.site", string="Channel", readonly=True, ondelete="set null", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    order_line_id = fields.Many2one(
        "integrator.order.line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        string="Line there",
        help="The line of the channel's order that the money was paid for.",
    )
    remote_order_id = fields.Char(
        string="Order on the channel", required=True, readonly=True, index=True
    )
    remote_line_id = fields.Char(required=True, readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(
        [*CHARGE_KINDS, ("goodwill", "Goodwill"), ("units", "Cancelled pieces")],
        required=True,
        readonly=True,
        help="What the money was paid for; or pieces that are cancelled.",
    )
    quantity_left = fields.Integer(
        string="Pieces left",
        readonly=True,
        help="Where pieces are cancelled: what is still to come.",
    )
    net = fields.Monetary(readonly=True, help="Without tax.")
    tax = fields.Monetary(readonly=True, help="The tax on it.")
    state = fields.Selection(
        [
            ("ready", "To be sent"),
            ("submitted", "Sent"),
            ("success", "Done"),
            ("error", "Not done"),
            ("unclear", "Unclear"),
        ],
        default="ready",
        required=True,
        readonly=True,
        help="What became of it on the channel. What is unclear counts as done until somebody has "
        "looked there and pressed “Try again” on its task.",
    )
    sent_at = fields.Datetime(
        string="Sent on", readonly=True, help="When it was sent to the channel."
    )
    message = fields.Char(readonly=True, help="The channel's answer to it.")

    _part_uniq = models.UniqueIndex(
        "(task_id, remote_line_id, kind) WHERE state = 'ready'",
        "This part is in the refund already.",
    )

    # === SENDING === #

    @api.model
    def _replace(self, task, parts):
        """Replace the lines of a task by what it is about to send.

        :param task: `integrator.task` of kind refund
        :param dict parts: (order line, kind) -> tuple (net, tax), decimals
        """
        self._forget_planned(task)
        return self.create(
            [
                {**self._prepare_values(task, line), "kind": kind, "net": net, "tax": tax}
                for (line, kind), (net, tax) in parts.items()
            ]
        )

    @api.model
    def _replace_units(self, task, left):
        """Replace the lines of a task by the numbers of pieces that are still to come.

        :param task: `integrator.task` of kind cancellation
        :param dict left: order line -> pieces
        """
        self._forget_planned(task)
        return self.create(
            [
                {**self._prepare_values(task, line), "kind": "units", "quantity_left": pieces}
                for line, pieces in left.items()
            ]
        )

    @api.model
    def _forget_planned(self, task):
        """Delete the amounts of a task that has not sent them; they are planned anew."""
        task.refund_line_ids.filtered(lambda row: row.state == "ready").unlink()

    @api.model
    def _prepare_values(self, task, line):
        return {
            "move_id": task.move_id.id,
            "task_id": task.id,
            "site_id": task.site_id.id,
            "company_id": task.company_id.id,
            "order_line_id": line.id,
            "remote_order_id": line.order_id.remote_order_id,
            "remote_line_id": line.remote_line_id,
            "sku": line.sku,
            "currency_id": line.currency_id.id,
        }

    def _set_state(self, state, **values):
        """Set the state of amounts that are being sent or have been.

        :param str state: of `state`
        :param values: other columns
        """
        self.filtered(lambda row: row.state != state).write({**values, "state": state})

    # === TOTALS === #

    @api.model
    def _counting_domain(self, order):
        """The lines that count as refunded: those that were sent, and those that are being sent."""
        counting = Domain("state", "in", COUNTING)
        leaving = Domain("state", "=", "ready") & Domain("task_id.submission_id", "!=", False)
        about = Domain("remote_order_id", "=", order.remote_order_id)
        return about & Domain("site_id", "in", (order.site_id.id, False)) & (counting | leaving)

    @api.model
    def _refunded(self, move, order):
        """The refunds that were sent to the site of an order for a credit note.

        :param move: `account.move`
        :param order: `integrator.order`
        :return: dict (order line, kind) -> tuple (net, tax), decimals
        """
        lines = {line.remote_line_id: line for line in order.line_ids}
        refunded = {}
        for row in self.search(self._counting_domain(order) & Domain("move_id", "=", move.id)):
            key = lines.get(row.remote_line_id, order.line_ids[:1]), row.kind
            net, tax = refunded.get(key, (ZERO, ZERO))
            refunded[key] = (net + row._exact("net"), tax + row._exact("tax"))
        return refunded

    @api.model
    def _paid_back(self, order):
        """Return what goes back or has gone back for the items of an order by all credit notes,
        including those on their way. Goodwill is no part of what was paid.

        :param order: `integrator.order`
        :return: dict remote line id -> amount with tax, decimal
        """
        total = {}
        for row in self.search(self._counting_domain(order) & Domain("kind", "!=", "goodwill")):
            amount = row._exact("net") + row._exact("tax")
            total[row.remote_line_id] = total.get(row.remote_line_id, ZERO) + amount
        return total

    @api.model
    def _left(self, order):
        """Return the number of pieces that are still to come of the lines of an order of which some
        were cancelled.

        :param order: `integrator.order`
        :return: dict remote line id -> pieces
        """
        left = {}
        for row in self.search(self._counting_domain(order) & Domain("kind", "=", "units")):
            known = left.get(row.remote_line_id, row.quantity_left)
            left[row.remote_line_id] = min(known, row.quantity_left)
        return left

    def _exact(self, name):
        """An amount as a decimal of its currency."""
        return Decimal(f"{self[name]:.{self.currency_id.decimal_places}f}")
