# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestLanguage(AmazonCommon):
    """Reasons are in the language of the person, texts for sites in that of the listing."""

    def decide_in(self, code):
        """The site is looked after by somebody who speaks a language."""
        self.env["res.lang"]._activate_lang(code)
        group = "integrator.group_integrator_user"
        self.site.user_id = new_test_user(self.env, f"speaks_{code}", group, lang=code)

    def test_reasons_are_written_in_the_language_of_who_decides(self):
        """001-36, 000-29."""
        for code, word in (("de_DE", "Störung"), ("fr_FR", "panne"), ("es_ES", "avería")):
            with self.subTest(code=code):
                self.decide_in(code)
                self.amazon.fault("searchOrders", "server_error")
                self.run_stages("fetch")
                fetch_request = self.env["integrator.fetch.request"].search(
                    [("source", "=", "changes")], limit=1
                )
                self.assertIn(word, fetch_request.error_message)
                fetch_request.retry_at = False

    def test_sent_texts_have_a_language_of_their_own(self):
        """000-36: a Spanish operator sells to Germans."""
        product = self.products[0]
        self.env["res.lang"]._activate_lang("de_DE")
        self.decide_in("es_ES")
        product.with_context(lang="de_DE").name = "Tasse"
        product.with_context(lang="es_ES").name = "Taza"
        self.list_products()
        [title] = self.amazon.listing(product.default_code)["attributes"]["item_name"]
        self.assertEqual((title["value"], title["language_tag"]), ("Tasse", "de_DE"))

    def test_a_state_reads_the_same_wherever_it_is_shown(self):
        """001-85: choices that are those of another field are translated like it."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(["integrator"], ["de_DE"])
        for model, field in (
            ("integrator.task", "state"),
            ("product.integration", "task_state"),
            ("order.integration", "task_state"),
        ):
            with self.subTest(model=model):
                shown = self.env[model].with_context(lang="de_DE").fields_get([field])[field]
                self.assertEqual(dict(shown["selection"])["success"], "Erfolg")
