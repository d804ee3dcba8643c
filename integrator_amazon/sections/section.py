# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonSection(models.AbstractModel):
    """One section of a listing in Amazon's words: a dict attribute -> list of entries.

    This is the one form in which a section is sent, kept, previewed and compared with what Amazon
    shows. An empty dict takes away what was told before; None says nothing at all.
    """

    _name = "integrator.amazon.section"
    _description = "Amazon section"

    def _values(self, listings):
        """The present value of the section.

        :param listings: `integrator.listing` of one site, any number
        :return: dict listing -> dict attribute -> entries; None: there is nothing to say
        """
        raise NotImplementedError

    def _places(self, listings):
        """The marketplaces of listings.

        :return: dict marketplace id -> `integrator.amazon.marketplace`
        """
        codes = list(set(listings.mapped("marketplace_code")))
        places = self.env["integrator.amazon.marketplace"].search([("code", "in", codes)])
        return {place.code: place for place in places}

    def _place(self, listing):
        """The selector of entries that count on the listing's marketplace."""
        return {"marketplace_id": listing.marketplace_code}

    def _text(self, listing, place):
        """The selectors of a text on the listing's marketplace."""
        return {"language_tag": listing.language or place.language, **self._place(listing)}
