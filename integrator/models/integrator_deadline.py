# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..access import check_operator

#: Days after which an order that was never confirmed is told of no more.
FORGET_DAYS = 30


class IntegratorDeadline(models.AbstractModel):
    """Orders that have to leave soon (001-24): the site cancels, or marks down, what is confirmed
    too late."""

    _name = "integrator.deadline"
    _description = "Ship-by deadlines"

    @api.model
    def _cron_deadlines(self):
        """Entry of the scheduled action."""
        for site in self.env["integrator.site"].search([("active", "=", True)]):
            self._warn(site.with_context(lang=site._responsible().lang))
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _warn(self, site):
        """Tell of each order once at each of the site's hours."""
        hours = site._deadline_hours()
        now = fields.Datetime.now()
        due = {}
        for order in self._unconfirmed(site, max(hours, default=0)):
            step = min(hour for hour in hours if order.ship_by <= now + timedelta(hours=hour))
            told = f"{order.ship_by}/{step}"
            if order.deadline_told != told:
                order.deadline_told = told
                due[order] = self._say(site, order)
        if due:
            subject = site.env._("To ship soon on %s", site.name)
            site._mail_lines(subject, list(due.values()))

    def _unconfirmed(self, site, hours):
        """Orders whose deadline is near and whose shipment the site has not been told of."""
        now = fields.Datetime.now()
        orders = self.env["integrator.order"].search(
            [
                ("site_id", "=", site.id),
                ("fulfilled_by", "=", "merchant"),
                ("remote_status", "in", ("unshipped", "partially_shipped")),
                ("state", "!=", "cancelled"),
                ("ship_by", "<=", now + timedelta(hours=hours)),
                ("ship_by", ">", now - timedelta(days=FORGET_DAYS)),
            ],
            order="ship_by, id",
        )
        return orders.filtered(lambda order: not order._shipment_is_told())

    def _say(self, site, order):
        """Ask the responsible, and prepare the line of the mail."""
        env = site.env
        time = tools.format_datetime(env, order.ship_by, tz=site._responsible().tz or "UTC")
        reason = env._("The site expects it to be shipped by %s, and has not been told so.", time)
        step = env._("Send the parcel and write its tracking number on the delivery.")
        record = order.sale_order_id or order
        if order.sale_order_id:
            site._schedule_question(order.sale_order_id, env._("Ship soon"), f"{reason} {step}")
        url = f"{record.get_base_url()}/odoo/{record._name}/{record.id}"
        return {"name": record.display_name, "reason": reason, "step": step, "url": url}


class IntegratorOrder(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order"

    deadline_told = fields.Char(
        readonly=True, copy=False, help="The deadline that somebody was last told of, and when."
    )

    def _shipment_is_told(self):
        """Whether everything has left, and the site has been told, or is being told."""
        self.ensure_one()
        pickings = self.sale_order_id.picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
            and picking.state != "cancel"
        )
        told = self.task_ids.filtered(
            lambda task: task.kind == "shipment"
            and task.state in ("submitted", "pending", "success")
        )
        return self.sale_order_id.state == "cancel" or (
            bool(pickings)
            and all(
                picking.state == "done"
                and (picking.shipped_elsewhere or picking in told.picking_id)
                for picking in pickings
            )
        )


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    deadline_hours = fields.Char(
        string="Warn before the ship-by date",
        default="24, 4",
        help="Hours before an order's latest ship date at which the responsible is reminded, by "
        "an activity and a mail, while the site has not been told of the shipment. Several are "
        "separated by commas; empty: no reminder.",
    )
    late_count = fields.Integer(
        string="Ship today or late",
        compute="_compute_late_count",
        help="Deliveries that have to leave today, or should have left.",
    )

    @api.constrains("deadline_hours")
    def _check_deadline_hours(self):
        for site in self:
            try:
                fine = all(hour > 0 for hour in site._deadline_hours())
            except ValueError:
                fine = False
            if not fine:
                raise ValidationError(
                    self.env._(
                        "“%s” are no hours. Write numbers separated by commas, for example 24, 4.",
                        site.deadline_hours,
                    )
                )

    def _deadline_hours(self):
        return [int(part) for part in (self.deadline_hours or "").split(",") if part.strip()]

    def _late_domain(self):
        return [
            ("sale_id.integrator_site_id", "in", self.ids),
            ("state", "not in", ("done", "cancel")),
            ("integrator_ship_by", "<", fields.Date.today() + timedelta(days=1)),
        ]

    def _compute_late_count(self):
        for site in self:
            site.late_count = self.env["stock.picking"].sudo().search_count(site._late_domain())

    def action_view_late(self):
        """Button: the deliveries that have to leave today, or should have left."""
        check_operator(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ship today or late"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": self._late_domain(),
            "context": {"create": False},
        }


class StockPicking(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    integrator_ship_by = fields.Datetime(
        related="sale_id.remote_ship_by",
        string="Ship by",
        store=True,
        index="btree_not_null",
        help="The site's latest date for this parcel to leave.",
    )
