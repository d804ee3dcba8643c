# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models

#: Characters that scanners and people put between and around those of a number.
NOISE = re.compile(r"[^0-9A-Z]")

#: Beginnings that a scanned label has and a site leaves out: application identifiers and the
#: postal code of FedEx and USPS labels.
LABEL_PREFIXES = (re.compile(r"^420\d{5}(?:\d{4})?(?=9\d{19,})"), re.compile(r"^(?:00|96\d{20})"))

#: Length from which an end of a number is long enough to name a parcel.
MIN_TAIL = 8


class IntegratorRemoteParcel(models.Model):
    """A package of an order that a site ships."""

    _name = "integrator.remote.parcel"
    _description = "Parcel of an order shipped by a channel"
    _order = "remote_order_id desc, id"
    _rec_name = "tracking"

    remote_order_id = fields.Many2one(
        "integrator.remote.order",
        string="Order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="remote_order_id.company_id", store=True, index=True)
    number = fields.Char(required=True, readonly=True, help="The channel's number of it.")
    carrier = fields.Char(readonly=True, help="Who carries it, in the channel's word.")
    tracking = fields.Char(string="Tracking number", readonly=True, help="As the carrier has it.")
    tracking_key = fields.Char(
        compute="_compute_tracking_key",
        store=True,
        index="btree_not_null",
        help="As it is looked up: capital letters and digits only.",
    )
    content = fields.Json(readonly=True, help="Pieces in it by line.")
    shipped_at = fields.Datetime(string="Left on", readonly=True, help="When it has left.")
    status = fields.Char(readonly=True, help="Where it is, in the channel's own word.")
    url = fields.Char(readonly=True, help="Page on which it can be followed.")

    _number_uniq = models.UniqueIndex("(remote_order_id, number)", "This parcel is known already.")

    @api.depends("tracking")
    def _compute_tracking_key(self):
        for parcel in self:
            parcel.tracking_key = tracking_key(parcel.tracking)

    def _apply_parcels(self, order, parcels):
        """Note the parcels that the site names; one is never taken back.

        :param order: `integrator.remote.order`
        :param parcels: `operation_types.RemoteParcel`
        """
        known = {parcel.number: parcel for parcel in self}
        made = []
        for parcel in parcels:
            values = {
                "carrier": parcel.carrier,
                "tracking": parcel.tracking,
                "content": {ref: str(quantity) for ref, quantity in parcel.lines},
                "shipped_at": parcel.shipped_at,
                "status": parcel.status,
                "url": parcel.url,
            }
            if parcel.number in known:
                known[parcel.number].write(values)
            else:
                made.append({**values, "remote_order_id": order.id, "number": parcel.number})
        self.create(made)

    def _has_line(self, line):
        """Return whether pieces of a line are in it; where the site does not say, all of them may
        be."""
        return not self.content or bool({line.ref, line.remote_line_id} & set(self.content))

    @api.model
    def _find(self, text):
        """Parcels by a tracking number, written or scanned in any way."""
        for key in tracking_keys(text):
            if found := self.search([("tracking_key", "=", key)]):
                return found
        return self.browse()


def tracking_key(text):
    """A tracking number as it is compared: capital letters and digits only."""
    return NOISE.sub("", (text or "").upper())


def tracking_keys(text):
    """Every form in which a scanned number may be known: as it is, without what a label adds in
    front, and without a check character behind.

    :return: list of texts, the likeliest first
    """
    key = tracking_key(text)
    found = [key]
    found += [rest for prefix in LABEL_PREFIXES if (rest := prefix.sub("", key)) != key]
    found += [one[:-1] for one in list(found) if len(one) > MIN_TAIL]
    return [one for one in dict.fromkeys(found) if one]
