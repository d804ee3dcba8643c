# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.translate import code_translations

from ..exceptions import RejectedError
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestExplanations(SaleCase):
    """“What does this mean?” shows cause, cure and the button for it beside the record (001-36)."""

    def setUp(self):
        super().setUp()
        groups = "integrator.group_integrator_user,sales_team.group_sale_salesman_all_leads"
        self.operator = new_test_user(self.env, "asker", groups)

    def explain(self, record, user=None):
        action = record.with_user(user or self.operator).action_explain()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_window", "new"))
        explanation = self.env[action["res_model"]].with_user(user or self.operator)
        return explanation.browse(action["res_id"])

    def test_an_unknown_sku_leads_to_the_choice_of_the_product(self):
        """001-36, 000-31: no button is named that is not there."""
        order = self.import_orders(self.remote.order("R-1", sku="NOBODY"))
        explanation = self.explain(order)
        self.assertIn("NOBODY", explanation.reason)
        self.assertIn("belongs to no product", explanation.meaning)
        self.assertNotIn("Try again", explanation.cure)
        self.assertEqual(explanation.cure_label, "Choose the product")
        action = explanation.action_cure()
        matches = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(matches.sku, "NOBODY")

    def test_an_alert_has_its_records_and_its_cure(self):
        """001-36: one press from the alert to what failed, and to its cure."""
        order = self.import_orders(self.remote.order("R-1", sku="NOBODY"))
        alert = self.env["integrator.alert"].search([("code", "=", "unknown_sku")])
        alert = alert.with_user(self.operator)
        self.assertEqual((alert.record_count, alert.cure_label), (1, "Choose the product"))
        self.assertEqual(alert.action_open_records()["res_id"], order.id)
        self.assertEqual(alert.action_cure()["res_model"], "integrator.sku.match")
        self.assertEqual(self.explain(alert).reason, alert.message)

    def test_a_refusal_of_the_site_is_corrected_on_the_record(self):
        """001-36: a code that nobody has explained still says what to do."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        self.env["integrator.listing"].create(listing)
        self.product.name = "Better"
        self.run_stages()
        task = self.tasks().filtered(lambda task: task.state == "error")[:1]
        explanation = self.explain(task)
        self.assertEqual((explanation.reason, explanation.meaning), ("No brand.", ""))
        self.assertIn("Correct what the reason names", explanation.cure)
        self.assertEqual(explanation.cure_label, "Try again")
        explanation.action_cure()
        self.assertEqual(task.state, "ready")

    def test_the_explanation_is_in_the_language_of_the_reader(self):
        """001-36: cause and cure, like every text of a screen."""
        self.env["res.lang"]._activate_lang("de_DE")
        order = self.import_orders(self.remote.order("R-1", sku="NOBODY"))
        english = "Choose the product"
        german = code_translations.get_python_translations("integrator", "de_DE")[english]
        explanation = self.explain(order)
        self.assertEqual(explanation.cure_label, english)
        self.assertEqual(explanation.with_context(lang="de_DE").cure_label, german)

    def test_outsiders_get_no_explanation(self):
        """002-01: nor does an explanation tell of a record that its reader may not see."""
        order = self.import_orders(self.remote.order("R-1", sku="NOBODY"))
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(outsider).action_explain()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        groups = "integrator.group_integrator_user"
        stranger = new_test_user(
            self.env, "stranger", groups, company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        values = {"res_model": order._name, "res_id": order.id}
        explanation = self.env["integrator.explanation"].with_user(stranger).create(values)
        with self.assertRaises(AccessError):
            explanation.read(["reason"])
