# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.utils import try_lock

#: Flags for which exporters are looked up in one piece.
PIECE = 500


class IntegratorOrderEligibility(models.Model):
    """One flag that was set once on an order or on one of its deliveries.

    A row is never overwritten: what is set while an export runs is a row of its own. The first
    run of the export stage gives it its exports, one per exporter that fits.
    """

    _name = "integrator.order.eligibility"
    _inherit = "integrator.retention.mixin"
    _description = "Flag of an order"
    _order = "id desc"
    _rec_name = "flag_id"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    flag_id = fields.Many2one(
        "integrator.order.flag", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    parent_id = fields.Many2one(
        "integrator.order.eligibility",
        string="After",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The flag whose exporter set this one.",
    )
    set_at = fields.Datetime(
        string="Set on", readonly=True, default=lambda self: fields.Datetime.now()
    )
    state = fields.Selection(
        [
            ("open", "Set"),
            ("kept", "No exporter"),
            ("taken", "Being exported"),
            ("done", "Exported"),
            ("cleared", "Taken off"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    note = fields.Char(string="Log", readonly=True, help="Why it was kept or taken off.")
    last_at = fields.Datetime(string="Last export", readonly=True)
    export_ids = fields.One2many("integrator.order.export", "eligibility_id")

    _order_idx = models.Index("(order_id, flag_id)")
    _waiting_idx = models.Index("(company_id, id) WHERE state IN ('open', 'kept')")
    _next_uniq = models.UniqueIndex(
        "(parent_id, flag_id) WHERE parent_id IS NOT NULL", "The next flag has been set already."
    )

    # === THE STAGE === #

    @api.model
    def _to_resolve(self, company):
        """Domain of the flags of a company that have no exports yet."""
        return Domain("company_id", "=", company.id) & Domain("state", "=", "open")

    @api.model
    def _next_unresolved(self, company):
        """The next flags of a company that have no exports yet, without those that another worker
        holds."""
        rows = self.search(self._to_resolve(company), order="id", limit=PIECE)
        return try_lock(rows)

    def _resolve(self):
        """Make one export for each exporter that fits, in the order of their priorities."""
        self.ensure_one()
        exporters = self.env["integrator.order.exporter"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("flag_id", "=", self.flag_id.id),
                ("site_id.active", "=", True),
            ],
            order="sequence, id",
        )
        fitting = exporters.filtered(lambda exporter: exporter._fits(self))
        if fitting:
            self.env["integrator.order.export"]._make(self, fitting)
            self.write({"state": "taken", "note": False})
        else:
            self._leave_without_exporter(exporters)

    def _leave_without_exporter(self, exporters):
        if exporters:
            names = ", ".join(exporters.mapped("name"))
            note = self.env._("The order fits none of the conditions of: %s", names)
        else:
            note = self.env._("There is no exporter for this flag.")
        is_kept = self.flag_id.without_exporter == "keep"
        self.write({"state": "kept" if is_kept else "cleared", "note": note})

    def _set_next(self, flag):
        """Set the next flag of the chain, once however many exporters name it.

        :param flag: `integrator.order.flag`
        """
        self.ensure_one()
        if flag in self._chain_flags():
            self.note = self.env._(
                "“%s” was not set again: the exporters lead round in a circle.", flag.name
            )
            return
        known = Domain("parent_id", "=", self.id) & Domain("flag_id", "=", flag.id)
        if not self.search_count(known, limit=1):
            self.create(
                {
                    "order_id": self.order_id.id,
                    "picking_id": self.picking_id.id,
                    "flag_id": flag.id,
                    "parent_id": self.id,
                }
            )

    def _chain_flags(self):
        """The flags that led here, this one included."""
        flags, row = self.flag_id, self.parent_id
        while row:
            flags |= row.flag_id
            row = row.parent_id
        return flags

    def _note_export(self):
        """An export of the flag has ended. The row is always written, so that of two workers that
        end the last two exports at once the second looks again and sees the first."""
        self.ensure_one()
        is_over = all(export._is_over() for export in self.export_ids)
        self.write({"last_at": fields.Datetime.now(), "state": "done" if is_over else "taken"})

    # === ACTIONS === #

    def action_look_again(self):
        """Button: look for exporters once more, for example after one was made or changed."""
        check_operator(self)
        kept_sudo = self.sudo().filtered(lambda row: row.state in ("kept", "cleared"))
        kept_sudo.write({"state": "open", "note": False})
        self.env["integrator.site"]._trigger_stages("export_orders")

    def action_clear(self):
        """Button: take the flag off; nothing is exported for it."""
        check_operator(self)
        note = self.env._("Taken off by %s.", self.env.user.name)
        for row in self.sudo().filtered(lambda row: row.state in ("open", "kept")):
            row.write({"state": "cleared", "note": note})

    @api.model
    def _retention_domain(self):
        """Return the domain of rows that are over, for removal after the retention of the sites.
        That an order was exported as paid stays known as long as the order: Odoo reports it again
        as paid when a payment is matched anew, and no order leaves a second time by that."""
        limit = self.env["integrator.site"]._retention_date()
        over = [("state", "in", ("done", "cleared")), ("set_at", "<", limit)]
        return [*over, ("flag_id.code", "!=", "paid")]
