# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...reason import Reason
from ...utils import try_lock

#: Passes that are asked for in a transaction: id of the site -> (scope, cause).
REQUESTED = "integrator.reconcile"
#: The sections that change most, and cost most when they are wrong.
OFFER_SECTIONS = ("inventory", "price")
#: The hour, in the time zone of the site, from which on everything is compared.
NIGHT_HOUR = 2


class IntegratorReconcile(models.Model):
    """One pass over the listings of a site that compares their present values with what was last
    sent, section by section, and enqueues the differences.

    Events only show where to look at once. Changes without an event (a cost, a rate, a translation,
    a deleted rule, a change by SQL) are found by the next pass.
    """

    _name = "integrator.reconcile"
    _inherit = ["integrator.site.mixin", "integrator.retention.mixin"]
    _description = "Comparison of listings with Odoo"
    _order = "id desc"
    _rec_name = "requested_at"

    scope = fields.Selection(
        [("offer", "Stock and price"), ("all", "Everything")],
        string="What",
        required=True,
        readonly=True,
        help="Which parts of the listings are compared.",
    )
    cause = fields.Selection(
        [
            ("schedule", "It was time"),
            ("date", "A date has come"),
            ("setting", "A setting has changed"),
            ("person", "A person asked"),
        ],
        required=True,
        readonly=True,
        help="Why it was begun.",
    )
    state = fields.Selection(
        [("ready", "Ready"), ("running", "Running"), ("done", "Done")],
        default="ready",
        required=True,
        readonly=True,
    )
    requested_at = fields.Datetime(
        string="Asked for",
        default=lambda self: fields.Datetime.now(),
        required=True,
        readonly=True,
        help="What had changed until then is seen.",
    )
    ended_at = fields.Datetime(string="Ended", readonly=True)
    position = fields.Integer(readonly=True, help="The listing that was compared last.")
    compared = fields.Integer(string="Listings", readonly=True, help="How many were compared.")
    found = fields.Integer(
        string="Differences", readonly=True, help="How many parts are sent because of it."
    )
    error_code = fields.Char(string="Error code", readonly=True)
    error_message = Reason(
        string="Reason", readonly=True, help="Why a listing could not be compared."
    )

    _open_idx = models.Index("(site_id) WHERE state IN ('ready', 'running')")
    _latest_idx = models.Index("(site_id, scope, id)")

    # === REQUESTS === #

    @api.model
    def _request(self, sites, scope, cause="setting"):
        """Compare the listings of sites soon. However often a transaction asks for it, and whatever
        it changes afterwards, one pass begins when it is committed.

        :param sites: `integrator.site` records; those that are not automatic are left out
        :param str scope: `offer` or `all`
        :param str cause: a value of the field
        """
        precommit = self.env.cr.precommit
        if REQUESTED not in precommit.data:
            precommit.data[REQUESTED] = {}
            precommit.add(self.sudo()._create_requested)
        wanted = precommit.data[REQUESTED]
        for site in sites.sudo().filtered("automatic"):
            known = wanted.get(site.id, (scope, cause))
            wanted[site.id] = known if known[0] == "all" else (scope, cause)

    @api.model
    def _create_requested(self):
        wanted = self.env.cr.precommit.data.pop(REQUESTED, {})
        sites = self.env["integrator.site"].browse(wanted).exists()
        self.create(
            [
                {"site_id": site.id, "scope": wanted[site.id][0], "cause": wanted[site.id][1]}
                for site in sites
            ]
        )
        if sites:
            sites._trigger_stages("reconcile")

    @api.model
    def _begin_due(self, site):
        """Make the pass of a site whose time has come, if any."""
        if due := self._find_due(site):
            scope, cause = due
            self.create({"site_id": site.id, "scope": scope, "cause": cause})

    @api.model
    def _find_due(self, site):
        """Return the pass that has to begin now.

        :return: tuple (scope, cause), or None
        """
        now = fields.Datetime.now()
        model, domain = self._compared(site)
        if not model.search_count(domain, limit=1):
            return None
        night = self._last_requested(site, "all")
        if site.reconcile_nightly and (not night or night < self._last_hour(site, NIGHT_HOUR)):
            return "all", "schedule"
        last = self._last_requested(site)
        if site.reconcile_minutes and (
            not last or last + timedelta(minutes=site.reconcile_minutes) <= now
        ):
            return "offer", "schedule"
        if last and self._has_date(site, last, now):
            return "offer", "date"
        return None

    @api.model
    def _last_requested(self, site, *scopes):
        domain = Domain("site_id", "=", site.id)
        if scopes:
            domain &= Domain("scope", "in", scopes)
        return self.search(domain, order="id desc", limit=1).requested_at

    @api.model
    def _last_hour(self, site, hour):
        """Return the last time that it was this hour in the time zone of the site, as UTC."""
        local = site._local_time(fields.Datetime.now())
        day = local.date() - timedelta(days=local.hour < hour)
        return site._utc_time(day, time(hour))

    @api.model
    def _has_date(self, site, since, now):
        """Return whether something has changed between two moments only because time goes on: a
        rule of a pricelist begins or ends, or a receipt has not come on its day."""
        begun = Domain("date_start", ">", since) & Domain("date_start", "<=", now)
        ended = Domain("date_end", ">=", since) & Domain("date_end", "<", now)
        rules = self.env["product.pricelist.item"].search(begun | ended)
        if rules and site in site._priced_by_sudo(rules.pricelist_id):
            return True
        midnight = self._last_hour(site, 0)
        return since < midnight <= now and self.env["stock.move"]._integrator_has_late(midnight)

    # === PASSES === #

    @api.model
    def _current(self, site):
        """The passes of a site that may go on. Of each scope one runs at a time, so that changes in
        a row do not keep it from its end; it takes turns with those of other scopes.

        :return: at most one pass of each scope, the shortest scope first
        """
        domain = [("site_id", "=", site.id), ("state", "in", ("ready", "running"))]
        passes = self.search(domain, order="state DESC, id").grouped("scope")
        scopes = self._fields["scope"].get_values(self.env)
        return self.union(*(passes[scope][0] for scope in scopes if scope in passes))

    @api.model
    def _compared(self, site):
        """See `_compared` of adapters; listings, where a site says nothing else. Closed ones are
        among them, because what was closed may be offered again, unless its product is offered
        under another reference since."""
        domain = Domain("site_id", "=", site.id) & Domain("is_former", "=", False)
        domain &= Domain("state", "=", "live") | (
            Domain("state", "=", "closed") & Domain("product_id.active", "=", True)
        )
        return site._adapter()._compared(site) or (self.env["integrator.listing"], domain)

    def _next_listings(self, count):
        """The next records of this pass: listings, or what the channel has instead of them."""
        self.ensure_one()
        model, domain = self._compared(self.site_id)
        domain &= Domain("id", ">", self.position)
        return model.search(domain, order="id", limit=count)

    def _covered(self):
        """The scopes of which this pass sees everything."""
        return ("offer",) if self.scope == "offer" else ("offer", "all")

    def _begin(self):
        """From here on it looks; passes that wait and would see no more than this one are spared.
        Those that are asked for later begin anew, because this one may be past their listings."""
        domain = [("site_id", "=", self.site_id.id), ("state", "=", "ready")]
        domain += [("scope", "in", self._covered()), ("id", "!=", self.id)]
        spare = self.search(domain)
        try_lock(spare).unlink()
        self.state = "running"

    def _compare(self, listings):
        """Enqueue what differs from what was last sent.

        :param listings: of the site
        """
        names = OFFER_SECTIONS if self.scope == "offer" else None
        self.found += len(listings._reconcile(names))

    def _advance(self, listings, failed):
        """Note how far the pass has come.

        :param listings: that were compared
        :param dict failed: listing -> `IntegratorError`
        """
        values = {
            "position": max(listings.ids, default=self.position),
            "compared": self.compared + len(listings),
        }
        for error in failed.values():
            values |= {"error_code": error.code, "error_message": error.message}
        self.write(values)

    def _end(self):
        """It has seen all listings. What earlier passes could not compare is not waited for."""
        self.write({"state": "done", "ended_at": fields.Datetime.now()})
        domain = [("site_id", "=", self.site_id.id), ("id", "<", self.id)]
        domain += [("scope", "in", self._covered()), ("error_code", "!=", False)]
        self.search(domain).error_code = False

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Passes that are done go after the retention."""
        limit = self.env["integrator.site"]._retention_date()
        return [("state", "=", "done"), ("requested_at", "<", limit)]
