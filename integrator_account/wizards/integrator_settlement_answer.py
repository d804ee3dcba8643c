# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..access import check_accountant
from ..concurrency import create_once


class IntegratorSettlementAnswer(models.TransientModel):
    """The meaning of unknown rows. It is asked once; the answers become rules of the site."""

    _name = "integrator.settlement.answer"
    _description = "Answer what rows are"

    settlement_id = fields.Many2one("integrator.settlement", required=True, readonly=True)
    site_id = fields.Many2one(related="settlement_id.site_id", string="Channel", related_sudo=False)
    line_ids = fields.One2many(
        "integrator.settlement.answer.line",
        "answer_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("settlement_id")
    def _compute_line_ids(self):
        for answer in self:
            answer.line_ids = [Command.clear()] + [
                Command.create({"example_id": line.id, "count": count})
                for line, count in answer.settlement_id._unknown_lines().items()
            ]

    def action_answer(self):
        """Button: remember the answers; settlements that waited for them are looked at again."""
        check_accountant(self)
        check_accountant(self.settlement_id)
        answered = self.line_ids.filtered("group_id")
        if not answered:
            raise UserError(self.env._("Choose for at least one of the rows what it is."))
        for line in answered:
            line._remember()
        held = self.env["integrator.settlement"].sudo()
        held = held.search([("site_id", "=", self.site_id.id), ("state", "=", "held")])
        held._check_and_post()
        return True


class IntegratorSettlementAnswerLine(models.TransientModel):
    _name = "integrator.settlement.answer.line"
    _description = "Answer what one kind of row is"

    answer_id = fields.Many2one(
        "integrator.settlement.answer", required=True, ondelete="cascade", index=True
    )
    site_id = fields.Many2one(related="answer_id.site_id", string="Channel", related_sudo=False)
    example_id = fields.Many2one("integrator.settlement.line", required=True, string="Example row")
    currency_id = fields.Many2one(related="example_id.currency_id", related_sudo=False)
    number = fields.Integer(related="example_id.number", string="Row", related_sudo=False)
    transaction_type = fields.Char(related="example_id.transaction_type", related_sudo=False)
    amount_type = fields.Char(related="example_id.amount_type", related_sudo=False)
    description = fields.Char(related="example_id.description", related_sudo=False)
    amount = fields.Monetary(related="example_id.amount", string="Example", related_sudo=False)
    count = fields.Integer(string="Times", readonly=True)
    group_id = fields.Many2one(
        "integrator.settlement.group",
        string="They are",
        domain="[('site_id', '=', site_id), ('treatment', '!=', 'ask')]",
    )
    any_description = fields.Boolean(
        string="Any description",
        help="The description differs from row to row, as a coupon's number does: the answer "
        "counts for all of them.",
    )
    is_refund = fields.Boolean(string="Refund", help="They give money back to a buyer.")

    def _remember(self):
        """Make a rule of the answer, or change the one that says “ask”.

        :raise UserError: when somebody has answered something else meanwhile
        """
        self.ensure_one()
        rules_sudo = self.env["integrator.settlement.rule"].sudo()
        values = {"group_id": self.group_id.id, "is_refund": self.is_refund}
        key = {
            "site_id": self.site_id.id,
            "transaction_type": self.transaction_type or "",
            "amount_type": self.amount_type or "",
            "description": "*" if self.any_description else self.description or "",
        }
        domain = [(name, "=", value) for name, value in key.items()]
        domain += [("marketplace_ref", "=", False), ("sign", "=", "any")]
        known = rules_sudo.search(domain, limit=1)
        if known and known.treatment != "ask" and known.group_id != self.group_id:
            raise UserError(
                self.env._(
                    "“%(row)s” was answered meanwhile: %(group)s. If that is wrong, change it "
                    "under Invoicing, Configuration, Settlements, Settlement rules.",
                    row=known.display_name,
                    group=known.group_id.display_name,
                )
            )
        if known:
            known.write(values)
        else:
            with create_once(self.env):
                rules_sudo.create({**key, **values})
