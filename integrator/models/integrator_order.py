# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..access import check_operator
from ..const import REMOTE_STATUSES
from ..privacy.personal import is_personal, masked_order

#: Keys of a neutral order that are columns of the same name.
PLAIN_KEYS = (
    "remote_status",
    "remote_status_text",
    "fulfilled_by",
    "marketplace_code",
    "channel_name",
    "service_level",
    "programs",
    "buyer",
    "address",
    "cancel_requested",
    "cancel_reason",
)

#: Columns of an order that nothing is wrong with and nothing is left to do for.
SETTLED = {
    "has_news": False,
    "attempts": 0,
    "retry_at": False,
    "error_code": False,
    "error_message": False,
}

#: Columns whose change a sale order has to follow, beside the quantities of its lines.
NEWS_KEYS = ("remote_status", "cancel_requested", "address", "ship_by", "deliver_by")

#: Keys of a neutral order that hold aware UTC times.
TIME_KEYS = ("ordered_at", "updated_at", "ship_by", "deliver_by")


class IntegratorOrder(models.Model):
    """One remote order in neutral form, before and beside its sale order (000-03, 000-24).

    `state` is where the order stands on its way into Odoo, `remote_status` where it stands on the
    site. The unique index makes the same order from any two documents one row.
    """

    _name = "integrator.order"
    _description = "Remote order"
    _order = "ordered_at desc, id desc"
    _rec_name = "remote_order_id"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_order_id = fields.Char(string="Remote order", required=True, readonly=True, index=True)
    document_id = fields.Many2one(
        "integrator.document", readonly=True, ondelete="set null", index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("pending", "Awaiting payment"),
            ("new", "To import"),
            ("imported", "Imported"),
            ("error", "Held"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    has_news = fields.Boolean(readonly=True, help="The site changed it after the import.")
    sale_order_id = fields.Many2one("sale.order", readonly=True, ondelete="set null", index=True)
    remote_status = fields.Selection(REMOTE_STATUSES, readonly=True)
    remote_status_text = fields.Char(readonly=True, help="In the site's own words.")
    fulfilled_by = fields.Selection(
        [("merchant", "Us"), ("site", "The site")], string="Shipped by", readonly=True
    )
    marketplace_code = fields.Char(readonly=True)
    channel_name = fields.Char(string="Marketplace", readonly=True)
    service_level = fields.Char(readonly=True)
    programs = fields.Json(readonly=True)
    ordered_at = fields.Datetime(readonly=True)
    updated_at = fields.Datetime(readonly=True)
    ship_by = fields.Datetime(readonly=True)
    deliver_by = fields.Datetime(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(readonly=True)
    amount_known = fields.Boolean(readonly=True, help="The site gave a total.")
    amount_unexplained = fields.Monetary(
        readonly=True, help="Part of the total that no line explains."
    )
    buyer = fields.Json(readonly=True)
    address = fields.Json(readonly=True)
    cancel_requested = fields.Boolean(
        string="Buyer asks to cancel", readonly=True, help="The delivery is on hold because of it."
    )
    cancel_reason = fields.Char(readonly=True, help="In the words of the site or the buyer.")
    confirm_told_at = fields.Datetime(
        readonly=True, help="When the site was told that the order is taken over."
    )
    cancel_told_at = fields.Datetime(
        readonly=True, help="When the site was told that all of the order is cancelled."
    )
    line_ids = fields.One2many("integrator.order.line", "order_id", readonly=True)
    task_ids = fields.One2many("integrator.task", "order_id", readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    error_code = fields.Char(readonly=True)
    error_message = fields.Text(string="Reason", readonly=True)

    _remote_uniq = models.UniqueIndex(
        "(site_id, remote_order_id)", "This remote order is known already."
    )
    _queue_idx = models.Index(
        "(site_id, id) WHERE state IN ('new', 'error', 'pending')"
        " OR has_news IS TRUE OR reservation_due IS TRUE"
    )
    _error_idx = models.Index("(site_id, error_code) WHERE error_code IS NOT NULL")

    # === EXTRACT === #

    @api.model
    def _apply(self, site, values_list, document):
        """Take over neutral orders: make them, bring them up to date, or leave them alone when
        what we have is younger (documents may arrive in any order).

        :param list[dict] values_list: neutral orders, see `docs/architecture.md`
        :return: the orders
        """
        known = self._known(site, [value["remote_order_id"] for value in values_list])
        fresh = [value for value in values_list if value["remote_order_id"] not in known]
        for value in values_list:
            if order := known.get(value["remote_order_id"]):
                value = order._without_personal(value, document)
                order._bring_up_to_date(self._prepare_values(site, value, document), value)
        return self.union(*known.values()) | self._make(site, fresh, document)

    @api.model
    def _known(self, site, remote_order_ids):
        """Orders that we have.

        :return: dict remote order id -> order
        """
        domain = [("site_id", "=", site.id), ("remote_order_id", "in", remote_order_ids)]
        return {order.remote_order_id: order for order in self.search(domain)}

    @api.model
    def _make(self, site, values_list, document):
        """Orders that are seen for the first time, with their lines, in two statements."""
        columns = [self._prepare_values(site, value, document) for value in values_list]
        states = [self._first_state(column["remote_status"]) for column in columns]
        orders = self.create(
            [{**column, "state": state} for column, state in zip(columns, states, strict=True)]
        )
        self.env["integrator.order.line"]._make(
            (order, value["lines"]) for order, value in zip(orders, values_list, strict=True)
        )
        return orders

    @api.model
    def _is_behind(self, order, mention):
        """Whether a mention of an order says that we do not have it as it is now.

        :param order: what we have, or None
        :param dict mention: a neutral order without lines
        """
        updated_at = mention["updated_at"]
        if not order or not updated_at:
            return not order
        return order.updated_at < updated_at.replace(tzinfo=None, microsecond=0)

    def _without_personal(self, value, document):
        """What is taken over of a version of the order: status, pieces and money only when its
        buyer is masked, and then the document that names the buyer again goes once it is read.

        :param dict value: the neutral order
        :return: a neutral order
        """
        self.ensure_one()
        if not self.masked_at:
            return value
        if is_personal(value["buyer"]) or is_personal(value["address"]):
            document._forget_content()
        return masked_order(value)

    def _bring_up_to_date(self, values, value):
        """Take over a version of the order unless what we have is younger.

        :param dict values: columns of the order
        :param dict value: the neutral order
        """
        self.ensure_one()
        if self.updated_at <= values["updated_at"]:
            self._take_news(values, value["lines"])
            self.line_ids._apply(self, value["lines"])

    @api.model
    def _prepare_values(self, site, value, document):
        values = {key: value[key] for key in PLAIN_KEYS}
        for key in TIME_KEYS:
            values[key] = value[key] and value[key].replace(tzinfo=None, microsecond=0)
        return {
            **values,
            "site_id": site.id,
            "remote_order_id": value["remote_order_id"],
            "document_id": document.id,
            "currency_id": self._currency_id(value["currency"]),
            "amount_total": float(value["amount_total"] or 0),
            "amount_known": value["amount_total"] is not None,
            "amount_unexplained": float(value["unexplained"] or 0),
        }

    @api.model
    @tools.ormcache("name")
    def _currency_id(self, name):
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", name or "")]).id

    @api.model
    def _first_state(self, remote_status):
        """The state of an order that is seen for the first time in a remote status; what the
        import stage does not know it holds with that reason (002-74)."""
        return remote_status if remote_status in ("pending", "cancelled") else "new"

    def _take_news(self, values, lines):
        """Bring a known order up to date; what is imported is updated by the import stage.

        :param dict values: columns of the order
        :param list[dict] lines: neutral lines
        """
        self.ensure_one()
        is_news = self._news_in(values, lines)
        self.write(values)
        if self.state == "imported":
            self.write({"has_news": True, "retry_at": False} if is_news else {})
        elif is_news:
            state = self._first_state(self.remote_status)
            self.write({**SETTLED, "state": state, "reservation_due": True})

    def _news_in(self, values, lines):
        """Whether a younger version of the order says something that has to be followed.

        :param dict values: columns of the order
        :param list[dict] lines: neutral lines
        """
        changed = any((values[key] or False) != (self[key] or False) for key in NEWS_KEYS)
        return changed or self.line_ids._news_in(lines)

    # === IMPORT === #

    def _expected_total(self):
        """What the buyer pays: the site's total, or without one the sum of all charges."""
        self.ensure_one()
        if self.amount_known:
            return self.amount_total
        amounts = [sum(line._amounts().values()) for line in self.line_ids]
        return float(sum(amounts)) + self.amount_unexplained

    def _fail(self, error, retry_at=False):
        """Hold the order with a reason; other orders go on (000-20). Only one that was to be
        imported is held; else it was its news or its reservation that failed.

        :param error: an `IntegratorError`
        """
        most = self.env["integrator.site"]._max_attempts()
        for order in self:
            attempts = order.attempts + 1
            order.write(
                {
                    "state": "error" if order.state == "new" else order.state,
                    "attempts": attempts,
                    "retry_at": retry_at,
                    "error_code": error.code,
                    "error_message": error.message if attempts < most else error.last_message,
                }
            )

    def _imported(self, sale_orders):
        """Note that the orders are sale orders now.

        :param sale_orders: `sale.order`, one for each, in the same order
        """
        self.write({**SETTLED, "state": "imported", "reservation_due": False})
        for order, sale_order in zip(self, sale_orders, strict=True):
            order.sale_order_id = sale_order

    def _followed(self):
        """Note that the sale order has followed the news."""
        self.write(SETTLED)

    # === ACTIONS === #

    def action_import(self):
        """Button: try to import held orders again now."""
        check_operator(self)
        self.sudo()._import_again()

    def _import_again(self):
        """Let those of these orders that are held be imported by the next run."""
        held = self.filtered(lambda order: order.state == "error")
        held.write({"state": "new", "attempts": 0, "retry_at": False})
        self.env["integrator.site"]._wake("import")

    def action_open_sale_order(self):
        """Button: open the sale order."""
        return self.sale_order_id._get_records_action()

    @api.autovacuum
    def _gc_orders(self):
        """Remove remote orders that came to nothing after the retention; imported ones stay with
        their sale order, held ones until somebody decides."""
        limit = self.env["integrator.site"]._retention_date()
        domain = [("state", "=", "cancelled"), ("sale_order_id", "=", False)]
        domain += [("updated_at", "<", limit)]
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), self.search_count(domain, limit=GC_UNLINK_LIMIT)
