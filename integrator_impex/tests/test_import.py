# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.translate import code_translations

from odoo.addons.integrator import reason

from .impex_case import CONTACTS, ImpexCase

ADDON = "integrator_impex"
#: Sentences that are kept, as a reader of another language has them.
FRENCH = {
    "In row %(row)s: %(text)s": "À la ligne %(row)s : %(text)s",
    "It says “%s”.": "Il y a « %s ».",
    "Column %(column)s: %(text)s": "Colonne %(column)s : %(text)s",
    "This is not a number of the form %(form)s.": "Pas de nombre de la forme %(form)s.",
    "A value is needed here.": "Il faut une valeur ici.",
    "“%(label)s” changes a lot in %(large)s of %(total)s rows.": (
        "Dans %(large)s lignes sur %(total)s, « %(label)s » change beaucoup."
    ),
    "“%(file)s” has columns that are not in the layout and are passed over: %(columns)s": (
        "Colonnes inconnues de « %(file)s », ignorées : %(columns)s"
    ),
}
NUMBERS = [
    {"field": "partner_latitude", "source": "lat", "type": "decimal"},
    {"field": "partner_longitude", "source": "lon", "type": "decimal"},
]
THREE = "code;name;city\nA;Anna;Ulm\nB;Bert;Bonn\nC;Carl;Celle\n"


