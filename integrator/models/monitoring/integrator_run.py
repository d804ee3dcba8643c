# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.bus.models.bus import channel_with_db, json_dump

from ...const import OWNER_CONFLICT
from ...reason import Reason

#: Days that runs stay which found nothing to do.
EMPTY_RUN_DAYS = 1
#: Kind of the notification that pages are to be read again; `static/src/fresh` listens to it.
SCREENS = "integrator_changed"
#: So long a notification covers what comes after it; pages wait a second longer.
COVERED = timedelta(seconds=2)
#: Key by which a transaction remembers that it has notified.
NOTIFIED = "integrator.screens"


class IntegratorRun(models.Model):
    """One run of one stage for one site, also when there was nothing to do."""

    _name = "integrator.run"
    _inherit = ["integrator.site.mixin", "integrator.retention.mixin"]
    _description = "Run of a stage"
    _order = "id desc"
    _rec_name = "stage"

    stage = fields.Selection(
        [
            ("fetch", "Fetch orders"),
            ("acknowledge", "Acknowledge documents"),
            ("extract", "Extract orders"),
            ("import", "Import orders"),
            ("plan_orders", "Plan order updates"),
            ("plan_products", "Plan product updates"),
            ("reconcile", "Compare with Odoo"),
            ("send", "Send and check"),
            ("operate", "Operations"),
            ("watch", "Watch the connection"),
        ],
        required=True,
        readonly=True,
    )
    started_at = fields.Datetime(string="Started on", required=True, readonly=True)
    ended_at = fields.Datetime(string="Ended on", readonly=True)
    done = fields.Integer(readonly=True)
    errors = fields.Integer(readonly=True)
    error_code = fields.Char(string="Cause", readonly=True)
    error_message = Reason(string="Reason", readonly=True)

    _latest_idx = models.Index("(site_id, stage, started_at)")

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, site, stage):
        return self.create(
            {"site_id": site.id, "stage": stage, "started_at": fields.Datetime.now()}
        )

    def _end(self, done, errors):
        """Close the log of a run.

        :param int done: records that were worked on without an error
        :param list errors: `IntegratorError` of each record that failed; the log shows the first
        """
        self.write(
            {
                "ended_at": fields.Datetime.now(),
                "done": done,
                "errors": len(errors),
                "error_code": errors[0].code if errors else False,
                "error_message": errors[0].message if errors else False,
            }
        )
        if done or errors:
            self._notify_screens()

    @api.model
    def _last(self, site, stage):
        """The last run of a stage for a site; empty when there was none."""
        domain = [("site_id", "=", site.id), ("stage", "=", stage)]
        order = "started_at desc, id desc"
        return self.search_fetch(domain, ["started_at"], order=order, limit=1)

    @api.model
    def _notify_screens(self):
        """Let the open screens of operators reload soon.

        A page waits a moment before it reads, so one notification is enough for all that changes
        until then: there is one in a transaction, and none while the last one still covers it.
        """
        operators_sudo = self.env.ref("integrator.group_integrator_user").sudo()
        data = self.env.cr.precommit.data
        if data.get(NOTIFIED):
            return
        data[NOTIFIED] = True
        bus_sudo = self.env["bus.bus"].sudo()
        channel = json_dump(channel_with_db(self.env.cr.dbname, operators_sudo))
        now = fields.Datetime.now()
        lately = [("channel", "=", channel), ("message", "like", SCREENS)]
        lately.append(("create_date", ">", now - COVERED))
        if not bus_sudo.search_count(lately, limit=1):
            operators_sudo._bus_send(SCREENS, {})

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Empty runs go after a day and the others after the retention."""
        yesterday = fields.Datetime.now() - timedelta(days=EMPTY_RUN_DAYS)
        return fields.Domain("started_at", "<", yesterday) & (
            (fields.Domain("done", "=", 0) & fields.Domain("errors", "=", 0))
            # the same at every minute until somebody decides
            | fields.Domain("error_code", "=", OWNER_CONFLICT)
            | fields.Domain("started_at", "<", self.env["integrator.site"]._retention_date())
        )
