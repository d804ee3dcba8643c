# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.tools import float_compare

from ...privacy.personal import is_personal, masked_order
from ...utils import wait_for_rows

#: Fields of a neutral order that are columns of the same name.
PLAIN_FIELDS = (
    "remote_order_id",
    "remote_status",
    "remote_status_text",
    "complete",
    "fulfilled_by",
    "marketplace_code",
    "channel_name",
    "service_level",
    "replaces",
    "cancel_requested",
    "cancel_reason",
)
#: Its times. That of a version is kept exactly: two may be of one second.
TIME_FIELDS = ("ordered_at", "ship_by", "deliver_by", "shipped_at")
#: Columns that name the buyer, or are in his words.
PERSONAL_FIELDS = frozenset({"buyer", "address", "cancel_reason"})
#: Columns whose change a sale order has to follow, beside its lines.
CHANGE_FIELDS = (
    *("remote_status", "cancel_requested", "buyer", "address", "ship_by", "deliver_by"),
    "marketplace_code",
)
#: Columns of money whose change a sale order has to follow.
MONEY_FIELDS = ("amount_total", "amount_unexplained")
#: Values that reset an order's error and retry fields.
RESET_VALUES = {
    "has_changes": False,
    "attempts": 0,
    "retry_at": False,
    "error_code": False,
    "error_message": False,
}


