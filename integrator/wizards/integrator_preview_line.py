# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..utils import choices_of


class IntegratorPreviewLine(models.TransientModel):
    """One field of one listing: Odoo's word, the site's, and what becomes of it."""

    _name = "integrator.preview.line"
    _description = "Line of a preview"
    _order = "id"

    preview_id = fields.Many2one("integrator.preview", required=True, ondelete="cascade")
    listing_id = fields.Many2one("integrator.listing", ondelete="cascade", help="Whose field.")
    section = fields.Selection(
        choices_of("integrator.listing.section", "name"),
        string="Part",
        help="The part of the listing.",
    )
    field = fields.Char(help="In the channel's words.")
    odoo_value = fields.Text(string="In Odoo", help="As it would be sent now.")
    site_value = fields.Text(string="The channel has", help="As it was last seen, or last sent.")
    outcome = fields.Selection(
        [
            ("sent", "Will be sent"),
            ("removed", "Will be removed"),
            ("stays", "Stays"),
            ("refused", "Cannot be sent"),
        ],
        help="What becomes of it when you send.",
    )
    reason = fields.Char(help="Why it cannot be sent.")
    asked = fields.Boolean(help="The channel has been asked whether it would take this.")
