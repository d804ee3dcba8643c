# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta
from hashlib import sha256

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.const import RETRY_MINUTES
from odoo.addons.integrator.exceptions import (
    RejectedError,
    ThrottledError,
    TransientError,
    UnexpectedError,
)
from odoo.addons.integrator.reason import Reason
from odoo.addons.integrator.utils import try_lock

#: Stable name of the cause: no order, delivery or parcel is known by what the update names.
UNKNOWN_ORDER = "update_unknown_order"


class IntegratorOrderUpdate(models.Model):
    """One update of an order, as a feed brought it. It is worked on alone, in its own transaction,
    and none is lost: what belongs to no order is listed and tried again when the order comes."""

    _name = "integrator.order.update"
    _inherit = "integrator.retention.mixin"
    _description = "Update of an order"
    _order = "id desc"
    _rec_name = "message_key"

    feed_id = fields.Many2one(
        "integrator.order.feed", required=True, readonly=True, ondelete="cascade"
    )
    site_id = fields.Many2one(related="feed_id.site_id", store=True, index=True, string="System")
    company_id = fields.Many2one(related="feed_id.company_id", store=True)
    message_key = fields.Char(
        string="Message", readonly=True, help="By it a repeated message is known."
    )
    content = fields.Json(string="Raw content", readonly=True)
    content_text = fields.Text(string="Content", compute="_compute_content_text")
    content_hash = fields.Char(readonly=True)
    order_ref = fields.Char(string="Order named", readonly=True, index="btree_not_null")
    delivery_ref = fields.Char(string="Delivery named", readonly=True, index="btree_not_null")
    tracking_ref = fields.Char(string="Parcel named", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("applied", "Done"),
            ("unknown", "Order unknown"),
            ("error", "Needs you"),
            ("refused", "Refused"),
            ("dropped", "Set aside"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    picking_ids = fields.Many2many(
        "stock.picking", "integrator_update_picking_rel", string="Transfers", readonly=True
    )
    delivery_names = fields.Char(
        string="Deliveries", compute="_compute_delivery_names", compute_sudo=True
    )
    result = Reason(readonly=True, help="What was done.")
    warning = Reason(readonly=True, help="What could not be used.")
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(string="Next try", readonly=True)
    applied_at = fields.Datetime(string="Applied on", readonly=True)
    error_code = fields.Char(string="Cause", readonly=True)
    error_message = Reason(string="Reason", readonly=True)

    _message_uniq = models.UniqueIndex(
        "(feed_id, message_key) WHERE state != 'refused'", "This message was taken already."
    )
    _queue_idx = models.Index("(site_id, id) WHERE state IN ('new', 'unknown')")

    @api.depends("content")
    def _compute_content_text(self):
        for update in self:
            update.content_text = json.dumps(update.content, indent=2, ensure_ascii=False)

    @api.depends("picking_ids")
    def _compute_delivery_names(self):
        """Their names: who sees the update need not be allowed to read transfers."""
        for update in self:
            update.delivery_names = ", ".join(update.picking_ids.mapped("name"))

    # === TAKING === #

    @api.model
    def _receive(self, feed, message_key, content):
        """Keep an update, once.

        :param feed: `integrator.order.feed`
        :param str message_key: by which a repeated one is known
        :param dict content: of `files.orders.updates.read_update`
        :return: the update, also when it was known
        :raise RejectedError: when another one came under the same key
        :raise ThrottledError: while another worker takes the same one
        """
        digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        known = self.search(
            [
                ("feed_id", "=", feed.id),
                ("message_key", "=", message_key),
                ("state", "!=", "refused"),
            ]
        )
        if known:
            if known.content_hash != digest:
                raise RejectedError(
                    self.env._(
                        "Another update came under the key %s before. Give each its own.",
                        message_key,
                    ),
                    code="update_key_reused",
                )
            return known
        values = {
            "feed_id": feed.id,
            "message_key": message_key,
            "content": content,
            "content_hash": digest,
            "order_ref": content.get("order"),
            "delivery_ref": content.get("delivery"),
            "tracking_ref": content.get("tracking"),
        }
        try:
            with self.env.cr.savepoint():
                return self.create(values)
        except UniqueViolation:
            raise ThrottledError(
                self.env._("The same message is just being taken. Ask again in a moment."),
                code="update_twice_at_once",
                retry_after=1,
            ) from None

    @api.model
    def _note_refused(self, feed, message_key, reason):
        """Keep that something was refused, without what it was.

        :param str reason: for people, also the caller's
        """
        return self.create(
            {
                "feed_id": feed.id,
                "message_key": message_key or False,
                "state": "refused",
                "error_code": "update_refused",
                "error_message": reason,
            }
        )

    # === WORKING === #

    @api.model
    def _queue_domain(self, site):
        """Return the domain of a site's records that the stage has to work on at this moment."""
        due = Domain("retry_at", "=", False) | Domain("retry_at", "<=", fields.Datetime.now())
        return Domain("site_id", "=", site.id) & Domain("state", "in", ("new", "unknown")) & due

    def _apply(self):
        """Find the order and apply the update, as the user of the feed.

        :raise IntegratorError: what hinders it
        """
        self.ensure_one()
        matcher = self.feed_id._acting(self.env["integrator.order.update.matcher"])
        done = matcher._apply(self.feed_id, self.content)
        self.write(
            {
                "state": "applied",
                "applied_at": fields.Datetime.now(),
                "retry_at": False,
                "error_code": False,
                "error_message": False,
                **done,
            }
        )
        if self.warning:
            self.feed_id.site_id._schedule_question(self.order_id, self._summary(), self.warning)

    def _fail(self, error):
        """It was not applied: an unknown order is waited for, at growing pauses up to an hour;
        what passes is tried again; anything else needs a person.

        :param error: `IntegratorError`
        """
        self.ensure_one()
        attempts = self.attempts + 1
        passing = isinstance(error, TransientError | UnexpectedError)
        again = passing and attempts < self.env["integrator.site"]._max_attempts()
        unknown = error.code == UNKNOWN_ORDER
        values = {"attempts": attempts, "error_code": error.code}
        values["error_message"] = error.message if again or unknown else error.last_message
        values["state"] = "unknown" if unknown else "new" if again else "error"
        pause = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1]
        later = fields.Datetime.now() + timedelta(minutes=pause)
        values["retry_at"] = later if again or unknown else False
        self.write(values)

    def _summary(self):
        return self.env._("Update of an order")

    @api.model
    def _retry_for(self, orders):
        """Orders are known by now: try what waits for them.

        :param orders: `sale.order`
        """
        names = ("name", "client_order_ref", "integrator_order_ref")
        words = {order[name] for order in orders for name in names if order[name]}
        domain = [("state", "=", "unknown"), ("order_ref", "in", list(words))]
        waiting = self.search([*domain, ("company_id", "in", orders.company_id.ids)])
        for update in try_lock(waiting):
            update.retry_at = False
        if waiting:
            self.env["integrator.site"]._trigger_stages("update_orders")

    # === ACTIONS === #

    def action_retry(self):
        """Button: try it again now."""
        check_operator(self)
        again = ("unknown", "error", "dropped")
        updates_sudo = self.sudo().filtered(lambda update: update.state in again)
        updates_sudo.filtered("content").write({"state": "new", "attempts": 0, "retry_at": False})
        self.env["integrator.site"]._trigger_stages("update_orders")

    def action_drop(self):
        """Button: nothing is to be done about it; it stays in the list."""
        check_operator(self)
        updates_sudo = self.sudo().filtered(lambda one: one.state in ("unknown", "error"))
        text = self.env._("Set aside by %s.", self.env.user.name)
        updates_sudo.write({"state": "dropped", "result": text, "retry_at": False})

    @api.model
    def _retention_domain(self):
        """Return the domain of updates that are over, for removal after the retention; those that
        wait for an order stay."""
        limit = self.env["integrator.site"]._retention_date()
        return [("state", "in", ("applied", "refused", "dropped")), ("create_date", "<", limit)]
