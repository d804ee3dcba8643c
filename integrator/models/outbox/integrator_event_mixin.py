# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.json import json_default

from ...access import check_operator
from ...reason import Reason
from ...utils import choices_of, labels_of

BUFFER = "integrator.events"


class IntegratorEventMixin(models.AbstractModel):
    """One event on one Odoo record, kept for the sites.

    Events are collected while a transaction runs and written by ONE insert just before it is
    flushed for commit; a rollback, also that of a savepoint, leaves none. Searching the model
    writes what is collected first, so the events of the own transaction are found.
    """

    _name = "integrator.event.mixin"
    _description = "Integration event"
    _order = "id desc"
    _rec_name = "record_name"

    record_model = fields.Char(string="Model", required=True, readonly=True)
    record_id = fields.Integer(
        string="Record id",
        required=True,
        readonly=True,
        index=True,
        help="Kept when the record is deleted.",
    )
    record_name = fields.Char(string="Record", readonly=True)
    operation_data = fields.Json(
        string="Values",
        readonly=True,
        help="The values written, for the log. What is sent is always current.",
    )
    operation_timestamp = fields.Datetime(string="Time", required=True, readonly=True, index=True)
    site_id = fields.Many2one(
        "integrator.site", string="Channel", readonly=True, index=True, ondelete="cascade"
    )
    site_name = fields.Char(string="Channel name", readonly=True, help="Empty: for every channel.")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    source_ref = fields.Char(string="Source", readonly=True, index="btree_not_null")
    pending = fields.Boolean(readonly=True, default=True)
    task_ids = fields.Many2many("integrator.task", compute="_compute_task_ids", string="Tasks")
    task_state = fields.Selection(
        selection=choices_of("integrator.task", "state"),
        compute="_compute_task_state",
        store=True,
        string="State",
        help="The state of the task that needs most attention, over all channels.",
    )
    reason = Reason(compute="_compute_task_state", store=True)

    # as Odoo asks: PostgreSQL does not see that "pending IS TRUE" is the same as "pending"
    _pending_idx = models.Index("(id) WHERE pending IS TRUE")

    # === COMPUTE METHODS === #

    @api.depends("consumption_ids.task_ids")
    def _compute_task_ids(self):
        for event in self:
            event.task_ids = event.consumption_ids.task_ids

    @api.depends(
        "consumption_ids.task_ids.state",
        "consumption_ids.task_ids.error_message",
        "consumption_ids.error_message",
    )
    def _compute_task_state(self):
        nothing = self.env._("Nothing to send.")
        for event in self:
            marks = event.consumption_ids
            worst = marks.task_ids._worst()
            failed = marks.filtered("error_message")[:1]
            event.task_state = "error" if failed else worst.state
            reason = failed.error_message or worst.error_message
            event.reason = nothing if marks and not failed and not worst else reason

    # === CRUD METHODS === #

    @api.model
    def _search(self, domain, *args, **kwargs):
        # who searches need not be allowed to read the records that others have changed
        self.sudo()._write_buffer()
        return super()._search(domain, *args, **kwargs)

    # === ACTION METHODS === #

    def action_retry(self):
        """Button: try the failed tasks of these events again."""
        check_operator(self)
        self.sudo()._retry()

    def action_open_record(self):
        """Button: open the Odoo record that the event is about."""
        self.ensure_one()
        record = self.env[self.record_model].browse(self.record_id)
        if not record.exists():
            return self.env["integrator.site"]._notify(
                self.env._("This record has been deleted in Odoo; only its history is left."),
                kind="warning",
            )
        return record._get_records_action(context={})

    # === COLLECTING === #

    @api.model
    def _collect(self, rows):
        """Keep rows until the transaction is flushed.

        :param list[dict] rows: column values; rows with the same `key` are merged: the second one
            updates `operation_data` of the first instead of adding one
        """
        if self.env["integrator.site"]._is_silent():
            rows = [row for row in rows if row["site_id"]]
        buffer = self._buffer()
        for row in rows:
            known = buffer.setdefault(row.pop("key"), row)
            if known is not row:
                known["operation_data"] = {**known["operation_data"], **row["operation_data"]}

    @api.model
    def _buffer(self):
        """The rows of this model that are collected and not written yet, by key."""
        precommit = self.env.cr.precommit
        tables = precommit.data.setdefault(BUFFER, {})
        if self._name not in tables:
            precommit.add(self.sudo()._write_buffer)
        return tables.setdefault(self._name, {})

    @api.model
    def _write_buffer(self):
        """Write the collected rows by one insert."""
        rows = self.env.cr.precommit.data.get(BUFFER, {}).pop(self._name, {})
        rows = self._complete_rows(list(rows.values()))
        if rows:
            self._insert(rows)

    @api.model
    def _complete_rows(self, rows):
        """Hook: last changes to collected rows, for a whole transaction at once."""
        return rows

    @api.model
    def _insert_defaults(self):
        """Hook: values of columns that every new event gets; site addons add their own."""
        return {"pending": True, "create_uid": self.env.uid, "write_uid": self.env.uid}

    @api.model
    def _insert(self, rows):
        """One INSERT for any number of rows; the columns are those of the first row.

        :param list[dict] rows: equal keys; JSON columns as Python values
        """
        now = fields.Datetime.now()
        defaults = {**self._insert_defaults(), "create_date": now, "write_date": now}
        columns = [*rows[0], *defaults]
        types = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(self._fields[name].column_type[1]))
            for name in columns
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        payload = json.dumps([{**row, **defaults} for row in rows], default=json_default)
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM jsonb_to_recordset(%s::jsonb) AS r(%s)",
                SQL.identifier(self._table),
                names,
                names,
                payload,
                types,
            )
        )

    # === SITES === #

    def _eligible_sites_sudo(self):
        """The sites that have to see this event: the one it names, else every automatic one of
        its company."""
        self.ensure_one()
        if self.site_id:
            return self.site_id
        sites = self.env["integrator.site"]._automatic_sites_sudo()
        if not self.company_id:
            return sites
        return sites.filtered(lambda site: site.company_id == self.company_id)

    def _close_processed(self):
        """Take events out of the queue that every eligible site has seen."""
        for alike in self.grouped(lambda event: (event.site_id, event.company_id)).values():
            sites = alike[0]._eligible_sites_sudo()
            done = alike.filtered(lambda event, sites=sites: sites <= event._processed_sites())
            done.write({"pending": False})

    def _processed_sites(self):
        """The sites that have seen the event and do not try it again by themselves."""
        return self.consumption_ids.filtered(lambda mark: not mark.retry_at).site_id

    def _unwanted_domain(self):
        """Events that no site has seen and none is going to: none of their company is automatic."""
        companies = self.env["integrator.site"]._automatic_sites_sudo().company_id
        return (
            Domain("site_id", "=", False)
            & Domain("consumption_ids", "=", False)
            & Domain("company_id", "not in", [*companies.ids, *([False] if companies else [])])
        )

    # === RETRIES === #

    def _retry(self):
        unplanned = self.consumption_ids.filtered("error_message")
        self.filtered(lambda event: event.consumption_ids & unplanned).pending = True
        unplanned.unlink()
        self.task_ids._retry()

    # === BUSINESS METHODS === #

    def _timeline_rows(self):
        """See `integrator.timeline._rows`: dicts of its lines."""
        operations = labels_of(self, "record_operation")
        return [
            {
                "at": self.operation_timestamp,
                "kind": "event",
                "site_name": self.site_name,
                "what": operations.get(self.record_operation, self.record_operation),
                "detail": self.reason if not self.task_ids else False,
                "who": self.create_uid.name if self.create_uid.share is False else False,
            }
        ]

    # === CLEAN-UP === #

    @api.autovacuum
    def _gc_events(self):
        """Remove events that are done, or that concern no site, after the retention."""
        if self._abstract:
            # Odoo's cleaner asks the mixin, too, which has no table
            return 0, 0
        aged = Domain("operation_timestamp", "<", self.env["integrator.site"]._retention_date())
        # a site that had not seen them may have been switched off since
        seen = Domain("pending", "=", True) & Domain("consumption_ids", "!=", False)
        self.search(aged & seen, limit=GC_UNLINK_LIMIT)._close_processed()
        done = Domain("pending", "=", False)
        done &= Domain("task_state", "in", (False, "success", "obsolete"))
        domain = aged & (done | self._unwanted_domain())
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), self.search_count(domain, limit=GC_UNLINK_LIMIT)
