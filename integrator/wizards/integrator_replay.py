# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..exceptions import IntegratorError, as_user_error
from ..neutral import Order, OrderMention
from ..privacy.personal import masked_order

#: Columns that say where an order was read from, not what it is.
ORIGIN = frozenset({"site_id", "document_id"})


def compare(order, values, lines):
    """The differences between a stored order and what its document says today.

    :param order: `integrator.order`, or None when it is not stored
    :param dict values: columns as extraction would write them
    :param tuple[neutral.OrderLine] lines: its lines
    :return: list of tuples (what, stored, read today) of texts
    """
    if not order:
        return [("", "", values["remote_order_id"])]
    found = [
        (order._fields[name].string, _text(_stored(order, name)), _text(value))
        for name, value in values.items()
        if name not in ORIGIN and _differ(_stored(order, name), value)
    ]
    return found + _compare_lines(order, lines)


def _compare_lines(order, lines):
    known = {line.remote_line_id: line for line in order.line_ids}
    found = []
    for value in lines:
        line = known.get(value.remote_line_id)
        columns = order.line_ids._prepare_values(order, value)
        columns.pop("order_id")
        found += [
            (f"{value.sku}: {order.line_ids._fields[name].string}", before, _text(one))
            for name, one in columns.items()
            if _differ(_stored(line, name) if line else None, one)
            for before in [_text(_stored(line, name)) if line else ""]
        ]
    return found


def _stored(record, name):
    value = record[name]
    return value.id if record._fields[name].relational else value


def _differ(before, after):
    if isinstance(before, float) or isinstance(after, float):
        return abs(Decimal(str(before or 0)) - Decimal(str(after or 0))) > Decimal("0.000001")
    return (before or None) != (after or None)


def _text(value):
    return "" if value in (None, False) else str(value)


class IntegratorReplay(models.TransientModel):
    """Read kept documents again with the code of today, and show what would differ from what is
    stored; nothing is written until it is taken over."""

    _name = "integrator.replay"
    _description = "Replay of documents"

    document_ids = fields.Many2many(
        "integrator.document",
        string="Documents",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_ids"),
        help="What is read again from its kept bytes.",
    )
    line_ids = fields.One2many(
        "integrator.replay.line",
        "replay_id",
        string="Differences",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    summary = fields.Text(compute="_compute_line_ids", store=True, readonly=False)

    @api.depends("document_ids")
    def _compute_line_ids(self):
        for replay in self:
            rows, problems = replay._find_differences()
            replay.line_ids = [(5, 0, 0), *((0, 0, row) for row in rows)]
            replay.summary = replay._summarise(rows, problems)

    def _find_differences(self):
        """The differences between what the documents give today and what is stored.

        :return: tuple (values of the lines, sentences about documents that cannot be read)
        """
        rows, problems = [], []
        # it is computed as the system, also of what a client only proposes
        documents = self.document_ids._origin
        check_operator(documents)
        self.env["integrator.access.log"]._note("replay", documents.sudo(False))
        for document in documents.sudo():
            try:
                values = list(document.site_id._adapter()._extract(document))
            except IntegratorError as error:
                problems.append(error.message)
                continue
            if document._get_handler() is not None:
                # only orders are compared; the rest is brought up to date
                continue
            for value in self._sales(document, values):
                rows += self._compare(document, value)
        return rows, problems

    def _sales(self, document, values):
        """The whole orders of a document that are sales.

        :param values: list of what the adapter's `_extract` gives
        :return: list of `neutral.Order`
        """
        orders = [value for value in values if isinstance(value, (Order, OrderMention))]
        sales = document.env["integrator.order"]._without_elsewhere(document.site_id, orders)
        return [value for value in sales if isinstance(value, Order)]

    def _compare(self, document, value):
        known = (
            self.env["integrator.order"].sudo()._known(document.site_id, [value.remote_order_id])
        )
        order = known.get(value.remote_order_id)
        value = masked_order(value) if order and order.masked_at else value
        values = self.env["integrator.order"]._prepare_values(document.site_id, value, document)
        return [
            {
                "document_id": document.id,
                "remote_order_id": value.remote_order_id,
                "name": name,
                "before": before,
                "after": after,
            }
            for name, before, after in compare(order, values, value.lines)
        ]

    def _summarise(self, rows, problems):
        orders = {row["remote_order_id"] for row in rows}
        text = (
            self.env._("%s orders would differ.", len(orders))
            if rows
            else self.env._("Nothing would differ: what is stored is what is read today.")
        )
        return "\n".join([*problems, text])

    def action_apply(self):
        """Button: take over what is read today; orders that are held or new are imported again,
        imported ones follow what is new.

        :raise UserError: when a document cannot be read
        """
        check_operator(self)
        check_operator(self.document_ids)
        documents_sudo = self.document_ids.sudo()
        if not documents_sudo:
            raise UserError(self.env._("Choose at least one document."))
        for document in documents_sudo:
            with as_user_error():
                values = list(document.site_id._adapter()._extract(document))
            if (handler := document._get_handler()) is not None:
                handler._handle_document(document, values)
                continue
            whole = self._sales(document, values)
            orders = document.env["integrator.order"]._apply(document.site_id, whole, document)
            orders._import_again()
        self.env["integrator.site"]._trigger_stages("import")
        return {"type": "ir.actions.act_window_close"}


class IntegratorReplayLine(models.TransientModel):
    """One value that would differ."""

    _name = "integrator.replay.line"
    _description = "Difference of a replay"
    _order = "remote_order_id, name, id"

    replay_id = fields.Many2one("integrator.replay", required=True, ondelete="cascade")
    document_id = fields.Many2one("integrator.document", readonly=True, ondelete="cascade")
    remote_order_id = fields.Char(string="Order on the channel", readonly=True)
    name = fields.Char(string="What", readonly=True)
    before = fields.Char(string="Stored", readonly=True)
    after = fields.Char(string="Read today", readonly=True)
