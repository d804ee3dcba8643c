# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError

from ...exceptions import RejectedError
from ...operation_types import CANCEL, Choice
from .integrator_remote_order import BINDING_STATES

#: Cause: a line of a remote order for which no line of the sale order was found.
NO_MATCH = "no_match"

#: Answer: the line belongs to nothing in Odoo.
LEAVE = "leave"


class IntegratorOperationBind(models.AbstractModel):
    """Bind orders that somebody made by hand at the site to a sale order, so that they are
    followed from now on exactly as those that Odoo has made."""

    _name = "integrator.operation.bind"
    _inherit = "integrator.operation.kind"
    _description = "Operation: bind orders"

    def _pieces(self):
        return {
            "read": self._piece_read,
            "match": self._piece_match,
            "follow": self._piece_follow,
        }

    def _check_start(self, site, order, parameters):
        refs = parameters.get("remote_refs") or []
        if not order or not refs:
            raise UserError(
                self.env._("Name the sale order and at least one order id of the channel.")
            )
        for ref in refs:
            try:
                site._adapter()._check_bound_ref(site, ref)
            except RejectedError as error:
                raise UserError(error.message) from error
        known = self.env["integrator.remote.order"].search(
            [
                ("site_id", "=", site.id),
                ("remote_ref", "in", refs),
                ("state", "in", BINDING_STATES),
            ],
            limit=1,
        )
        if known:
            raise UserError(
                self.env._(
                    "%(ref)s is bound to %(order)s already. Unbind it there first.",
                    ref=known.remote_ref,
                    order=known.sale_order_id.name,
                )
            )

    # === READING === #

    def _piece_read(self, operation):
        """Read the next of the orders, and keep what is in it."""
        known = operation.remote_order_ids.mapped("remote_ref")
        refs = [ref for ref in operation.parameters["remote_refs"] if ref not in known]
        if not refs:
            return "match"
        site = operation.site_id
        state = site._adapter()._read_remote_order(site, refs[0])
        if state is None:
            raise RejectedError(
                self.env._(
                    "The channel does not know an order “%s”. Look for its id there, and bind "
                    "again.",
                    refs[0],
                ),
                code="remote_order_unknown",
            )
        order = self._keep_order(operation, refs[0], state)
        operation._note(
            "information",
            self.env._(
                "%(order)s has %(count)s lines and is “%(status)s”.",
                order=order.remote_ref,
                count=len(order.line_ids),
                status=order.original_status,
            ),
        )
        return "read"

    def _keep_order(self, operation, remote_ref, state):
        """Keep what the site says of an order, until its lines are matched.

        :param RemoteOrderState state: of the adapter's `_read_remote_order`
        :return: `integrator.remote.order`
        """
        lines = self.env["integrator.remote.order.line"]
        return self.env["integrator.remote.order"].create(
            {
                "site_id": operation.site_id.id,
                "sale_order_id": operation.order_id.id,
                "operation_id": operation.id,
                "origin": "bind",
                "remote_ref": remote_ref,
                "status": state.status,
                "original_status": state.original_status,
                "line_ids": [
                    (0, 0, {**lines._prepare_values(line), "ref": line.ref or line.remote_line_id})
                    for line in state.lines
                ],
            }
        )

    # === MATCHING === #

    def _piece_match(self, operation):
        """Find the sale order line of each line; ask where there is none, or more than one."""
        self._take_answers(operation)
        asked = {step.line_ref for step in operation._answers(NO_MATCH)}
        for line in operation.remote_order_ids.line_ids.sorted("id"):
            if line.sale_line_id or str(line.id) in asked:
                continue
            found = self._find_lines(operation, line)
            if len(found) == 1:
                self._bind(operation, line, found)
            else:
                self._ask_for_line(operation, line)
        if operation._open_questions():
            return "match"
        # a rule has answered at once
        self._take_answers(operation)
        return "follow"

    def _take_answers(self, operation):
        """Bind the lines that a person has found."""
        lines = operation.remote_order_ids.line_ids
        for step in operation._answers(NO_MATCH):
            line = lines.filtered(lambda one, step=step: str(one.id) == step.line_ref)
            chosen = step._answer_values().get("sale_line_id")
            if chosen and line and not line.sale_line_id:
                self._bind(operation, line, self.env["sale.order.line"].browse(chosen).exists())

    def _bind(self, operation, line, sale_line):
        line.sale_line_id = sale_line
        operation._note(
            "information",
            self.env._(
                "%(quantity)g of %(sku)s are those of “%(line)s”.",
                quantity=line.quantity,
                sku=line.sku or line.remote_product_id,
                line=sale_line.name,
            ),
            line_ref=str(line.id),
            product_id=sale_line.product_id.id,
        )

    def _find_lines(self, operation, line):
        """The lines of the sale order that a line may be for: by SKU, by barcode, by the site's
        id of the product; of several, those of the same quantity.

        :return: `sale.order.line`
        """
        free = self._free_lines(operation)
        site = operation.site_id
        found = (
            free.filtered(lambda one: line.sku and line.sku in site._export_skus(one.product_id))
            or free.filtered(lambda one: line.barcode and line.barcode == one.product_id.barcode)
            or free.filtered(
                lambda one: line.remote_product_id
                and line.remote_product_id in site._export_remote_ids(one.product_id)
            )
        )
        same = found.filtered(lambda one: one._integrator_exportable_quantity() == line.quantity)
        if len(found) > 1:
            return same or found
        # more pieces than were sold are nothing to be bound silently
        return found.filtered(lambda one: one._integrator_sold_quantity() >= line.quantity)

    def _free_lines(self, operation):
        """Lines of the sale order that are at no site."""
        taken = operation.remote_order_ids.line_ids.sale_line_id
        return operation.order_id.order_line.filtered(
            lambda line: not line.display_type
            and line.product_id.type == "consu"
            and not line._integrator_bound_sudo()
            and line not in taken
        )

    def _ask_for_line(self, operation, line):
        choices = [
            Choice(
                f"line_{one.id}",
                self.env._(
                    "%(name)s, %(quantity)g sold", name=one.name, quantity=one.product_uom_qty
                ),
                {"sale_line_id": one.id},
            )
            for one in self._free_lines(operation)
        ]
        choices.append(Choice(LEAVE, self.env._("It belongs to none of them: do not follow it")))
        choices.append(Choice(CANCEL, self.env._("Cancel the binding")))
        text = self.env._(
            "%(order)s has %(quantity)g of %(sku)s %(name)s. Which line of %(sale)s is it for?",
            order=line.remote_order_id.remote_ref,
            quantity=line.quantity,
            sku=line.sku or line.remote_product_id,
            name=line.name or "",
            sale=operation.order_id.name,
        )
        operation._add_question(NO_MATCH, text, choices, line_ref=str(line.id))

    # === FOLLOWING === #

    def _piece_follow(self, operation):
        """From now on they are followed; the first time at once."""
        orders = operation.remote_order_ids.filtered(lambda one: one.state == "prepared")
        order = orders.sorted("id")[:1]
        if not order:
            return None
        order.state = "open"
        order.line_ids._note_sent()
        order._take_deliveries()
        order._read()
        return "follow"

    def _finish(self, operation):
        orders = operation.remote_order_ids
        text = self.env._("Bound: %s.", ", ".join(orders.mapped("remote_ref")))
        operation._note("information", text)
        operation.order_id.message_post(body=text)

    def _abandon(self, operation):
        """Delete the orders that are not bound yet; they do not exist at the site."""
        operation.remote_order_ids.filtered(lambda one: one.state == "prepared").unlink()


