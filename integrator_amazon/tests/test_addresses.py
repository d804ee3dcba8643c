# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.integrator_site import ADDRESSES
from .common import AmazonCommon

MANAGER = "integrator.group_integrator_manager"

#: Fields that say where secrets are sent, or for whom they are good.
GUARDED = (
    *ADDRESSES,
    "amazon_application_id",
    "amazon_lwa_client_id",
    "amazon_queue_key_id",
)

#: Secrets that have to be entered again when an address changes.
SECRETS = ("amazon_lwa_client_secret", "amazon_refresh_token", "amazon_queue_secret")


@tagged("post_install", "-at_install")
class TestAddresses(AmazonCommon):
    """Addresses that secrets are sent to are changed by system administrators only, and lead to
    Amazon or to hosts that the server allows (001-81)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "system_admin", f"base.group_system,{MANAGER}")
        cls.manager = new_test_user(cls.env, "only_manager", MANAGER)
        cls.operator = new_test_user(cls.env, "clerk", "integrator.group_integrator_user")
        cls.secrets = cls.env["integrator.secret"]
        cls.site.write(
            {
                "amazon_queue_url": cls.amazon.queue_url,
                "amazon_queue_endpoint": cls.amazon.url,
                "amazon_queue_key_id": "AKIA",
                "amazon_queue_secret": "hidden",
            }
        )

    def kept_secrets(self):
        return {name for name in SECRETS if self.secrets._has(self.site, name)}

    def closed(self):
        """A server whose configuration opens nothing."""
        return patch.dict(os.environ, {"INTEGRATOR_PRACTICE_HOSTS": ""})

    # === WHO === #

    def test_integration_administrators_neither_read_nor_write_an_address(self):
        """001-81, 002-01: a manager had the secrets sent to a server of his own."""
        site = self.site.with_user(self.manager)
        for name in GUARDED:
            with self.assertRaises(AccessError, msg=name):
                site.read([name])
            with self.assertRaises(AccessError, msg=name):
                site.write({name: "http://127.0.0.1:1"})
            with self.assertRaises(AccessError, msg=name):
                site.search([(name, "=like", "h%")])
        self.assertEqual(self.kept_secrets(), set(SECRETS))

    def test_their_form_does_not_show_it_and_still_works(self):
        """001-76: and the card, the first steps and the buttons work for who may not read it."""
        with Form(self.site.with_user(self.manager)) as form:
            shown = set(form._view["fields"])
            form.name = "Renamed"
        self.assertFalse(shown & {*GUARDED, *SECRETS})
        card = self.site.with_user(self.operator)
        self.assertTrue(card.home_message and card.home_quota)
        card.action_open_setup()
        with self.running() as env:
            env["integrator.site"].with_user(self.operator.id).browse(
                self.site.id
            ).action_test_connection()
        self.assertEqual(self.site.connection_state, "ok", self.site.connection_message)

    def test_a_copy_by_a_manager_takes_no_address_along(self):
        """001-81."""
        copied = self.site.with_user(self.manager).copy({"name": "Copy"})
        self.assertFalse(any(self.secrets._has(copied, name) for name in SECRETS))
        self.assertEqual({copied.sudo()[name] for name in GUARDED}, {False})

    # === WHAT === #

    def test_only_amazons_addresses_are_taken(self):
        """001-79: and the sentence names the field and the way out."""
        for name in ADDRESSES:
            for url in (
                "https://example.org",
                "https://10.0.0.5",
                "http://169.254.169.254/latest/meta-data",
                "https://sellingpartnerapi-eu.amazon.com.example.org",
                "javascript:alert(1)",
                "amazon.com",
            ):
                with self.assertRaisesRegex(ValidationError, "practice_hosts", msg=(name, url)):
                    self.site[name] = url
        self.site.write(
            {
                "amazon_endpoint_url": "https://sandbox.sellingpartnerapi-eu.amazon.com",
                "amazon_lwa_url": "https://api.amazon.co.uk/auth/o2/token",
                "amazon_seller_central_url": "https://sellercentral.amazon.com.tr",
                "amazon_queue_url": "https://sqs.eu-west-1.amazonaws.com/1/queue",
                "amazon_queue_endpoint": "https://sqs.eu-west-1.amazonaws.com",
            }
        )

    def test_a_database_on_a_server_that_opens_nothing_calls_nobody(self):
        """A copy of a practice database, or what a restored dump says, is no way round it."""
        before = len(self.amazon.calls())
        with self.closed():
            message = self.press_test_connection()
            self.assertEqual(self.site.connection_state, "failed")
            self.assertIn("practice_hosts", message)
            self.run_stages("fetch")
            with self.assertRaises(ValidationError):
                self.site.amazon_seller_central_url = self.amazon.url
        self.assertEqual(len(self.amazon.calls()), before)

    def test_a_queue_without_a_key_takes_no_other_key(self):
        """boto3 would go on with what the environment, files or the cloud give."""
        self.secrets._store(self.site, "amazon_queue_secret", "")
        before = len(self.amazon.calls())
        with patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "E"}):
            self.run_stages("fetch")
        asked = [row["operation"] for row in self.amazon.calls()[before:]]
        self.assertNotIn("ReceiveMessage", str(asked))
        self.assertIn("queue_access_denied", self.alerts().mapped("code"))

    # === CHANGING ONE === #

    def test_a_changed_address_asks_for_its_secrets_again(self):
        """001-81: also for those that wait, and those that could be used again."""
        self.env.cr.precommit.run()
        count = len(self.site.message_ids)
        secret = self.site.credential_ids.filtered(lambda one: "secret" in one.name)
        secret._replace("amzn1.oa2-cs.v1.another")
        self.secrets._store(self.site, "amazon_refresh_token.new", "Atzr|waiting")
        site = self.site.with_user(self.admin)
        site = site.with_context(tracking_disable=False, mail_notrack=False)
        site.amazon_lwa_url = f"{self.amazon.url}/elsewhere"
        self.assertEqual(self.kept_secrets(), {"amazon_queue_secret"})
        names = self.secrets.search([("site_id", "=", self.site.id)]).mapped("name")
        self.assertEqual(names, ["amazon_queue_secret"])
        self.assertEqual(self.site.connection_state, "unknown")
        self.assertIn("LWA client secret, Refresh token", self.press_test_connection())
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = self.site.message_ids[: len(self.site.message_ids) - count]
        self.assertIn("Enter them again", str(messages.mapped("body")))
        tracked = messages.sudo().tracking_value_ids
        self.assertEqual(tracked.field_id.name, "amazon_lwa_url")
        self.assertEqual(tracked.new_value_char, f"{self.amazon.url}/elsewhere")

    def test_each_address_asks_for_what_is_sent_there(self):
        """001-81: nothing goes to Seller Central but the browser."""
        lost = {
            "amazon_endpoint_url": {"amazon_lwa_client_secret", "amazon_refresh_token"},
            "amazon_lwa_url": {"amazon_lwa_client_secret", "amazon_refresh_token"},
            "amazon_queue_url": {"amazon_queue_secret"},
            "amazon_queue_endpoint": {"amazon_queue_secret"},
            "amazon_seller_central_url": set(),
        }
        self.assertEqual(lost.keys(), ADDRESSES.keys())
        for name, expected in lost.items():
            with self.env.cr.savepoint() as savepoint:
                self.site.with_user(self.admin)[name] = "http://127.0.0.1:1"
                self.assertEqual(set(SECRETS) - self.kept_secrets(), expected, name)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_secrets_that_are_entered_with_it_are_kept(self):
        """001-81: one saving of the form is enough."""
        self.site.write({"amazon_lwa_url": self.amazon.url, **self._secrets()})
        self.assertEqual(self.kept_secrets(), set(SECRETS))
        self.press_test_connection()
        self.assertEqual(self.site.connection_state, "ok", self.site.connection_message)

    def test_the_same_address_once_more_forgets_nothing(self):
        """001-81."""
        self.site.write({"amazon_endpoint_url": self.amazon.url, "amazon_seller_central_url": ""})
        self.assertEqual(self.kept_secrets(), set(SECRETS))

    # === WHAT IS ENTERED === #

    def write_only_fields(self):
        """Fields that only take, wherever they are."""
        return [
            field
            for name, model in self.registry.items()
            if name.startswith("integrator.")
            for field in model._fields.values()
            if field.type == "char" and field.inverse and not field.store and not field.related
        ]

    def test_write_only_fields_return_nothing_when_saved(self):
        """001-81: the browser got back what it had just sent."""
        fields = self.write_only_fields()
        self.assertEqual({field.name for field in fields}, {*SECRETS, "new_value"})
        for field in fields:
            model = self.env[field.model_name].with_user(self.admin)
            record = self.site.with_user(self.admin)
            if field.model_name == "integrator.rotate":
                record = model.create({"credential_id": self.site.credential_ids[:1].id})
            [saved] = record.web_save({field.name: "Atzr|entered"}, {field.name: {}})
            self.assertFalse(saved[field.name], field)
        values = {"name": "New", "site_type": "amazon", **dict.fromkeys(SECRETS, "Atzr|entered")}
        new = self.env["integrator.site"].with_user(self.admin).browse()
        [saved] = new.web_save(values, {name: {} for name in SECRETS})
        self.assertEqual({saved[name] for name in SECRETS}, {False})
        created = self.env["integrator.site"].browse(saved["id"])
        self.assertEqual(self.secrets._fetch(created, SECRETS[1]), "Atzr|entered")
