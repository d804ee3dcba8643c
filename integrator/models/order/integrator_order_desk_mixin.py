# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...access import check_operator
from ...exceptions import IntegratorError
from ...reason import reason_for


class IntegratorOrderDeskMixin(models.AbstractModel):
    """An order in lists: where it stands, how it is found, or fetched where Odoo
    lacks it."""

    _name = "integrator.order.desk.mixin"
    _description = "Screens of orders"

    stage = fields.Selection(
        [
            ("pending", "To pay"),
            ("new", "Coming in"),
            ("held", "Held"),
            ("hold", "Delivery on hold"),
            ("ship", "To ship"),
            ("stopped", "No delivery"),
            ("site", "Shipped by the channel"),
            ("shipped", "Shipped"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        compute="_compute_stage",
        store=True,
        help="Where the order stands, from the payment to the parcel.",
    )
    image_128 = fields.Image(
        string="Picture",
        compute="_compute_image_128",
        compute_sudo=True,
        help="Picture of the first product of the order.",
    )
    items = fields.Text(compute="_compute_items", help="What was ordered.")
    city = fields.Char(compute="_compute_city", help="Where the parcel goes.")
    label_text = fields.Char(
        string="Anything on the label",
        compute="_compute_label_text",
        search="_search_label_text",
        help="Order number, buyer, address, item, delivery or tracking number.",
    )

    typed_sale_order_id = fields.Many2one(
        "sale.order",
        string="Entered by hand?",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The sale order that has the number of this order as customer reference.",
    )
    typed_answer = fields.Selection(
        [("same", "It is this sale order"), ("other", "It is another sale")],
        string="Answer",
        readonly=True,
        help="What a person has said about the sale order that has the number of this order.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        *("state", "remote_status", "fulfilled_by", "sale_order_id.state"),
        *("sale_order_id.picking_ids.state", "sale_order_id.picking_ids.integrator_hold"),
        "sale_order_id.order_line.product_uom_qty",
    )
    def _compute_stage(self):
        for order in self:
            order.stage = order._current_stage()

    @api.depends("line_ids.quantity", "line_ids.title", "line_ids.sku")
    def _compute_items(self):
        for order in self:
            order.items = "\n".join(
                f"{line.quantity:g} × {line.title or line.sku}" for line in order.line_ids
            )

    @api.depends("sale_order_id.order_line.product_id")
    def _compute_image_128(self):
        for order in self:
            products = order.sale_order_id.order_line.product_id
            goods = products.filtered(lambda product: product.type == "consu")
            order.image_128 = goods[:1].image_128

    @api.depends("address")
    def _compute_city(self):
        for order in self:
            address = order.address or {}
            parts = (address.get("city"), address.get("country"))
            order.city = ", ".join(part for part in parts if part)

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

    # === ENTERED BY HAND === #

    def action_take_sale_order(self):
        """Button: somebody has entered these orders by hand, so they go on with his sale orders.
        Those whose sale order has other items stay held.

        :raise UserError: when that is so of all
        """
        check_operator(self)
        asked_sudo = self._asked_by_hand_sudo()
        kept = {}
        for company, orders_sudo in asked_sudo.grouped("company_id").items():
            kept |= self.env["integrator.typed.order"].with_company(company)._check(orders_sudo)
        fit_sudo = asked_sudo.filtered(lambda order: order not in kept)
        if not fit_sudo:
            raise UserError("\n".join(kept.values()))
        for order in fit_sudo:
            order.typed_sale_order_id.message_post(
                body=self.env._(
                    "This is order %(order)s of %(site)s; it goes on with this sale order.",
                    order=order.remote_order_id,
                    site=order.site_id.name,
                )
            )
        fit_sudo.typed_answer = "same"
        fit_sudo._import_again()
        text = self.env._("Linked with the sale order that is there: %s.", self._names(fit_sudo))
        if kept:
            others = self._names(asked_sudo - fit_sudo)
            text += " " + self.env._("Still held, because the items differ: %s.", others)
        return self.env["integrator.todo"]._notify_done(text)

    def action_import_beside(self):
        """Button: these orders are other sales than the sale orders that have their numbers; they
        are imported and not asked about again."""
        check_operator(self)
        asked_sudo = self._asked_by_hand_sudo()
        asked_sudo.typed_answer = "other"
        asked_sudo._import_again()
        text = self.env._("Imported as a sale of its own: %s.", self._names(asked_sudo))
        return self.env["integrator.todo"]._notify_done(text)

    def _asked_by_hand_sudo(self):
        """Return the orders that wait for the answer whether they were entered by hand.

        :raise UserError: where none does
        """
        asked_sudo = self.sudo().filtered(
            lambda order: order.state == "error" and order.error_code == "sold_by_hand"
        )
        if not asked_sudo:
            raise UserError(self.env._("This is answered already."))
        return asked_sudo

    @staticmethod
    def _names(orders):
        return ", ".join(orders.mapped("display_name"))

    # === DELIVERY === #

    def action_deliver_again(self):
        """Button: make a delivery of what is in none; of the others nothing is made."""
        check_operator(self)
        stopped = self.filtered(lambda order: order.stage == "stopped")
        for sale_order in stopped.sudo().sale_order_id:
            if sale_order.state == "sale":
                sale_order.order_line._action_launch_stock_rule()
            else:
                sale_order.action_confirm()
        text = self.env._("Everything is in a delivery already.")
        if stopped:
            text = self.env._("It is to be shipped again: %s.", self._names(stopped))
        return self.env["integrator.todo"]._notify_done(text)

    def _current_stage(self):
        """Return the stage of the order for those who ship it."""
        self.ensure_one()
        if self.state != "imported":
            return "held" if self.state == "error" else self.state
        waiting = self.sale_order_id.picking_ids._integrator_open_deliveries()
        is_gone = self.sale_order_id.state in (False, "cancel")
        if self.remote_status == "cancelled" or is_gone:
            return "cancelled"
        if waiting.filtered("integrator_hold"):
            return "hold"
        if self.fulfilled_by == "site":
            return "shipped" if self.remote_status == "shipped" else "site"
        if waiting:
            return "ship"
        return "stopped" if self._is_stopped() else "shipped"

    def _is_stopped(self):
        """Return whether the site expects something that is in no delivery, as after one was
        cancelled."""
        if self.remote_status not in ("unshipped", "partially_shipped"):
            return False
        lines = self.sale_order_id.order_line.filtered(
            lambda line: line.qty_delivered_method == "stock_move"
        )
        return any(
            line.product_uom_id.compare(line.product_uom_qty, line._integrator_quantity_sent()) > 0
            for line in lines
        )

    # === FETCHING === #

    def get_fetch_offers(self, texts=()):
        """Orders that somebody has searched for by their numbers and did not find.

        :param list[str] texts: what was searched for
        :return: list of dicts of JSON values: `site_id`, `site_name`, `remote_order_id`, `order_id`
            (False, or the order that only a filter hides), `is_asked` (whether it is being
            fetched), `text` (how it stands); none for what is no order number of any channel
        :raise AccessError: for everybody but operators
        """
        check_operator(self)
        numbers = {text.strip() for text in texts if any(map(str.isdigit, text))}
        sites = self.env["integrator.site"].search([("active", "=", True)])
        pairs = [(site, number) for site in sites for number in sorted(numbers)]
        return [
            self._prepare_fetch_offer(site, number)
            for site, number in pairs
            if self._is_fetchable(site.sudo(), number)
        ]

    def fetch_order(self, site_id=False, remote_order_id=""):
        """Fetch an order by its number.

        :param int site_id: the channel
        :param str remote_order_id: as the channel writes it
        :return: the action that says so
        :raise AccessError: for everybody but operators
        :raise UserError: where it is not a number of an order
        """
        check_operator(self)
        if not (site_id and remote_order_id):
            return False
        values = {"site_id": site_id, "remote_order_ids": remote_order_id}
        return self.env["integrator.fetch"].create(values).action_fetch()

    @staticmethod
    def _is_fetchable(site_sudo, number):
        """Return whether a channel can be asked for an order by what may be its number."""
        adapter = site_sudo._adapter()
        if not site_sudo._can("source:order") or " " in number:
            return False
        try:
            adapter._check_remote_order_id(site_sudo, number)
        except IntegratorError:
            return False
        return True

    @api.model
    def _prepare_fetch_offer(self, site, number):
        order = self.search([("site_id", "=", site.id), ("remote_order_id", "=", number)])
        requests = self.env["integrator.fetch.request"]
        asked = [("site_id", "=", site.id), ("source", "=", "order"), ("remote_ref", "=", number)]
        last = requests.sudo().search(asked, limit=1)
        text = self.env._("Odoo does not have order %s.", number)
        if order:
            text = self.env._("Order %s is in Odoo; a filter hides it.", number)
        elif last.state == "ready":
            text = self.env._("Order %s is being fetched, and appears here.", number)
        elif last.state == "error":
            text = reason_for(self.env, last.error_message)
        return {
            "site_id": site.id,
            "site_name": site.name,
            "remote_order_id": number,
            "order_id": order.id,
            "is_asked": last.state == "ready",
            "text": text,
        }
