# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models


class IntegratorSite(models.Model):
    """How the catalogue goes out."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    send_relationships = fields.Boolean(
        default=True,
        help="Variants are shown together, and accessories with what they belong to (001-14).",
    )
    send_shipping = fields.Boolean(
        string="Send shipping templates",
        default=True,
        help="The shipping template of a listing overrides the account's default (001-16).",
    )
    close_by = fields.Selection(
        [("delete", "Deleting the offer"), ("zero", "Offering no pieces")],
        default="delete",
        required=True,
        help="What closes the listing of a product that was deleted, archived or is not offered "
        "any more.",
    )
    direct_threshold = fields.Integer(
        string="Send directly up to",
        default=5,
        help="So few changes of stock, price and the like go at once, one call each; more go "
        "together in a feed. 0: always a feed.",
    )
    stuck_minutes = fields.Integer(
        string="A feed is stuck after",
        default=120,
        help="Minutes without a result after which stock and prices take the direct way.",
    )
    image_base_url = fields.Char(
        string="Address for images",
        help="Under which the site reaches this Odoo from outside, for example "
        "https://shop.example.com. Empty: the address of Odoo.",
    )

    def _is_stuck(self, lane):
        """Whether the site has been at work on a submission of a lane for too long (pain 4).

        :param str lane: as the adapter names it
        """
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(minutes=self.stuck_minutes)
        domain = [("site_id", "=", self.id), ("lane", "=", lane), ("state", "=", "submitted")]
        domain += [("submitted_at", "<", limit), ("answered_at", "=", False)]
        return bool(self.env["integrator.batch"].search_count(domain, limit=1))
