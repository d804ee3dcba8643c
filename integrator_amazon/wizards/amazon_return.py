# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import as_user_error


class AmazonReturn(models.TransientModel):
    """Let pieces come back to Amazon of an order that Amazon has shipped for us."""

    _name = "integrator.amazon.return"
    _description = "Return to Amazon"

    remote_order_id = fields.Many2one(
        "integrator.remote.order", string="Order", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many("integrator.amazon.return.line", "return_id")
    reason_ids = fields.One2many("integrator.amazon.return.reason", "return_id", readonly=True)

    @api.model
    def _prepare(self, order):
        """A return to be filled in: what can come back, and the reasons that Amazon takes.

        :param order: `integrator.remote.order` that an operator has opened
        :raise UserError: when Amazon cannot be asked, or nothing can come back any more
        """
        site = order.sudo().site_id
        with as_user_error():
            with site._adapter()._fulfillment(site) as amazon:
                there = amazon.fetch_order(order.remote_ref)
                rows = self._prepare_lines(order, there)
                if not rows:
                    raise UserError(
                        self.env._(
                            "All pieces of %s that have left are on their way back already.",
                            order.remote_ref,
                        )
                    )
                language = self.env.lang or "en_US"
                reasons = amazon.reasons(rows[0]["sku"], order.remote_ref, language)
        return self.create(
            {
                "remote_order_id": order.id,
                "line_ids": [(0, 0, row) for row in rows],
                "reason_ids": [
                    (0, 0, {"code": one.code, "name": one.translation or one.description})
                    for one in reasons
                ],
            }
        )

    def _prepare_lines(self, order, there):
        """A row for each line of which pieces have left; of a kit one for each component, because
        Amazon takes back what it has shipped.

        :param Order there: the order as Amazon gives it
        :return: list of values of `integrator.amazon.return.line`
        """
        left = Counter()
        for (line_id, _shipment), pieces in order.sudo()._amazon_returnable(there).items():
            left[line_id] += pieces
        # what was asked for by a call whose answer was lost can be asked for again
        known = order.sudo().amazon_piece_ids.mapped("return_ref")
        for back in there.returns:
            if back.return_id.startswith(f"{order.remote_ref}-R") and back.return_id not in known:
                left[back.line_id] += 1
        lines = {line.ref: line for line in order.line_ids}
        return [
            {
                "line_id": lines[ref].id,
                "remote_line_ref": item.line_id,
                "sku": item.sku,
                "left": left[item.line_id],
            }
            for item in there.items
            if (ref := item.line_id.partition(".")[0]) in lines and left[item.line_id] > 0
        ]

    def action_return(self):
        """Button: ask Amazon to take the pieces back, and show them.

        :raise UserError: when nothing is chosen, a reason lacks, or Amazon refuses
        """
        self.ensure_one()
        check_operator(self.remote_order_id)
        chosen = self.line_ids.filtered("quantity")
        if not chosen:
            raise UserError(self.env._("Enter how many pieces come back."))
        if chosen.filtered(lambda line: not line.reason_id):
            raise UserError(self.env._("Choose a reason for each line that comes back."))
        order_sudo = self.remote_order_id.sudo()
        requests = [
            (
                line.line_id.sudo(),
                line.remote_line_ref,
                line.quantity,
                line.sudo().reason_id.code,
            )
            for line in chosen
        ]
        with as_user_error():
            pieces = order_sudo._amazon_return(requests)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Returned pieces"),
            "res_model": pieces._name,
            "view_mode": "list",
            "domain": [("id", "in", pieces.ids)],
        }


class AmazonReturnLine(models.TransientModel):
    """Pieces of a line that come back."""

    _name = "integrator.amazon.return.line"
    _description = "Line of a return to Amazon"

    return_id = fields.Many2one("integrator.amazon.return", required=True, ondelete="cascade")
    line_id = fields.Many2one("integrator.remote.order.line", required=True, ondelete="cascade")
    remote_line_ref = fields.Char(readonly=True, help="Amazon's number of the line.")
    sku = fields.Char(readonly=True)
    left = fields.Integer(
        string="Can come back",
        readonly=True,
        help="Pieces that have left and are not on their way back.",
    )
    quantity = fields.Integer(help="Pieces that come back.")
    reason_id = fields.Many2one(
        "integrator.amazon.return.reason",
        domain="[('return_id', '=', return_id)]",
        ondelete="set null",
        help="The customer's reason.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "Fewer than no pieces cannot come back."
    )


class AmazonReturnReason(models.TransientModel):
    """A reason for a return, as Amazon knows it for a product."""

    _name = "integrator.amazon.return.reason"
    _description = "Reason of a return to Amazon"

    return_id = fields.Many2one("integrator.amazon.return", required=True, ondelete="cascade")
    code = fields.Char(required=True, help="Amazon's word.")
    name = fields.Char(required=True, help="For people.")
