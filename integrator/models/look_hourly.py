# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class IntegratorDriftCheck(models.AbstractModel):
    """Looks between the nights: at listings that have issues, and at those that a look at all
    listings did not come across (pain 5)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.drift.check"

    @api.model
    def _cron_issues(self):
        """Entry of the scheduled action: ask each automatic site for issues, and for what the
        last look did not show."""
        for site in self.env["integrator.site"]._automatic_sites():
            if "source:issue" in site._adapter()._capabilities(site):
                self._look_for_issues(site)
            self._follow_pass(site)
        self.env["integrator.site"]._wake("fetch")

    def _look_for_issues(self, site):
        """Sites name only what has issues: whether one has gone is seen at its listing."""
        self.env["integrator.fetch.request"]._open(site, "issue", date_from=fields.Datetime.now())
        issues = self.env["integrator.listing.issue"]
        there = [("listing_id.site_id", "=", site.id), ("state", "=", "open")]
        issues.search(there).listing_id._request_drift_check()

    def _follow_pass(self, site):
        """Ask by SKU for what a look at all listings did not show: it has vanished, or the site
        gave only the first of very many."""
        last = self._last_pass(site)
        if not last:
            return
        missed = Domain("site_id", "=", site.id) & Domain("state", "=", "live")
        missed &= Domain("drift_check_requested", "=", False)
        missed &= Domain("drift_checked_at", "=", False) | Domain("drift_checked_at", "<", last.date_from)
        self.env["integrator.listing"].search(missed)._request_drift_check()

    def _last_pass(self, site):
        """The last look at all listings, once everything it brought has been taken over."""
        fetch_request = self.env["integrator.fetch.request"].search(
            [("site_id", "=", site.id), ("source", "in", ("listings", "listing_report"))],
            order="id desc",
            limit=1,
        )
        done = fetch_request.state == "done" and set(fetch_request.document_ids.mapped("state")) <= {"done"}
        return fetch_request if done else fetch_request.browse()
