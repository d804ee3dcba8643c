# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from odoo.addons.integrator.utils import try_lock


class IntegratorImpexRunTurnMixin(models.AbstractModel):
    """The worker that holds a run, and stopping on request."""

    _name = "integrator.impex.run.turn.mixin"
    _description = "Turn of a run"

    is_stopping = fields.Boolean(
        compute="_compute_is_stopping", help="It stops after the records that it is at."
    )

    @api.depends("task", "group_id.stop_run_id")
    def _compute_is_stopping(self):
        for run in self:
            run.is_stopping = run.task and run.group_id.stop_run_id == run

    def _lock(self):
        """Hold the run for this transaction, and let others refer to it meanwhile: that somebody
        has stopped it is written on its group.

        :return: the run; empty: a worker holds it
        """
        return try_lock(self)

    def _may_go_on(self):
        """Lock the run, and stop it on request.

        :return: whether there is work to do on it, by this worker
        """
        self.invalidate_recordset()
        if not self.task or not self._lock():
            return False
        if self._is_to_stop():
            self._stop(self.group_id.stop_user_id)
            return False
        return True

    def _at_work(self):
        """The run that its group is doing now, other than this one."""
        domain = [("group_id", "=", self.group_id.id), ("has_turn", "=", True)]
        return self.search([*domain, ("id", "!=", self.id)], limit=1)

    def _take_turn(self):
        """Be the run that its group does.

        :return: whether it is; else it waits until the other one has ended
        """
        if self.has_turn:
            return True
        group = self.group_id
        if self._at_work() or not try_lock(group):
            return False
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.has_turn = True
        except UniqueViolation:
            # another worker was quicker, and this transaction does not see it yet
            return False
        self._log_begin()
        return True

    def _release_turn(self):
        """Work on it no longer, and let the next run of the group begin."""
        self._log_end()
        self.write({"task": False, "has_turn": False})
        waiting = [("group_id", "in", self.group_id.ids), ("task", "!=", False)]
        if self.search_count(waiting, limit=1):
            self.env.ref("integrator_impex.ir_cron_work")._trigger()

    def _stop(self, user):
        self.write({"state": "stopped", "ended_at": fields.Datetime.now()})
        self.error_message = self.env._("Stopped by %s.", user.name)
        self._release_turn()

    def _is_to_stop(self):
        """Return whether somebody has stopped the run while a worker was at it. That is written on
        the group: the run itself is the worker's, who changes it in each transaction."""
        self.group_id.invalidate_recordset(["stop_run_id", "stop_user_id"])
        return self.group_id.stop_run_id == self
