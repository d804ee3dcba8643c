# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..access import check_operator


class IntegratorListing(models.Model):
    """Who ships (pain 6): read from the site, and changed only on purpose."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    def action_switch_channel(self):
        """Button: tell the site that somebody else ships this from now on. The old way is taken
        away, else the site would keep both."""
        check_operator(self)
        other = {"merchant": "site", "site": "merchant"}
        for listing in self.sudo():
            if listing.channel not in other:
                raise UserError(
                    self.env._(
                        "The site has not said yet who ships %s. It is asked; try again in some "
                        "minutes.",
                        listing.sku,
                    )
                )
            if listing.state != "live" or listing.is_parent:
                raise UserError(
                    self.env._("Only a live listing under which something is sold can be switched.")
                )
            listing.write({"channel": other[listing.channel], "switching": True})
            listing._section("inventory").state = "none"
            listing.env["integrator.task"]._enqueue(
                listing.site_id, {**listing._prepare_task("inventory"), "manual": True}
            )
        self.env["integrator.site"]._wake("send")

    def _prepare_task(self, kind):
        """Values of a task about this listing.

        :param str kind: name of a section, or `delist`
        """
        self.ensure_one()
        return {
            "kind": kind,
            "target_ref": f"{self._name},{self.id}",
            "target_name": self.sku,
            "listing_id": self.id,
        }
