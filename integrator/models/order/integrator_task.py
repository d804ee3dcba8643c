# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

#: Tasks that are dropped when a site has cancelled an order itself.
MOOT_KINDS = ("acknowledgement", "cancellation")


class IntegratorTask(models.Model):
    """The order that an update is about."""

    # the outbox does not use orders: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    order_id = fields.Many2one(
        "integrator.order",
        readonly=True,
        ondelete="set null",
        index=True,
        string="Order on the channel",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _drop_moot(self, orders):
        """Drop tasks of orders that their site has cancelled itself, also where they were refused
        for that reason. What has left is still sent; where the site refused it, a person has been
        asked about the parcel.

        :param orders: `integrator.order`
        """
        moot = Domain("kind", "in", MOOT_KINDS)
        moot &= Domain("state", "in", ("waiting", "ready", "error"))
        moot |= Domain("kind", "=", "shipment") & Domain("state", "=", "error")
        moot = self.search(moot & Domain("order_id", "in", orders.ids))
        moot._take_back(self.env._("The channel has cancelled the order, so this is not needed."))
        moot = moot.filtered(lambda task: task.state == "obsolete")
        for site, tasks in moot.grouped("site_id").items():
            self.env["integrator.alert"]._close_resolved(site, "send", self)
            tasks._close_cancellation_questions()

    def _fail(self, error):
        """Override: what the site refuses because it has cancelled the order is no failure."""
        result = super()._fail(error)
        self._drop_moot(self.order_id.filtered(lambda one: one.remote_status == "cancelled"))
        return result
