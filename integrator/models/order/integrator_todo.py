# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..monitoring.integrator_todo import TodoCure, TodoEntry

HELD = Domain("state", "=", "error")
TAX_TO_ANSWER = Domain("state", "=", "to_map")
SKU_TO_MATCH = Domain("state", "=", "to_match")
SKU_SOLD = Domain("origin", "in", ("sold", "both"))


class IntegratorTodo(models.Model):
    """Orders that cannot go on without a person."""

    # a subject registers what is to do: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override: unknown SKUs and taxes, held orders, changes that could not be taken over, and
        days of which orders are missing."""
        return [
            *super()._todo_entries(),
            self._todo_skus(),
            self._todo_taxes(),
            *self._todo_orders(),
            self._todo_missing(),
            self._todo_stopped(),
        ]

    def _todo_alert_domain(self):
        """Override: an answered SKU lets its orders go on."""
        failed = HELD | Domain("has_changes", "=", True)
        failed = (self.env["integrator.order"], failed & Domain("error_code", "!=", False))
        return super()._todo_alert_domain() & self._todo_alert_of("import", failed)

    def _todo_skus(self):
        return TodoEntry(
            kind="sku",
            label=self.env._("Unknown SKU"),
            model="integrator.sku.match",
            domain=SKU_TO_MATCH,
            title=(self.env._("1 unknown SKU"), self.env._("%s unknown SKUs")),
            step=self.env._("Choose the product"),
            action="integrator.integrator_sku_match_action",
            base="0",
            code="unknown_sku",
            case="integrator.integrator_sku_match_view_case",
            cures=(
                TodoCure(
                    "action_take_best",
                    self.env._("Take the best match"),
                    self.env._("The best match of each is taken. Have you looked at them?"),
                    is_final=True,
                ),
            ),
            waiting=self._todo_held(Domain("error_code", "=", "unknown_sku")),
        )

    def _todo_taxes(self):
        return TodoEntry(
            kind="tax",
            label=self.env._("Unknown tax"),
            model="integrator.tax.rule",
            domain=TAX_TO_ANSWER,
            title=(self.env._("1 unknown tax"), self.env._("%s unknown taxes")),
            step=self.env._("Choose the tax in Odoo"),
            action="integrator.integrator_tax_rule_action",
            base="2",
            code="unknown_tax",
            case="integrator.integrator_tax_rule_view_case",
            waiting=self._todo_held(Domain("error_code", "=", "unknown_tax")),
        )

    def _todo_held(self, domain):
        texts = (self.env._("Holds 1 order"), self.env._("Holds %s orders"))
        return ("integrator.order", domain & (HELD | Domain("has_changes", "=", True)), *texts)

    def _todo_orders(self):
        """Held orders, but for those whose cause is a question of its own."""
        known = self.env["integrator.order"]._next_steps()
        steps = {code: step for code, (step, _method) in known.items()}
        shared = {
            "model": "integrator.order",
            "step": steps,
            "action": "integrator.integrator_order_action",
            "cause": "error_code",
            "reason": "error_message",
            "due": "ship_by",
            "code": "",
            "case": "integrator.integrator_order_view_case",
            "cures": self._todo_order_cures(),
        }
        unasked = ~self._todo_asked()
        return [
            TodoEntry(
                kind="order",
                label=self.env._("Held order"),
                domain=HELD & unasked,
                title=(self.env._("1 order held"), self.env._("%s orders held")),
                base="2",
                **shared,
            ),
            TodoEntry(
                kind="order_change",
                label=self.env._("Change of an order"),
                domain=Domain("state", "=", "imported")
                & Domain("has_changes", "=", True)
                & Domain("error_code", "!=", False)
                & unasked,
                title=(
                    self.env._("1 changed order cannot be updated"),
                    self.env._("%s changed orders cannot be updated"),
                ),
                **shared,
            ),
        ]

    def _todo_order_cures(self):
        again = TodoCure(
            "action_import",
            self.env._("Import again"),
            self.env._("All of these orders are imported again."),
        )
        same = TodoCure(
            "action_take_sale_order",
            self.env._("Link with the sale order"),
            self.env._(
                "Each of these orders goes on with the sale order that has its number, and is not "
                "imported beside it. Those whose items differ stay held."
            ),
            is_final=True,
        )
        beside = TodoCure(
            "action_import_beside",
            self.env._("Import as another sale"),
            self.env._(
                "Each of these orders becomes a sale order of its own, beside the one that has its "
                "number."
            ),
            is_final=True,
        )
        return {"": (again,), "sold_by_hand": (same, beside)}

    def _todo_stopped(self):
        return TodoEntry(
            kind="stopped",
            label=self.env._("No delivery"),
            model="integrator.order",
            domain=Domain("stage", "=", "stopped"),
            title=(
                self.env._("1 order is in no delivery"),
                self.env._("%s orders are in no delivery"),
            ),
            step=self.env._("Deliver it again, or cancel it"),
            action="integrator.integrator_order_action",
            base="2",
            due="ship_by",
            case="integrator.integrator_order_view_case_stopped",
            cures=(
                TodoCure(
                    "action_deliver_again",
                    self.env._("Deliver again"),
                    self.env._("A new delivery is made for each of these orders."),
                ),
            ),
        )

    def _todo_asked(self):
        """Orders whose SKU or tax is asked about on their site."""
        asked = Domain.FALSE
        for model, code, domain in (
            ("integrator.sku.match", "unknown_sku", SKU_TO_MATCH & SKU_SOLD),
            ("integrator.tax.rule", "unknown_tax", TAX_TO_ANSWER),
        ):
            questions = self.env[model].sudo()._search(domain).subselect("site_id")
            asked |= Domain("error_code", "=", code) & Domain("site_id", "in", questions)
        return asked

    def _todo_missing(self):
        return TodoEntry(
            kind="missing",
            label=self.env._("Missing orders"),
            model="integrator.order.check",
            domain=[("state", "=", "missing")],
            title=(
                self.env._("Orders of 1 day are not in Odoo"),
                self.env._("Orders of %s days are not in Odoo"),
            ),
            step=self.env._("Open the day and fetch what is missing"),
            action="integrator.integrator_order_check_action",
            base="2",
            since="checked_at",
        )
