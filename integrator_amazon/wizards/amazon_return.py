# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import IntegratorError


class AmazonReturn(models.TransientModel):
    """Let pieces come back to Amazon of an order that Amazon has shipped for us."""

    _name = "integrator.amazon.return"
    _description = "Return to Amazon"

    remote_order_id = fields.Many2one(
        "integrator.remote.order", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many("integrator.amazon.return.line", "return_id")
    reason_ids = fields.One2many("integrator.amazon.return.reason", "return_id", readonly=True)

    @api.model
    def _prepare(self, order):
        """A return to be filled in: what has been shipped, and the reasons that Amazon takes.

        :param order: `integrator.remote.order` that an operator has opened
        :raise UserError: when Amazon cannot be asked
        """
        shipped = order.line_ids.filtered("shipped")
        return self.create(
            {
                "remote_order_id": order.id,
                "line_ids": [(0, 0, {"line_id": line.id}) for line in shipped],
                "reason_ids": [(0, 0, row) for row in self._reasons(order, shipped[0])],
            }
        )

    def _reasons(self, order, line):
        """The reasons that Amazon takes for a line.

        :return: list of values of `integrator.amazon.return.reason`
        :raise UserError: when Amazon cannot be asked
        """
        site = order.sudo().site_id
        language = self.env.lang or "en_US"
        try:
            with site._adapter()._fulfillment(site) as amazon:
                rows = amazon.reasons(line.sku, order.remote_ref, language)
        except IntegratorError as error:
            raise UserError(error.message) from error
        return [{"code": row.code, "name": row.translation or row.description} for row in rows]

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
        wishes = [
            (line.line_id.sudo(), line.quantity, line.sudo().reason_id.code) for line in chosen
        ]
        try:
            pieces = order_sudo._amazon_return(wishes)
        except IntegratorError as error:
            raise UserError(error.message) from error
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Returned pieces"),
            "res_model": pieces._name,
            "view_mode": "list",
            "domain": [("id", "in", pieces.ids)],
        }


class AmazonReturnLine(models.TransientModel):
    """How many pieces of a line come back."""

    _name = "integrator.amazon.return.line"
    _description = "Line of a return to Amazon"

    return_id = fields.Many2one("integrator.amazon.return", required=True, ondelete="cascade")
    line_id = fields.Many2one("integrator.remote.order.line", required=True, ondelete="cascade")
    sku = fields.Char(related="line_id.sku")
    shipped = fields.Float(related="line_id.shipped", help="Pieces that have left.")
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
