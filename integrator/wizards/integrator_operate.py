# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models

from ..access import check_operator
from ..exceptions import as_user_error


class IntegratorOperate(models.TransientModel):
    """Ask for an operation on a sale order: export, bind or unbind."""

    _name = "integrator.operate"
    _description = "Export, bind or unbind an order"

    kind = fields.Selection(
        [("export", "Export"), ("bind", "Bind"), ("unbind", "Unbind")], required=True
    )
    order_id = fields.Many2one("sale.order", required=True, string="Sales order")
    company_id = fields.Many2one(related="order_id.company_id")
    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        compute="_compute_site_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
        help="The account that ships it.",
    )
    line_ids = fields.Many2many(
        "sale.order.line",
        string="Lines",
        domain="[('order_id', '=', order_id), ('display_type', '=', False)]",
        help="Only these. Empty: all that are available, or bound.",
    )
    remote_refs = fields.Text(
        string="Orders at the channel", help="Their ids, one a line or with commas between them."
    )
    speed = fields.Char(help="In the channel's word. “Show speeds and fees” names those it has.")
    hold = fields.Boolean(
        string="Reserve only", help="The channel ships it when you release it, within some days."
    )
    comment = fields.Char(help="For the customer, printed by the channel.")
    preview_ids = fields.One2many("integrator.operate.preview", "wizard_id", readonly=True)

    @api.depends("order_id", "kind")
    def _compute_site_id(self):
        for wizard in self:
            sites = self.env["integrator.site"].search(
                [("company_id", "=", wizard.order_id.company_id.id)]
            )
            bound = wizard.order_id.sudo().integrator_remote_order_ids.site_id & sites
            able = sites.filtered(lambda site: site.sudo()._can("export"))
            wizard.site_id = ((wizard.kind == "unbind" and bound) or able or sites)[:1]

    def action_preview(self):
        """Button: what the site asks for each speed, and when it arrives. Nothing is reserved."""
        check_operator(self)
        check_operator(self.site_id)
        wizard_sudo = self.sudo()
        site = wizard_sudo.site_id
        with as_user_error():
            previews = site._adapter()._preview_order_export(site, wizard_sudo._build_request())
        wizard_sudo.preview_ids = [Command.clear()] + [
            Command.create(
                {
                    "speed": one.speed,
                    "fee": float(one.fee or 0),
                    "currency": one.currency,
                    "arrival_from": one.arrival_from,
                    "arrival_to": one.arrival_to,
                    "is_possible": one.is_possible,
                    "reasons": "\n".join(one.reasons),
                }
            )
            for one in previews
        ]
        return self._reopen()

    def _build_request(self):
        """The request for an export with the present choices."""
        values = {"site_id": self.site_id.id, "order_id": self.order_id.id, "kind": "export"}
        operation = self.env["integrator.operation"].new(
            {**values, "parameters": self._parameters()}
        )
        return self.env["integrator.operation.export"]._build_request(operation)

    def _parameters(self):
        refs = (self.remote_refs or "").replace(",", "\n").split("\n")
        return {
            "line_ids": sorted(self.line_ids.ids),
            "remote_refs": [ref.strip() for ref in refs if ref.strip()],
            "speed": self.speed or "",
            "hold": self.hold,
            "comment": self.comment or "",
        }

    def _reopen(self):
        return self._get_records_action(target="new")

    def action_start(self):
        """Button: begin; the operation shows how far it is, and asks."""
        check_operator(self)
        check_operator(self.site_id)
        self.order_id.check_access("read")
        wizard_sudo = self.sudo()
        operation_sudo, _joined = wizard_sudo.env["integrator.operation"]._start(
            self.kind,
            wizard_sudo.site_id,
            wizard_sudo.order_id,
            **wizard_sudo._parameters(),
            user_id=self.env.uid,
        )
        return operation_sudo._open_form()


class IntegratorOperatePreview(models.TransientModel):
    """One speed in which the site can ship."""

    _name = "integrator.operate.preview"
    _description = "Speed and fee of an export"
    _order = "fee"

    wizard_id = fields.Many2one("integrator.operate", required=True, ondelete="cascade")
    speed = fields.Char(readonly=True)
    fee = fields.Float(digits=(16, 2), readonly=True)
    currency = fields.Char(readonly=True)
    arrival_from = fields.Datetime(string="Arrives from", readonly=True)
    arrival_to = fields.Datetime(string="Arrives until", readonly=True)
    is_possible = fields.Boolean(string="Possible", readonly=True)
    reasons = fields.Text(readonly=True)

    def action_take(self):
        """Button: ship at this speed."""
        check_operator(self)
        self.ensure_one()
        self.sudo().wizard_id.speed = self.speed
        return self.sudo().wizard_id._reopen()
