# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Columns of a file that are kept of each kind of file.
KEPT_FIELDS = {"stock": ("quantity",), "prices": ("price", "currency")}

#: The quantity of what is no longer offered.
NO_PIECES = "0"


class IntegratorFileOffer(models.Model):
    """What a channel of files was last sent about a SKU. It stays when the product is deleted, so
    that the channel can be sent that there are no pieces of it any more."""

    _name = "integrator.file.offer"
    _inherit = ["integrator.site.mixin"]
    _description = "Offer by files"
    _order = "sku, id"
    _rec_name = "sku"

    sku = fields.Char(string="SKU", required=True, readonly=True)
    target_ref = fields.Char(
        string="Product", required=True, readonly=True, index=True, help="As on updates."
    )
    # as they were written, since they are compared with what would be written now
    quantity = fields.Char(readonly=True, help="Empty: none was sent.")
    price = fields.Char(readonly=True, help="Empty: none was sent.")
    currency = fields.Char(readonly=True)

    _sku_uniq = models.UniqueIndex("(site_id, sku)", "This SKU is there already.")

    # === BUSINESS METHODS === #

    @api.model
    def _of_targets(self, site, refs):
        """What a site was sent about products.

        :param refs: their `target_ref`
        """
        return self.search([("site_id", "=", site.id), ("target_ref", "in", list(refs))])

    @api.model
    def _expect(self, site, refs):
        """Note whose SKUs are about to be sent, before they are.

        :param dict refs: SKU -> `target_ref` of its product
        """
        known = self.search([("site_id", "=", site.id), ("sku", "in", list(refs))])
        for offer in known:
            if offer.target_ref != refs[offer.sku]:
                offer.target_ref = refs[offer.sku]
        missing = refs.keys() - set(known.mapped("sku"))
        self.create(
            [
                {"site_id": site.id, "sku": sku, "target_ref": refs[sku]}
                for sku in sorted(missing)
            ]
        )

    @api.model
    def _note_sent(self, site, lane, rows):
        """Keep what a file has said.

        :param str lane: `stock` or `prices`
        :param list rows: dicts of its columns
        """
        rows = {row["sku"]: row for row in rows}
        for offer in self.search([("site_id", "=", site.id), ("sku", "in", list(rows))]):
            values = {name: rows[offer.sku][name] for name in KEPT_FIELDS[lane]}
            if any(offer[name] != value for name, value in values.items()):
                offer.write(values)

    def _may_sell(self):
        """Those that the channel may still sell."""
        return self.filtered(
            lambda offer: (offer.quantity or offer.price) and offer.quantity != NO_PIECES
        )
