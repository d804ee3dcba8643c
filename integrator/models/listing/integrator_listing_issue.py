# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import asdict

from odoo import api, fields, models

from ...exceptions import RejectedError

#: The fields that identify an issue of a listing.
KEYS = ("code", "severity", "message", "attributes")


class IntegratorListingIssue(models.Model):
    """Something that the site has to say about a listing, also long after it was accepted."""

    _name = "integrator.listing.issue"
    _inherit = "integrator.retention.mixin"
    _description = "Issue of a listing"
    _order = "state desc, severity, id desc"
    _rec_name = "message"

    listing_id = fields.Many2one(
        "integrator.listing", required=True, readonly=True, ondelete="cascade", index=True
    )
    site_id = fields.Many2one(related="listing_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="listing_id.company_id", store=True)
    code = fields.Char(readonly=True, help="The channel's own number of the cause.")
    severity = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("info", "Remark")],
        required=True,
        readonly=True,
        help="Error: it is not sold, or not shown, until it is solved.",
    )
    message = fields.Text(readonly=True, help="In the channel's words.")
    attributes = fields.Char(readonly=True, help="What of the listing it is about.")
    state = fields.Selection(
        [("closed", "Gone"), ("open", "Still there")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="Gone: the channel does not report it any more.",
    )
    closed_at = fields.Datetime(string="Closed on", readonly=True, help="When it was gone.")

    # === BUSINESS METHODS === #

    def _timeline_rows(self):
        """See `integrator.timeline._rows`."""
        row = {"site_name": self.site_id.name, "code": self.code, "detail": self.message}
        rows = [
            {
                **row,
                "at": self.create_date,
                "kind": "error",
                "what": self.env._("Issue of a listing"),
            }
        ]
        if self.closed_at:
            solved = self.env._("Issue of a listing is solved")
            rows.append({**row, "at": self.closed_at, "kind": "answer", "what": solved})
        return rows

    @api.model
    def _update_open(self, listing, issues):
        """Bring the open issues of a listing in line with what the site says.

        :param tuple[neutral.ListingIssue] issues: all that it has to say now
        """
        shown = {tuple(getattr(issue, key) for key in KEYS): issue for issue in issues}
        open_rows = self.search([("listing_id", "=", listing.id), ("state", "=", "open")])
        known = {tuple(row[key] or "" for key in KEYS): row for row in open_rows}
        fresh = [issue for key, issue in shown.items() if key not in known]
        self._raise_alerts(listing.site_id, fresh)
        self.create([{"listing_id": listing.id, **asdict(issue)} for issue in fresh])
        self.union(*(row for key, row in known.items() if key not in shown))._close()

    def _raise_alerts(self, site, issues):
        """Alert the group once per new cause, however many listings it affects."""
        errors = {issue.code: issue for issue in issues if issue.severity == "error"}
        for code, issue in errors.items():
            if not self._open_errors(site, code):
                text = self.env._("The channel has an issue with listings: %s", issue.message)
                error = RejectedError(text, code=f"issue_{code}")
                self.env["integrator.alert"]._raise(site, "watch", error)

    def _open_errors(self, site, code):
        domain = [("site_id", "=", site.id), ("code", "=", code), ("severity", "=", "error")]
        return self.search_count([*domain, ("state", "=", "open")], limit=1)

    def _close(self):
        self.write({"state": "closed", "closed_at": fields.Datetime.now()})
        for row in self:
            if not self._open_errors(row.site_id, row.code):
                codes = {f"issue_{row.code}"}
                self.env["integrator.alert"]._close_causes(row.site_id, "watch", codes)

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Closed issues go after the retention."""
        limit = self.env["integrator.site"]._retention_date()
        return [("state", "=", "closed"), ("closed_at", "<", limit)]
