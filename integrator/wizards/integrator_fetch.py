# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..exceptions import as_user_error


class IntegratorFetch(models.TransientModel):
    """Fetch orders by their ids on the site, whatever their date."""

    _name = "integrator.fetch"
    _description = "Fetch orders by their ids"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        default=lambda self: self.env["integrator.site"].search([], limit=1),
        help="The account that sold them.",
    )
    remote_order_ids = fields.Text(
        string="Order ids", required=True, help="As the channel writes them, one on each line."
    )

    def action_fetch(self):
        """Button: ask for the orders; they come in within a minute.

        :raise UserError: naming the first id that cannot be one
        """
        check_operator(self)
        check_operator(self.site_id)
        site_sudo = self.site_id.sudo()
        ids = self.remote_order_ids.replace(",", " ").split()
        if not (site_sudo and ids):
            raise UserError(self.env._("Enter at least one order id."))
        if not site_sudo._can("source:order"):
            raise UserError(self.env._("%s cannot be asked for single orders.", site_sudo.name))
        with as_user_error():
            for remote_order_id in ids:
                site_sudo._adapter()._check_remote_order_id(site_sudo, remote_order_id)
        site_sudo.env["integrator.fetch.request"]._request_orders(site_sudo, ids, manual=True)
        self.env["integrator.site"]._trigger_stages("fetch")
        return self.env["integrator.site"]._notify(
            self.env._("Orders asked for: %s. They come in within a minute.", len(ids)),
            kind="success",
        )
