# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestListings(IntegratorCommon):
    """A listing is one product offered on one marketplace (000-34, 001-42, 001-73)."""

    def make_listing(self, **values):
        values = {"product_id": self.product.id, "sku": "SKU-1", **values}
        return self.env["integrator.listing"].create({"site_id": self.site.id, **values})

    def test_the_sku_of_a_live_listing_cannot_be_changed(self):
        """000-34: forbidden once listed; the same SKU again is no change."""
        listing = self.make_listing()
        listing.sku = "SKU-2"
        listing.state = "live"
        listing.sku = "SKU-2"
        with self.assertRaisesRegex(UserError, "Close the listing first"):
            listing.sku = "SKU-3"

    def test_the_reference_of_a_listed_product_is_not_changed_silently(self):
        """000-34: the message says what to do; without live offers it is an ordinary field."""
        listing = self.make_listing()
        self.product.default_code = "SKU-1"
        self.product.default_code = "SKU-2"
        self.assertEqual(listing.sku, "SKU-2", "no channel has it yet")
        other = self.make_listing(sku="SKU-3")
        self.product.default_code = "SKU-3"
        self.assertEqual(listing.sku, "SKU-2", "another offer has that one")
        other.state = "live"
        self.product.default_code = "SKU-3"
        with self.assertRaisesRegex(UserError, "listed on Dummy under this reference"):
            self.product.default_code = "SKU-9"
        with self.assertRaisesRegex(UserError, "Archive the product first"):
            self.product.product_tmpl_id.default_code = "SKU-9"
        other.state = "closed"
        self.product.default_code = "SKU-9"
        self.assertEqual((other.sku, other.is_former), ("SKU-3", True))
        self.product.default_code = "SKU-3"
        self.assertFalse(other.is_former, "it has its old reference back")

    def test_a_sku_live_on_several_marketplaces_is_named_once(self):
        """000-34: the sentence names a reference, however many marketplaces offer it."""
        self.product.default_code = "SKU-1"
        for code in ("M1", "M2", "M3"):
            self.make_listing(marketplace_code=code, state="live")
        with self.assertRaisesRegex(UserError, "^SKU-1 is listed on Dummy under this reference"):
            self.product.default_code = "SKU-9"

    def test_the_question_before_closing_names_a_sku_once(self):
        """Three marketplaces of one product are one example, not three."""
        self.product.default_code = "SKU-1"
        for code in ("M1", "M2", "M3"):
            self.make_listing(marketplace_code=code, state="live")
        with self.assertRaises(RedirectWarning) as caught:
            self.site.product_domain = "[('default_code', '=', 'NONE')]"
        self.assertIn("for example SKU-1. They", str(caught.exception))

    def test_a_sku_is_offered_once_per_marketplace(self):
        self.make_listing(marketplace_code="M1")
        self.make_listing(marketplace_code="M2")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_listing(marketplace_code="M1")

    def test_a_section_is_made_once(self):
        """001-15: what was last sent is kept per section."""
        listing = self.make_listing()
        section = listing._section("price")
        section.sent_value = {"amount": "10.00"}
        self.assertEqual(listing._section("price"), section)
        self.assertNotEqual(listing._section("inventory"), section)

    def test_a_listing_outlives_its_product(self):
        """001-42: its offer has to be closed."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "GONE"})
        listing = self.make_listing(product_id=product.id, sku="GONE")
        product.unlink()
        self.assertTrue(listing.exists())
        self.assertFalse(listing.product_id)

    def test_the_event_of_a_deleted_product_names_each_listing(self):
        """001-42: SKU and remote id, also of several marketplaces."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "GONE"})
        for code in ("M1", "M2"):
            self.make_listing(
                product_id=product.id, sku="GONE", marketplace_code=code, remote_id=f"R-{code}"
            )
        self.env.cr.flush()
        product.unlink()
        event = self.events(record_operation="unlink")
        remote_ids = {listing["remote_id"] for listing in event.operation_data["listings"]}
        self.assertEqual(remote_ids, {"R-M1", "R-M2"})
