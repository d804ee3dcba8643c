# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorListing(models.Model):
    _inherit = "integrator.listing"

    remote_id = fields.Char(string="ASIN / remote id")
    amazon_product_type = fields.Char(
        default="PRODUCT", help="Amazon's product type; PRODUCT is the catch-all for offers."
    )
    amazon_fnsku = fields.Char(string="FNSKU", readonly=True)
    amazon_status_text = fields.Char(
        readonly=True, help="BUYABLE, DISCOVERABLE, in Amazon's words."
    )
    amazon_issues = fields.Json(readonly=True)

    def _amazon_take(self, item):
        """Note what Amazon shows of this listing (001-73).

        :param dict item: of the Listings Items API, as JSON
        """
        self.ensure_one()
        summary = (item.get("summaries") or [{}])[0]
        self.write(
            {
                "state": "live",
                "remote_id": summary.get("asin") or self.remote_id,
                "amazon_fnsku": summary.get("fnSku") or self.amazon_fnsku,
                "amazon_status_text": ", ".join(summary.get("status", ())),
                "amazon_issues": item.get("issues") or False,
                "channel": self._amazon_channel(item) or self.channel,
            }
        )

    def _amazon_channel(self, item):
        """Who ships, by what Amazon shows; None when it does not tell (pain 6)."""
        stock = (item.get("attributes") or {}).get("fulfillment_availability") or ()
        codes = [str(entry.get("fulfillment_channel_code", "")) for entry in stock]
        if any(code.startswith("AMAZON_") for code in codes):
            return "site"
        return "merchant" if codes else None
