# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..access import check_operator


class IntegratorStatement(models.Model):
    """“The site has n orders for the day, Odoo has n”, from a list that the site makes on another
    way than the one by which orders come in. What is missing is fetched by its id (pain 1)."""

    _name = "integrator.statement"
    _description = "Statement of a day's orders"
    _order = "day desc, id desc"
    _rec_name = "day"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    day = fields.Date(required=True, readonly=True, help="Day of the orders, in UTC.")
    remote_ids = fields.Json(readonly=True, help="Ids of the day's orders on the site.")
    remote_count = fields.Integer(
        string="On the site", readonly=True, help="Orders that the site names for the day."
    )
    found_missing = fields.Integer(
        string="Were missing",
        readonly=True,
        help="Orders that Odoo did not have when the list came; they are fetched by their id.",
    )
    known_count = fields.Integer(
        string="In Odoo", compute="_compute_missing", help="Of these, orders that Odoo has now."
    )
    missing = fields.Text(
        compute="_compute_missing", help="Ids of the orders that Odoo does not have yet."
    )
    state = fields.Selection(
        [("complete", "Complete"), ("missing", "Orders are missing")],
        compute="_compute_missing",
        search="_search_state",
        help="Complete: Odoo has every order that the site names.",
    )
    checked_at = fields.Datetime(readonly=True, help="When the site made the list.")

    _day_uniq = models.UniqueIndex("(site_id, day)", "There is a statement of this day already.")

    def _compute_missing(self):
        for statement in self:
            ids = statement.remote_ids or []
            known = self.env["integrator.order"]._known(statement.site_id, ids)
            missing = [one for one in ids if one not in known]
            statement.known_count = len(known)
            statement.missing = "\n".join(missing)
            statement.state = "missing" if missing else "complete"

    def _search_state(self, operator, value):
        found = self.search([("remote_ids", "!=", False)])
        return [("id", "in", found.filtered(lambda one: one.state in value).ids)]

    @api.model
    def _take(self, document, mentions):
        """Compare a list of the site with what Odoo has.

        :param document: `integrator.document` of kind `statement`
        :param list[dict] mentions: the orders that it names
        """
        ids = sorted({mention["remote_order_id"] for mention in mentions})
        site, day = document.site_id, document.window_id.date_from.date()
        known = self.env["integrator.order"]._known(site, ids)
        statement = self.search([("site_id", "=", site.id), ("day", "=", day)])
        values = {
            "remote_ids": ids,
            "remote_count": len(ids),
            "found_missing": len(ids) - len(known),
            "checked_at": document.received_at,
        }
        if statement:
            statement.write(values)
        else:
            self.create({**values, "site_id": site.id, "day": day})

    def action_check_again(self):
        """Button: ask the site for the list of the day anew."""
        check_operator(self)
        windows_sudo = self.env["integrator.window"].sudo()
        for statement in self.sudo():
            day = windows_sudo._day(statement.day)
            windows_sudo._request(statement.site_id, [day], "statement")
        self.env["integrator.site"]._wake("fetch")

    def action_fetch_missing(self):
        """Button: ask again for the orders that are missing."""
        check_operator(self)
        windows_sudo = self.env["integrator.window"].sudo()
        for statement in self.sudo().filtered("missing"):
            windows_sudo._request_orders(
                statement.site_id, statement.missing.split("\n"), manual=True
            )
        self.env["integrator.site"]._wake("fetch")

    @api.autovacuum
    def _gc_statements(self):
        """Remove statements that are complete after the retention."""
        limit = self.env["integrator.site"]._retention_date() - timedelta(days=1)
        old = self.search([("day", "<", limit.date())], limit=GC_UNLINK_LIMIT)
        old = old.filtered(lambda statement: statement.state == "complete")
        old.unlink()
        return len(old), 0
