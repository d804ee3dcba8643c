# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models, tools

#: Days after which there are no reminders of an order that was never confirmed.
FORGET_DAYS = 30


class IntegratorDeadline(models.AbstractModel):
    """Orders that have to leave soon: the site cancels, or marks down, what is confirmed
    too late."""

    _name = "integrator.deadline"
    _description = "Ship-by deadlines"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_deadlines(self):
        """Entry of the scheduled action."""
        for site in self.env["integrator.site"].search([("active", "=", True)]):
            self._warn(site.with_context(lang=site._responsible().lang))
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _warn(self, site):
        """Send a reminder of each order once at each of the site's hours."""
        hours = site._deadline_hours()
        now = fields.Datetime.now()
        due = {}
        for order in self._unconfirmed(site, max(hours, default=0)):
            step = min(hour for hour in hours if order.ship_by <= now + timedelta(hours=hour))
            warning = f"{order.ship_by}/{step}"
            if order.deadline_notified != warning:
                order.deadline_notified = warning
                due[order] = self._prepare_reminder(site, order)
        if due:
            subject = site.env._("To ship soon on %s", site.name)
            site._mail_lines(subject, list(due.values()))

    def _unconfirmed(self, site, hours):
        """Orders whose deadline is near and whose shipment was not sent to the site."""
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
        return orders.filtered(lambda order: not order._shipment_is_sent())

    def _prepare_reminder(self, site, order):
        """Ask the responsible, and prepare the line of the mail."""
        env = site.env
        time = tools.format_datetime(env, order.ship_by, tz=site._responsible().tz or "UTC")
        reason = env._(
            "The channel expects it to be shipped by %s, and has no confirmation yet.", time
        )
        step = env._("Send the parcel and write its tracking number on the delivery.")
        record = order.sale_order_id or order
        if order.sale_order_id:
            site._schedule_question(
                order.sale_order_id, env._("Ship soon"), f"{reason} {step}", again=True
            )
        url = f"{record.get_base_url()}/odoo/{record._name}/{record.id}"
        return {"name": record.display_name, "reason": reason, "step": step, "url": url}
