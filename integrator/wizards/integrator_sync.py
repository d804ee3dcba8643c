# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta, timezone

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import as_operator

#: Days of order changes that one window asks for; a longer range is split.
WINDOW_DAYS = 30


class IntegratorSync(models.TransientModel):
    """Ask for a synchronisation by hand (001-31 … 001-34, 001-56 … 001-60, 001-86, 001-87).

    It only makes the records; everything after them is the automatic path.
    """

    _name = "integrator.sync"
    _description = "Manual synchronisation"

    kind = fields.Selection(
        [
            ("products", "Send all products"),
            ("orders_in", "Fetch orders"),
            ("shipments", "Send shipping data"),
            ("order_status", "Send the status of orders"),
        ],
        string="What",
        required=True,
        default="products",
    )
    site_ids = fields.Many2many(
        "integrator.site",
        string="Sites",
        required=True,
        default=lambda self: self.env["integrator.site"].search([]),
    )
    date_from = fields.Date(string="From", compute="_compute_dates", store=True, readonly=False)
    date_to = fields.Date(
        string="To", default=lambda self: fields.Date.context_today(self), required=True
    )
    count = fields.Integer(compute="_compute_count", string="Records")
    explanation = fields.Text(compute="_compute_count")

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

    @api.depends("kind", "site_ids", "date_from", "date_to")
    def _compute_count(self):
        for wizard in self:
            # an operator need not be allowed to read deliveries to know how many there are
            found = [wizard.sudo()._find(site) for site in wizard.site_ids]
            wizard.count = sum(map(len, found))
            wizard.explanation = wizard._explain()

    def _explain(self):
        """What will happen, in words (001-59)."""
        count = self.count
        texts = {
            "products": self.env._(
                "%s products are sent as they are in Odoo now. Nothing is ever deleted on the "
                "site by this: offers that are not in Odoo stay there until you remove them.",
                count,
            ),
            "orders_in": self.env._(
                "Every order that changed in this time is fetched; orders that Odoo knows are "
                "brought up to date, never doubled. %s requests of up to 30 days each.",
                count,
            ),
            "shipments": self.env._(
                "The deliveries of %s orders are confirmed again; those that the site knows "
                "already stay as they are.",
                count,
            ),
            "order_status": self.env._(
                "The present state of %s orders is told to the site: acknowledged, shipped, "
                "cancelled or refunded.",
                count,
            ),
        }
        return texts.get(self.kind)

    # === WHAT IS FOUND === #

    def _find(self, site):
        """Records of a kind for a site: products, orders, or windows of time."""
        finders = {
            "products": self._find_products,
            "orders_in": self._find_windows,
            "shipments": self._find_shipped,
            "order_status": self._find_orders,
        }
        return finders[self.kind](site._origin) if self.kind else []

    def _find_products(self, site):
        return self.env["product.product"].search(site._product_domain())

    def _find_windows(self, site):
        """Start and end of each window of at most 30 days."""
        spans = []
        start, end = self._span()
        while start < end:
            stop = min(start + timedelta(days=WINDOW_DAYS), end)
            spans.append((start, stop))
            start = stop
        return spans

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
        """Button: make the records for every chosen site and wake the stages."""
        sites = as_operator(self.site_ids)
        self = as_operator(self)
        if not sites:
            raise UserError(self.env._("Choose at least one site."))
        makers = {
            "products": self.env["product.integration"]._request,
            "orders_in": self.env["integrator.window"]._request,
            "shipments": self.env["order.integration"]._request,
            "order_status": self.env["order.integration"]._request,
        }
        total = sum(makers[self.kind](site, self._find(site)) for site in sites)
        self.env["integrator.site"]._wake()
        return self._answer(total)

    def _answer(self, total):
        sites = self.env["integrator.site"]
        if not total:
            return sites._notify(
                self.env._("There is nothing to synchronise in what you chose."), kind="warning"
            )
        return {
            **sites._notify(
                self.env._("%s records are queued; the background takes it from here.", total),
                kind="success",
            ),
        }
