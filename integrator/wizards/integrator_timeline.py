# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models, release

from ..access import check_operator
from ..privacy.personal import without
from ..reason import Reason

#: Rows that one timeline shows, the newest ones.
MAX_ROWS = 300


class IntegratorTimeline(models.TransientModel):
    """Everything that happened between a record and the channels, in order: event, request, answer,
    another try, hold, a person's decision."""

    _name = "integrator.timeline"
    _description = "Timeline"

    name = fields.Char(string="Record", readonly=True, help="Whose story it is.")
    line_ids = fields.One2many(
        "integrator.timeline.line", "timeline_id", readonly=True, help="The newest first."
    )
    support_text = fields.Text(
        string="For support",
        readonly=True,
        help="The same without names, addresses and keys: copy it into your question.",
    )

    @api.model
    def _open(self, record):
        """Open the timeline of a record.

        :param record: of a model with `integrator.timeline.mixin`
        """
        check_operator(record)
        rows = sorted(self._rows(record), key=lambda row: row["at"], reverse=True)[:MAX_ROWS]
        timeline = self.create(
            {
                "name": record.display_name,
                "line_ids": [(0, 0, row) for row in rows],
                "support_text": self._support_text(record, rows),
            }
        )
        return timeline._get_records_action(name=self.env._("Timeline: %s", record.display_name))

    # === ROWS === #

    def _rows(self, record):
        rows = []
        for model, domain in record._integrator_timeline_domains().items():
            found_sudo = self.env[model].sudo().search(domain, limit=MAX_ROWS)
            for one in found_sudo:
                rows += one._timeline_rows()
        return rows + record._integrator_timeline_notes(MAX_ROWS)

    # === FOR SUPPORT === #

    def _support_text(self, record, rows):
        """The rows as JSON without personal data: who did something is left out, texts go through
        the site's own filter, and lose what the inventory knows of the order's buyer."""
        names = [row["site_name"] for row in rows if row.get("site_name")]
        sites = self.env["integrator.site"].search([("name", "in", names)])
        adapters = {site.name: site._adapter() for site in sites}
        inventory_sudo = self.env["integrator.privacy.inventory"].sudo()
        sale_orders = record.sudo()._integrator_timeline_sale_orders()
        subject = inventory_sudo._subject(sale_orders.integrator_order_ids, sale_orders)
        pattern = inventory_sudo._with_pattern(subject).pattern
        steps = [
            {
                "at": fields.Datetime.to_string(row["at"]),
                "kind": row["kind"],
                "what": without(self._filtered(adapters, row, "what"), pattern),
                "code": row.get("code") or "",
                "detail": without(self._filtered(adapters, row, "detail"), pattern),
            }
            for row in rows
        ]
        content = {
            "odoo": release.version,
            "addons": self._versions(),
            "record": f"{record._name},{record.id}",
            "steps": steps,
        }
        return json.dumps(content, indent=1, ensure_ascii=False)

    def _filtered(self, adapters, row, key):
        text = row.get(key) or ""
        adapter = adapters.get(row.get("site_name"))
        return adapter._without_secrets(text) if adapter is not None else text

    def _versions(self):
        modules_sudo = self.env["ir.module.module"].sudo()
        found = modules_sudo.search([("name", "=like", "integrator%"), ("state", "=", "installed")])
        return {module.name: module.installed_version for module in found}


class IntegratorTimelineLine(models.TransientModel):
    """One step of a timeline."""

    _name = "integrator.timeline.line"
    _description = "Step of a timeline"
    _order = "at desc, id"

    timeline_id = fields.Many2one("integrator.timeline", required=True, ondelete="cascade")
    at = fields.Datetime(string="When", help="In your time zone.")
    kind = fields.Selection(
        [
            ("event", "Happened in Odoo"),
            ("request", "Request"),
            ("answer", "Answer"),
            ("error", "Error"),
            ("decision", "Decision"),
        ],
        help="What kind of step it is.",
    )
    site_name = fields.Char(string="Channel", help="The channel that it is about.")
    what = Reason(help="What happened.")
    detail = Reason(help="The reason or the answer, in words.")
    who = fields.Char(help="The person who did it; empty: it went by itself.")
    code = fields.Char(help="Stable name of the cause.")
