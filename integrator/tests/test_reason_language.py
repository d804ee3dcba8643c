# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from .. import reason
from ..reason import reason_for
from .sale_case import SaleCase

LATE = "The parcel of %(order)s is late: %(why)s"
ROAD = "The road is closed for %s days."
LOOK = "Look at 100%% of it, %s, then press “Try again”."
GERMAN = {
    LATE: "%(why)s Deshalb kommt das Paket zu %(order)s später.",
    ROAD: "Die Straße ist %s Tage lang gesperrt.",
    LOOK: "%s zu 100%% ansehen, dann „Nochmals“ drücken.",
    "Ask the buyer.": "Den Käufer fragen.",
}
FRENCH = {ROAD: "La route est fermée pendant %s jours.", "Ask the buyer.": "Demandez à l'acheteur."}


@tagged("post_install", "-at_install")
class TestReasonLanguage(SaleCase):
    """A reason is shown in the reader's language, whoever it was written for (001-36)."""

    def setUp(self):
        super().setUp()
        for lang in ("de_DE", "fr_FR"):
            self.env["res.lang"]._activate_lang(lang)
        own = {("integrator", "de_DE"): GERMAN, ("integrator", "fr_FR"): FRENCH}
        self.patch(
            code_translations,
            "python_translations",
            {**code_translations.python_translations, **own},
        )
        self.addCleanup(self.forget)
        self.forget()

    def forget(self):
        for remembered in (reason._translated, reason._sentences):
            remembered.cache_clear()

    def read_in(self, lang, text):
        return reason_for(self.env(context={"lang": lang}), text)

    def test_values_stand_where_the_language_wants_them(self):
        text = LATE % {"order": "S00012", "why": ROAD % 3}
        self.assertEqual(
            self.read_in("de_DE", text),
            "Die Straße ist 3 Tage lang gesperrt. Deshalb kommt das Paket zu S00012 später.",
        )
        self.assertEqual(self.read_in("en_US", text), text)

    def test_a_reason_written_in_german_is_read_in_french_and_english(self):
        text = GERMAN[ROAD] % 14
        self.assertEqual(self.read_in("fr_FR", text), "La route est fermée pendant 14 jours.")
        self.assertEqual(self.read_in("en_US", text), "The road is closed for 14 days.")
        self.assertEqual(self.read_in("de_DE", text), text)

    def test_sentences_and_lines_are_known_one_by_one(self):
        text = f"{ROAD % 2} Ask the buyer.\nAsk the buyer."
        self.assertEqual(
            self.read_in("de_DE", text),
            "Die Straße ist 2 Tage lang gesperrt. Den Käufer fragen.\nDen Käufer fragen.",
        )

    def test_a_per_cent_sign_is_none_of_the_values(self):
        text = LOOK % "S00012"
        self.assertEqual(
            self.read_in("de_DE", text), "S00012 zu 100% ansehen, dann „Nochmals“ drücken."
        )

    def test_words_of_a_channel_or_a_person_stay_as_they_are(self):
        for text in ("Der Wert von „brand“ fehlt. 100%", "%s", "", False):
            with self.subTest(text=text):
                self.assertEqual(self.read_in("fr_FR", text), text)

    def test_every_reader_of_a_held_delivery_reads_his_own_language(self):
        """000-04: kept once, in the language of the responsible."""
        self.import_orders(self.remote.order("R-1"))
        picking = self.env["stock.picking"].search([("sale_id.integrator_order_ref", "=", "R-1")])
        picking._integrator_hold("address", f"{GERMAN[ROAD] % 5} Den Käufer fragen.")
        read = {
            lang: picking.with_context(lang=lang).read(["integrator_hold_note"])[0]
            for lang in ("en_US", "fr_FR")
        }
        self.assertEqual(
            read["en_US"]["integrator_hold_note"], "The road is closed for 5 days. Ask the buyer."
        )
        self.assertEqual(
            read["fr_FR"]["integrator_hold_note"],
            "La route est fermée pendant 5 jours. Demandez à l'acheteur.",
        )
        exported = picking.with_context(lang="en_US").export_data(["integrator_hold_note"])
        self.assertEqual(exported["datas"], [["The road is closed for 5 days. Ask the buyer."]])

    def test_every_reader_of_a_question_reads_his_own_language(self):
        """Also what the list of answers repeats of it."""
        operation = self.env["integrator.operation"].create(
            {"site_id": self.site.id, "kind": "bind"}
        )
        step = operation._note("question", ROAD % 5, cause="road")
        values = {"step_id": step.id, "action": "ask", "name": "Ask the buyer."}
        choice = self.env["integrator.operation.choice"].create(values)
        read = choice.with_context(lang="de_DE").read(["name", "text"])[0]
        self.assertEqual(
            (read["text"], read["name"]),
            ("Die Straße ist 5 Tage lang gesperrt.", "Den Käufer fragen."),
        )
        step.answer = "ask"
        read = step.with_context(lang="fr_FR").read(["answer_name"])[0]
        self.assertEqual(read["answer_name"], "Demandez à l'acheteur.")
