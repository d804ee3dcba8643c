# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .impex_case import CONTACTS, TAGS, ImpexCase

ADDON = "integrator_impex"


@tagged("post_install", "-at_install")
class TestImpexRights(ImpexCase):
    """Rights on groups, layouts and runs, over RPC as in the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.load(CONTACTS)
        cls.plain = new_test_user(cls.env, "plain", "base.group_user")
        cls.colleague = new_test_user(cls.env, "colleague", "integrator.group_integrator_user")
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            "integrator.group_integrator_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        cls.location = cls.env["integrator.impex.location"].create(
            {"name": "Server", "kind": "sftp", "host": "a.example", "password": "hidden"}
        )

    def own_models(self):
        return [
            model
            for name, model in self.env.items()
            if self.registry[name]._original_module == ADDON
            and not model._abstract
            and name.startswith(("integrator.impex", "integrator.file"))
        ]

    def test_every_model_has_a_rule(self):
        """003-03: no row of any model is seen but by a rule."""
        rules = self.env["ir.rule"].search([]).model_id.mapped("model")
        without = [one._name for one in self.own_models() if one._name not in rules]
        self.assertEqual(without, ["integrator.impex.secret"])

    def test_secrets_cannot_be_read(self):
        """003-03: not even an administrator reads a secret, by whatever way."""
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            call_kw(self.env["integrator.impex.secret"].with_user(admin), "search", [[]], {})
        shown = self.location.with_user(admin).read()[0]
        self.assertNotIn("hidden", str(shown))

    def test_an_administrator_duplicates_set_up(self):
        """003-10: what the system alone writes stays behind, and a copy takes no files."""
        self.group.sudo().write({"unmatched": "a.txt", "error_message": "Once"})
        self.location.sudo().seen_files = {"a.txt": 1}
        layout = self.group.line_ids.descriptor_id
        for record in (self.group, self.location, layout):
            with self.subTest(record._name):
                copy = record.with_user(self.manager).copy()
                self.assertTrue(copy.name)
        copies = self.group.with_user(self.manager).copy()
        self.assertFalse(copies.automatic or copies.unmatched or copies.error_message)
        self.assertEqual(copies.line_ids.descriptor_id, layout)

    def test_set_up_stays_in_its_company(self):
        """003-03: who works for two companies mixes neither their files nor their layouts."""
        other = self.stranger.company_id
        self.manager.company_ids |= other
        model_id = self.env["ir.model"]._get_id("res.partner")
        values = {"name": "tags", "company_id": other.id, "model_id": model_id}
        theirs = self.env["integrator.impex.descriptor"].create(values)
        place = self.location.copy({"company_id": other.id})
        group = self.group.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "crossover"):
            group.location_id = place
        with self.assertRaisesRegex(UserError, "crossover"):
            group.line_ids.descriptor_id = theirs
        ours = self.load(TAGS, name="Tags").line_ids.descriptor_id
        self.assertEqual(theirs.model, "res.partner")
        self.assertFalse(ours.company_id)

    def test_operators_change_no_set_up(self):
        """003-10: who runs groups does not change them; who belongs to nothing sees nothing."""
        for record, values in (
            (self.group, {"name": "X"}),
            (self.group.line_ids.descriptor_id, {"mode": "delete"}),
            (self.group.line_ids.descriptor_id.column_ids[:1], {"field": "email"}),
            (self.location, {"host": "b.example"}),
        ):
            with self.subTest(record._name):
                call_kw(record.with_user(self.operator), "read", [record.ids], {})
                with self.assertRaises(AccessError):
                    call_kw(record.with_user(self.operator), "write", [record.ids, values], {})
                for user in (self.plain, self.stranger):
                    company_less = "company_id" in record and not record.company_id
                    if user == self.stranger and company_less:
                        continue
                    with self.assertRaises(AccessError):
                        call_kw(record.with_user(user), "read", [record.ids], {})

    def test_runs_are_private_and_not_written(self):
        """003-04: rows and files of a run are seen by who ran it and by administrators; nobody
        writes them."""
        run = self.check(self.group, "code;name\nA;Anna\n")
        self.assertTrue(run.shows_rows and run.with_user(self.manager).shows_rows)
        self.assertFalse(run.with_user(self.colleague).shows_rows, "empty lists say nothing")
        row, file = run.row_ids, run.input_ids
        self.assertEqual(row.with_user(self.manager).read(["name"])[0]["name"], "Anna")
        for record in (row, file):
            with self.assertRaises(AccessError):
                record.with_user(self.colleague).read()
        for record, values in (
            (run, {"state": "done"}),
            (row, {"steps": []}),
            (file, {"position": 9}),
        ):
            for user in (self.operator, self.manager):
                with self.assertRaises(AccessError):
                    call_kw(record.with_user(user), "write", [record.ids, values], {})
        with self.assertRaises(AccessError):
            call_kw(run.with_user(self.plain), "action_run", [run.ids], {})

    def test_run_becomes_that_of_who_starts_it(self):
        """003-04: nobody writes with the rights of somebody else by starting his run."""
        run = self.check(self.group, "code;name\nA;Anna\n")
        self.press(run.with_user(self.colleague), "action_run")
        self.assertEqual(run.sudo().user_id, self.colleague)
        self.assertEqual(run.sudo().refused, 1)
        self.assertFalse(self.env["res.partner"].search([("ref", "=", "A")]))

    def test_files_act_with_the_rights_of_their_own_user(self):
        """003-03: only an administrator of the system lets a group run in another user's name."""
        group = self.group.with_user(self.manager)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            group.write({"automatic": True, "user_id": self.operator.id})
        group.write({"automatic": True, "user_id": self.manager.id})
        self.group.user_id = self.operator
        descriptor = group.line_ids.descriptor_id
        for record, values in (
            (group, {"partial": False}),
            (group.line_ids, {"sequence": 1}),
            (descriptor, {"mode": "delete"}),
            (descriptor.column_ids[:1], {"field": "email"}),
        ):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.write(values)

    def test_templates_are_downloaded_by_operators(self):
        """003-12: who imports gets the template, and nobody else sees the download."""
        descriptor = self.group.line_ids.descriptor_id.with_user(self.operator)
        action = descriptor.action_template()
        made = self.env["integrator.impex.download"].search([], order="id desc", limit=1)
        self.assertIn(f"id={made.id}&", action["url"])
        with self.assertRaises(AccessError):
            made.with_user(self.colleague).read()
        wizard = self.env["integrator.impex.start"].with_user(self.operator)
        self.assertIn("id=", wizard.create({"group_id": self.group.id}).action_template()["url"])
        name, content = self.load(CONTACTS, {**CONTACTS, "name": "more"}, name="Two")._template()
        archive = zipfile.ZipFile(io.BytesIO(content))
        self.assertEqual(
            (name, archive.namelist()), ("Two.zip", ["contacts.csv", "contacts-2.csv"])
        )
