# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal
from hashlib import sha256

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, float_compare
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...access import check_operator
from ...const import REMOTE_STATUSES
from ...importers.places import Places
from ...privacy.personal import is_personal, masked_order
from ...reason import Reason

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
#: Keys that a site may leave out -> what that means.
OPTIONAL_KEYS = {"complete": True, "replaces": "", "shipped_at": None}
#: Whose fiscal position counts when the lines of an order differ.
COLLECTION_ORDER = ("marketplace", "ioss", "uoss", "seller")
#: Causes for which an order has to be asked for again before it can be imported.
ASK_AGAIN = ("unreadable_order", "incomplete_order")
#: Columns of an order that nothing is wrong with and nothing is left to do for.
SETTLED = {
    "has_changes": False,
    "attempts": 0,
    "retry_at": False,
    "error_code": False,
    "error_message": False,
}
#: Columns whose change a sale order has to follow, beside its lines.
NEWS_KEYS = (
    *("remote_status", "cancel_requested", "buyer", "address", "ship_by", "deliver_by"),
    "marketplace_code",
)
#: Columns of money whose change a sale order has to follow.
MONEY_KEYS = ("amount_total", "amount_unexplained")
#: Keys of a neutral order that hold aware UTC times. The time of a version is kept exactly: two
#: may be of one second.
TIME_KEYS = ("ordered_at", "ship_by", "deliver_by", "shipped_at")
#: Countries whose addresses have no city: what is written there is the state, or the country.
WITHOUT_CITY = frozenset({"JP", "SG", "HK", "MO", "MC", "GI", "VA"})


