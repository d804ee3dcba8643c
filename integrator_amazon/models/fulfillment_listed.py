# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorRemoteOrder(models.Model):
    """What Amazon ships for us stands in its lists of orders as well, under another number."""

    _inherit = "integrator.remote.order"

    amazon_listed_as = fields.Char(
        string="Listed by Amazon as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Under this number it stands in Amazon's lists of orders and in settlements, beside "
        "what was sold there.",
    )

    @api.model
    def _amazon_follow_news(self, site, remote_refs):
        """Have orders read of which Amazon says that something happened: the news itself may be
        old, or come many times.

        :param site: `integrator.site`
        :param remote_refs: their numbers
        """
        domain = [
            ("site_id", "=", site.id),
            ("remote_ref", "in", list(remote_refs)),
            ("state", "in", ("open", "prepared")),
        ]
        if self.search_count(domain, limit=1):
            self.env["integrator.operation"]._start("synchronise", site)


class IntegratorOrder(models.Model):
    _inherit = "integrator.order"

    @api.model
    def _link_elsewhere(self, site, values_list):
        """Override of `integrator`: Amazon tells our number of what it ships for us."""
        super()._link_elsewhere(site, values_list)
        rows = [(value.get("seller_order_id"), value["remote_order_id"]) for value in values_list]
        # what names no number of Amazon's is news of the order, see `api.parsers.mentions`
        if news := {ours for ours, theirs in rows if ours and not theirs}:
            self.env["integrator.remote.order"]._amazon_follow_news(site, news)
        listed = {ours: theirs for ours, theirs in rows if ours and theirs}
        domain = [("site_id", "=", site.id), ("remote_ref", "in", list(listed))]
        for order in self.env["integrator.remote.order"].search(domain):
            if order.amazon_listed_as != listed[order.remote_ref]:
                order.amazon_listed_as = listed[order.remote_ref]
