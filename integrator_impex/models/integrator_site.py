# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Stages of this addon and their scheduled actions.
CRONS = {
    "update_orders": "integrator_impex.ir_cron_update_orders",
    "export_orders": "integrator_impex.ir_cron_export_orders",
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
    files_uncounted = fields.Integer(
        string="Pieces of what is not counted",
        help="Sent for products of which Odoo tracks no stock, such as those that are made to "
        "order. 0: no quantity of them is sent.",
    )

    exporter_ids = fields.One2many("integrator.order.exporter", "site_id", string="Exporters")
    feed_ids = fields.One2many("integrator.order.feed", "site_id", string="Feeds")

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.get("files_out_location_id"):
            self._add_marketplaces()
        return result

    # === BUSINESS METHODS === #

    def _files_place(self):
        """The one marketplace that a shop of files is: its pricelist, and whether prices are sent
        with tax."""
        return self.marketplace_ids.filtered(lambda place: not place.code)[:1]

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
