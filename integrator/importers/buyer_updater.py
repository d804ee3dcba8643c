# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: What Odoo would compute anew of a sale order for another customer, although the site has said it.
KEPT = ("fiscal_position_id", "payment_term_id", "user_id", "team_id", "note")

#: The same of an invoice.
KEPT_ON_INVOICE = ("fiscal_position_id", "invoice_payment_term_id", "invoice_user_id")


class BuyerUpdater(models.AbstractModel):
    """Follows what a site says later of the buyer and the address: some of it comes only when the
    order is paid, or when the application may read it."""

    _name = "integrator.buyer.updater"
    _description = "Follower of buyers"

    def _follow_buyer(self, order, sale_order):
        """The buyer that the site names by now is the customer, also of invoices that are not
        posted, unless a person has chosen another one here."""
        version = order._buyer_version()
        if order.followed_buyer == version or order.masked_at:
            return
        order.followed_buyer = version
        if not sale_order.partner_id.integrator_buyer_key:
            return
        importer = self.env["integrator.partner.importer"]
        customer, _delivery = importer._partners(order)[order]
        invoiced = importer._invoice_address(order, customer)
        if (customer, invoiced) == (sale_order.partner_id, sale_order.partner_invoice_id):
            return
        if not sale_order.partner_invoice_id.integrator_buyer_key:
            invoiced = sale_order.partner_invoice_id
        before = sale_order.partner_id
        sale_order.write(
            {
                **self._kept(sale_order, KEPT),
                "partner_id": customer.id,
                "partner_invoice_id": invoiced.id,
                "partner_shipping_id": sale_order.partner_shipping_id.id,
            }
        )
        sale_order.message_post(body=self.env._("The channel has sent the data of the buyer."))
        self._change_invoices(order, sale_order, before)

    def _kept(self, record, names):
        """The present values of columns, for a write that would compute them anew."""
        values = {name: record[name] for name in names}
        if record._name == "sale.order" and record.state == "draft":
            # of a confirmed order it is never computed anew
            values["pricelist_id"] = record.pricelist_id
        return {name: getattr(value, "id", value) for name, value in values.items()}

    def _change_invoices(self, order, sale_order, before):
        """Let invoices that are not posted have the customer; of the others a person decides.

        :param before: the customer until now
        """
        invoices = sale_order.invoice_ids
        for invoice in invoices.filtered(lambda move: move.state == "draft"):
            invoice.write(
                {
                    **self._kept(invoice, KEPT_ON_INVOICE),
                    "partner_id": sale_order.partner_invoice_id.id,
                    "partner_shipping_id": sale_order.partner_shipping_id.id,
                }
            )
        posted = invoices.filtered(lambda move: move.state == "posted")
        if posted and before != sale_order.partner_id:
            order.site_id._schedule_question(
                sale_order,
                self.env._("The buyer came after the invoice"),
                self.env._(
                    "%(invoices)s is of “%(before)s”; the channel now shows as the buyer "
                    "“%(now)s”. Where that matters, make a credit note and invoice again.",
                    invoices=", ".join(posted.mapped("name")),
                    before=before.name,
                    now=sale_order.partner_id.name,
                ),
            )

    def _follow_address(self, order, sale_order):
        """The buyer's new address becomes that of what has not left yet, unless a person has
        chosen another one here."""
        place = sale_order.partner_shipping_id
        is_open = sale_order.state != "sale" or sale_order.picking_ids._integrator_open_deliveries()
        if not (is_open and place.integrator_buyer_key):
            return
        _customer, wanted = self.env["integrator.partner.importer"]._partners(order)[order]
        if wanted != place:
            sale_order = sale_order.with_context(update_delivery_shipping_partner=True)
            kept = self._kept(sale_order, KEPT)
            sale_order.write({**kept, "partner_shipping_id": wanted.id})
            sale_order.message_post(
                body=self.env._("The channel has sent another delivery address.")
            )
