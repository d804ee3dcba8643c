# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.integrator.access import check_operator

#: Stages of this addon and their scheduled actions.
CRONS = {
    "update_orders": "integrator_impex.ir_cron_update_orders",
    "export_orders": "integrator_impex.ir_cron_export_orders",
}

#: What is counted on a site's card: field -> (model, states, action that opens the records).
WAITING = {
    "home_exports": ("integrator.order.export", ("held", "error"), "order_export_action"),
    "home_updates": ("integrator.order.update", ("unknown", "error"), "order_update_action"),
}


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    site_type = fields.Selection(selection_add=[("files", "Files")], ondelete={"files": "cascade"})
    files_in_location_id = fields.Many2one(
        "integrator.impex.location",
        string="Orders come from",
        check_company=True,
        ondelete="restrict",
        help="Empty: no orders come from this channel.",
    )
    files_in_mask = fields.Char(
        string="Files of orders",
        default="orders*",
        help="* and ? stand for what may differ. A name that ends in .xml is read as XML, any "
        "other as CSV.",
    )
    files_out_location_id = fields.Many2one(
        "integrator.impex.location",
        string="Updates go to",
        check_company=True,
        ondelete="restrict",
        help="Stock, prices and what becomes of orders. Empty: nothing is sent to this channel.",
    )
    files_out_format = fields.Selection(
        [("csv", "CSV"), ("xml", "XML")], string="Format of updates", default="csv", required=True
    )

    exporter_ids = fields.One2many("integrator.order.exporter", "site_id", string="Exporters")
    feed_ids = fields.One2many("integrator.order.feed", "site_id", string="Feeds")

    home_exports = fields.Integer(
        string="Orders that did not leave",
        compute="_compute_home_files",
        help="Exports that wait for approval, or need somebody.",
    )
    home_updates = fields.Integer(
        string="Updates not applied",
        compute="_compute_home_files",
        help="Updates of unknown orders, and those that need somebody.",
    )

    # === THE CARD ON HOME === #

    def _compute_home_files(self):
        for site in self:
            for name, (model, states, _action) in WAITING.items():
                domain = [("site_id", "=", site._origin.id), ("state", "in", states)]
                site[name] = self.env[model].sudo().search_count(domain)

    def _home_tasks(self):
        """Override of `integrator`: what waits for a person about exports and updates."""
        return {
            "home_exports": self.env._("Orders wait for approval or did not leave: decide."),
            "home_updates": self.env._("Updates from other systems fit no order: look at them."),
            **super()._home_tasks(),
        }

    def action_open_waiting(self):
        """Link on the card: what a figure counts; the context names it as `figure`."""
        check_operator(self)
        self.ensure_one()
        name = self.env.context.get("figure")
        if name not in WAITING:
            return False
        _model, states, action = WAITING[name]
        domain = [("site_id", "=", self.id), ("state", "in", states)]
        found = self.env["ir.actions.act_window"]._for_xml_id(f"integrator_impex.{action}")
        return {**found, "domain": domain, "context": {"create": False}}

    # === SCHEDULER === #

    @api.model
    def _stages(self):
        """Override of `integrator`: with the stages of this addon."""
        return (*super()._stages(), *CRONS)

    @api.model
    def _stage_cron(self, stage):
        """Override of `integrator`: the stages of this addon have their actions here."""
        if stage in CRONS:
            return self.env.ref(CRONS[stage])
        return super()._stage_cron(stage)

    def _watched_actions(self):
        """Override of `integrator`: what takes, makes and works on files, where a company has
        them."""
        actions = super()._watched_actions()
        groups = self.env["integrator.impex.group"].search(
            [("company_id", "=", self.company_id.id)]
        )
        if groups:
            actions |= self.env.ref("integrator_impex.ir_cron_work")
        if any(groups.mapped("automatic")):
            actions |= self.env.ref("integrator_impex.ir_cron_run_files")
        return actions
