# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import fields, models

from ...exceptions import RejectedError
from ...utils import labels_of

_logger = logging.getLogger(__name__)
#: The state of an order that a task of each kind reports.
KIND_ACTIONS = {
    "acknowledgement": "confirmed",
    "shipment": "shipped",
    "cancellation": "cancelled",
    "refund": "refunded",
}
#: Actions that are dropped for a cancelled order; what has left before is still sent.
ENDED_BY_CANCEL = ("confirmed", "shipped")


class IntegratorTaskGateMixin(models.AbstractModel):
    """Checks when a task may be sent: the step “get” of the chain."""

    _name = "integrator.task.gate.mixin"
    _description = "Whether a task may leave now"

    # === BUSINESS METHODS === #

    def _filter_ready(self):
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
        return ready._wait_for_others(), failed

    def _early_error(self):
        """Hook: let a task wait whose time has not come.

        :return: None, or the `IntegratorError` with which it stops instead
        """

    def _wait_for_others(self):
        """Hook: let those of the tasks wait that others have to go before.

        :return: the tasks that may go
        """
        return self

    # === PRESENT STATE === #

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
        """Return the reason for which the task does not fit the current state of its record; empty
        where it fits, or does not depend on a state."""
        self.ensure_one()
        if self.kind == "delist" and self.listing_id._on_offer():
            return self.env._("It is offered again by now.")
        action = KIND_ACTIONS.get(self.kind)
        order, source = self._subject_records() if action else (None, None)
        if not order:
            return ""
        meant = self.env["integrator.status.map"]._is_mapped_state
        ended = action in ENDED_BY_CANCEL and meant(self.site_id, "cancelled", order)
        if ended and not (source and source._integrator_has_left()):
            return self.env._("The order is cancelled by now, so only that is sent.")
        if meant(self.site_id, action, order, source):
            return ""
        return self.env._(
            "%(order)s is in no state by now that means “%(action)s” for %(site)s. Which states do "
            "is set on the channel, in its status map.",
            order=(source or order).display_name,
            action=labels_of(self.env["integrator.status.map"], "action")[action],
            site=self.site_id.name,
        )

    def _subject_records(self):
        """The sale order that the task is about, and its delivery or credit note.

        :return: tuple (`sale.order` or None, record or None); no order where the task is about
            something whose state does not count, for example a line that became smaller
        """
        source, order = self._target(), self.order_id.sale_order_id
        if source == self.order_id:
            return order, None
        if isinstance(source, self.env.registry["integrator.status.watch"]):
            return source._integrator_task_target(order)
        return None, None

    def _target(self):
        """The record that the task is about; None when it is gone, or no record of Odoo."""
        # what is about several orders has a task for each, whose number follows
        model, number = [*self.target_ref.split(","), ""][:2]
        for known in (self.picking_id, self.move_id, self.order_id):
            if known and known._name == model:
                return known
        if model in self.env and number.isdecimal():
            return self.env[model].browse(int(number)).exists() or None
        return None

    # === TRACKING NUMBER === #

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
            and self.site_id._adapter()._requires_tracking(self)
        )
