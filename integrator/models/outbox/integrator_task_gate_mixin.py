# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import fields, models

from ...exceptions import RejectedError

_logger = logging.getLogger(__name__)
#: What a task of each kind tells the site about the state of an order.
KIND_ACTIONS = {
    "acknowledgement": "confirmed",
    "shipment": "shipped",
    "cancellation": "cancelled",
    "refund": "refunded",
}
#: Actions that a cancelled order has no use for.
ENDED_BY_CANCEL = ("confirmed", "shipped")


class IntegratorTaskGateMixin(models.AbstractModel):
    """Whether a task may go now: the step “get” of the chain."""

    _name = "integrator.task.gate.mixin"
    _description = "Whether a task may leave now"

    # === BUSINESS METHODS === #

    def _settle_readiness(self):
        """Keep of ready tasks those that may go now.

        :return: tuple (tasks to send, dict task -> IntegratorError of those a person has to see)
        """
        current = self - self._drop_outdated()
        failed = {}
        for task in current:
            if error := task._untracked_error() or task._early_error():
                failed[task] = error
        waiting = current.filtered(lambda task: task.state == "waiting")
        for task, error in failed.items():
            task._fail(error)
        ready = current - waiting - self.browse().union(*failed)
        early = ready.filtered(lambda task: task._lacks_parent())
        for task in early:
            task._wait_for_parent()
        return ready - early, failed

    # === THE CURRENT STATE COUNTS === #

    def _drop_outdated(self):
        """Take tasks out of the queue that the current state no longer means.

        :return: the tasks
        """
        dropped = self.browse()
        for task in self:
            if reason := task._outdated_reason():
                task._move("obsolete", submission_id=False, error_message=reason)
                _logger.info("%r %r is not sent: %r", task, task.target_name, reason)
                dropped |= task
        return dropped

    def _outdated_reason(self):
        """Why the current state is none that the site is told of by this task; empty when it is, or
        when it does not depend on a state."""
        self.ensure_one()
        if self.kind == "delist" and self.listing_id._on_offer():
            return self.env._("It is offered again by now.")
        action = KIND_ACTIONS.get(self.kind)
        order, source = self._subject_records() if action else (None, None)
        if not order:
            return ""
        meant = self.env["integrator.status.map"]._is_meant
        if action in ENDED_BY_CANCEL and meant(self.site_id, "cancelled", order):
            return self.env._("The order is cancelled by now, so only that is sent.")
        if meant(self.site_id, action, order, source):
            return ""
        return self.env._(
            "%(order)s is in no state by now that means “%(action)s” for %(site)s. Which states do "
            "is set on the channel, in its status map.",
            order=(source or order).display_name,
            action=self._action_label(action),
            site=self.site_id.name,
        )

    def _action_label(self, action):
        field = self.env["integrator.status.map"]._fields["action"]
        return dict(field._description_selection(self.env))[action]

    def _subject_records(self):
        """The sale order that the task is about, and its delivery or credit note.

        :return: tuple (`sale.order` or None, record or None); no order where the task is about
            something whose state does not count, for example a line that became smaller
        """
        source = self._target()
        readers = {
            "sale.order": lambda record: (record, None),
            "integrator.order": lambda record: (record.sale_order_id, None),
            "stock.picking": lambda record: (
                self.order_id.sale_order_id or record.move_ids.sale_line_id.order_id[:1],
                record,
            ),
            "account.move": lambda record: (
                self.order_id.sale_order_id or record._integrator_sale_orders()[:1],
                record,
            ),
        }
        reader = source and readers.get(source._name)
        return reader(source) if reader else (None, None)

    def _target(self):
        """The record that the task is about; None when it is gone, or no record of Odoo."""
        # what is about several orders has a task for each, whose number follows
        model, number = [*self.target_ref.split(","), ""][:2]
        known = {
            "stock.picking": self.picking_id,
            "account.move": self.move_id,
            "integrator.order": self.order_id,
        }.get(model)
        if not known and model in self.env and number.isdecimal():
            known = self.env[model].browse(int(number)).exists()
        return known or None

    # === THE TRACKING NUMBER === #

    def _untracked_error(self):
        """Let a shipment that lacks its tracking number wait for it until the site's second
        deadline, then ask.

        :return: None, or the RejectedError when the time is over
        """
        picking = self._target() if self.kind == "shipment" else None
        if not picking or not self._lacks_tracking(picking):
            return None
        deadline = self.site_id._tracking_deadline(picking)
        if deadline > fields.Datetime.now():
            self._move("waiting", update_at=deadline)
            return None
        text = self.env._(
            "%s has left, but has no tracking number. Write it on the delivery, and it is sent at "
            "once; or press “Send without tracking” there.",
            picking.name,
        )
        self.site_id._schedule_question(picking, self.env._("Tracking number missing"), text)
        return RejectedError(text, code="tracking_missing")

    def _lacks_tracking(self, picking):
        return (
            picking._name == "stock.picking"
            and picking._integrator_needs_tracking()
            and self.site_id._adapter()._wants_tracking(self)
        )

    # === BUSINESS METHODS === #

    def _lacks_parent(self):
        parent = self.listing_id.parent_id
        return self.kind == "relationship" and bool(parent) and parent.state != "live"

    def _wait_for_parent(self):
        """Wait for the parent's product; where nobody tells that, a person has to."""
        first = self.search(
            [("listing_id", "=", self.listing_id.parent_id.id), ("kind", "=", "product")], limit=1
        )
        if first:
            self._move("waiting", after_task_id=first.id)
            return
        self._move(
            "error",
            error_code="parent_missing",
            error_message=self.env._(
                "The parent %s is not listed. Synchronise the product, then retry.",
                self.listing_id.parent_id.sku,
            ),
        )
