# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AmazonCommon

PASSWORD = "administrator-of-this-test"


@tagged("post_install", "-at_install")
class TestConsent(AmazonCommon, HttpCase):
    """“Link account” leads through Amazon's consent page (002-24 … 002-28)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_system,integrator.group_integrator_manager"
        cls.boss = new_test_user(cls.env, "boss", groups, password=PASSWORD)
        cls.other = new_test_user(cls.env, "other", groups, password=PASSWORD)
        cls.site.write(
            {
                "amazon_application_id": "amzn1.sp.solution.test",
                "amazon_seller_central_url": cls.amazon.url,
            }
        )
        cls.env["integrator.secret"]._store(cls.site, "amazon_refresh_token", "")

    def press(self, user=None):
        """Press “Link account”; return the address of the consent page."""
        action = self.site.with_user(user or self.boss).action_amazon_link()
        self.assertEqual(action["type"], "ir.actions.act_url")
        return action["url"]

    def agree(self, url):
        """The seller agrees; return the address that Amazon sends the browser to."""
        answer = self.opener.get(url, allow_redirects=False, timeout=10)
        self.assertEqual(answer.status_code, 302, answer.text)
        return answer.headers["Location"]

    def come_back(self, address, user=None):
        """The browser of a user follows the address; return what the page says."""
        self.authenticate((user or self.boss).login, PASSWORD)
        parts = urlsplit(address)
        page = self.url_open(f"{parts.path}?{parts.query}")
        self.assertEqual(page.status_code, 200, page.text)
        return page.text

    def has_token(self):
        return bool(self.env["integrator.secret"]._fetch(self.site, "amazon_refresh_token"))

    def setUp(self):
        super().setUp()
        # the way to Amazon leaves the database's own server
        self.opener = requests.Session()

    def test_a_seller_agrees_and_the_site_is_linked(self):
        """002-24, 002-25, 002-26, 002-27."""
        page = self.come_back(self.agree(self.press()))
        self.assertIn("is linked", page)
        self.assertTrue(self.has_token())
        self.press_test_connection()
        self.assertEqual(self.site.connection_state, "ok", self.site.connection_message)

    def test_a_refusal_is_shown_and_changes_nothing(self):
        """002-26."""
        state = parse_qs(urlsplit(self.press()).query)["state"][0]
        page = self.come_back(f"{self.site.amazon_return_url}?state={state}&error=access_denied")
        self.assertIn("not authorised", page)
        self.assertFalse(self.has_token())

    def test_a_wrong_state_is_refused(self):
        """002-26."""
        address = self.agree(self.press())
        page = self.come_back(address.replace("state=", "state=x"))
        self.assertIn("not authorised", page)
        self.assertFalse(self.has_token())

    def test_a_state_is_good_once(self):
        """002-26: a replayed answer is refused."""
        address = self.agree(self.press())
        self.assertIn("is linked", self.come_back(address))
        self.assertIn("not authorised", self.come_back(address))

    def test_a_state_is_good_only_for_who_began(self):
        """002-26: somebody else's browser cannot finish the journey."""
        page = self.come_back(self.agree(self.press()), user=self.other)
        self.assertIn("not authorised", page)
        self.assertFalse(self.has_token())

    def test_a_state_grows_old(self):
        """002-26."""
        address = self.agree(self.press())
        consents = self.env["integrator.amazon.consent"].search([])
        self.env.cr.execute(
            "UPDATE integrator_amazon_consent SET create_date = create_date - interval '2 hours'"
            " WHERE id IN %s",
            [tuple(consents.ids)],
        )
        consents.invalidate_recordset()
        self.assertIn("not authorised", self.come_back(address))

    def test_another_seller_cannot_take_over_a_site(self):
        """002-28: what is bound to the account stays."""
        self.site.amazon_merchant_id = "A0OTHERSELLER0"
        page = self.come_back(self.agree(self.press()))
        self.assertIn("belongs to", page)
        self.assertEqual(self.site.amazon_merchant_id, "A0OTHERSELLER0")
        self.assertFalse(self.has_token())

    def test_the_seller_is_not_the_browsers_word(self):
        """002-26, 002-28: who allows his own account and names another's does not get its site."""
        other = self.amazon.add_seller()
        for known in (False, other.merchant_id):
            self.site.automatic = False
            self.site.amazon_merchant_id = known
            address = self.agree(self.press())
            forged = address.replace(self.amazon.seller.merchant_id, other.merchant_id)
            self.assertNotEqual(forged, address)
            page = self.come_back(forged)
            self.assertIn("does not confirm", page)
            self.assertIn(other.merchant_id, page)
            self.assertFalse(self.has_token())
            self.assertEqual(self.site.amazon_merchant_id, known)

    def test_an_account_that_cannot_be_asked_is_not_linked(self):
        """002-26: the code is used up, so the journey begins again."""
        self.amazon.fault("searchListingsItems", "server_error", times=3)
        page = self.come_back(self.agree(self.press()))
        self.assertIn("disturbance", page)
        self.assertFalse(self.has_token())
        self.amazon.clear_faults()
        self.assertIn("is linked", self.come_back(self.agree(self.press())))

    def test_linking_again_keeps_what_is_bound(self):
        """002-28."""
        self.come_back(self.agree(self.press()))
        self.list_products()
        listings = self.env["integrator.listing"].search([("site_id", "=", self.site.id)])
        self.assertIn("is linked", self.come_back(self.agree(self.press())))
        self.assertEqual(listings.exists(), listings)

    def test_only_an_administrator_links_and_only_with_an_application(self):
        """002-24."""
        manager = new_test_user(self.env, "chief", "integrator.group_integrator_manager")
        with self.assertRaises(AccessError):
            self.press(user=manager)
        for values in ({"amazon_application_id": False}, {"amazon_marketplace_ids": [(5, 0, 0)]}):
            with self.env.cr.savepoint() as savepoint:
                self.site.write({"automatic": False, **values})
                with self.assertRaisesRegex(UserError, "marketplace"):
                    self.press()
                savepoint.rollback()

    def test_a_consent_page_outside_the_allowed_hosts_is_refused(self):
        """002-24: a copied log-in page asks for the seller's password."""
        with patch.dict(os.environ, {"INTEGRATOR_PRACTICE_HOSTS": ""}):
            with self.assertRaisesRegex(ValidationError, "Seller Central|Endpoint"):
                self.press()
