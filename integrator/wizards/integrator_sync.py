# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta, timezone

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..models.monitoring.integrator_sync_run import KINDS, MODELS

#: Days by which it is reckoned how many orders there are.
LATELY_DAYS = 30


class IntegratorSync(models.TransientModel):
    """Ask for a synchronisation by hand.

    It only makes the records; everything after them is the automatic path.
    """

    _name = "integrator.sync"
    _description = "Manual synchronisation"

    kind = fields.Selection(
        KINDS,
        string="What",
        required=True,
        default="products",
    )
    source = fields.Selection(
        [("changes", "What changed on the channel"), ("report", "Order report")],
        string="Out of",
        default="changes",
        required=True,
        help="An order report holds paid orders that wait for shipment; it helps where the list of "
        "changes leaves something out.",
    )
    site_ids = fields.Many2many(
        "integrator.site",
        string="Channels",
        required=True,
        default=lambda self: self.env["integrator.site"].search([]),
    )
    date_from = fields.Date(string="From", compute="_compute_dates", store=True, readonly=False)
    date_to = fields.Date(
        string="To", default=lambda self: fields.Date.context_today(self), required=True
    )
    count = fields.Integer(compute="_compute_count", string="Records")
    explanation = fields.Text(compute="_compute_count")
    estimate = fields.Text(
        string="How long it takes", compute="_compute_count", help="By the limits of each channel."
    )

    @api.depends("kind")
    def _compute_dates(self):
        """Two months of orders, this month's shipments, three months of order status."""
        today = fields.Date.context_today(self)
        starts = {
            "orders_in": today - relativedelta(months=2),
            "shipments": today.replace(day=1),
            "order_status": today - relativedelta(months=3),
        }
        for wizard in self:
            wizard.date_from = starts.get(wizard.kind)

    @api.depends("kind", "source", "site_ids", "date_from", "date_to")
    def _compute_count(self):
        for wizard in self:
            # an operator need not be allowed to read deliveries to know how many there are
            found = [wizard.sudo()._find(site) for site in wizard.site_ids]
            wizard.count = sum(map(len, found))
            wizard.explanation = wizard._explain()
            wizard.estimate = wizard.sudo()._estimate() if wizard.count else ""

    def _explain(self):
        """What will happen, in words."""
        count = self.count
        texts = {
            "products": self.env._(
                "Products to send, as they are in Odoo now: %s. Nothing is ever deleted on the "
                "channel by this: offers that are not in Odoo stay there until you remove them.",
                count,
            ),
            "orders_in": self.env._(
                "Every order that changed in this time is fetched; orders that Odoo knows are "
                "brought up to date, never doubled. The time is divided into %(count)s requests.",
                count=count,
            )
            + self._explain_reach(),
            "shipments": self.env._(
                "Orders whose deliveries are confirmed again: %s. Those that the channel knows "
                "already stay as they are.",
                count,
            ),
            "order_status": self.env._(
                "Orders whose present state is sent to the channel (acknowledged, shipped, "
                "cancelled or refunded): %s.",
                count,
            ),
        }
        return texts.get(self.kind)

    def _estimate(self):
        return self.env["integrator.estimate"]._tell(self.site_ids._origin, self._work)

    def _work(self, site):
        """What there is to do for a site, as `integrator.adapter._estimate` wants it."""
        count = len(self._find(site))
        if self.kind == "orders_in":
            return {"requests": count, "orders": self._expected_orders(site)}
        return {"products" if self.kind == "products" else "shipments": count}

    def _expected_orders(self, site):
        """As many as came in a span of that length lately."""
        start, end, _longest = self._reachable(site)
        lately = fields.Datetime.now() - timedelta(days=LATELY_DAYS)
        domain = [("site_id", "=", site.id), ("create_date", ">=", lately)]
        count = self.env["integrator.order"].search_count(domain)
        return round(count * max((end - start).days, 1) / LATELY_DAYS)

    def _explain_reach(self):
        """A sentence on what cannot be had, where a site does not go back far enough."""
        late = [
            (site, start)
            for site in self.site_ids
            if (start := self._reachable(site)[0]) > self._span()[0]
        ]
        return "".join(
            " "
            + self.env._(
                "%(site)s gives this only from %(start)s on; what is older is left out.",
                site=site.name,
                start=fields.Date.to_string(start),
            )
            for site, start in late
        )

    # === WHAT IS FOUND === #

    def _find(self, site):
        """Records of a kind for a site: products, orders, or fetch requests of time."""
        finders = {
            "products": self._find_products,
            "orders_in": self._find_fetch_requests,
            "shipments": self._find_shipped,
            "order_status": self._find_orders,
        }
        return finders[self.kind](site._origin) if self.kind else []

    def _find_products(self, site):
        return site._offered_products()

    def _find_fetch_requests(self, site):
        """Start and end of each request: a range beyond what the site gives at once is split."""
        spans = []
        start, end, longest = self._reachable(site)
        while start < end:
            stop = min(start + longest, end)
            spans.append((start, stop))
            start = stop
        return spans

    def _reachable(self, site):
        """What a site gives of the chosen range.

        :return: tuple (start, end, longest span of one request)
        """
        longest, back = site._adapter()._order_reach(site, self.source)
        start, end = self._span()
        # a margin, so that the first request is not refused while it waits
        earliest = back and fields.Datetime.now() - back + timedelta(hours=1)
        return (max(start, earliest) if earliest else start), end, longest

    def _find_orders(self, site):
        start, end = self._span()
        return self.env["sale.order"].search(
            [
                ("integrator_site_id", "=", site.id),
                ("date_order", ">=", start),
                ("date_order", "<", end),
            ]
        )

    def _find_shipped(self, site):
        start, end = self._span()
        pickings = self.env["stock.picking"].search(
            [
                ("sale_id.integrator_site_id", "=", site.id),
                ("state", "=", "done"),
                ("date_done", ">=", start),
                ("date_done", "<", end),
            ]
        )
        return pickings.sale_id

    def _span(self):
        """The chosen days of the user as UTC times: from the first day's start to the last day's
        end."""
        today = fields.Date.context_today(self)
        last = (self.date_to or today) + timedelta(days=1)
        return self._midnight(self.date_from or today), self._midnight(last)

    def _midnight(self, day):
        """The start of a day of the user, in UTC."""
        local = self.env.tz.localize(datetime.combine(day, time.min))
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    # === ACTION === #

    def action_synchronise(self):
        """Button: make the records for every chosen site, wake the stages, and show how far it
        is."""
        check_operator(self)
        check_operator(self.site_ids)
        wizard_sudo = self.sudo()
        sites_sudo = wizard_sudo.site_ids
        if not sites_sudo:
            raise UserError(self.env._("Choose at least one channel."))
        wizard_sudo._check_source(sites_sudo)
        if not wizard_sudo.count:
            return self.env["integrator.site"]._notify(
                self.env._("There is nothing to synchronise in what you chose."), kind="warning"
            )
        run_sudo = wizard_sudo.env["integrator.sync.run"]._begin(
            self.kind, sites_sudo, wizard_sudo._expected(), self.env.uid
        )
        for site in sites_sudo:
            wizard_sudo._request(run_sudo, site)
        self.env["integrator.site"]._wake()
        return run_sudo._open_form()

    def _expected(self):
        return "\n".join(filter(None, [self.explanation, self.estimate]))

    def _request(self, run, site):
        """Make the records for one site; they point to the run, which is in the context."""
        found = self._find(site)
        if self.kind == "orders_in":
            run.env["integrator.fetch.request"]._request(site, found, self.source)
        else:
            run.env[MODELS[self.kind]]._request(site, found)

    def _check_source(self, sites):
        """Not every site has reports."""
        if self.kind != "orders_in" or self.source == "changes":
            return
        for site in sites:
            if f"source:{self.source}" not in site._adapter()._capabilities(site):
                raise UserError(
                    self.env._("%s gives no order report. Fetch what changed there.", site.name)
                )
