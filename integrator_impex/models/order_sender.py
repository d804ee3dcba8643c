# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..files.orders.formats import to_csv, to_json, to_xml

#: Writers of an order, by format.
WRITERS = {"csv": to_csv, "xml": to_xml, "json": to_json}


class IntegratorOrderSender(models.AbstractModel):
    """Sends orders by one kind of exporter.

    Hooks get what they work on and return plain values; they never commit and never write a state.
    Trouble is said with the exceptions of `integrator.exceptions`.
    """

    _name = "integrator.order.sender"
    _description = "How an order leaves"

    def _check_set_up(self, exporter):
        """
        :param exporter: `integrator.order.exporter`
        :raise ValidationError: where something is missing without which nothing can leave
        """

    def _prepare(self, export):
        """Build what leaves. It is kept, and committed, before it leaves; each further try sends
        the same bytes.

        :param export: `integrator.order.export`
        :return: tuple (name of a file, content in bytes)
        """
        return "", b""

    def _send(self, export):
        """Send the export. May be called again for the same export, when it is unknown whether the
        call before had an effect: `export.key` is the same then.

        :param export: `integrator.order.export` with `file_name` and `content`
        :return: dict of values for the export, such as `answer`: what the other side calls it
        :raise OutcomeUnknownError: when it may have left
        :raise TransientError: when it certainly has not, and will be tried again
        :raise IntegratorError: when a person has to act
        """
        raise NotImplementedError

    # === WHAT LEAVES === #

    def _written(self, export, form, **options):
        """An order in a file format.

        :param export: `integrator.order.export`
        :param str form: `csv`, `xml` or `json`
        :param options: of the format, see `files.orders.formats`
        :return: bytes
        """
        return WRITERS[form](self._order_values(export), **options)

    def _order_values(self, export):
        """The values of an order, as the user of the exporter may read them.

        :return: dict of JSON-able values; amounts are texts with the currency's decimals
        """
        exporter = export.exporter_id
        order = exporter._acting(export.order_id)
        picking = exporter._acting(export.picking_id)
        order.check_access("read")
        return {
            "key": export.key,
            "flag": export.flag_id.code,
            "order": order.name,
            "remote_order": order.integrator_order_ref or "",
            "reference": order.client_order_ref or "",
            "state": order.state,
            "date": order.date_order.strftime("%Y-%m-%dT%H:%M:%SZ") if order.date_order else "",
            "currency": order.currency_id.name,
            "amount_untaxed": self._money(order, order.amount_untaxed),
            "amount_total": self._money(order, order.amount_total),
            "delivery": picking.name or "",
            "carrier": picking.carrier_id.name or "",
            "tracking": picking.carrier_tracking_ref or "",
            "customer": self._address_values(order.partner_id),
            "ship_to": self._address_values(order.partner_shipping_id),
            "lines": self._line_values(order, picking),
        }

    def _money(self, order, amount):
        return f"{order.currency_id.round(amount):.{order.currency_id.decimal_places}f}"

    def _address_values(self, partner):
        values = {
            name: partner[name] or ""
            for name in ("name", "street", "street2", "zip", "city", "email", "phone")
        }
        state, country = partner.state_id.code or "", partner.country_id.code or ""
        return {**values, "state": state, "country": country}

    def _line_values(self, order, picking):
        """The lines of products; of a delivery those that it holds, with what it holds of them."""
        lines = order.order_line.filtered(lambda line: line.product_id and not line.display_type)
        quantities = {line: line.product_uom_qty for line in lines}
        if picking:
            moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
            quantities = {}
            for move in moves.filtered("sale_line_id"):
                done = move.quantity if picking.state == "done" else move.product_uom_qty
                quantities[move.sale_line_id] = quantities.get(move.sale_line_id, 0.0) + done
        return [self._one_line(order, line, quantity) for line, quantity in quantities.items()]

    def _one_line(self, order, line, quantity):
        return {
            "line": str(line.id),
            "sku": line.product_id.default_code or "",
            "barcode": line.product_id.barcode or "",
            "name": line.product_id.name,
            "quantity": f"{quantity:g}",
            "unit": line.product_uom_id.name,
            "price_unit": f"{line.price_unit:.{order.currency_id.decimal_places}f}",
            "discount": f"{line.discount:g}",
            "subtotal": self._money(order, line.price_subtotal),
            "total": self._money(order, line.price_total),
        }


class IntegratorOrderSenderGate(models.AbstractModel):
    """Nothing leaves: the chain goes on when somebody has approved."""

    _name = "integrator.order.sender.gate"
    _inherit = ["integrator.order.sender"]
    _description = "Order gate"

    def _send(self, export):
        return {}
