# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import freeze_time

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.base.tests.common import BaseCommon

from ..const import STAGES, TASK_FINISHED


class Kill(BaseException):
    """The worker dies: nothing catches this, and what was not committed is gone."""


class StageCase(BaseCommon):
    """Runs stages as the scheduler does, for `cls.site`; site addons inherit it too."""

    @classmethod
    def _forget_events(cls):
        """Begin with empty tables: what set the test up is not what it is about."""
        cls.env["product.integration"].search([]).unlink()
        cls.env["order.integration"].search([]).unlink()

    # === DOING === #

    @contextmanager
    def running(self):
        """Stages commit; inside, a commit is a savepoint of the test."""
        self.env.cr.flush()  # what a commit of the user's transaction does first
        # an HttpCase is in test mode from its beginning
        mode = nullcontext() if self._registry_patched else self.enter_registry_test_mode()
        with mode, self.registry.cursor() as cr:
            yield self.env(cr=cr, context={})

    @contextmanager
    def worker(self):
        """The environment of another worker, on a connection of its own; committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def run_stages(self, *stages):
        """Run stages for the site by their scheduled entry, in the given order.

        :param stages: keys of stages; none: all of them, twice, so that everything settles
        """
        for stage in stages or STAGES * 2:
            # a stage keeps to its interval; the log of earlier runs goes, without asking row by row
            self.env["integrator.run"].flush_model()
            self.env.cr.execute("DELETE FROM integrator_run")
            with self.running() as env:
                env[f"integrator.stage.{stage}"]._cron_run()
            self.env.invalidate_all()  # what was read before is of before

    def is_quiet(self):
        """Return whether nothing of the site is left that goes on by itself."""
        unfinished = {
            "integrator.fetch.request": [("state", "!=", "done")],
            "integrator.document": [("state", "!=", "done")],
            "integrator.order": ["|", ("state", "=", "new"), ("has_changes", "=", True)],
            "integrator.task": [("state", "not in", TASK_FINISHED)],
        }
        return not any(
            self.env[name].search_count([("site_id", "=", self.site.id), *domain], limit=1)
            for name, domain in unfinished.items()
        )

    def uninstall_kind(self, site_type):
        """Remove all channels of a kind, in the way of Odoo when their addon is uninstalled."""
        kinds = self.env["ir.model.fields.selection"].with_context(**{MODULE_UNINSTALL_FLAG: True})
        domain = [("field_id.model", "=", "integrator.site"), ("field_id.name", "=", "site_type")]
        kinds.search([*domain, ("value", "=", site_type)])._process_ondelete()
        self.env.invalidate_all()

    def send_all(self, rounds=4):
        """Send until nothing is left that can be sent or asked about now.

        :param int rounds: at most; what waits for something else is left alone
        """
        for _round in range(rounds):
            if not self.env["integrator.stage.send"]._has_work(self.site):
                return
            self.run_stages("send")

    def kill(self, stage, hook):
        """Let the worker die inside a hook of the adapter."""
        self.remote.faults.append((hook, Kill()))
        # not assertRaises: it would roll back what the worker had committed
        try:
            self.run_stages(stage)
        except Kill:
            return
        self.fail(f"{stage} never came to {hook}")

    @staticmethod
    def later(**delta):
        """A frozen moment in the future; arguments of `timedelta`."""
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    @contextmanager
    def dying_at(self, point, after=False):
        """Let the worker die at a commit; what was to come does not, see `Kill`.

        :param int point: which commit it dies at, from 1; none where there are fewer
        :param bool after: whether it dies after that commit, or before
        """
        cron = type(self.env["ir.cron"])
        commit, left = cron._commit_progress, [point]

        def dying(records, *args, **kwargs):
            left[0] -= 1
            if not left[0] and not after:
                raise Kill
            answer = commit(records, *args, **kwargs)
            if not left[0]:
                raise Kill
            return answer

        with patch.object(cron, "_commit_progress", dying):
            yield

    # === SEEING === #

    def last_run(self, stage):
        """The log of the stage's last run."""
        domain = [("site_id", "=", self.site.id), ("stage", "=", stage)]
        return self.env["integrator.run"].search(domain, limit=1)

    def alerts(self, **values):
        """Open alerts of the site."""
        domain = [("site_id", "=", self.site.id), ("state", "=", "open")]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.alert"].search(domain)

    def events(self, table="product", **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env[f"{table}.integration"].search(domain)

    def tasks(self, **values):
        domain = [("site_id", "=", self.site.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.task"].search(domain)
