# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timezone
from decimal import Decimal

from odoo import models

from ..api.fulfillment import vocabulary as words
from ..api.fulfillment.calls import Fulfillment
from ..api.fulfillment.checks import MAX_ID, MAX_LINES, MAX_UNITS

#: Speed: the cheapest one that arrives in time.
CHEAPEST = "cheapest"

#: Speeds that are asked for, the slowest first.
SPEEDS = (words.STANDARD, words.EXPEDITED, words.PRIORITY)


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)


class AmazonFulfillmentDraft(models.AbstractModel):
    """Builds the orders that Amazon ships from the requests of the core."""

    _name = "integrator.amazon.fulfillment.draft"
    _inherit = "integrator.adapter"
    _description = "Amazon: what is asked for orders from elsewhere"

    @contextmanager
    def _fulfillment(self, site, repeatable=True):
        """Amazon's calls for the time of a few of them; see `_gateway`."""
        with self._gateway(site, repeatable) as gateway:
            yield Fulfillment(gateway, site.amazon_fulfillment_version)

    def _prepare_remote_ref(self, site, order_ref, number):
        """Amazon never takes a number twice in an account: databases that share one, such as a
        copy for tests, must not use the same."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
        ends = f"-{number}"
        plain = re.sub(r"[^0-9A-Za-z-]+", "-", order_ref).strip("-")
        return f"{database[:6]}-{plain}"[: MAX_ID - len(ends)] + ends

    def _split_order_export(self, site, request):
        """Amazon takes at most 100 lines and 250 pieces; a line goes with others as long as it
        fits."""
        parts, lines, taken, pieces = [], [], 0, Decimal(0)
        for line in request.lines:
            rows = len(self._draft_lines(site, line))
            if lines and (taken + rows > MAX_LINES or pieces + line.quantity > MAX_UNITS):
                parts.append(replace(request, lines=tuple(lines)))
                lines, taken, pieces = [], 0, Decimal(0)
            lines.append(line)
            taken += rows
            pieces += line.quantity
        return [*parts, replace(request, lines=tuple(lines))]

    def _prepare_draft(self, site, request, remote_ref="", speed=""):
        """The order in the classes of `api.fulfillment.vocabulary`.

        :param ExportRequest request:
        :param str remote_ref: the number that Amazon gets
        :param str speed: instead of the one that is asked for
        :return: `Draft`
        """
        rule = self._fulfillment_rule_sudo(site, request)
        comment = request.comment or site.amazon_fulfillment_comment
        lines = [row for line in request.lines for row in self._draft_lines(site, line)]
        wanted = speed or self._wanted_speed(request, rule)
        return words.Draft(
            order_id=remote_ref,
            shown_id=request.order_ref[:MAX_ID],
            confirmed_at=_aware(request.ordered_at),
            comment=(comment or self.env._("Thank you for your order."))[:750],
            address=self._draft_address(request.address),
            lines=tuple(lines),
            speeds=(wanted if wanted in SPEEDS else SPEEDS[0],),
            action=words.HOLD if request.hold else words.SHIP,
            policy=words.AVAILABLE if rule.ship_what_is_there else words.ALL_OR_NOTHING,
            marketplace_id=request.marketplace_code or site.amazon_marketplace_ids[:1].code,
            features=rule._features(),
            delivery_note=str(request.delivery_preferences.get("note") or "")[:250],
            channel=request.channel[:MAX_ID],
        )

    def _draft_address(self, address):
        """Amazon has no place for a company: it stands below the name, where there is room."""
        company = address.company if address.company != address.name else ""
        streets = [one for one in (address.street, address.street2) if one]
        if company and len(streets) < 3:
            streets.append(company)
        streets += [""] * (3 - len(streets))
        return words.Address(
            name=address.name,
            street=streets[0],
            street2=streets[1],
            street3=streets[2],
            zip=address.zip,
            city=address.city,
            state=address.state,
            country=address.country,
            phone=address.phone,
        )

    def _draft_lines(self, site, line):
        """A line as Amazon gets it; a kit that does not lie there as one is its components. Their
        numbers say to which line, and to how many kits, they belong."""
        parts = self._kit_parts(site, line)
        if not parts:
            return [words.Line(line.ref, line.sku, line.quantity)]
        return [
            words.Line(f"{line.ref}.{int(line.quantity)}.{number}", sku, quantity)
            for number, (sku, quantity) in enumerate(parts, start=1)
        ]

    def _kit_parts(self, site, line):
        """The components of a line that is a kit.

        :return: list of pairs (SKU, pieces); empty: it is none, or lies at Amazon under its own SKU
        """
        product = self._request_products_sudo([line])
        if not product or "mrp.bom" not in self.env:
            return []
        if site._export_listings(product).filtered(lambda one: one.channel == "site"):
            return []
        boms_sudo = self.env["mrp.bom"].sudo()
        bom = boms_sudo._bom_find(product, company_id=site.company_id.id, bom_type="phantom")[
            product
        ]
        if not bom:
            return []
        _boms, rows = bom.explode(product, float(line.quantity) / bom.product_qty)
        return [
            (site._export_sku(row.product_id), self._pieces(row, values["qty"]))
            for row, values in rows
            if row.product_id.type == "consu"
        ]

    def _pieces(self, row, quantity):
        """Pieces of a component, in the unit that the product is kept in."""
        unit = row.product_uom_id
        pieces = unit._compute_quantity(quantity, row.product_id.uom_id, round=False)
        return Decimal(str(round(pieces, 6)))

    def _request_products_sudo(self, lines):
        """The products of lines, by the sale order lines that they name."""
        ids = [int(line.ref) for line in lines if line.ref.isdigit()]
        return self.env["sale.order.line"].sudo().browse(ids).exists().product_id

    def _fulfillment_rule_sudo(self, site, request):
        return self.env["integrator.amazon.fulfillment.rule"]._find_sudo(
            site,
            request.channel,
            request.address.country,
            self._request_products_sudo(request.lines),
        )

    def _wanted_speed(self, request, rule):
        """The speed that an order gets, or `CHEAPEST`."""
        if request.speed in (*SPEEDS, CHEAPEST):
            return request.speed
        return rule.speed or SPEEDS[0]