class IntegratorOperationUnbind(models.AbstractModel):
    """Unbind lines of a sale order from a site: they are not updated any more, and can be exported
    or bound again. Nothing is sent to the site."""

    _name = "integrator.operation.unbind"
    _inherit = "integrator.operation.kind"
    _description = "Operation: unbind orders"

    def _pieces(self):
        return {"unbind": self._piece_unbind}

    def _check_start(self, site, order, parameters):
        if not self._find(site, order, parameters):
            raise UserError(
                self.env._(
                    "Nothing of what you named is bound to %s. Read the order for what is.",
                    site.name,
                )
            )

    def _find(self, site, order, parameters):
        """The bound lines of the given remote orders and sale order lines; all of them without a
        choice.

        :return: `integrator.remote.order.line`
        """
        lines = self.env["integrator.remote.order.line"].search(
            [
                ("remote_order_id.site_id", "=", site.id),
                ("remote_order_id.sale_order_id", "=", order.id),
                ("remote_order_id.state", "in", BINDING_STATES),
                ("is_unbound", "=", False),
            ]
        )
        if refs := parameters.get("remote_refs"):
            lines = lines.filtered(lambda line: line.remote_order_id.remote_ref in refs)
        if line_ids := parameters.get("line_ids"):
            lines = lines.filtered(lambda line: line.sale_line_id.id in line_ids)
        return lines

    def _piece_unbind(self, operation):
        lines = self._find(operation.site_id, operation.order_id, operation.parameters)
        orders = lines.remote_order_id
        orders._give_deliveries_back()
        lines.is_unbound = True
        for order in orders:
            left = order.line_ids.filtered("is_bound")
            if not left:
                order.state = "unbound"
            else:
                order._take_deliveries()
            self._note_unbound(operation, order, lines & order.line_ids)

    def _note_unbound(self, operation, order, lines):
        text = self.env._(
            "%(lines)s of %(order)s are unbound.",
            lines=", ".join(filter(None, lines.mapped("sku"))),
            order=order.remote_ref,
        )
        operation._note("information", text)
        operation.order_id.message_post(body=text)
        if not order._is_over():
            operation._note(
                "warning",
                self.env._(
                    "The channel still ships %s. Cancel it there by hand if it should not.",
                    order.remote_ref,
                ),
            )