class IntegratorOrderIntakeMixin(models.AbstractModel):
    """Takes over versions of an order from documents: finds the younger one and what has changed in
    it, and keeps what the younger one withholds. It stands apart because it reads `neutral.Order`
    only, and nothing of Odoo's orders."""

    _name = "integrator.order.intake.mixin"
    _description = "Taking over versions of orders"

    # === BUSINESS METHODS === #

    @api.model
    def _apply(self, site, values_list, document):
        """Take over neutral orders: make them, bring them up to date, or leave them alone when
        what we have is younger (documents may arrive in any order).

        :param list[neutral.Order] values_list: versions of orders
        :return: the orders
        """
        known = self._known(site, [value.remote_order_id for value in values_list])
        if known:
            # else PostgreSQL and Odoo would log the whole statement, with the buyer in it, where
            # another transaction has changed one of them
            wait_for_rows(self.union(*known.values()))
        fresh = {}
        for value in values_list:
            fresh.setdefault(value.remote_order_id, value)
        fresh = [value for order_id, value in fresh.items() if order_id not in known]
        made = self._make(site, fresh, document)
        known |= {order.remote_order_id: order for order in made}
        for value in values_list:
            # what stands in a document twice is brought up to date by the other
            if not any(value is one for one in fresh):
                order = known[value.remote_order_id]
                value = order._without_personal(value, document)
                order._bring_up_to_date(self._prepare_values(site, value, document), value)
        return self.union(*known.values())

    @api.model
    def _without_elsewhere(self, site, values_list):
        """Leave out what was not sold on the site; imported, it would be a second sale of what
        Odoo has sold already.

        :param site: `integrator.site` that lists the orders
        :param values_list: list of `neutral.Order` and `neutral.OrderMention`
        :return: those that are sales
        """
        elsewhere = [value for value in values_list if value.sold_elsewhere]
        if elsewhere:
            self._link_elsewhere(site, elsewhere)
        return [value for value in values_list if not value.sold_elsewhere]

    @api.model
    def _link_elsewhere(self, site, values_list):
        """Hook: note which of our orders the site lists under a number of its own.

        :param site: `integrator.site`
        :param values_list: list of `neutral.Order` and `neutral.OrderMention` that were not sold
            on the site; `seller_order_id` is our own number where the site gives it
        """

    @api.model
    def _note_flaws(self, site, values_list, document):
        """Take over orders in which something cannot be read: they are held, each with its reason,
        and no order beside them waits. The bytes stay in the document.

        :param list[neutral.UnreadableOrder] values_list: what of them cannot be read
        :return: the orders of which that is new
        """
        known = self._known(site, [value.remote_order_id for value in values_list])
        flawed = self.browse()
        for value in values_list:
            order = known.get(value.remote_order_id) or self._make_unknown(site, value, document)
            known[value.remote_order_id] = order
            if order._is_newer_flaw(value):
                order._mark_flawed(value)
                flawed |= order
        return flawed

    def _make_unknown(self, site, value, document):
        """Make an order of which only the id is known."""
        return self.create(
            {
                "site_id": site.id,
                "remote_order_id": value.remote_order_id,
                "document_id": document.id,
                "state": "new",
                "remote_status": "unknown",
                "buyer": {},
                "address": {},
            }
        )

    def _is_newer_flaw(self, value):
        """Return whether a version that cannot be read is younger than what we have of the
        order."""
        if not value.updated_at:
            return not self.flaw
        return not self.updated_at or self.updated_at < value.updated_at.replace(tzinfo=None)

    def _mark_flawed(self, value):
        updated_at = value.updated_at
        self.write(
            {
                "flaw": value.unreadable,
                "updated_at": updated_at.replace(tzinfo=None) if updated_at else self.updated_at,
                "retry_at": False,
                "has_changes": self.state == "imported",
            }
        )
        if self.state == "error":
            self.write({**RESET_VALUES, "state": "new"})

    @api.model
    def _known(self, site, remote_order_ids):
        """Orders that we have.

        :return: dict remote order id -> order
        """
        domain = [("site_id", "=", site.id), ("remote_order_id", "in", remote_order_ids)]
        return {order.remote_order_id: order for order in self.search(domain)}

    @api.model
    def _make(self, site, values_list, document):
        """Orders that are seen for the first time, with their lines. Who bought comes after the
        numbers: where another transaction has made one of the orders meanwhile, PostgreSQL and Odoo
        log the whole statement that is refused."""
        columns = [self._prepare_values(site, value, document) for value in values_list]
        orders = self.create(
            [
                {
                    **{name: column[name] for name in column.keys() - PERSONAL_FIELDS},
                    "state": self._first_state(column["remote_status"]),
                }
                for column in columns
            ]
        )
        for order, column in zip(orders, columns, strict=True):
            order.write({name: column[name] for name in PERSONAL_FIELDS})
        self.env["integrator.order.line"]._make(
            (order, value.lines) for order, value in zip(orders, values_list, strict=True)
        )
        return orders

    @api.model
    def _is_behind(self, order, mention):
        """Return whether a mention of an order shows that our version of it is out of date.

        :param order: what we have, or None
        :param neutral.OrderMention mention: what a document gives of it
        """
        updated_at = mention.updated_at
        if not order or not updated_at:
            return not order
        return not order.updated_at or order.updated_at < updated_at.replace(
            tzinfo=None, microsecond=0
        )

    @api.model
    def _request_mentioned(self, site, mentions, manual=False):
        """Ask for the orders that a document only names and that we do not have as they are now.

        :param list[neutral.OrderMention] mentions: orders that it names
        :param bool manual: whether the document came because a person asked
        :return: ids that are asked for
        """
        known = self._known(site, [mention.remote_order_id for mention in mentions])
        wanted = {
            mention.remote_order_id
            for mention in mentions
            if self._is_behind(known.get(mention.remote_order_id), mention)
        }
        self.env["integrator.fetch.request"]._request_orders(site, wanted, manual)
        return sorted(wanted)

    def _without_personal(self, value, document):
        """The values of a version of the order that are taken over: status, pieces and money only
        when its buyer is masked, and then the document that names the buyer again goes once it is
        read.

        :param neutral.Order value: the version
        :return: `neutral.Order`
        """
        self.ensure_one()
        if not self.masked_at:
            return value
        if is_personal(value.buyer.as_json()) or is_personal(value.address.as_json()):
            document._forget_content()
        return masked_order(value)

    def _bring_up_to_date(self, values, value):
        """Take over a version of the order unless what we have is younger.

        :param dict values: columns of the order
        :param neutral.Order value: the version
        """
        self.ensure_one()
        if self.updated_at and self.complete and not values["complete"]:
            return
        if not self.updated_at or self.updated_at <= values["updated_at"]:
            lines = self._with_removed_lines(value)
            self._apply_changes(values, lines)
            self.line_ids._apply(self, lines)

    def _with_removed_lines(self, value):
        """The lines of a younger version, those among them that the site shows no more; what only
        lists some of an order's lines takes none off.

        :param neutral.Order value: the version
        :return: tuple of `neutral.OrderLine`
        """
        if not value.status_known:
            return value.lines
        shown = {line.remote_line_id for line in value.lines}
        gone = self.line_ids.filtered(lambda line: line.remote_line_id not in shown)
        return (*value.lines, *(line._prepare_removed() for line in gone))

    @api.model
    def _prepare_values(self, site, value, document):
        """The columns of an order.

        :param neutral.Order value: a version of it
        """
        values = {name: getattr(value, name) for name in PLAIN_FIELDS}
        for name in TIME_FIELDS:
            time = getattr(value, name)
            values[name] = time and time.replace(tzinfo=None, microsecond=0)
        return {
            **values,
            "programs": list(value.programs),
            "buyer": value.buyer.as_json(),
            "address": value.address.as_json(),
            "flaw": False,
            "updated_at": value.updated_at.replace(tzinfo=None),
            "site_id": site.id,
            "document_id": document.id,
            "currency_id": self._currency_id(value.currency),
            "amount_total": float(value.amount_total or 0),
            "amount_known": value.amount_total is not None,
            "amount_unexplained": float(value.unexplained),
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

    def _apply_changes(self, values, lines):
        """Bring a known order up to date; what is imported is updated by the import stage.

        :param dict values: columns of the order
        :param tuple[neutral.OrderLine] lines: all of its lines
        """
        self.ensure_one()
        values = {**values, **self._withheld_data(values)}
        is_changed = bool(self.flaw) or values["complete"] != self.complete
        is_changed = is_changed or self._has_changes(values, lines)
        if not values["fulfilled_by"] and self.fulfilled_by:
            values = {**values, "fulfilled_by": self.fulfilled_by}
        self.write(values)
        if self.state == "imported":
            self.write({"has_changes": True, "retry_at": False} if is_changed else {})
        elif is_changed:
            state = self._first_state(self.remote_status)
            self.write({**RESET_VALUES, "state": state, "reservation_due": True})

    def _withheld_data(self, values):
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

    def _has_changes(self, values, lines):
        """Return whether a younger version of the order differs in something that the sale order
        follows.

        :param dict values: columns of the order
        :param tuple[neutral.OrderLine] lines: all of its lines
        """
        changed = any((values[key] or False) != (self[key] or False) for key in CHANGE_FIELDS)
        paid = any(float_compare(values[key], self[key], 6) for key in MONEY_FIELDS)
        other_currency = values["currency_id"] != self.currency_id.id
        return changed or paid or other_currency or self.line_ids._has_changes(lines)
