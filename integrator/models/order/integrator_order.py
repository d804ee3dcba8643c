# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal
from hashlib import sha256

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...access import check_operator
from ...const import REMOTE_STATUSES
from ...importers.partner_importer import Places
from ...neutral import Update
from ...reason import Reason
from .integrator_order_intake_mixin import RESET_VALUES

#: Causes for which an order has to be asked for again before it can be imported.
REFETCHED_CODES = ("unreadable_order", "incomplete_order")
#: Countries whose addresses have no city: what is written there is the state, or the country.
WITHOUT_CITY = frozenset({"JP", "SG", "HK", "MO", "MC", "GI", "VA"})
#: The order of collections whose fiscal position counts when the lines of an order differ.
COLLECTION_ORDER = ("marketplace", "ioss", "uoss", "seller")


def _digest(value):
    """Hash of a JSON value."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


class IntegratorOrder(models.Model):
    """One remote order in neutral form, before and beside its sale order.

    `state` is where the order stands on its way into Odoo, `remote_status` where it stands on the
    site. The unique index makes the same order from any two documents one row.
    """

    _name = "integrator.order"
    _inherit = [
        "integrator.digest.mixin",
        "integrator.site.mixin",
        "integrator.error.mixin",
        "integrator.export.mixin",
        "integrator.order.desk.mixin",
        "integrator.order.intake.mixin",
        "integrator.order.privacy.mixin",
        "integrator.retention.mixin",
    ]
    _description = "Remote order"
    _order = "ordered_at desc, id desc"
    _rec_name = "remote_order_id"
    _digest_sequence = 30

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
    sale_order_id = fields.Many2one(
        "sale.order", string="Sales order", readonly=True, ondelete="set null", index=True
    )
    remote_status = fields.Selection(REMOTE_STATUSES, string="Status there", readonly=True)
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
        string="Shipped on",
        readonly=True,
        help="When its last parcel left, if the channel shows it.",
    )
    fulfilled_by = fields.Selection(
        [("merchant", "You"), ("site", "The channel")], string="Shipped by", readonly=True
    )
    marketplace_code = fields.Char(string="Marketplace ID", readonly=True)
    channel_name = fields.Char(string="Marketplace", readonly=True)
    service_level = fields.Char(string="Service level", readonly=True)
    programs = fields.Json(readonly=True)
    ordered_at = fields.Datetime(string="Ordered on", readonly=True)
    updated_at = fields.Datetime(string="Changed on", readonly=True)
    ship_by = fields.Datetime(string="Ship by", readonly=True)
    deliver_by = fields.Datetime(string="Deliver by", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    amount_known = fields.Boolean(readonly=True, help="The channel gave a total.")
    amount_unexplained = fields.Monetary(
        string="Unexplained", readonly=True, help="Part of the total that no line explains."
    )
    buyer = fields.Json(readonly=True)
    address = fields.Json(readonly=True)
    cancel_requested = fields.Boolean(
        string="Buyer asks to cancel", readonly=True, help="The delivery is on hold because of it."
    )
    cancel_reason = fields.Char(
        string="Reason to cancel", readonly=True, help="In the words of the channel or the buyer."
    )
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
    retry_at = fields.Datetime(string="Next try on", readonly=True)
    error_code = fields.Char(string="Cause", readonly=True)
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
        string="Next step",
        compute="_compute_next_step",
        compute_sudo=True,
        help="What to do so that the order goes on.",
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
        string="Reserved until",
        readonly=True,
        help="When the pieces are free again unless the order is paid.",
    )

    # integrator deadline
    deadline_notified = fields.Char(
        string="Last reminder",
        readonly=True,
        copy=False,
        help="The deadline that somebody was last reminded of, and when.",
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
        desk = {
            "hold": self.env._("Answer the hold"),
            "ship": self.env._("Ship the parcel"),
            "stopped": self.env._("Make its delivery again, or cancel it"),
        }
        for order in self:
            is_held = order.state == "error"
            correction = is_held and steps.get(order.error_code, steps[""])[0]
            order.next_step = correction or desk.get(order.stage)

    # === ACTION METHODS === #

    def action_import(self):
        """Button: try to import held orders again now."""
        check_operator(self)
        self.sudo()._import_again()

    def action_cancel_at_site(self):
        """Button: cancel held orders at their site, because they will not become sale orders.

        :raise UserError: when one is not a held order that we would ship, or its site takes no
            cancellations
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
            if not site._can("cancellation"):
                raise UserError(
                    self.env._("%s takes no cancellations. Cancel the order there.", site.name)
                )
        for order in orders_sudo:
            self.env["integrator.task"].sudo()._enqueue(
                order.site_id, order._prepare_update("cancellation"), manual=True
            )
        orders_sudo.site_id._trigger_stages("send")

    def action_open_sale_order(self):
        """Button: open the sale order."""
        return self.sale_order_id._get_records_action()

    def action_next_step(self):
        """Button: open the form that solves the order's cause, or the parcel that is to leave."""
        check_operator(self)
        self.ensure_one()
        if self.stage in ("hold", "ship"):
            return (
                self.sale_order_id.picking_ids._integrator_open_deliveries()._get_records_action()
            )
        if self.stage == "stopped":
            return self.action_open_sale_order()
        steps = self._next_steps()
        return getattr(self, steps.get(self.error_code, steps[""])[1])()

    def _own_cure(self):
        """Override of `integrator.error.mixin`: the next step of the order."""
        if not self.next_step or self.error_code == "sold_by_hand":
            # its own page has the answers
            return "", None
        # an order whose next step is to be looked at is on the screen already
        steps = self._next_steps()
        if self.state == "error" and steps.get(self.error_code, steps[""])[1] == "_open_itself":
            return self.env._("Import again"), self.action_import
        return self.next_step, self.action_next_step

    # === IMPORT === #

    def _marketplace(self):
        """The marketplace where the order was sold; none before its first order is imported."""
        self.ensure_one()
        return self.site_id.marketplace_ids.filtered(
            lambda one: one.code == (self.marketplace_code or "")
        )[:1]

    def _is_history(self):
        """Return whether what has left of the order had left when the stock here began to count."""
        self.ensure_one()
        since = self.site_id.stock_since
        left_at = self.shipped_at or self.updated_at
        return bool(since and left_at) and left_at < since

    def _fail(self, error, retry_at=False):
        """Hold orders with a reason; others go on. An imported one stays imported: its update or
        its reservation failed.

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
        self.write({**RESET_VALUES, "state": "imported", "reservation_due": False})
        for order, sale_order in zip(self, sale_orders, strict=True):
            order.write({"sale_order_id": sale_order.id, "followed_buyer": order._buyer_version()})

    def _mark_up_to_date(self):
        """Note that the sale orders are up to date with the site."""
        self.write(RESET_VALUES)

    # === RETRIES === #

    def _import_again(self):
        """Let those of these orders that are held be imported by the next run."""
        held = self.filtered(lambda order: order.state == "error")
        held.filtered(lambda order: order.error_code in REFETCHED_CODES)._ask_again(manual=True)
        held.write({"state": "new", "attempts": 0, "retry_at": False})
        self.filtered("has_changes").retry_at = False
        self.env["integrator.site"]._trigger_stages("import")

    def _ask_again(self, manual=False):
        """Ask the site for these orders by their ids.

        :param bool manual: whether a person asked
        """
        for site, orders in self.grouped("site_id").items():
            if site._can("source:order"):
                ids = orders.mapped("remote_order_id")
                self.env["integrator.fetch.request"]._request_orders(site, ids, manual)
                self.env["integrator.site"]._trigger_stages("fetch")

    # === BUSINESS METHODS === #

    def _digest_domain(self):
        return [("state", "=", "error")]

    def _digest_step(self):
        return self.env._("Correct it; it is tried again by itself.")

    def _prepare_update(self, kind):
        """Prepare an update of the whole order.

        :param str kind: `acknowledgement` or `cancellation`
        """
        self.ensure_one()
        return Update(
            kind=kind,
            target_ref=f"{self._name},{self.id}",
            target_name=self.remote_order_id,
            order_id=self.id,
        )

    def _is_addressed(self):
        """Return whether a parcel can be sent to the address."""
        return self._is_place(self.address)

    @api.model
    def _is_named(self, buyer, address):
        """Return whether a name of the buyer is known.

        :param dict buyer: of a neutral order
        :param dict address: of a neutral order
        """
        buyer, address = buyer or {}, address or {}
        return bool(buyer.get("name") or buyer.get("company") or address.get("name"))

    @api.model
    def _is_place(self, address):
        """Return whether a parcel can be sent to an address, by what its country needs.

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
        """The code of a country that is given by code or name; empty for an unknown one."""
        return Places(self.env).country(text).code or ""

    @api.model
    def _next_steps(self):
        """The next step of each cause: a sentence, and the method that opens the place for it.
        Addons add their own causes.

        :return: dict error code -> tuple (sentence, name of the method)
        """
        look = self.env._("Look at the order, then import it again")
        return {
            "unknown_sku": (self.env._("Choose the product"), "_open_sku_matches"),
            "unknown_tax": (self.env._("Choose the tax"), "_open_tax_rules"),
            "tax_not_invoiceable": (self.env._("Choose another tax"), "_open_tax_rules"),
            "sold_by_hand": (self.env._("Say whether it was entered by hand"), "_open_itself"),
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

    def _open_itself(self):
        return self._get_records_action()

    def _open_tax_rules(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.integrator_tax_rule_action"
        )
        return {**action, "domain": [("site_id", "=", self.site_id.id)]}

    def _open_sku_matches(self):
        keys = [line._product_key() for line in self.line_ids]
        matches = self.env["integrator.sku.match"].search(
            [("site_id", "=", self.site_id.id), ("sku", "in", keys), ("state", "=", "to_match")]
        )
        return matches._get_records_action(name=self.env._("Products to match"))

    def _needs_reservation(self):
        """Return whether the order's pieces are to be kept for it."""
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

    def _shipment_is_sent(self):
        """Return whether everything has left, and its shipments are sent or in the queue."""
        self.ensure_one()
        pickings = self.sale_order_id.picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
            and picking.state != "cancel"
        )
        sent = self.task_ids.filtered(
            lambda task: task.kind == "shipment"
            and task.state in ("submitted", "pending", "success")
        )
        return self.sale_order_id.state == "cancel" or (
            bool(pickings)
            and all(
                picking.state == "done"
                and (picking.integrator_shipped_elsewhere or picking in sent.picking_id)
                for picking in pickings
            )
        )

    # === MONEY === #

    def _collection(self):
        """The collector of the taxes of the order, where its lines differ: a key of
        `integrator_marketplace.COLLECTIONS`."""
        found = {line._collection() for line in self.line_ids}
        return next((one for one in COLLECTION_ORDER if one in found), "seller")

    def _expected_total(self):
        """The buyer's total: the site's total, or without one the sum of all charges; of pieces
        that are cancelled, what is left."""
        self.ensure_one()
        if self.amount_known and not self._has_cancelled():
            return self.amount_total
        return float(self._open_total()) + self._remainder()

    def _has_money(self):
        """Return whether the site shows an amount that is not nothing."""
        charges = [charge for line in self.line_ids for charge in line._open_charges()]
        return bool(self.amount_total or any(Decimal(charge["amount"]) for charge in charges))

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

    def _money_version(self):
        """Fingerprint of the quantities and the money of the order."""
        self.ensure_one()
        rows = [
            (line.remote_line_id, line._product_key(), line._quantity_open(), line._open_charges())
            for line in self.line_ids.sorted("remote_line_id")
        ]
        total = (self.amount_known, self.amount_total, self.amount_unexplained)
        return _digest([rows, total, self.currency_id.name])

    def _buyer_version(self):
        """Fingerprint of the data of the buyer."""
        self.ensure_one()
        return _digest([self.buyer, self.address])

    def _record_followed(self, followed):
        """Note what the lines of the sale order were brought in line with.

        :param dict followed: key -> product, pieces, price, taxes, total, SKU
        """
        self.write({"followed": followed, "followed_money": self._money_version()})

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Remote orders that came to nothing go after the retention; imported ones stay with their
        sale order, held ones until somebody decides."""
        limit = self.env["integrator.site"]._retention_date()
        domain = [("state", "=", "cancelled"), ("sale_order_id", "=", False)]
        domain += [("updated_at", "<", limit)]
        return domain
