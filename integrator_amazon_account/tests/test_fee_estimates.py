# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from spapi_simulator.state.sellers import LISTING, PRICING

from .books_case import BooksCase


@tagged("post_install", "-at_install")
class TestAmazonFeeEstimates(BooksCase):
    """Amazon's fees of a piece are estimated at Amazon's own rate (001-28)."""

    def estimates(self):
        self.env.invalidate_all()
        domain = [("site_id", "=", self.site.id)]
        return self.env["integrator.fee.estimate"].search(domain, order="id")

    def test_fees_of_listings_are_estimated(self):
        """15 % of the price that Amazon was asked about, with what else it takes in its own words;
        one call for all of them, and none while nothing changes."""
        self.list_products()
        self.run_stages("estimate")
        self.assertEqual(len(self.amazon.calls("getMyFeesEstimates")), 1)
        estimates = self.estimates()
        self.assertEqual(estimates.listing_id.product_id, self.products)
        for estimate in estimates:
            self.assertTrue(estimate.is_known, estimate.error_message)
            price = float(estimate.listing_id._prices()[estimate.listing_id]["amount"])
            self.assertEqual(estimate.price, price)
            self.assertAlmostEqual(estimate.commission, round(price * 0.15 + 1e-9, 2), 2)
            self.assertEqual(estimate.fulfilment, 0)
            self.assertEqual(estimate.currency_id.name, "EUR")
        self.run_stages("estimate")
        self.assertEqual(len(self.amazon.calls("getMyFeesEstimates")), 1)

    def test_a_product_unknown_to_amazon_has_its_reason(self):
        """In Amazon's words, on the listing that it is about; the others have theirs."""
        self.list_products()
        listings = self.env["integrator.listing"].search([("site_id", "=", self.site.id)])
        self.env.cr.execute(
            "UPDATE integrator_listing SET sku = 'GONE' WHERE id = %s", (listings[0].id,)
        )
        self.env.invalidate_all()
        self.run_stages("estimate")
        unknown = self.estimates().filtered(lambda one: not one.is_known)
        self.assertEqual(unknown.listing_id, listings[0])
        self.assertIn("InvalidParameterValue", unknown.error_message)

    def test_without_the_role_nothing_is_estimated(self):
        """It is of use, not needed: no alert, and the listing says why."""
        self.list_products()
        self.amazon.seller.roles -= {PRICING, LISTING}
        self.addCleanup(self.amazon.reset)
        self.run_stages("estimate")
        self.assertFalse(any(self.estimates().mapped("is_known")))
        self.assertIn("does not let", self.estimates()[0].error_message)
        self.assertFalse(self.env["integrator.alert"].search([("site_id", "=", self.site.id)]))
