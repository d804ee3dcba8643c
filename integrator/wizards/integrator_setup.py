# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..access import check_operator
from ..reason import Reason


class IntegratorSetup(models.TransientModel):
    """The first hour, step by step: each says what is missing and opens where it is done."""

    _name = "integrator.setup"
    _description = "First steps"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        help="The channel that is being set up.",
    )
    progress = fields.Integer(related="site_id.setup_done", string="Done (%)")
    line_ids = fields.One2many(
        "integrator.setup.step", "setup_id", readonly=True, help="The steps, in their order."
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("First steps")

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, site):
        """Open the steps of a channel; how each stands is found whenever they are read."""
        check_operator(site)
        rows = [(0, 0, {"key": step["key"]}) for step in site.sudo()._setup_steps()]
        setup = self.create({"site_id": site.id, "line_ids": rows})
        return setup._get_records_action(name=self.env._("First steps: %s", site.name))


class IntegratorSetupStep(models.TransientModel):
    """One step of the first hour."""

    _name = "integrator.setup.step"
    _description = "Step of the first hour"
    _order = "id"

    setup_id = fields.Many2one("integrator.setup", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    number = fields.Integer(compute="_compute_step", help="Its place in the order.")
    name = fields.Char(string="Step", compute="_compute_step", help="What is done.")
    state = fields.Selection(
        [("done", "Done"), ("open", "To do"), ("next", "Next")],
        compute="_compute_step",
        help="Next: the first one that is not done.",
    )
    text = Reason(
        string="How it stands",
        compute="_compute_step",
        help="What is there, or what is missing and why.",
    )
    button = fields.Char(compute="_compute_step", help="What its button does.")

    # === COMPUTE METHODS === #

    @api.depends("key", "setup_id.site_id")
    @api.depends_context("lang")
    def _compute_step(self):
        for setup, lines in self.grouped("setup_id").items():
            site = setup.sudo(False).site_id
            check_operator(site)
            steps = site.sudo()._setup_steps() if site else []
            first = next((step["key"] for step in steps if not step["done"]), None)
            found = {step["key"]: (number, step) for number, step in enumerate(steps, 1)}
            for line in lines:
                number, step = found.get(line.key, (0, {}))
                state = "done" if step.get("done") else "open"
                line.number = number
                line.state = "next" if line.key == first else state
                line.name = step.get("name")
                line.text = step.get("text")
                line.button = step.get("button")

    # === ACTION METHODS === #

    def action_do(self):
        """Button: do the step, or open where it is done."""
        check_operator(self)
        self.ensure_one()
        site = self.setup_id.site_id
        check_operator(site)
        doers = {
            "connection": site.action_test_connection,
            "listings": site.action_import_listings,
            "match": self._do_match,
            "preview": site._preview_first,
            "offer": self._do_offer,
            "automatic": self._do_automatic,
        }
        return doers.get(self.key, self._show_site)()

    # === BUSINESS METHODS === #

    def _do_match(self):
        return self._show_listings(waiting=bool(self.setup_id.site_id.sudo()._count_unmatched()))

    def _do_offer(self):
        site = self.setup_id.site_id
        matching, left = site.sudo()._count_offers()
        if not matching:
            return self._show_site()
        if not left:
            return self._show_listings(waiting=False)
        action = self.env["ir.actions.act_window"]._for_xml_id("integrator.integrator_sync_action")
        context = {"default_kind": "send_products", "default_site_ids": site.ids}
        return {**action, "name": self.env._("Offer your products"), "context": context}

    def _do_automatic(self):
        site = self.setup_id.site_id
        if site.automatic:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "integrator.integrator_home_action"
            )
        return site.action_open_switch_on()

    def _show_site(self):
        return {**self.setup_id.site_id._get_records_action(), "target": "current"}

    def _show_listings(self, waiting):
        """Open the listings of the channel.

        :param bool waiting: those that have no product yet
        """
        name = "integrator_sku_match_action" if waiting else "integrator_listing_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(f"integrator.{name}")
        domain = [("site_id", "=", self.setup_id.site_id.id)]
        return {**action, "domain": domain, "target": "current"}
