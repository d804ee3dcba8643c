# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import models

from ..api import estimates
from ..api.credentials import Credentials, account_key
from ..api.estimates import find_bucket


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

    def _quota_lines(self, site):
        """Buckets that are not full, the emptiest first."""
        rows = sorted(
            (level / find_bucket(name).burst, name, level)
            for name, level in self._levels(site).items()
            if level < find_bucket(name).burst
        )
        return [
            f"{name}: {int(level)} / {find_bucket(name).burst}" for _share, name, level in rows[:4]
        ]

    def _setup_missing(self, site):
        if not site.amazon_merchant_id:
            return self.env._(
                "Enter the merchant id: Seller Central, Account Info, Merchant Token."
            )
        if not site.amazon_lwa_client_id or not site.amazon_has_secrets:
            return self.env._(
                "Press “Link account”, or enter the keys of your app on the page “Connection”."
            )
        return ""

    def _levels(self, site):
        """Tokens that are left, by bucket."""
        ids = Credentials(site.amazon_lwa_client_id or "", "", "", site.amazon_merchant_id or "")
        account = account_key(ids, self._endpoint(site))
        return self.env["integrator.amazon.quota"].sudo()._levels(account)
