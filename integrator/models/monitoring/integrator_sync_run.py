# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...access import check_operator

#: Context key: the run, as a record, that what is made in the meantime points to.
SYNC_RUN = "integrator_sync_run"
#: What a person can ask for, see `integrator.sync`.
KINDS = [
    ("products", "Send all products"),
    ("orders_in", "Fetch orders"),
    ("shipments", "Send shipping data"),
    ("order_status", "Send the status of orders"),
]
#: Kind -> model of the records that it makes.
MODELS = {
    "products": "product.integration",
    "orders_in": "integrator.fetch.request",
    "shipments": "order.integration",
    "order_status": "order.integration",
}


class IntegratorSyncRun(models.Model):
    """A synchronisation that a person asked for: how far it is, and what came of it.

    The records that it made point to it; they alone know how they stand."""

    _name = "integrator.sync.run"
    _description = "Manual synchronisation"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True, help="What was asked for.")
    site_ids = fields.Many2many("integrator.site", readonly=True, help="Where.")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True, help="Who.")
    started_at = fields.Datetime(string="Asked on", readonly=True, help="When.")
    expected = fields.Text(
        readonly=True, help="What was announced: what will happen, and how long it takes."
    )
    total = fields.Integer(
        string="To do", compute="_compute_progress", help="Records that were made by it."
    )
    done = fields.Integer(compute="_compute_progress", help="Those that came to a good end.")
    failed = fields.Integer(
        compute="_compute_progress", help="Those that need a person; open them to see why."
    )
    progress = fields.Float(
        string="Progress (%)", compute="_compute_progress", help="What has come to an end."
    )
    state = fields.Selection(
        [("running", "Under way"), ("failed", "Ended with errors"), ("done", "Done")],
        compute="_compute_progress",
        help="Ended with errors: some records need a person.",
    )
    summary = fields.Text(compute="_compute_progress", help="Result.")

    # === COMPUTE METHODS === #

    def _compute_progress(self):
        for run in self:
            run.total = run._count(Domain.TRUE)
            run.failed = run._count(run._failed_domain())
            under_way = run._count(run._open_domain() & ~run._failed_domain())
            run.done = run.total - run.failed - under_way
            run.progress = 100.0 * (1 - under_way / run.total) if run.total else 100.0
            run.state = "running" if under_way else "failed" if run.failed else "done"
            run.summary = run._summarise()

    # === ACTION METHODS === #

    def action_open_records(self):
        """Button: what this synchronisation made."""
        return self._open(Domain.TRUE)

    def action_open_failed(self):
        """Button: what of it failed, with the reasons."""
        return self._open(self._failed_domain())

    def action_retry_failed(self):
        """Button: try again what failed."""
        check_operator(self)
        for run in self.sudo():
            failed = run._rows(run._failed_domain())
            if run.kind == "orders_in":
                failed._ask_again()
            else:
                failed._retry()
        self.env["integrator.site"]._wake()

    # === BUSINESS METHODS === #

    def _rows(self, domain=Domain.TRUE, limit=None):
        """The records that this synchronisation made."""
        return self.env[MODELS[self.kind]].search(
            Domain("sync_run_id", "=", self.id) & domain, limit=limit
        )

    def _count(self, domain):
        model = self.env[MODELS[self.kind]].sudo()
        return model.search_count(Domain("sync_run_id", "=", self.id) & domain)

    def _failed_domain(self):
        return Domain("state" if self.kind == "orders_in" else "task_state", "=", "error")

    def _open_domain(self):
        if self.kind == "orders_in":
            return Domain("state", "=", "ready")
        under_way = ("waiting", "ready", "submitted", "pending")
        # an event that no task came of is at its end as soon as every site has seen it
        return Domain("task_state", "in", under_way) | Domain("pending", "=", True)

    def _summarise(self):
        """What came of it, with the first reasons of what failed."""
        failed = self.sudo()._rows(self._failed_domain(), limit=200)
        text = self.env._(
            "%(done)s of %(total)s are done, %(failed)s failed.",
            done=self.done,
            total=self.total,
            failed=self.failed,
        )
        field = "error_message" if self.kind == "orders_in" else "reason"
        reasons = list(dict.fromkeys(filter(None, failed.mapped(field))))[:5]
        return "\n".join([text, *reasons])

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manual synchronisation"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _open(self, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": MODELS[self.kind],
            "view_mode": "list,form",
            "domain": list(Domain("sync_run_id", "=", self.id) & domain),
        }

    # === STARTING === #

    @api.model
    def _begin(self, kind, sites, expected, user_id):
        """Note that a person asks for a synchronisation.

        :param str expected: what was said beforehand, for people
        :param int user_id: who asks
        :return: the same record; what is made with it in the context points to it
        """
        run = self.create(
            {
                "kind": kind,
                "site_ids": [(6, 0, sites.ids)],
                "company_id": sites.company_id.id if len(sites.company_id) == 1 else False,
                "user_id": user_id,
                "started_at": fields.Datetime.now(),
                "expected": expected,
            }
        )
        return run.with_context(**{SYNC_RUN: run})

    @api.model
    def _present_id(self):
        """Id of the run that the present records are made by; None: nobody asked for them.

        A client sends no records, so it cannot put its own events among those of a run.
        """
        run = self.env.context.get(SYNC_RUN)
        return run.id if isinstance(run, models.BaseModel) else None
