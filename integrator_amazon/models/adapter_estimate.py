# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import models

from ..api import estimates
from ..api.credentials import Credentials, account_key
from ..api.errors import SpapiError

#: Part of what flows into a bucket that is asked for by itself.
POLL_SHARE = 0.8


class AmazonAdapter(models.AbstractModel):
    """How many calls and minutes something takes, by Amazon's rates and what is left of them."""

    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _estimate(self, site, work):
        places = len(site.amazon_marketplace_ids) or 1
        makers = {
            "products": lambda count: estimates.calls_of_listings(
                count * places * len(self._section_names(site)), places, site.direct_threshold
            ),
            "messages": lambda count: estimates.calls_of_listings(
                count, places, site.direct_threshold
            ),
            "requests": lambda count: estimates.calls_of_orders(work.get("orders", 0), count),
            "shipments": estimates.calls_of_shipments,
        }
        calls = sum((make(work[kind]) for kind, make in makers.items() if kind in work), Counter())
        seconds = estimates.seconds_of(calls, self._levels(site))
        return sum(calls.values()), seconds

    def _poll_pause(self, site, source):
        """Looks for changes take a part of what flows into their bucket: it stays full for people,
        and for the further pages of a day with many orders."""
        if source != "changes":
            return 0
        bucket = estimates.find_bucket("searchOrders")
        quotas = self.env["integrator.amazon.quota"].sudo()
        rate = quotas._rate(self._account(site), bucket.name) or bucket.rate
        return 1 / (rate * POLL_SHARE)

    def _quota_lines(self, site):
        """The buckets that are emptiest, in words."""
        words = self._quota_words()
        rows = sorted(
            (level / estimates.find_bucket(name).burst, name)
            for name, level in self._levels(site).items()
            if name in words and level < estimates.find_bucket(name).burst
        )
        lines = [f"{words[name]}: {int(share * 100)}\u00a0%" for share, name in rows[:4]]
        return lines or [self.env._("All of it")]

    def _quota_words(self):
        """What people know the scarce operations by."""
        return {
            estimates.LISTINGS_FEED: self.env._("Product feeds"),
            "createFeed": self.env._("Other feeds"),
            "getFeedDocument": self.env._("Results of feeds"),
            "createReport": self.env._("Reports"),
            "searchOrders": self.env._("Lists of orders"),
            "getOrder": self.env._("Single orders"),
            "confirmShipment": self.env._("Shipments"),
            "patchListingsItem": self.env._("Single changes of offers"),
            "searchListingsItems": self.env._("Looks at offers"),
        }

    def _setup_missing(self, site):
        if not site.amazon_merchant_id:
            return self.env._(
                "Enter the merchant id: Seller Central, Account Info, Merchant Token."
            )
        if not site.sudo().amazon_lwa_client_id or not site.amazon_has_secrets:
            return self.env._(
                "Press “Link account”, or enter the keys of your app on the page “Connection”."
            )
        return ""

    def _levels(self, site):
        """Tokens that are left, by bucket; none are known of an account that is not set up."""
        site = site.sudo()
        if not (site.amazon_endpoint_url or site.amazon_marketplace_ids):
            return {}
        return self.env["integrator.amazon.quota"].sudo()._levels(self._account(site))

    def _account(self, site):
        """The name under which the buckets of a site's account are kept; empty where its address is
        refused, which a call tells."""
        site = site.sudo()
        ids = Credentials(site.amazon_lwa_client_id or "", "", "", site.amazon_merchant_id or "")
        try:
            return account_key(ids, self._endpoint(site))
        except SpapiError:
            return ""
