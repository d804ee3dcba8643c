# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class IntegratorLook(models.AbstractModel):
    """Looks between the nights: at listings that have issues, and at those that a look at all
    listings did not come across (pain 5)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.look"

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
        self.env["integrator.window"]._open(site, "issue", date_from=fields.Datetime.now())
        issues = self.env["integrator.listing.issue"]
        there = [("listing_id.site_id", "=", site.id), ("state", "=", "open")]
        issues.search(there).listing_id._want_look()

    def _follow_pass(self, site):
        """Ask by SKU for what a look at all listings did not show: it has vanished, or the site
        gave only the first of very many."""
        last = self._last_pass(site)
        if not last:
            return
        missed = Domain("site_id", "=", site.id) & Domain("state", "=", "live")
        missed &= Domain("look_wanted", "=", False)
        missed &= Domain("looked_at", "=", False) | Domain("looked_at", "<", last.date_from)
        self.env["integrator.listing"].search(missed)._want_look()

    def _last_pass(self, site):
        """The last look at all listings, once everything it brought has been taken over."""
        window = self.env["integrator.window"].search(
            [("site_id", "=", site.id), ("source", "in", ("listings", "listing_report"))],
            order="id desc",
            limit=1,
        )
        done = window.state == "done" and set(window.document_ids.mapped("state")) <= {"done"}
        return window if done else window.browse()