def _digest(value):
    """A short text that is another one for another JSON value."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


class IntegratorOrder(models.Model):
    """One remote order in neutral form, before and beside its sale order.

    `state` is where the order stands on its way into Odoo, `remote_status` where it stands on the
    site. The unique index makes the same order from any two documents one row.
    """

    _name = "integrator.order"
    _inherit = [
        "integrator.error.mixin",
        "integrator.export.mixin",
        "integrator.order.privacy.mixin",
    ]
    _description = "Remote order"
    _order = "ordered_at desc, id desc"
    _rec_name = "remote_order_id"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_order_id = fields.Char(string="Order", required=True, readonly=True, index=True)
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
    has_changes = fields.Boolean(readonly=True, help="The channel changed it after the import.")
    sale_order_id = fields.Many2one("sale.order", readonly=True, ondelete="set null", index=True)
    remote_status = fields.Selection(REMOTE_STATUSES, readonly=True)
    remote_status_text = fields.Char(readonly=True, help="In the channel's own words.")
    flaw = fields.Char(
        string="Cannot be read", readonly=True, help="What of the order, and where it stands."
    )
    complete = fields.Boolean(
        default=True,
        readonly=True,
        help="Off: it came by a way that leaves something open, so it is asked for by its id.",
    )
    replaces = fields.Char(
        string="Instead of", readonly=True, help="The order in whose place it is sent, for nothing."
    )
    shipped_at = fields.Datetime(
        readonly=True, help="When its last parcel left, if the channel shows it."
    )
    fulfilled_by = fields.Selection(
        [("merchant", "You"), ("site", "The channel")], string="Shipped by", readonly=True
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
    amount_known = fields.Boolean(readonly=True, help="The channel gave a total.")
    amount_unexplained = fields.Monetary(
        readonly=True, help="Part of the total that no line explains."
    )
    buyer = fields.Json(readonly=True)
    address = fields.Json(readonly=True)
    cancel_requested = fields.Boolean(
        string="Buyer asks to cancel", readonly=True, help="The delivery is on hold because of it."
    )
    cancel_reason = fields.Char(readonly=True, help="In the words of the channel or the buyer.")
    confirm_sent_at = fields.Datetime(
        readonly=True, help="When the order was acknowledged to the channel."
    )
    cancel_sent_at = fields.Datetime(
        readonly=True, help="When the cancellation of the whole order was sent to the channel."
    )
    line_ids = fields.One2many("integrator.order.line", "order_id", readonly=True)
    followed = fields.Json(
        readonly=True, help="The lines that the sale order was last brought in line with."
    )
    followed_money = fields.Char(readonly=True, help="What of the channel's money that was.")
    followed_buyer = fields.Char(readonly=True, help="The buyer that the customer was made of.")
    followed_marketplace_id = fields.Many2one(
        "integrator.marketplace",
        readonly=True,
        ondelete="set null",
        help="Where the order was sold, as the sale order was made for it.",
    )
    task_ids = fields.One2many("integrator.task", "order_id", readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    error_code = fields.Char(readonly=True)
    error_message = Reason(string="Reason", readonly=True)

    # order data level
    data_level = fields.Selection(
        [("none", "Withheld"), ("partial", "In part"), ("full", "Complete")],
        string="Buyer's data",
        compute="_compute_data_level",
        store=True,
        help="How much the channel has given of the buyer and the address.",
    )

    # order next step
    next_step = fields.Char(
        compute="_compute_next_step",
        compute_sudo=True,
        help="What to do so that the order goes on.",
    )

    # the list of orders
    items = fields.Text(compute="_compute_items", help="What was ordered.")
    city = fields.Char(compute="_compute_city", help="Where the parcel goes.")
    stage = fields.Selection(
        [
            ("pending", "To pay"),
            ("new", "Coming in"),
            ("held", "Held"),
            ("hold", "Delivery on hold"),
            ("ship", "To ship"),
            ("site", "Shipped by the channel"),
            ("shipped", "Shipped"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        compute="_compute_stage",
        compute_sudo=True,
        help="Where the order stands, from the payment to the parcel.",
    )
    label_text = fields.Char(
        string="Anything on the label",
        compute="_compute_label_text",
        search="_search_label_text",
        help="Order number, buyer, address, item, delivery or tracking number.",
    )

    # order reservation
    reservation = fields.Selection(
        [
            ("reserved", "Reserved"),
            ("released", "Released"),
            ("expired", "Released: not paid in time"),
        ],
        readonly=True,
        help="The stock that was kept for the order before it was paid.",
    )
    reservation_due = fields.Boolean(
        default=True, readonly=True, help="The reservation has to be looked at again."
    )
    reserved_until = fields.Datetime(
        readonly=True, help="When the pieces are free again unless the order is paid."
    )

    # integrator deadline
    deadline_told = fields.Char(
        readonly=True, copy=False, help="The deadline that somebody was last reminded of, and when."
    )

    _remote_uniq = models.UniqueIndex(
        "(site_id, remote_order_id)", "This remote order is known already."
    )
    _queue_idx = models.Index(
        "(site_id, id) WHERE state IN ('new', 'error', 'pending')"
        " OR has_changes IS TRUE OR reservation_due IS TRUE"
    )
    _error_idx = models.Index("(site_id, error_code) WHERE error_code IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("buyer", "address")
    def _compute_data_level(self):
        for order in self:
            given = [order._is_named(order.buyer, order.address), order._is_addressed()]
            order.data_level = "full" if all(given) else "partial" if any(given) else "none"

    @api.depends("stage", "error_code")
    def _compute_next_step(self):
        steps = self._next_steps()
        desk = {"hold": self.env._("Answer the hold"), "ship": self.env._("Ship the parcel")}
        for order in self:
            is_held = order.state == "error"
            mend = is_held and steps.get(order.error_code, steps[""])[0]
            order.next_step = mend or desk.get(order.stage)

    @api.depends("line_ids.quantity", "line_ids.title", "line_ids.sku")
    def _compute_items(self):
        for order in self:
            order.items = "\n".join(
                f"{line.quantity:g} × {line.title or line.sku}" for line in order.line_ids
            )

    @api.depends("address")
    def _compute_city(self):
        for order in self:
            address = order.address or {}
            parts = (address.get("city"), address.get("country"))
            order.city = ", ".join(part for part in parts if part)

    @api.depends(
        *("state", "remote_status", "fulfilled_by"),
        *("sale_order_id.picking_ids.state", "sale_order_id.picking_ids.integrator_hold"),
    )
    def _compute_stage(self):
        for order in self:
            order.stage = order._current_stage()

    def _compute_label_text(self):
        self.label_text = False

    # === SEARCH METHODS === #

    def _search_label_text(self, operator, value):
        """Search in what stands on the label of a parcel, whoever may open the sale order."""
        if operator != "ilike" or not value:
            return NotImplemented
        contact = ("name", "email", "street", "zip", "city")
        paths = ["name", "client_order_ref", "picking_ids.name", "picking_ids.carrier_tracking_ref"]
        paths += [f"partner_id.{name}" for name in contact]
        paths += [f"partner_shipping_id.{name}" for name in contact]
        sales = (
            self.env["sale.order"]
            .sudo()
            ._search(
                Domain("integrator_order_ref", "!=", False)
                & Domain.OR(Domain(path, "ilike", value) for path in paths)
            )
        )
        own = ("remote_order_id", "line_ids.sku", "line_ids.title", "line_ids.remote_product_id")
        return (
            Domain.OR(Domain(path, "ilike", value) for path in own)
            | Domain("sale_order_id", "in", sales.subselect())
            | Domain.custom(to_sql=lambda model, alias, query: self._label_sql(alias, value))
        )

    @staticmethod
    def _label_sql(alias, value):
        """Orders of whose buyer or address a value contains a text, also before they are sold."""
        return SQL(" OR ").join(
            SQL(
                "EXISTS (SELECT FROM jsonb_each_text(CASE jsonb_typeof(%(column)s)"
                " WHEN 'object' THEN %(column)s ELSE '{}' END) WHERE value ILIKE %(text)s)",
                column=SQL.identifier(alias, name),
                text=f"%{value}%",
            )
            for name in ("buyer", "address")
        )

    # === ACTION METHODS === #

    def action_import(self):
        """Button: try to import held orders again now."""
        check_operator(self)
        self.sudo()._import_again()

    def action_cancel_at_site(self):
        """Button: cancel held orders at their site, because they will not become sale orders.

        :raise UserError: when one is no held order that we would ship, or its site cannot be told
        """
        check_operator(self)
        orders_sudo = self.sudo()
        for order in orders_sudo:
            site = order.site_id
            held = order.state == "error" and not order.sale_order_id
            if not held or order.fulfilled_by != "merchant" or order.remote_status != "unshipped":
                raise UserError(
                    self.env._(
                        "%s is not an order that is held before import and that you would ship. "
                        "Cancel its sale order instead.",
                        order.remote_order_id,
                    )
                )
            if "cancellation" not in site._adapter()._capabilities(site):
                raise UserError(
                    self.env._("%s takes no cancellations. Cancel the order there.", site.name)
                )
        for order in orders_sudo:
            self.env["integrator.task"].sudo()._enqueue(
                order.site_id,
                {
                    "kind": "cancellation",
                    "target_ref": f"{order._name},{order.id}",
                    "target_name": order.remote_order_id,
                    "order_id": order.id,
                    "manual": True,
                },
            )
        orders_sudo.site_id._wake("send")

    def action_open_sale_order(self):
        """Button: open the sale order."""
        return self.sale_order_id._get_records_action()

    def action_next_step(self):
        """Button: open the place where the order is mended, or the parcel that is to leave."""
        check_operator(self)
        self.ensure_one()
        if self.stage in ("hold", "ship"):
            return (
                self.sale_order_id.picking_ids._integrator_open_deliveries()._get_records_action()
            )
        steps = self._next_steps()
        return getattr(self, steps.get(self.error_code, steps[""])[1])()

    def _own_cure(self):
        """Override of `integrator.error.mixin`: the next step of the order."""
        if not self.next_step:
            return "", None
        # an order whose next step is to be looked at is on the screen already
        steps = self._next_steps()
        if self.state == "error" and steps.get(self.error_code, steps[""])[1] == "_open_itself":
            return self.env._("Import again"), self.action_import
        return self.next_step, self.action_next_step

    # === EXTRACT === #

    @api.model
    def _apply(self, site, values_list, document):
        """Take over neutral orders: make them, bring them up to date, or leave them alone when
        what we have is younger (documents may arrive in any order).

        :param list[dict] values_list: neutral orders, see `docs/neutral-forms.md`
        :return: the orders
        """
        known = self._known(site, [value["remote_order_id"] for value in values_list])
        fresh = {}
        for value in values_list:
            fresh.setdefault(value["remote_order_id"], value)
        fresh = [value for order_id, value in fresh.items() if order_id not in known]
        made = self._make(site, fresh, document)
        known |= {order.remote_order_id: order for order in made}
        for value in values_list:
            # what stands in a document twice is brought up to date by the other
            if not any(value is one for one in fresh):
                order = known[value["remote_order_id"]]
                value = order._without_personal(value, document)
                order._bring_up_to_date(self._prepare_values(site, value, document), value)
        return self.union(*known.values())

    @api.model
    def _without_elsewhere(self, site, values_list):
        """Leave out what was not sold on the site; imported, it would be a second sale of what
        Odoo has sold already.

        :param site: `integrator.site` that lists the orders
        :param list[dict] values_list: neutral orders, whole or only named
        :return: those that are sales
        """
        elsewhere = [value for value in values_list if value.get("sold_elsewhere")]
        if elsewhere:
            self._link_elsewhere(site, elsewhere)
        return [value for value in values_list if not value.get("sold_elsewhere")]

    @api.model
    def _link_elsewhere(self, site, values_list):
        """Hook: note which of our orders the site lists under a number of its own.

        :param site: `integrator.site`
        :param list[dict] values_list: neutral orders that were not sold on the site;
            `seller_order_id` is our own number where the site tells it
        """

    @api.model
    def _note_flaws(self, site, values_list, document):
        """Take over orders in which something cannot be read: they are held, each with its reason,
        and no order beside them waits. The bytes stay in the document.

        :param list[dict] values_list: `remote_order_id`, as `unreadable` what and where, and
            `updated_at` where the site's time of the version can be read
        :return: the orders of which that is new
        """
        known = self._known(site, [value["remote_order_id"] for value in values_list])
        flawed = self.browse()
        for value in values_list:
            order = known.get(value["remote_order_id"]) or self._make_unknown(site, value, document)
            known[value["remote_order_id"]] = order
            if order._is_flaw_news(value):
                order._mark_flawed(value)
                flawed |= order
        return flawed

    def _make_unknown(self, site, value, document):
        """An order of which nothing is known but its id."""
        return self.create(
            {
                "site_id": site.id,
                "remote_order_id": value["remote_order_id"],
                "document_id": document.id,
                "state": "new",
                "remote_status": "unknown",
                "buyer": {},
                "address": {},
            }
        )

    def _is_flaw_news(self, value):
        """Whether a version that cannot be read is younger than what we have of the order."""
        updated_at = value.get("updated_at")
        if not updated_at:
            return not self.flaw
        return not self.updated_at or self.updated_at < updated_at.replace(tzinfo=None)

    def _mark_flawed(self, value):
        updated_at = value.get("updated_at")
        self.write(
            {
                "flaw": value["unreadable"],
                "updated_at": updated_at.replace(tzinfo=None) if updated_at else self.updated_at,
                "retry_at": False,
                "has_changes": self.state == "imported",
            }
        )
        if self.state == "error":
            self.write({**SETTLED, "state": "new"})

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
        return not order.updated_at or order.updated_at < updated_at.replace(
            tzinfo=None, microsecond=0
        )

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
        if self.updated_at and self.complete and not values["complete"]:
            return
        if not self.updated_at or self.updated_at <= values["updated_at"]:
            lines = self._with_lines_gone(value)
            self._take_news(values, lines)
            self.line_ids._apply(self, lines)

    def _with_lines_gone(self, value):
        """The lines of a younger version, those among them that the site shows no more; what only
        lists some of an order's lines takes none off.

        :param dict value: the neutral order
        """
        lines = value["lines"]
        if not value.get("status_known", True):
            return lines
        shown = {line["remote_line_id"] for line in lines}
        gone = self.line_ids.filtered(lambda line: line.remote_line_id not in shown)
        return [*lines, *(line._prepare_gone() for line in gone)]

    @api.model
    def _prepare_values(self, site, value, document):
        given = {**OPTIONAL_KEYS, **value}
        values = {key: given[key] for key in (*PLAIN_KEYS, *OPTIONAL_KEYS)}
        for key in TIME_KEYS:
            values[key] = given[key] and given[key].replace(tzinfo=None, microsecond=0)
        return {
            **values,
            "flaw": False,
            "updated_at": value["updated_at"].replace(tzinfo=None),
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
        import stage does not know it holds with that reason."""
        return remote_status if remote_status in ("pending", "cancelled") else "new"

    def _take_news(self, values, lines):
        """Bring a known order up to date; what is imported is updated by the import stage.

        :param dict values: columns of the order
        :param list[dict] lines: neutral lines
        """
        self.ensure_one()
        values = {**values, **self._kept_data(values)}
        is_news = bool(self.flaw) or values["complete"] != self.complete
        is_news = is_news or self._news_in(values, lines)
        if not values["fulfilled_by"] and self.fulfilled_by:
            values = {**values, "fulfilled_by": self.fulfilled_by}
        self.write(values)
        if self.state == "imported":
            self.write({"has_changes": True, "retry_at": False} if is_news else {})
        elif is_news:
            state = self._first_state(self.remote_status)
            self.write({**SETTLED, "state": state, "reservation_due": True})

    def _kept_data(self, values):
        """The buyer's data that we have and a younger version withholds: sites forget it in time,
        which does not make a buyer another one.

        :param dict values: columns of the order
        """
        kept = {}
        if not self._is_named(values["buyer"], values["address"]):
            kept |= {"buyer": self.buyer} if self._is_named(self.buyer, self.address) else {}
        if self._is_addressed() and not self._is_place(values["address"]):
            kept["address"] = self.address
        return kept

    def _news_in(self, values, lines):
        """Whether a younger version of the order says something that has to be followed.

        :param dict values: columns of the order
        :param list[dict] lines: neutral lines
        """
        changed = any((values[key] or False) != (self[key] or False) for key in NEWS_KEYS)
        paid = any(float_compare(values[key], self[key], 6) for key in MONEY_KEYS)
        other_currency = values["currency_id"] != self.currency_id.id
        return changed or paid or other_currency or self.line_ids._news_in(lines)

    # === IMPORT === #

    def _marketplace(self):
        """The marketplace where the order was sold; none before its first order is imported."""
        self.ensure_one()
        return self.site_id.marketplace_ids.filtered(
            lambda one: one.code == (self.marketplace_code or "")
        )[:1]

    def _is_history(self):
        """Whether what has left of the order had left when the stock here began to count."""
        self.ensure_one()
        since = self.site_id.stock_since
        left_at = self.shipped_at or self.updated_at
        return bool(since and left_at) and left_at < since

    def _collection(self):
        """Who collects the taxes of the order, where its lines differ: a key of
        `integrator_marketplace.COLLECTIONS`."""
        found = {line._collection() for line in self.line_ids}
        return next((one for one in COLLECTION_ORDER if one in found), "seller")

    def _expected_total(self):
        """What the buyer pays: the site's total, or without one the sum of all charges; of pieces
        that are cancelled, what is left."""
        self.ensure_one()
        if self.amount_known and not self._has_cancelled():
            return self.amount_total
        return float(self._open_total()) + self._remainder()

    def _open_total(self):
        """The charges of what the buyer is to get."""
        charges = [charge for line in self.line_ids for charge in line._open_charges()]
        return sum((Decimal(charge["amount"]) for charge in charges), Decimal(0))

    def _has_cancelled(self):
        return any(line._quantity_open() != line.quantity for line in self.line_ids)

    def _remainder(self):
        """The part of what the buyer pays that no charge explains.

        Sites that take pieces off an order go on showing the money of what was ordered, or show
        what is left: when the total is that of the pieces that are left, nothing is unexplained.
        """
        self.ensure_one()
        left = self.amount_unexplained
        if not self._has_cancelled() or left >= 0:
            return left
        rest = Decimal(str(self.amount_total)) - self._open_total()
        return float(rest) if self.amount_known else left

    def _fail(self, error, retry_at=False):
        """Hold the order with a reason; other orders go on. Only one that was to be
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
            order.write({"sale_order_id": sale_order.id, "followed_buyer": order._buyer_version()})

    def _money_version(self):
        """What tells one state of the pieces and the money of the order from another."""
        self.ensure_one()
        rows = [
            (line.remote_line_id, line._product_key(), line._quantity_open(), line._open_charges())
            for line in self.line_ids.sorted("remote_line_id")
        ]
        total = (self.amount_known, self.amount_total, self.amount_unexplained)
        return _digest([rows, total, self.currency_id.name])

    def _buyer_version(self):
        """What tells one state of the buyer's data from another."""
        self.ensure_one()
        return _digest([self.buyer, self.address])

    def _note_followed(self, told):
        """Note what the lines of the sale order were brought in line with.

        :param dict told: key -> product, pieces, price, taxes, total, SKU
        """
        self.write({"followed": told, "followed_money": self._money_version()})

    def _settled(self):
        """Note that the sale order has followed the news."""
        self.write(SETTLED)

    # === ACTIONS === #

    def _import_again(self):
        """Let those of these orders that are held be imported by the next run."""
        held = self.filtered(lambda order: order.state == "error")
        held.filtered(lambda order: order.error_code in ASK_AGAIN)._ask_again(manual=True)
        held.write({"state": "new", "attempts": 0, "retry_at": False})
        self.filtered("has_changes").retry_at = False
        self.env["integrator.site"]._wake("import")

    def _ask_again(self, manual=False):
        """Ask the site for these orders by their ids.

        :param bool manual: whether a person asked
        """
        for site, orders in self.grouped("site_id").items():
            if "source:order" in site._adapter()._capabilities(site):
                ids = orders.mapped("remote_order_id")
                self.env["integrator.fetch.request"]._request_orders(site, ids, manual)
                self.env["integrator.site"]._wake("fetch")

    # === BUSINESS METHODS === #

    def _is_addressed(self):
        """Whether a parcel can be sent to the address."""
        return self._is_place(self.address)

    @api.model
    def _is_named(self, buyer, address):
        """Whether a name of the buyer is known.

        :param dict buyer: of a neutral order
        :param dict address: of a neutral order
        """
        buyer, address = buyer or {}, address or {}
        return bool(buyer.get("name") or buyer.get("company") or address.get("name"))

    @api.model
    def _is_place(self, address):
        """Whether a parcel can be sent to an address, by what its country needs.

        :param dict address: of a neutral order
        """
        address = address or {}
        code = self._country_code(address.get("country") or "")
        return bool(
            address.get("street") and code and (address.get("city") or code in WITHOUT_CITY)
        )

    @api.model
    @tools.ormcache("text", "self.env.lang")
    def _country_code(self, text):
        """The code of a country that is written somehow; empty for one that nobody knows."""
        return Places(self.env).country(text).code or ""

    @api.model
    def _next_steps(self):
        """What to do about each cause: a sentence, and the method that opens the place for it.
        Addons add their own causes.

        :return: dict error code -> tuple (sentence, name of the method)
        """
        look = self.env._("Look at the order, then import it again")
        return {
            "unknown_sku": (self.env._("Choose the product"), "_open_mappings"),
            "unknown_tax": (self.env._("Choose the tax"), "_open_tax_rules"),
            "tax_not_invoiceable": (self.env._("Choose another tax"), "_open_tax_rules"),
            "total_differs": (self.env._("Check the taxes of the order"), "_open_tax_rules"),
            "unknown_status": (
                self.env._("Wait for another status on the channel"),
                "_open_itself",
            ),
            "unknown_channel": (
                self.env._("Look up who ships it on the channel"),
                "_open_itself",
            ),
            "unreadable_order": (
                self.env._("Wait for the channel to send it again"),
                "_open_itself",
            ),
            "incomplete_order": (
                self.env._("Wait until the channel shows the rest"),
                "_open_itself",
            ),
            "": (look, "_open_itself"),
        }

    def _current_stage(self):
        """Where the order stands for those who ship it."""
        self.ensure_one()
        if self.state != "imported":
            return "held" if self.state == "error" else self.state
        waiting = self.sale_order_id.picking_ids._integrator_open_deliveries()
        if self.remote_status == "cancelled" or self.sale_order_id.state == "cancel":
            return "cancelled"
        if waiting.filtered("integrator_hold"):
            return "hold"
        if self.fulfilled_by == "site":
            return "shipped" if self.remote_status == "shipped" else "site"
        return "ship" if waiting else "shipped"

    def _open_itself(self):
        return self._get_records_action()

    def _open_tax_rules(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_tax_rule_action"
        )
        return {**action, "domain": [("site_id", "=", self.site_id.id)]}

    def _open_mappings(self):
        keys = [line._product_key() for line in self.line_ids]
        mappings = self.env["integrator.mapping"].search(
            [("site_id", "=", self.site_id.id), ("sku", "in", keys), ("state", "=", "to_map")]
        )
        return mappings._get_records_action(name=self.env._("Products to match"))

    def _wants_reservation(self):
        """Whether the order's pieces are to be kept for it."""
        self.ensure_one()
        return (
            self.state == "pending"
            and self.fulfilled_by == "merchant"
            and self.site_id.reserve_pending
        )

    def _is_unpaid_too_long(self):
        self.ensure_one()
        end = self.reserved_until
        return self.state == "pending" and bool(end) and end <= fields.Datetime.now()

    def _shipment_is_told(self):
        """Whether everything has left, and the site has been told, or is being told."""
        self.ensure_one()
        pickings = self.sale_order_id.picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
            and picking.state != "cancel"
        )
        told = self.task_ids.filtered(
            lambda task: task.kind == "shipment"
            and task.state in ("submitted", "pending", "success")
        )
        return self.sale_order_id.state == "cancel" or (
            bool(pickings)
            and all(
                picking.state == "done"
                and (picking.integrator_shipped_elsewhere or picking in told.picking_id)
                for picking in pickings
            )
        )

    # === CLEAN-UP === #

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
