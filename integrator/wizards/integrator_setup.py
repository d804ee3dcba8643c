# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..access import check_operator

#: Step -> action that does it; the others are done on the site's form.
ACTIONS = {
    "listings": "integrator_listing_import_action",
    "match": "integrator_listing_import_action",
    "preview": "integrator_listing_action",
}


class IntegratorSetup(models.TransientModel):
    """The first hour, step by step: each says what is missing and opens where it is done."""

    _name = "integrator.setup"
    _description = "First steps"

    site_id = fields.Many2one(
        "integrator.site", string="Channel", required=True, readonly=True, help="Of which."
    )
    line_ids = fields.One2many(
        "integrator.setup.step", "setup_id", readonly=True, help="In their order."
    )

    @api.model
    def _open(self, site):
        """Open the steps of a site as they stand now."""
        check_operator(site)
        rows = [(0, 0, step) for step in site.sudo()._setup_steps()]
        setup = self.create({"site_id": site.id, "line_ids": rows})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First steps: %s", site.name),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
            "target": "new",
        }


class IntegratorSetupStep(models.TransientModel):
    """One step of the first hour."""

    _name = "integrator.setup.step"
    _description = "Step of the first hour"
    _order = "id"

    setup_id = fields.Many2one("integrator.setup", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    name = fields.Char(string="Step", help="What is done.")
    done = fields.Boolean(help="Whether it is done.")
    state = fields.Selection(
        [("done", "Done"), ("open", "To do")], compute="_compute_state", help="How it stands."
    )
    text = fields.Text(string="How it stands", help="What is there, or what is missing and why.")

    @api.depends("done")
    def _compute_state(self):
        for step in self:
            step.state = "done" if step.done else "open"

    def action_do(self):
        """Button: do the step, or open where it is done."""
        check_operator(self)
        self.ensure_one()
        site = self.setup_id.site_id
        check_operator(site)
        if self.key == "connection":
            site.action_test_connection()
            return self.env["integrator.setup"]._open(site)
        if self.key == "listings":
            site.action_import_listings()
        if self.key in ACTIONS:
            xml_id = f"integrator.{ACTIONS[self.key]}"
            action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
            return {**action, "domain": [("site_id", "=", site.id)], "target": "current"}
        return {**site._get_records_action(), "target": "current"}
