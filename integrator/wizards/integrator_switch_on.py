# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..access import check_operator


class IntegratorSwitchOn(models.TransientModel):
    """The question before automatic mode is switched on: what will happen, in numbers."""

    _name = "integrator.switch.on"
    _description = "Switch automatic mode on"
    _rec_name = "site_id"

    site_id = fields.Many2one("integrator.site", string="Channel", required=True, readonly=True)
    matching = fields.Integer(
        string="Products that match",
        compute="_compute_numbers",
        help="By “Products to offer” on the channel.",
    )
    left = fields.Integer(
        string="Not offered yet",
        compute="_compute_numbers",
        help="Nothing was sent of them so far.",
    )
    orders_from = fields.Datetime(
        string="Orders since",
        compute="_compute_numbers",
        help="Orders that changed since then are imported. Fetch older ones by “Synchronise…”.",
    )
    with_offers = fields.Boolean(
        string="Offer these products now",
        compute="_compute_with_offers",
        store=True,
        readonly=False,
        help="Otherwise only orders come in, and changes of what is offered already go out.",
    )

    # === COMPUTE METHODS === #

    @api.depends("site_id")
    def _compute_numbers(self):
        for wizard in self:
            check_operator(wizard.site_id)
            site_sudo = wizard.site_id.sudo()
            wizard.matching, wizard.left = site_sudo._count_offers()
            wizard.orders_from = site_sudo._next_fetch_start()

    @api.depends("left")
    def _compute_with_offers(self):
        for wizard in self:
            wizard.with_offers = bool(wizard.left)

    # === ACTION METHODS === #

    def action_switch_on(self):
        """Button: from now on everything goes by itself.

        :raise AccessError: for who may not change the channel
        :raise ValidationError: when the channel is not set up
        """
        check_operator(self)
        self.ensure_one()
        site, with_offers = self.site_id, self.with_offers and self.left
        site.automatic = True
        site.sudo().switched_on_at = fields.Datetime.now()
        if with_offers:
            values = {"kind": "send_products", "site_ids": [(6, 0, site.ids)]}
            self.env["integrator.sync"].create(values).action_synchronise()
        site._trigger_stages()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("integrator.integrator_home_action"),
            "target": "main",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, site):
        """Ask about a channel.

        :raise AccessError: for who may not change it
        """
        check_operator(site)
        site.check_access("write")
        return self.create({"site_id": site.id})._get_records_action(
            name=self.env._("Switch automatic mode on: %s", site.name), target="new"
        )
