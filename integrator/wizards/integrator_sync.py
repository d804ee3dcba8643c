# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta, timezone

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..access import check_operator
from ..models.operation.integrator_operation import REQUEST_KINDS

#: Days by which it is reckoned how many orders there are.
LATELY_DAYS = 30


class IntegratorSync(models.TransientModel):
    """Ask for a synchronisation by hand.

    An operation makes the records; everything after them is the automatic path.
    """

    _name = "integrator.sync"
    _description = "Manual synchronisation"

    kind = fields.Selection(
        REQUEST_KINDS,
        string="What",
        required=True,
        default="send_products",
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

    # === COMPUTE METHODS === #

    @api.depends("kind")
    def _compute_dates(self):
        """Two months of orders, this month's shipments, three months of order status."""
        today = fields.Date.context_today(self)
        starts = {
            "fetch_orders": today - relativedelta(months=2),
            "send_shipments": today.replace(day=1),
            "send_order_status": today - relativedelta(months=3),
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
        """A text about the consequences."""
        count = self.count
        texts = {
            "send_products": self.env._(
                "Products to send, as they are in Odoo now: %s. Nothing is ever deleted on the "
                "channel by this: offers that are not in Odoo stay there until you remove them.",
                count,
            ),
            "fetch_orders": self.env._(
                "Every order that changed in this time is fetched; orders that Odoo knows are "
                "brought up to date, never doubled. The time is divided into %(count)s requests.",
                count=count,
            )
            + self._explain_reach(),
            "send_shipments": self.env._(
                "Orders whose deliveries are confirmed again: %s. Those that the channel knows "
                "already stay as they are.",
                count,
            ),
            "send_order_status": self.env._(
                "Orders whose present state is sent to the channel (acknowledged, shipped, "
                "cancelled or refunded): %s.",
                count,
            ),
        }
        return texts.get(self.kind)

    def _estimate(self):
        return self.env["integrator.estimate"]._estimate_text(self.site_ids._origin, self._work)

    def _work(self, site):
        """The work for a site, in the form of `integrator.adapter._estimate`."""
        count = len(self._find(site))
        if self.kind == "fetch_orders":
            return {"requests": count, "orders": self._expected_orders(site)}
        return {"products" if self.kind == "send_products" else "shipments": count}

    def _expected_orders(self, site):
        """As many as came in a span of that length lately."""
        start, end = self._reach(site), self._span()[1]
        lately = fields.Datetime.now() - timedelta(days=LATELY_DAYS)
        domain = [("site_id", "=", site.id), ("create_date", ">=", lately)]
        count = self.env["integrator.order"].search_count(domain)
        return round(count * max((end - start).days, 1) / LATELY_DAYS)

    def _explain_reach(self):
        """A sentence on what cannot be had, where a site does not go back far enough."""
        late = [
            (site, start)
            for site in self.site_ids
            if (start := self._reach(site)) > self._span()[0]
        ]
        return "".join(
            " "
            + self.env._(
                "%(site)s gives this only from %(start)s on; what is older is left out.",
                site=site.name,
                start=format_date(self.env, fields.Datetime.context_timestamp(self, start).date()),
            )
            for site, start in late
        )

    def _reach(self, site):
        """From when on a site gives the orders that are asked for."""
        fetch_orders = self.env["integrator.operation.fetch_orders"]
        return fetch_orders._reach(site, self._span()[0], self.source)[0]

    # === RECORDS === #

    def _worker(self):
        """The kind of operation that does it."""
        return self.env["integrator.operation"]._worker(self.kind)

    def _find(self, site):
        """The records to synchronise with a site: products, orders, or requests of spans of
        time."""
        return self._worker()._find(site._origin, *self._span(), self.source) if self.kind else []

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

    # === ACTION METHODS === #

    def action_synchronise(self):
        """Button: begin an operation for every chosen site, and show how far it is."""
        check_operator(self)
        check_operator(self.site_ids)
        if not self.site_ids:
            raise UserError(self.env._("Choose at least one channel."))
        wizard_sudo = self.sudo()
        started_sudo = self.env["integrator.operation"].sudo()
        for site_sudo in wizard_sudo.site_ids:
            started_sudo |= wizard_sudo._start(site_sudo)
        if not started_sudo:
            return self.env["integrator.site"]._notify(
                self.env._("There is nothing to synchronise in what you chose."), kind="warning"
            )
        return started_sudo._open_list() if len(started_sudo) > 1 else started_sudo._open_form()

    def _start(self, site):
        """Begin for one site; one that does the same already is joined.

        :return: `integrator.operation`, none where there is nothing to do
        """
        start, end = map(fields.Datetime.to_string, self._span())
        parameters = {"start": start, "end": end, "source": self.source}
        self._worker()._check_start(site, self.env["sale.order"], parameters)
        operations = self.env["integrator.operation"]
        if not len(self._find(site)):
            return operations
        operation, _joined = operations._start(
            self.kind, site, **parameters, expected=self._expected(), user_id=self.env.uid
        )
        return operation

    def _expected(self):
        return "\n".join(filter(None, [self.explanation, self.estimate]))
