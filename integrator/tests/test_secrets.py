# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user, tagged

from ..exceptions import ConfigurationError
from ..models.site.integrator_secret import MARK
from .common import IntegratorCommon

ENVIRONMENT = "odoo.addons.integrator.utils.os.environ"


@tagged("post_install", "-at_install")
class TestSecrets(IntegratorCommon):
    """Secrets are encrypted in the database and emptied in its copies (001-81)."""

    def setUp(self):
        super().setUp()
        self.secrets = self.env["integrator.secret"]

    def keyed(self, *keys):
        """An installation with these keys."""
        return patch.dict(ENVIRONMENT, {"INTEGRATOR_SECRET_KEY": ",".join(keys)})

    def kept(self):
        return self.secrets._find_sudo(self.site, "token").value

    def test_a_secret_is_encrypted_where_there_is_a_key(self):
        """001-81."""
        with self.keyed(Fernet.generate_key().decode()):
            self.secrets._store(self.site, "token", "Atzr|hidden")
            self.assertTrue(self.kept().startswith(MARK))
            self.assertNotIn("hidden", self.kept())
            self.assertEqual(self.secrets._fetch(self.site, "token"), "Atzr|hidden")

    def test_without_its_key_a_secret_says_what_to_do(self):
        """001-81: neither a wrong nor a missing key leads to a call with an empty secret."""
        with self.keyed(Fernet.generate_key().decode()):
            self.secrets._store(self.site, "token", "hidden")
        for keys in ((), (Fernet.generate_key().decode(),)):
            with self.keyed(*keys), self.assertRaises(ConfigurationError) as caught:
                self.secrets._fetch(self.site, "token")
            self.assertIn("integrator_secret_key", caught.exception.message)
            self.assertTrue(self.secrets._has(self.site, "token"))

    def test_an_invalid_key_is_refused(self):
        """001-81."""
        with self.keyed("letmein"), self.assertRaises(ConfigurationError) as caught:
            self.secrets._store(self.site, "token", "hidden")
        self.assertIn("generate_key", caught.exception.message)

    def test_a_key_is_given_and_changed_without_losing_secrets(self):
        """001-81: plain secrets are encrypted, old ones move to the new key."""
        self.secrets._store(self.site, "token", "hidden")
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        with self.keyed(old):
            self.secrets._relock()
            self.assertTrue(self.kept().startswith(MARK))
        with self.keyed(new, old):
            self.secrets._relock()
        with self.keyed(new):
            self.assertEqual(self.secrets._fetch(self.site, "token"), "hidden")

    def test_secrets_without_a_key_are_said_where_one_looks(self):
        """001-81, 001-85: on the card for who administers, in the first steps, with what to do."""
        manager = new_test_user(self.env, "chief", "integrator.group_integrator_manager")
        clerk = new_test_user(self.env, "clerk", "integrator.group_integrator_user")

        def shown():
            self.env.invalidate_all()
            steps = self.site.with_user(clerk)._setup_steps()
            text = next(step["text"] for step in steps if step["key"] == "account")
            return self.site.with_user(manager).home_secrets, text

        card, step = shown()
        self.assertFalse(card or "encryption" in step)
        with self.keyed():
            self.secrets._store(self.site, "token", "hidden")
            for text in shown():
                self.assertIn("integrator_secret_key", text)
                self.assertNotIn("hidden", text)
            with self.assertRaises(AccessError):
                self.site.with_user(clerk).read(["home_secrets"])
        with self.keyed(Fernet.generate_key().decode()):
            self.secrets._relock()
            card, step = shown()
            self.assertFalse(card or "encryption" in step)

    def test_a_declared_secret_is_kept_noted_and_forgotten(self):
        """001-81: a field of the type is all that an addon writes; no reader gets it back."""
        groups = "base.group_system,integrator.group_integrator_manager"
        site = self.site.with_user(new_test_user(self.env, "declarer", groups))
        site.write({"market_url": "https://a.example", "market_key": " hidden "})
        self.assertEqual(site._secret("market_key"), "hidden")
        self.assertFalse(site.read(["market_key"])[0]["market_key"])
        self.assertEqual(site.kept_secrets, "Key of the market")
        self.assertIn("entered: Key of the market", site.message_ids[0].body)
        site.write({"market_url": "https://b.example", "market_key": "other"})
        self.assertEqual(site._secret("market_key"), "other")
        self.site.connection_state = "ok"
        site.market_url = "https://c.example"
        self.assertFalse(site._has_secret("market_key") or site.kept_secrets)
        self.assertIn("has changed", site.message_ids[0].body)
        self.assertEqual(site.connection_state, "unknown")

    def test_a_neutralised_copy_speaks_to_nobody(self):
        """001-81, 001-84: no credentials, nothing automatic, nothing waiting."""
        self.secrets._store(self.site, "token", "hidden")
        self.site.automatic = True
        self.env["product.integration"]._request(self.site, self.product)
        self.run_stages("plan_products")
        self.assertTrue(self.tasks(state="ready"))
        self.env.flush_all()
        for query in get_neutralization_queries(["integrator"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.secrets._has(self.site, "token"))
        self.assertFalse(self.site.automatic)
        self.assertFalse(self.tasks(state="ready"))