@tagged("post_install", "-at_install")
class TestImport(ImpexCase):
    """Rows of a file create, change and find records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.load(CONTACTS)

    def contact(self, ref):
        return self.env["res.partner"].search([("ref", "=", ref)])

    def test_check_writes_nothing(self):
        """003-02, 003-04, 003-12: the check shows row by row what would be; nothing is written."""
        self.env["res.partner"].create({"ref": "B", "name": "Berta", "city": "Bonn"})
        run = self.check(self.group, THREE + "D;;\n")
        self.assertEqual(run.state, "checked")
        self.assertEqual(self.counts(run), {"created": 2, "updated": 1, "refused": 1})
        self.assertFalse(self.contact("A"))
        self.assertEqual(self.contact("B").name, "Berta")
        changed = run.row_ids.filtered(lambda row: row.operation == "update")
        self.assertEqual((changed.number, changed.changes), (3, "Name: Berta → Bert"))
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertEqual((refused.number, refused.column), (5, "name"))

    def test_changes_are_shown_as_on_screens(self):
        """003-12: labels, numbers and times as the reader's language and time zone have them."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.operator.write({"lang": "de_DE", "tz": "Europe/Berlin"})
        before = {"compute_price": "fixed", "fixed_price": 1234.5, "date_start": False}
        before |= {"min_quantity": 0.0, "price_surcharge": 0.0}
        after = {"compute_price": "percentage", "fixed_price": 0.0}
        after |= {"date_start": "2026-11-28 23:30:00", "min_quantity": 1000.0}
        step = {"model": "product.pricelist.item", "id": 1, "operation": "update"}
        run = self.check(self.group, THREE)
        row = self.env["integrator.impex.row"].create(
            {
                "run_id": run.id,
                "operation": "update",
                "steps": [{**step, "before": before, "after": after}],
            }
        )
        row = row.with_user(self.operator).with_context(lang="de_DE", tz="Europe/Berlin")
        texts = [line.partition(": ")[2] for line in row.changes.splitlines()]
        self.assertEqual(
            texts,
            [
                "Fixed Price → Discount",
                "1.234,50 → 0,00",
                "– → 29.11.26, 00:30",
                "0,00 → 1.000,00",
            ],
        )

    def test_second_run_changes_nothing(self):
        """003-04: the same file again: all rows are unchanged, counted, and not written."""
        run = self.imported(self.group, THREE)
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 3}))
        partners = self.contact("A") + self.contact("B") + self.contact("C")
        long_ago = fields.Datetime.to_datetime("2001-01-01 12:00:00")
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = %s WHERE id IN %s", [long_ago, partners._ids]
        )
        again = self.imported(self.group, THREE)
        self.assertEqual(set(partners.mapped("write_date")), {long_ago})
        self.assertEqual((again.state, self.counts(again)), ("done", {"unchanged": 3}))

    def test_error_file_repairs(self):
        """003-04: the error file has exactly the bad row with its number and reason; corrected and
        sent again it imports only what is needed."""
        rows = "".join(f"R{number};Name {number};\n" for number in range(50))
        bad = rows.replace("Name 7;", ";")
        run = self.imported(self.group, "code;name;city\n" + bad)
        self.assertEqual(self.counts(run), {"created": 49, "refused": 1})
        lines = self.content(run).splitlines()
        self.assertEqual(lines[0], "code;name;city;_errors")
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[1].startswith("R7;;;"))
        self.assertIn("row 9", lines[1])
        corrected = self.content(run).replace("R7;;", "R7;Seven;")
        again = self.imported(self.group, corrected, "contacts-errors.csv")
        self.assertEqual(self.counts(again), {"created": 1})
        self.assertEqual(self.contact("R7").name, "Seven")

    def test_only_failed_rows_again(self):
        """003-04: after Odoo was put right, only the refused rows are run again."""
        layout = {**CONTACTS, "name": "titled", "mask": "titled*.csv"}
        lookup = {"model": "res.partner.category", "by": ["name"]}
        tag = {"field": "category_id", "source": "tag", "type": "reference", "lookup": lookup}
        layout["columns"] = [*CONTACTS["columns"], {**tag, "separator": "|"}]
        group = self.load(layout, name="Titled")
        run = self.imported(group, "code;name;tag\nA;Anna;\nB;Bert;Gold|Silver\n", "titled.csv")
        self.assertEqual(self.counts(run), {"created": 1, "refused": 1})
        self.env["res.partner.category"].create([{"name": "Gold"}, {"name": "Silver"}])
        self.press(run, "action_retry")
        again = group.run_ids[0].with_user(self.operator)
        self.assertEqual((again.state, self.counts(again)), ("ready", {"created": 1}))
        self.press(again, "action_run")
        self.assertEqual(self.contact("B").category_id.mapped("name"), ["Gold", "Silver"])

    def test_modes(self):
        """003-12: insert never changes, update never makes, delete only deletes."""
        self.env["res.partner"].create({"ref": "A", "name": "Old"})
        results = {}
        for mode in ("insert", "update", "delete"):
            layout = {**CONTACTS, "name": mode, "mode": mode, "mask": f"{mode}.csv"}
            group = self.load(layout, name=mode)
            if mode == "update":
                self.contact("B").name = "Bob"
            results[mode] = self.counts(self.imported(group, THREE, f"{mode}.csv"))
            if mode == "insert":
                self.assertEqual(self.contact("A").name, "Old")
                self.contact("C").unlink()
        self.assertEqual(
            results,
            {
                "insert": {"created": 2, "skipped": 1},
                "update": {"updated": 2, "skipped": 1},
                "delete": {"deleted": 2, "skipped": 1},
            },
        )
        self.assertFalse(self.contact("A") + self.contact("B"))

    def test_archived_records_are_found(self):
        """003-12: a row is about the record with its key, also when that is archived: no second
        one is made."""
        old = self.env["res.partner"].create({"ref": "A", "name": "Old", "active": False})
        run = self.imported(self.group, THREE)
        self.assertEqual(self.counts(run), {"created": 2, "updated": 1})
        self.assertEqual((old.name, old.active), ("Anna", False))

    def test_blank_cells(self):
        """003-12: a blank cell empties a field or leaves it, as its column says; a column that is
        not in the file touches nothing."""
        self.env["res.partner"].create(
            {"ref": "A", "name": "Anna", "city": "Ulm", "phone": "1", "street": "Here"}
        )
        self.imported(self.group, "code;name;city;phone\nA;Anna;;\n")
        partner = self.contact("A")
        self.assertEqual((partner.city, partner.phone, partner.street), (False, "1", "Here"))
        partner.city = "Bonn"
        self.imported(self.group, "code;name\nA;Anna\n")
        self.assertEqual(partner.city, "Bonn")

    def test_stop_and_go_on(self):
        """003-04: so many refused rows stop a run at its place; it goes on from there, and no row
        is done twice."""
        self.group.stop_after = 2
        rows = "code;name\nA;Anna\nB;\nC;\nD;Dora\n"
        run = self.imported(self.group, rows)
        self.assertEqual((run.state, self.counts(run)), ("stopped", {"created": 1, "refused": 2}))
        self.assertFalse(self.contact("D"))
        self.group.stop_after = 0
        self.press(run, "action_run")
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 2, "refused": 2}))
        self.assertEqual(len(self.contact("A")), 1)

    def test_undo(self):
        """003-04: a run is taken back as a whole, and only while nothing was changed since."""
        known = self.env["res.partner"].create({"ref": "A", "name": "Old", "city": "Ulm"})
        run = self.imported(self.group, THREE)
        self.assertEqual(known.name, "Anna")
        self.contact("C").name = "Changed"
        with self.assertRaisesRegex(UserError, "changed since"):
            self.press(run, "action_undo")
        self.assertEqual(known.name, "Anna")
        self.contact("C").name = "Carl"
        self.press(run, "action_undo")
        self.assertEqual((known.name, known.city), ("Old", "Ulm"))
        self.assertFalse(self.contact("B") + self.contact("C"))
        self.assertTrue(run.undone_at)

    def test_undo_is_done_once(self):
        """003-04: what was taken back is not taken back again, nor what nobody can bring back."""
        run = self.imported(self.group, THREE)
        self.press(run, "action_undo")
        self.imported(self.group, THREE)
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            self.press(run, "action_undo")
        layout = {**CONTACTS, "name": "delete", "mode": "delete", "mask": "delete.csv"}
        group = self.load(layout, name="delete")
        run = self.imported(group, "code;name\nA;Anna\n", "delete.csv")
        self.assertEqual(self.counts(run), {"deleted": 1})
        with self.assertRaisesRegex(UserError, "Row 2 deleted a record"):
            self.press(run, "action_undo")
        self.assertFalse(run.undone_at)

    def test_undo_needs_the_rights(self):
        """003-21: who may not write the records takes nothing back, nor who may not see the run;
        rows that were erased with personal data cannot be taken back."""
        known = self.env["res.partner"].create({"ref": "A", "name": "Old"})
        run = self.imported(self.group, THREE)
        weak = new_test_user(self.env, "weak", "integrator.group_integrator_user")
        with self.assertRaises(AccessError):
            self.press(run.with_user(weak), "action_undo")
        self.assertEqual(known.name, "Anna")
        other = self.env["res.company"].create({"name": "Other"})
        rights = "integrator.group_integrator_user,base.group_partner_manager"
        stranger = new_test_user(
            self.env, "stranger", rights, company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        with self.assertRaises(AccessError):
            self.press(run.with_user(stranger), "action_undo")
        self.assertEqual(known.name, "Anna")
        run.sudo().row_ids[0].steps = False
        with self.assertRaisesRegex(UserError, "erased"):
            self.press(run, "action_undo")
        self.assertTrue(self.contact("B"))

    def test_few_large_changes_need_nobody(self):
        """003-04: up to the share of the group; what was accepted for one look at the files is not
        for another one."""
        column = {"field": "partner_latitude", "source": "price", "type": "decimal"}
        layout = {**CONTACTS, "name": "prices", "mask": "prices.csv", "mode": "update"}
        layout["columns"] = [*CONTACTS["columns"][:1], column]
        group = self.load(layout, name="Prices")
        columns = group.line_ids.descriptor_id.column_ids
        columns.filtered(lambda one: one.field == "partner_latitude").guarded = True
        values = [{"ref": f"P{n}", "name": "P", "partner_latitude": 40} for n in range(10)]
        self.env["res.partner"].create(values)

        def prices(*new):
            rows = [f"P{n};{new[n] if n < len(new) else 40}\n" for n in range(10)]
            return self.check(group, "code;price\n" + "".join(rows), "prices.csv")

        # two of ten are a fifth, as the group has it; to change by half is not a lot
        self.assertFalse(prices(10, 70).held_reason)
        self.assertFalse(prices(20, 60, 20, 60).held_reason)
        self.assertIn("3 of 10", prices(10, 70, 0).held_reason)
        run = prices(70, 70, 70)
        self.assertIn("3 of 10", run.held_reason)
        self.press(run, "action_accept")
        self.press(run, "action_check")
        self.assertFalse(run.accepted_by_id)
        with self.assertRaisesRegex(UserError, "Accept"):
            self.press(run, "action_run")

    def test_massive_change_waits(self):
        """003-04: a file that would more than halve watched numbers waits for somebody to accept
        it, and it is kept who did."""
        column = {"field": "partner_latitude", "source": "price", "type": "decimal"}
        layout = {**CONTACTS, "name": "prices", "mask": "prices.csv"}
        layout["columns"] = [*CONTACTS["columns"][:1], column]
        layout["mode"] = "update"
        group = self.load(layout, name="Prices")
        group.line_ids.descriptor_id.column_ids.filtered(
            lambda one: one.field == "partner_latitude"
        ).guarded = True
        values = [{"ref": f"P{n}", "name": "P", "partner_latitude": 80} for n in range(5)]
        self.env["res.partner"].create(values)
        halves = "code;price\n" + "".join(f"P{n};30\n" for n in range(5))
        run = self.check(group, halves, "prices.csv")
        self.assertIn("“Geo Latitude” changes a lot in 5 of 5", run.held_reason)
        with self.assertRaisesRegex(UserError, "Accept"):
            self.press(run, "action_run")
        self.press(run, "action_accept")
        self.press(run, "action_run")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.accepted_by_id, self.operator)

    def test_rights_are_the_users(self):
        """003-21: rows are written with the rights of who runs them, and refused one by one."""
        weak = new_test_user(self.env, "weak", "integrator.group_integrator_user")
        self.env["res.partner"].create({"ref": "A", "name": "Old"})
        run = self.check(self.group, THREE, user=weak)
        self.assertEqual(self.counts(run), {"refused": 3})
        self.assertEqual(self.contact("A").name, "Old")
        # one sentence that says who can, instead of Odoo's page
        reason = run.row_ids[:1].reason
        self.assertRegex(reason, "^weak.* may not change “Contact”; someone with one of these")
        self.assertIn("Contact", reason.partition("import:")[2])
        self.assertNotIn("\n", reason)
        # one record that he may not write is one refused row
        rule = {"name": "No A", "model_id": self.env["ir.model"]._get_id("res.partner")}
        rule |= {"domain_force": "[('ref', '!=', 'A')]", "perm_read": False}
        self.env["ir.rule"].create(rule)
        run = self.imported(self.group, THREE)
        self.assertEqual(self.counts(run), {"created": 2, "refused": 1})
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertIn("may not change this record; someone who may can run", refused.reason)
        self.assertEqual((self.contact("A").name, self.contact("B").name), ("Old", "Bert"))
        stranger = new_test_user(self.env, "nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.group.with_user(stranger)._start([("contacts.csv", b"")])

    def test_orders_and_books_are_refused(self):
        """003-21: generic groups refuse models of orders and of the books, and say why."""
        for model, words in (
            ("sale.order", "order feeds"),
            ("sale.order.line", "order feeds"),
            ("stock.picking", "order feeds"),
            ("account.move", "books"),
            ("res.users", "system"),
        ):
            layout = {"name": model, "model": model}
            layout["columns"] = [{"field": "name", "source": "name", "key": True}]
            with self.subTest(model), self.assertRaisesRegex(ValidationError, words):
                self.load(layout, name=model)

    def test_a_layout_that_is_not_right_reads_nothing(self):
        """003-12: a field that is not there any more is named once, before any row is."""
        self.group.line_ids.descriptor_id.column_ids[3].field = "gone"
        run = self.check(self.group, THREE)
        self.assertEqual((run.state, self.counts(run)), ("failed", {}))
        self.assertIn("no field “gone”", run.error_message)

    def test_a_misspelt_column_is_reported(self):
        """003-12: a column that the layout does not read is passed over, and not in silence."""
        run = self.check(self.group, "code;name;citty\nA;Anna;Ulm\n")
        self.assertIn("citty", run.message)
        self.assertFalse(self.check(self.group, "code;name;_errors\nA;Anna;x\n").message)

    def test_a_file_without_records_is_reported(self):
        """003-04: nothing was wrong with it, and nothing was done, which is said."""
        run = self.imported(self.group, "code;name\n\n;\n")
        self.assertEqual((run.state, self.counts(run)), ("done", {}))
        self.assertEqual(run.message, "“contacts.csv” has no records.")
        for name, content, words in (
            ("all.zip", self.zip(), "no file in the archive"),
            ("all.zip", b"", "not a zip archive"),
            ("contacts.csv", b"", "is empty"),
            ("all.zip", self.zip(contacts__csv=""), "is empty"),
        ):
            with self.subTest(words):
                [group] = self.group.with_user(self.operator)
                content = base64.b64encode(content).decode()
                result = group.import_files([{"name": name, "content": content}], run=True)
                self.assertEqual(result["state"], "failed")
                self.assertIn(words, result["error"])

    def test_a_broken_row_is_named(self):
        """003-12: the row in which a file cannot be read on; a number that no field takes."""
        run = self.check(self.group, 'code;name\nA;"Anna\nB;Bert\n')
        self.assertEqual(run.state, "failed")
        self.assertIn("In row 2: The quotation marks", run.error_message)
        column = {"field": "color", "source": "color", "type": "integer"}
        columns = [*CONTACTS["columns"], column]
        group = self.load({**CONTACTS, "name": "color", "columns": columns}, name="Color")
        run = self.check(group, "code;name;color\nA;Anna;1\nB;Bert;99999999999\n")
        self.assertEqual(self.counts(run), {"created": 1, "refused": 1})
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertEqual(
            (refused.number, refused.reason), (3, "A number is too large for its field.")
        )

    def test_group_needs_layouts(self):
        """003-10, 003-11: nothing runs without a group, and a group has at least one layout."""
        with self.assertRaisesRegex(ValidationError, "at least one"):
            self.env["integrator.impex.group"].create({"name": "Empty"})

    def test_export_warns_of_more_layouts(self):
        """003-18: an export with more than one layout gets a warning, not an error."""
        other = {**CONTACTS, "name": "others"}
        group = self.load(CONTACTS, other, name="Out", direction="export")
        self.assertTrue(group.warning)
        self.assertFalse(self.load(CONTACTS, name="One", direction="export").warning)

    def test_runs_go_after_the_days_of_their_group(self):
        """With their files and rows; what has no limit stays."""
        forever = self.load(CONTACTS, name="Forever", keep_days=0)
        self.group.keep_days = 30
        old, young = self.imported(self.group, THREE), self.imported(self.group, THREE)
        kept = self.imported(forever, THREE)
        inputs = old.input_ids
        long_ago = fields.Datetime.now() - timedelta(days=31)
        self.env.cr.execute(
            "UPDATE integrator_impex_run SET create_date = %s WHERE id IN %s",
            (long_ago, (old.id, kept.id)),
        )
        self.env.invalidate_all()
        with self.running(self.env.ref("base.user_root")) as env:
            with self.assertNoLogs("odoo.addons.base.models.ir_autovacuum", "ERROR"):
                env.ref("base.autovacuum_job").method_direct_trigger()
        self.assertEqual((old | young | kept).exists(), young | kept)
        self.assertFalse(inputs.exists())


@tagged("post_install", "-at_install")
class TestReasons(ImpexCase):
    """Reasons of a run are shown in the reader's language."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("fr_FR")
        known = code_translations.get_python_translations(ADDON, "fr_FR")
        own = {(ADDON, "fr_FR"): {**known, **FRENCH}}
        python = {**code_translations.python_translations, **own}
        self.patch(code_translations, "python_translations", python)
        self.addCleanup(self.forget)
        self.forget()
        self.french = new_test_user(
            self.env, "french", "integrator.group_integrator_manager", lang="fr_FR"
        )

    def forget(self):
        for remembered in (reason._translated, reason._sentences):
            remembered.cache_clear()

    def in_french(self, records, name):
        [values] = records.with_user(self.french).with_context(lang="fr_FR").read([name])
        return values[name]

    def test_a_run_is_read_in_the_language_of_its_reader(self):
        """003-04: why a row is refused, a file cannot be read or a change waits, on the screen and
        over RPC; the error file is in the words of who ran it."""
        group = self.load(CONTACTS)
        run = self.check(group, "code;name;citty\nA;;x\n")
        refused = run.row_ids
        self.assertEqual(refused.reason, "A value is needed here.")
        self.assertEqual(self.in_french(refused, "reason"), "Il faut une valeur ici.")
        self.assertEqual(
            self.in_french(run, "message"),
            "Colonnes inconnues de « contacts.csv », ignorées : citty",
        )
        result = run.with_user(self.french).with_context(lang="fr_FR").get_result()
        self.assertEqual(result["rows"][0]["reason"], "Il faut une valeur ici.")
        self.assertIn("ignorées", result["message"])
        self.assertIn("row 2: name: A value is needed here.", self.content(run))
        typed = {**CONTACTS, "columns": [*CONTACTS["columns"], *NUMBERS]}
        refused = self.check(self.load(typed), "code;name;lat;lon\nA;Anna;x;y\n").row_ids
        self.assertEqual(
            refused.reason.splitlines(),
            [
                "It says “x”. This is not a number of the form 1234.56.",
                "Column lon: It says “y”. This is not a number of the form 1234.56.",
            ],
        )
        first, second = self.in_french(refused, "reason").splitlines()
        self.assertEqual(first, "Il y a « x ». Pas de nombre de la forme 1234.56.")
        self.assertEqual(second, f"Colonne lon : {first.replace('« x »', '« y »')}")
        broken = self.check(group, 'code;name\nA;"Anna\nB;Bert\n')
        self.assertTrue(self.in_french(broken, "error_message").startswith("À la ligne 2 : "))

    def test_a_question_is_read_in_the_language_of_its_reader(self):
        """003-04: also when a button repeats it."""
        column = {"field": "partner_latitude", "source": "price", "type": "decimal"}
        layout = {**CONTACTS, "columns": [*CONTACTS["columns"][:1], column], "mode": "update"}
        group = self.load(layout)
        group.line_ids.descriptor_id.column_ids[1].guarded = True
        self.env["res.partner"].create({"ref": "A", "name": "A", "partner_latitude": 80})
        run = self.check(group, "code;price\nA;30\n")
        expected = "Dans 1 lignes sur 1, « Geo Latitude » change beaucoup."
        self.assertEqual(self.in_french(run, "held_reason"), expected)
        with self.assertRaisesRegex(UserError, expected):
            run.with_user(self.french).with_context(lang="fr_FR").action_run()

    def test_every_kept_reason_is_one(self):
        """003-04: of runs, rows, groups, locations, updates and exports."""
        names = {"reason", "message", "error_message", "held_reason", "result", "warning"}
        found = {
            (model, name): isinstance(field, reason.Reason)
            for model in self.env
            if self.registry[model]._original_module == ADDON
            for name, field in self.env[model]._fields.items()
            if name in names and field.store and field.type == "text"
        }
        self.assertGreaterEqual(len(found), 10)
        self.assertEqual([place for place, is_one in found.items() if not is_one], [])
