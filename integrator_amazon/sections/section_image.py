# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

MAIN = "main_product_image_locator"
OTHER = "other_product_image_locator_{}"


class AmazonSectionImage(models.AbstractModel):
    """The main picture and up to eight more, each at its slot."""

    _name = "integrator.amazon.section.image"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: images"

    def _values(self, listings):
        offers = listings.filtered("amazon_offer_asin")
        # pictures of a product that Amazon has already are Amazon's
        return dict.fromkeys(offers) | {
            listing: {
                OTHER.format(slot) if slot else MAIN: [
                    {"media_location": url, **self._place(listing)}
                ]
                for slot, url in enumerate(urls)
            }
            for listing, urls in (listings - offers)._image_urls().items()
        }
