# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..exceptions import UnclearError

#: Column of a remote order that keeps when the site was told of the whole of it, by task kind.
TOLD_FIELDS = {"acknowledgement": "confirm_sent_at", "cancellation": "cancel_sent_at"}


class IntegratorTask(models.Model):
    """What the site was told of a whole order is kept on the order from the moment that it leaves,
    because tasks are cleaned up; it is taken back when the site refuses."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    def _move(self, state, **values):
        result = super()._move(state, **values)
        if state == "submitted":
            self._note_orders_told(fields.Datetime.now())
        return result

    def _fail(self, error):
        result = super()._fail(error)
        if not isinstance(error, UnclearError):
            self._note_orders_told(False)
        return result

    def _note_orders_told(self, moment):
        for kind, tasks in self.grouped("kind").items():
            whole = tasks.filtered(lambda task: task.target_ref.startswith("integrator.order,"))
            if kind in TOLD_FIELDS:
                whole.order_id.write({TOLD_FIELDS[kind]: moment})
