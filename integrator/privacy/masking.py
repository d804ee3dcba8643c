# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from .personal import PARTNER_COLUMNS, masked

#: Orders per commit.
CHUNK = 100


class Masking(models.AbstractModel):
    """Personal data has an end: some days after delivery it is masked in remote orders, in the
    customers made of them and in kept documents, and a report says what was masked (pain 14,
    leap 17). Orders in dispute are left alone; customers with a posted invoice stay as the invoice
    names them.
    """

    _name = "integrator.masking"
    _description = "Masking of personal data"

    def _cron_mask(self):
        """Entry of the scheduled action: every site that sets an end."""
        for site in self.env["integrator.site"].search([("privacy_days", ">", 0)]):
            last_id, left = 0, True
            while left:
                orders = self._next_orders(site, last_id)
                documents = self._next_documents(site)
                if not (orders or documents):
                    break
                last_id = max(orders.ids, default=last_id)
                self._mask(site, self._due(site, orders), documents)
                left = self.env["ir.cron"]._commit_progress(len(orders) + len(documents))

    # === WHAT IS DUE === #

    def _limit(self, site):
        return fields.Datetime.now() - timedelta(days=site.privacy_days)

    def _next_orders(self, site, last_id):
        """Orders that nothing has happened to for long enough to be looked at."""
        domain = Domain("site_id", "=", site.id) & Domain("masked_at", "=", False)
        domain &= Domain("state", "in", ("imported", "cancelled"))
        domain &= Domain("dispute_reason", "=", False) & Domain("id", ">", last_id)
        domain &= Domain("updated_at", "<", self._limit(site))
        orders = self.env["integrator.order"].search(domain, order="id", limit=CHUNK)
        return orders.try_lock_for_update(allow_referencing=True)

    def _due(self, site, orders):
        """Of these, the orders whose goods arrived, or never left, before the limit."""
        limit = self._limit(site)
        return orders.filtered(lambda order: self._is_over(order.sale_order_id, limit))

    def _is_over(self, sale_order, limit):
        deliveries = sale_order.picking_ids.filtered(lambda one: one.state != "cancel")
        return all(one.state == "done" and one.date_done < limit for one in deliveries)

    def _next_documents(self, site):
        """Documents that are read, old enough, and no unmasked order was last read from."""
        domain = Domain("site_id", "=", site.id) & Domain("stage", "=", "done")
        domain &= Domain("masked_at", "=", False)
        domain &= Domain("received_at", "<", self._limit(site))
        open_orders = Domain("order_ids", "any", [("masked_at", "=", False)])
        documents = self.env["integrator.document"].search(domain & ~open_orders, limit=CHUNK)
        return documents.try_lock_for_update(allow_referencing=True)

    # === MASKING === #

    def _mask(self, site, orders, documents):
        """Mask and report, in one transaction."""
        now = fields.Datetime.now()
        partners = self._mask_partners(orders)
        for order in orders:
            order.write({"buyer": masked(order.buyer), "address": masked(order.address)})
        orders.line_ids.gift_message = False
        orders.masked_at = now
        documents.write({"content": False, "masked_at": now})
        if orders or documents:
            self.env["integrator.privacy.report"]._add(site, orders, partners, documents)

    def _mask_partners(self, orders):
        """Customers that no other order and no invoice needs any more, with the addresses that
        they had before.

        :return: those that were masked
        """
        sale_orders = orders.sale_order_id
        customers = sale_orders.partner_id
        partners = customers | customers.child_ids | sale_orders.partner_shipping_id
        partners = partners.filtered(
            lambda partner: partner.integrator_buyer_key and not partner.is_company
        )
        partners -= self._needed(partners, sale_orders)
        partners.with_context(tracking_disable=True).write(
            {**dict.fromkeys(PARTNER_COLUMNS, False), "name": self.env._("Erased customer")}
        )
        return partners

    def _needed(self, partners, sale_orders):
        """Partners that another sale order or a posted invoice still speaks of."""
        moves = self.env["account.move"].search(
            [
                ("state", "=", "posted"),
                "|",
                ("partner_id", "in", partners.ids),
                ("partner_shipping_id", "in", partners.ids),
            ]
        )
        others = self.env["sale.order"].search(
            [
                ("id", "not in", sale_orders.ids),
                ("integrator_order_ids.masked_at", "=", False),
                "|",
                ("partner_id", "in", partners.ids),
                ("partner_shipping_id", "in", partners.ids),
            ]
        )
        return (
            moves.partner_id
            | moves.partner_shipping_id
            | others.partner_id
            | others.partner_shipping_id
        )
