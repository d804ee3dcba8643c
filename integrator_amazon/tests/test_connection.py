# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import socket
from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestConnection(AmazonCommon):
    """The configuration form and its connection test (001-75 … 001-84)."""

    def test_a_good_connection_names_seller_and_marketplaces(self):
        """001-82."""
        message = self.press_test_connection()
        self.assertEqual(self.site.connection_state, "ok", message)
        self.assertIn(self.amazon.seller.store_name, message)
        self.assertIn("Amazon.de", message)

    def test_each_cause_has_its_own_useful_sentence(self):
        """001-82: bad secret, bad token, wrong region, another's merchant id, missing role, no
        network."""
        messages = [self.press_test_connection()]
        causes = (
            {"amazon_lwa_client_secret": "amzn1.oa2-cs.v1.wrong"},
            {"amazon_refresh_token": "Atzr|wrong"},
            {"amazon_merchant_id": "A1B2C3D4E5F6G7"},
            {
                "amazon_endpoint_url": f"http://127.0.0.1:{self.free_port()}",
                **self._secrets(),
            },
            {"amazon_marketplace_ids": self.env.ref("integrator_amazon.marketplace_jp").ids},
        )
        for values in causes:
            with self.env.cr.savepoint() as savepoint:
                self.site.write(values)
                messages.append(self.press_test_connection())
                self.assertEqual(self.site.connection_state, "failed")
                savepoint.rollback()
        self.amazon.seller.roles.clear()
        self.addCleanup(self.amazon.reset)
        messages.append(self.press_test_connection())
        self.assertEqual(len(set(messages)), len(messages), messages)

    def test_a_missing_key_is_named_as_the_form_names_it(self):
        """001-82: also by the alert of a stage that cannot log in."""
        for name, label in (
            ("amazon_lwa_client_id", "LWA client id"),
            ("amazon_lwa_client_secret", "LWA client secret"),
            ("amazon_refresh_token", "Refresh token"),
        ):
            with self.subTest(name=name), self.env.cr.savepoint() as savepoint:
                if name == "amazon_lwa_client_id":
                    self.site[name] = False
                else:
                    self.env["integrator.secret"]._store(self.site, name, "")
                message = self.press_test_connection()
                self.assertTrue(message.endswith(f"under “Keys”: {label}."), message)
                self.run_stages("fetch")
                alert = self.alerts(code="credentials_incomplete")
                self.assertIn(f"under “Keys”: {label}.", alert.message)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_failed_test_does_not_promise_a_retry(self):
        """001-82: without a network, and with a disturbance at Amazon."""
        with self.env.cr.savepoint() as savepoint:
            address = f"http://127.0.0.1:{self.free_port()}"
            self.site.write({"amazon_endpoint_url": address, **self._secrets()})
            message = self.press_test_connection()
            self.assertIn("Check the network and the address, then try again.", message)
            savepoint.rollback()
        self.env.invalidate_all()
        self.addCleanup(self.amazon.reset)
        self.amazon.fault("getMarketplaceParticipations", "html_503")
        message = self.press_test_connection()
        self.assertEqual(message, "Amazon has a disturbance. Try again in some minutes.")

    def test_run_now_tells_when_amazon_may_be_asked_for_orders(self):
        """001-31: its quota lets us look every few minutes."""
        self.run_stages("fetch")
        look = self.env["integrator.fetch.request"].search(
            [("site_id", "=", self.site.id), ("source", "=", "changes")], limit=1
        )
        pause = self.site._adapter()._poll_pause(self.site, "changes")
        at = look.create_date + timedelta(seconds=pause)
        self.assertGreater(pause, 60)
        text = self.site.action_run_now()["params"]["message"]
        self.assertIn(f"New orders come in after {at.strftime('%H:%M')}", text)
        with self.later(seconds=pause + 1):
            text = self.site.action_run_now()["params"]["message"]
        self.assertEqual(text, "What waits is worked on in the background, within a minute.")

    def test_another_server_needs_no_marketplace_and_no_path_of_the_token(self):
        """001-82: a server that speaks the API and nothing else can be tested against."""
        self.site.write(
            {
                "automatic": False,
                "amazon_marketplace_ids": [(5, 0, 0)],
                "amazon_lwa_url": self.amazon.url,
                **self._secrets(),
            }
        )
        message = self.press_test_connection()
        self.assertEqual(self.site.connection_state, "ok", message)

    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def test_secrets_are_never_given_back(self):
        """001-81."""
        admin = new_test_user(self.env, "boss", groups="base.group_system")
        admin.group_ids += self.env.ref("integrator.group_integrator_manager")
        values = self.site.with_user(admin).read(
            ["amazon_lwa_client_secret", "amazon_refresh_token"]
        )[0]
        self.assertFalse(values["amazon_lwa_client_secret"] or values["amazon_refresh_token"])
        self.assertEqual(self.site.kept_secrets, "LWA client secret, Refresh token")

    def test_the_form_of_a_new_channel_writes_nothing_into_the_log(self):
        """001-81: it has no secrets yet; those of a channel are seen while it is edited."""
        sites = self.env["integrator.site"].with_context(default_site_type="amazon")
        with self.assertNoLogs("odoo.domains", "WARNING"):
            with_nothing = Form(sites)
            self.assertFalse(with_nothing.kept_secrets)
            self.assertTrue(sites.new(origin=self.site).kept_secrets)

    def test_a_bad_merchant_id_is_refused_with_the_way_to_the_right_one(self):
        """001-79."""
        with self.assertRaisesRegex(ValidationError, "Seller Central"):
            self.site.amazon_merchant_id = "not a merchant"

    def test_the_place_of_damaged_pieces_is_one_of_the_company(self):
        """002-04: as the one of its warehouse is."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        place = self.env["stock.location"].search(
            [("company_id", "=", elsewhere.id), ("usage", "=", "inventory")], limit=1
        )
        with self.assertRaisesRegex(UserError, "crossover"):
            self.site.amazon_damaged_location_id = place

    def test_marketplaces_of_two_regions_are_refused(self):
        """001-78."""
        with self.assertRaises(ValidationError):
            self.site.amazon_marketplace_ids |= self.env.ref("integrator_amazon.marketplace_us")

    def test_a_new_site_looks_every_sixty_seconds_and_waits_five_minutes_for_tracking(self):
        """001-83, 004-06."""
        france = self.env.ref("integrator_amazon.marketplace_fr")
        values = {"automatic": False, "amazon_marketplace_ids": france.ids}
        site = self._make_site(name="Another", **values)
        self.assertEqual((site.interval_seconds, site.tracking_delay), (60, 300))

    def test_automatic_off_makes_no_call(self):
        """001-84."""
        self.site.automatic = False
        self.products[0].name = "Changed"
        before = len(self.amazon.calls())
        self.run_stages()
        self.assertEqual(len(self.amazon.calls()), before)
