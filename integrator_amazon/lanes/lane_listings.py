# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError

from ..api.builders import BuildError
from ..api.builders.listings_feed import build_listings_feed
from ..api.json_values import jsonable
from ..api.parsers.processing_report_json import parse_processing_report
from .listing_messages import MESSAGES
from .listing_verification import is_shown

#: How long Amazon may take to show what it accepted (pain 5).
SHOW_WITHIN = timedelta(minutes=30)

#: SKUs that one searchListingsItems call may name.
SEARCH_SIZE = 20

#: Which section of the listing a task kind speaks for.
SECTIONS = {"product": "product", "inventory": "inventory", "price": "price", "delist": "product"}


class AmazonListingsLane(models.AbstractModel):
    """Sends listings in bulk by JSON_LISTINGS_FEED, and believes only what it reads back
    (001-01 … 001-08, 001-68)."""

    _name = "integrator.amazon.lane.listings"
    _inherit = "integrator.amazon.lane.feed"
    _description = "Amazon lane: listings"

    _size = 10000
    _feed_type = "JSON_LISTINGS_FEED"
    _content_type = "application/json; charset=UTF-8"
    _quota_lane = "JSON_LISTINGS_FEED"

    def _marketplace_codes(self, batch):
        return batch.task_ids.listing_id.mapped("marketplace_code")[:1]

    # === BUILD === #

    def _prepare(self, batch):
        messages, failures = [], {}
        for task in batch.task_ids:
            try:
                messages.append(self._prepare_message(task))
            except BuildError as error:
                failures[task] = RejectedError(
                    self.env._("This product cannot be told to Amazon: %s", error),
                    code="listing_incomplete",
                )
        return build_listings_feed(batch.site_id.amazon_merchant_id, messages), failures

    def _prepare_message(self, task):
        """One message of the feed, and the note on the listing what was sent."""
        listing = task.listing_id
        value = self.env["integrator.amazon.listing.values"]._values(listing, task.kind)
        section = listing._section(SECTIONS[task.kind])
        section.write({"state": "sent", "sent_value": value, "sent_at": fields.Datetime.now()})
        is_live = listing.state == "live"
        build = MESSAGES[task.kind]
        return build(task.id, listing.sku, listing.amazon_product_type, value, is_live)

    # === FOLLOW === #

    def _parse_report(self, content):
        return parse_processing_report(content)

    def _refusals(self, batch, report):
        refused = super()._refusals(batch, report)
        for task, error in refused.items():
            section = task.listing_id._section(SECTIONS[task.kind])
            section.write({"state": "refused", "reason": error.message})
        return refused

    def _conclude(self, batch, tasks):
        """Read back what was accepted; only what Amazon shows is a success."""
        shown = self._read_back(batch.site_id, tasks.listing_id)
        results = {}
        for task in tasks:
            item = shown.get(task.listing_id.sku)
            if is_shown(task.kind, self._sent_value(task), item):
                self._verified(task, item)
                results[task] = None
            elif fields.Datetime.now() > batch.submitted_at + SHOW_WITHIN:
                results[task] = self._not_shown(task)
            else:
                task.listing_id._section(SECTIONS[task.kind]).state = "accepted"
        return results

    def _sent_value(self, task):
        return task.listing_id._section(SECTIONS[task.kind]).sent_value

    def _read_back(self, site, listings):
        """What Amazon shows of listings of one marketplace.

        :return: dict SKU -> item as searchListingsItems gives it
        """
        found = {}
        skus = sorted(set(listings.mapped("sku")))
        with self._gateway(site) as gateway:
            for start in range(0, len(skus), SEARCH_SIZE):
                answer = gateway.call(
                    "searchListingsItems",
                    path={"sellerId": site.amazon_merchant_id},
                    query={
                        "marketplaceIds": listings[:1].mapped("marketplace_code"),
                        "identifiers": skus[start : start + SEARCH_SIZE],
                        "identifiersType": "SKU",
                        "includedData": ["summaries", "attributes", "issues"],
                        "pageSize": SEARCH_SIZE,
                    },
                )
                found |= {item["sku"]: item for item in answer.payload["items"]}
        return found

    def _verified(self, task, item):
        """Note on the listing what Amazon shows (001-73)."""
        listing = task.listing_id
        now = fields.Datetime.now()
        listing._section(SECTIONS[task.kind]).write(
            {"state": "verified", "verified_at": now, "reason": False}
        )
        if task.kind == "delist":
            listing.state = "closed"
            return
        summary = (item.get("summaries") or [{}])[0]
        listing.write(
            {
                "state": "live",
                "remote_id": summary.get("asin") or listing.remote_id,
                "amazon_fnsku": summary.get("fnSku") or listing.amazon_fnsku,
                "amazon_status_text": ", ".join(summary.get("status", ())),
                "amazon_issues": jsonable(item.get("issues")) or False,
            }
        )

    def _not_shown(self, task):
        """Accepted, yet nothing changed: the operator has to know (pain 5)."""
        error = RejectedError(
            self.env._(
                "Amazon accepted the message, but does not show the change after %s minutes. "
                "Look at the listing in Seller Central for issues, then retry.",
                int(SHOW_WITHIN.total_seconds() // 60),
            ),
            code="accepted_but_not_shown",
        )
        section = task.listing_id._section(SECTIONS[task.kind])
        section.write({"state": "refused", "reason": error.message})
        return error
