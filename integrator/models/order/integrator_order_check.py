# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...access import check_operator


class IntegratorOrderCheck(models.Model):
    """“The site has n orders for the day, Odoo has n”, from a list that the site makes on another
    way than the one by which orders come in. What is missing is fetched by its id."""

    _name = "integrator.order.check"
    _inherit = "integrator.site.mixin"
    _description = "Order check of a day's orders"
    _order = "day desc, id desc"
    _rec_name = "day"

    day = fields.Date(required=True, readonly=True, help="Day of the orders, in UTC.")
    remote_ids = fields.Json(readonly=True, help="Ids of the day's orders on the channel.")
    remote_count = fields.Integer(
        string="On the channel", readonly=True, help="Orders that the channel names for the day."
    )
    found_missing = fields.Integer(
        string="Were missing",
        readonly=True,
        help="Orders that Odoo did not have when the list came; they are fetched by their id.",
    )
    known_count = fields.Integer(
        string="In Odoo",
        compute="_compute_missing",
        help="Number of these orders that Odoo has now.",
    )
    missing = fields.Text(
        compute="_compute_missing", help="Ids of the orders that Odoo does not have yet."
    )
    state = fields.Selection(
        [("complete", "Complete"), ("missing", "Orders are missing")],
        compute="_compute_missing",
        search="_search_state",
        help="Complete: Odoo has every order that the channel names.",
    )
    checked_at = fields.Datetime(
        string="Checked on", readonly=True, help="When the channel made the list."
    )

    _day_uniq = models.UniqueIndex("(site_id, day)", "There is an order check of this day already.")

    # === COMPUTE METHODS === #

    def _compute_missing(self):
        for order_check in self:
            ids = order_check.remote_ids or []
            known = self.env["integrator.order"]._known(order_check.site_id, ids)
            missing = [one for one in ids if one not in known]
            order_check.known_count = len(known)
            order_check.missing = "\n".join(missing)
            order_check.state = "missing" if missing else "complete"

    def _search_state(self, operator, value):
        found = self.search([("remote_ids", "!=", False)])
        return [("id", "in", found.filtered(lambda one: one.state in value).ids)]

    # === ACTION METHODS === #

    def action_check_again(self):
        """Button: ask the site for the list of the day anew."""
        check_operator(self)
        fetch_requests_sudo = self.env["integrator.fetch.request"].sudo()
        for order_check in self.sudo():
            day = fetch_requests_sudo._day(order_check.day)
            fetch_requests_sudo._request(order_check.site_id, [day], "order_check")
        self.env["integrator.site"]._trigger_stages("fetch")

    def action_fetch_missing(self):
        """Button: ask again for the orders that are missing."""
        check_operator(self)
        fetch_requests_sudo = self.env["integrator.fetch.request"].sudo()
        for order_check in self.sudo().filtered("missing"):
            fetch_requests_sudo._request_orders(
                order_check.site_id, order_check.missing.split("\n"), manual=True
            )
        self.env["integrator.site"]._trigger_stages("fetch")

    # === BUSINESS METHODS === #

    @api.model
    def _compare_mentions(self, document, mentions):
        """Compare a list of the site with what Odoo has.

        :param document: `integrator.document` of kind `order_check`
        :param list[neutral.OrderMention] mentions: the orders that it names
        """
        ids = sorted({mention.remote_order_id for mention in mentions})
        site, day = document.site_id, document.fetch_request_id.date_from.date()
        known = self.env["integrator.order"]._known(site, ids)
        order_check = self.search([("site_id", "=", site.id), ("day", "=", day)])
        values = {
            "remote_ids": ids,
            "remote_count": len(ids),
            "found_missing": len(ids) - len(known),
            "checked_at": document.received_at,
        }
        if order_check:
            order_check.write(values)
        else:
            self.create({**values, "site_id": site.id, "day": day})

    # === CLEAN-UP === #

    @api.autovacuum
    def _gc_order_checks(self):
        """Remove order checks that are complete after the retention."""
        limit = self.env["integrator.site"]._retention_date() - timedelta(days=1)
        old = self.search([("day", "<", limit.date())], limit=GC_UNLINK_LIMIT)
        old = old.filtered(lambda order_check: order_check.state == "complete")
        old.unlink()
        return len(old), 0
