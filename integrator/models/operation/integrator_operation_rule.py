# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...access import check_operator
from ...reason import Reason


class IntegratorOperationRule(models.Model):
    """An answer that is given automatically from now on."""

    _name = "integrator.operation.rule"
    _inherit = "integrator.site.mixin"
    _description = "Remembered answer"
    _order = "site_id, cause, product_id"
    _rec_name = "answer_name"

    kind = fields.Char(required=True, readonly=True, help="Kind of operation that asks.")
    cause = fields.Char(required=True, readonly=True, help="What is asked about.")
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Only for this product. Empty: for all.",
    )
    answer = fields.Char(required=True, readonly=True, help="Stable name of the answer.")
    answer_name = Reason(string="Answer name", readonly=True, help="The answer that is given.")
    question = Reason(readonly=True, help="The question by which it was remembered.")
    user_id = fields.Many2one("res.users", string="Remembered by", readonly=True, help="Who.")
    active = fields.Boolean(default=True, readonly=True, help="Off: it was revoked.")
    hits = fields.Integer(string="Times used", readonly=True, help="How often it has answered.")
    last_hit = fields.Datetime(string="Last used", readonly=True, help="When it last answered.")

    _cause_uniq = models.UniqueIndex(
        "(site_id, kind, cause, COALESCE(product_id, 0)) WHERE active",
        "This is answered by another rule already.",
    )

    @api.model
    def _find(self, step):
        """The rule that answers a question: that of its product, else that of all. What a rule has
        answered before in the same operation is asked of a person: the answer did not help, and
        would be given without end.

        :param step: `integrator.operation.step`
        :return: the rule; empty where no rule has an answer that the question takes
        """
        operation = step.operation_id
        if any(
            one.rule_id and not one.answered_by and one.line_ref == step.line_ref
            for one in operation._answers(step.cause)
        ):
            return self.browse()
        rules = self.search(
            [
                ("site_id", "=", operation.site_id.id),
                ("kind", "=", operation.kind),
                ("cause", "=", step.cause),
                ("product_id", "in", (False, step.product_id.id)),
                ("answer", "in", step.choice_ids.mapped("action")),
            ]
        )
        return rules.sorted(lambda rule: not rule.product_id)[:1]

    def _apply(self, step):
        """Answer a question, and count it."""
        self.ensure_one()
        choice = step.choice_ids.filtered(lambda choice: choice.action == self.answer)[:1]
        if step._answer(choice, rule=self):
            self.write({"hits": self.hits + 1, "last_hit": fields.Datetime.now()})

    @api.model
    def _remember(self, step):
        """Make the answer of a question a rule; one that said otherwise is revoked.

        :return: the rule
        """
        operation = step.operation_id
        key = {
            "site_id": operation.site_id.id,
            "kind": operation.kind,
            "cause": step.cause,
            "product_id": step.product_id.id,
        }
        self.search([(name, "=", value) for name, value in key.items()])._revoke()
        return self.create(
            {
                **key,
                "answer": step.answer,
                "answer_name": step._chosen().name,
                "question": step.text,
                "user_id": self.env.uid,
            }
        )

    def action_revoke(self):
        """Button: ask a person again from now on."""
        check_operator(self)
        self.sudo()._revoke()

    def _revoke(self):
        self.write({"active": False})
        self.flush_recordset()
