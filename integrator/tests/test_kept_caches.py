# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

KEY = "integrator.test_kept_caches"


class KeptCachesCase(TransactionCase):
    """`bin/test` begins each test with the caches that the set-up of its class has filled; Odoo's
    own runner clears them. Both tests of a class do the same, so that each shows what is left of
    the other's changes, in either order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["ir.config_parameter"]
        cls.parameters.set_param(KEY, "set up")
        cls.parameters.get_param(KEY)

    def count_queries(self):
        """Read what the class has set.

        :return: number of queries that it took; 0: it was known
        """
        before = self.cr.sql_log_count
        self.assertEqual(self.parameters.get_param(KEY), "set up")
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestKeptCaches(KeptCachesCase):
    def check(self):
        self.assertEqual(self.count_queries(), 0)
        self.parameters.set_param(KEY, "changed")
        self.assertEqual(self.parameters.get_param(KEY), "changed")

    def test_one_knows_what_the_class_does_and_not_what_the_other_changed(self):
        self.check()

    def test_the_other_knows_the_same(self):
        self.check()


@tagged("post_install", "-at_install")
class TestCachesOfAnotherRegistry(KeptCachesCase):
    def check(self):
        fields = self.env["ir.model.fields"]
        self.assertNotIn("x_kept", fields._get_ids("res.partner"))
        # what is known of models is not true of those that the other test has changed
        self.assertEqual(self.count_queries(), int(self.registry.registry_invalidated))
        model_id = self.env["ir.model"]._get_id("res.partner")
        fields.create(
            {
                "name": "x_kept",
                "model_id": model_id,
                "field_description": "Kept",
                "ttype": "char",
            }
        )
        self.assertIn("x_kept", fields._get_ids("res.partner"))
        self.assertTrue(self.registry.registry_invalidated)

    def test_one_begins_without_the_field_of_the_other(self):
        self.check()

    def test_the_other_does_too(self):
        self.check()
