# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ...exceptions import RejectedError, UnclearError
from ...operation_types import (
    ACCEPT,
    ADDRESS,
    ARRIVAL,
    AVAILABILITY,
    CANCEL,
    CHECK_AGAIN,
    FEE,
    ORDER_LIMIT,
    PRICE,
    REDUCE_LINE,
    SKIP_LINE,
    VARIANT,
    Choice,
    Discrepancy,
    ExportAddress,
    ExportLine,
    ExportRequest,
    MissedDiscrepancyError,
    NotAsAskedError,
)
from ...utils import lock

#: Cause: a quantity that is not a whole number of pieces.
FRACTION = "fraction"

#: Cause: something that the check has not found, and the site did not name.
MISSED = "missed"

#: Parts of a request that an answer may change.
REQUEST_VALUES = ("speed", "hold", "marketplace_code")


class IntegratorOperationExport(models.AbstractModel):
    """Let a site ship an order, or some of its lines: first everything is checked, and each
    discrepancy asked about; only then the orders at the site are made, each with a row of its own
    that is committed before; at last what was booked is compared with what was asked for."""

    _name = "integrator.operation.export"
    _inherit = "integrator.operation.kind"
    _description = "Operation: export an order"

    # === START === #

    def _pieces(self):
        return {
            "check": self._piece_check,
            "prepare": self._piece_prepare,
            "send": self._piece_send,
            "verify": self._piece_verify,
        }

    def _find_joined(self, site, order, parameters):
        """The same export, asked for twice."""
        under_way = self.env["integrator.operation"].search(
            [
                ("kind", "=", "export"),
                ("site_id", "=", site.id),
                ("order_id", "=", order.id),
                ("state", "in", ("queued", "running", "waiting")),
            ]
        )
        return under_way.filtered(lambda operation: operation.parameters == parameters)[:1]

    def _check_start(self, site, order, parameters):
        if not site._can("export"):
            raise UserError(
                self.env._(
                    "%s does not ship orders that were sold elsewhere. You can bind orders that "
                    "you made there by hand.",
                    site.name,
                )
            )
        self._check_order(site, order)
        self._check_lines(order, self._chosen_lines(order, parameters))

    def _check_order(self, site, order):
        if order.state != "sale":
            raise UserError(
                self.env._("%s is not confirmed. Confirm it, then export it.", order.name)
            )
        if order.integrator_site_id == site:
            raise UserError(
                self.env._(
                    "%(order)s was sold on %(site)s itself, where it is settled who ships it.",
                    order=order.name,
                    site=site.name,
                )
            )
        if site.export_paid_only and not order._integrator_is_paid():
            raise UserError(
                self.env._(
                    "%(order)s is not paid: %(due).2f %(currency)s are missing. Register the "
                    "deposit and the payment, then export it.",
                    order=order.name,
                    due=order._integrator_amount_due(),
                    currency=order.currency_id.name,
                )
            )

    def _check_lines(self, order, lines):
        if bound := lines.filtered(lambda line: line._integrator_bound_sudo()):
            refs = bound._integrator_bound_sudo().remote_order_id.mapped("remote_ref")
            raise UserError(
                self.env._(
                    "%(lines)s are at a channel already, as %(orders)s. Unbind them before they "
                    "are exported again.",
                    lines=", ".join(bound.mapped("product_id.display_name")),
                    orders=", ".join(refs),
                )
            )
        if not lines:
            raise UserError(
                self.env._(
                    "%s has no line that could be exported: all are cancelled, delivered or at a "
                    "channel already.",
                    order.name,
                )
            )

    def _chosen_lines(self, order, parameters):
        """The lines that are asked for; all that are available without a choice.

        :return: `sale.order.line`
        """
        line_ids = parameters.get("line_ids")
        if not line_ids:
            return order.order_line.filtered(lambda line: line._integrator_is_exportable())
        lines = order.order_line.filtered(lambda line: line.id in line_ids)
        if missing := set(line_ids) - set(lines.ids):
            raise UserError(
                self.env._(
                    "%(order)s has no lines %(lines)s. Read the order for those that it has.",
                    order=order.name,
                    lines=", ".join(map(str, sorted(missing))),
                )
            )
        return lines

    # === REQUEST === #

    def _build_request(self, operation):
        """The request to the site, with all answers that were given so far.

        :return: `ExportRequest`
        """
        order, site = operation.order_id, operation.site_id
        values = operation.parameters or {}
        request = ExportRequest(
            order_ref=order.name,
            ordered_at=order.date_order,
            address=self._build_address(order.partner_shipping_id),
            lines=tuple(
                self._build_line(site, line)
                for line in self._chosen_lines(order, values)
                if line._integrator_is_exportable()
            ),
            currency=order.currency_id.name,
            marketplace_code=values.get("marketplace_code") or "",
            speed=values.get("speed") or site.export_speed or "",
            hold=bool(values.get("hold")),
            comment=values.get("comment") or "",
            delivery_preferences=values.get("delivery_preferences") or {},
            channel=order.team_id.name or "",
            price_tolerance=Decimal(str(site.export_price_tolerance)) / 100,
            fee_limit=self._fee_limit(site, values),
            arrive_by=self._arrive_by(order, values),
        )
        for step in operation._answers():
            request = self._apply_answer(request, step)
        return request

    def _fee_limit(self, site, values):
        limit = values.get("fee_limit") or site.export_fee_limit
        return Decimal(str(limit)) if limit else None

    def _arrive_by(self, order, values):
        if values.get("arrive_by"):
            return datetime.fromisoformat(values["arrive_by"])
        return order.commitment_date or None

    def _build_address(self, partner):
        return ExportAddress(
            name=partner.name or partner.commercial_company_name or "",
            company=partner.commercial_company_name or "",
            street=partner.street or "",
            street2=partner.street2 or "",
            city=partner.city or "",
            zip=partner.zip or "",
            state=partner.state_id.code or "",
            country=partner.country_id.code or "",
            phone=partner.phone or "",
            email=partner.email or "",
        )

    def _build_line(self, site, line):
        quantity = line._integrator_exportable_quantity()
        return ExportLine(
            ref=str(line.id),
            sku=site._export_sku(line.product_id),
            quantity=Decimal(str(quantity)),
            price=Decimal(str(line.price_reduce_taxinc)),
            name=line.name,
        )

    def _apply_answer(self, request, step):
        """The request after an answer.

        :param step: an answered question
        """
        values = step._answer_values()
        if step.answer == ACCEPT:
            accepted = request.accepted | {(step.cause, step.line_ref or "")}
            return replace(request, accepted=accepted)
        if step.line_ref:
            lines = (self._change_line(line, step, values) for line in request.lines)
            return replace(request, lines=tuple(line for line in lines if line))
        changes = {name: values[name] for name in REQUEST_VALUES if name in values}
        return replace(request, **changes)

    def _change_line(self, line, step, values):
        if line.ref != step.line_ref:
            return line
        if step.answer == SKIP_LINE:
            return None
        changes = {"sku": values["sku"]} if "sku" in values else {}
        if "quantity" in values:
            changes["quantity"] = Decimal(str(values["quantity"]))
        return replace(line, **changes)

    # === CHECK === #

    def _piece_check(self, operation):
        """Ask about everything in which the site would not do as asked."""
        request = self._build_request(operation)
        if not request.lines:
            operation._note(
                "warning", self.env._("No line is left to be exported, so nothing was done.")
            )
            return None
        missed = self._read_missed(operation)
        found = missed or self._find_own(request)
        found = found or operation.site_id._adapter()._check_order_export(
            operation.site_id, request
        )
        # what the site has refused is no matter of accepting it: it would be refused without end
        accepted = frozenset() if missed else request.accepted
        asked = [one for one in found if (one.cause, one.line_ref) not in accepted]
        for discrepancy in asked:
            self._ask_about(operation, request, discrepancy)
        operation.position = {**operation.position, "missed": []}
        # what is asked is checked again with the answers, also those of rules
        return "check" if asked else "prepare"

    def _find_own(self, request):
        """Discrepancies that are found without the site."""
        found = []
        for line in request.lines:
            if not line.sku:
                text = self.env._(
                    "%s has no SKU at the channel. Give it an internal reference, or leave it out.",
                    line.name,
                )
                found.append(Discrepancy(VARIANT, line.ref, text))
            elif line.quantity != int(line.quantity):
                text = self.env._(
                    "%(quantity)s of %(name)s: a channel ships whole pieces only.",
                    quantity=line.quantity.normalize(),
                    name=line.name,
                )
                whole = {"available": int(line.quantity)}
                found.append(Discrepancy(FRACTION, line.ref, text, data=whole))
        return found

    def _ask_about(self, operation, request, discrepancy):
        choices = {choice.action: choice for choice in discrepancy.choices}
        if not choices:
            choices = {one.action: one for one in self._default_choices(request, discrepancy)}
        choices.setdefault(CANCEL, Choice(CANCEL, self.env._("Cancel the export")))
        line = next((line for line in request.lines if line.ref == discrepancy.line_ref), None)
        product = self.env["sale.order.line"].browse(int(line.ref)).product_id if line else None
        operation._add_question(
            discrepancy.cause,
            discrepancy.text,
            choices.values(),
            line_ref=discrepancy.line_ref,
            product=product,
            data=dict(discrepancy.data),
        )

    def _default_choices(self, request, discrepancy):
        """The answers that make sense to a cause, where the site names none."""
        again = Choice(CHECK_AGAIN, self.env._("I have solved it: check again"))
        accept = Choice(ACCEPT, self.env._("Export it all the same"))
        by_cause = {
            AVAILABILITY: (again,),
            VARIANT: (again,),
            FRACTION: (),
            PRICE: (accept, again),
            FEE: (accept,),
            ARRIVAL: (accept,),
            ADDRESS: (again,),
            ORDER_LIMIT: (again,),
            MISSED: (again,),
        }
        choices = list(by_cause.get(discrepancy.cause, (accept, again)))
        if not discrepancy.line_ref:
            return choices
        available = int(discrepancy.data.get("available") or 0)
        if available > 0:
            name = self.env._("Export only %s pieces", available)
            values = {"quantity": available}
            choices.insert(0, Choice(REDUCE_LINE, name, values))
        if len(request.lines) > 1:
            choices.append(Choice(SKIP_LINE, self.env._("Leave this line out")))
        return choices

    # === SENDING === #

    def _piece_prepare(self, operation):
        """Keep the reference of every order before the site gets it."""
        request = self._build_request(operation)
        site = operation.site_id
        # two operations that have checked the same line at once: the first one has it
        lines = self.env["sale.order.line"].browse(int(line.ref) for line in request.lines)
        lock(lines)
        self._check_start(site, operation.order_id, {"line_ids": lines.ids})
        orders = self.env["integrator.remote.order"]
        for part in site._adapter()._split_order_export(site, request):
            number = self.env["ir.sequence"].next_by_code("integrator.remote.order")
            orders |= orders.create(orders._prepare_row(operation, part, number))
        orders._take_deliveries()
        return "send"

    def _piece_send(self, operation):
        """Make the next order at the site. That it is about to be made is committed first."""
        waiting = operation.remote_order_ids.filtered(lambda one: one.state == "prepared")
        order = waiting.sorted("id")[:1]
        if not order:
            return "verify"
        if not order.attempted_at:
            order.attempted_at = fields.Datetime.now()
            return "send"
        try:
            self._send(operation, order)
        except MissedDiscrepancyError as error:
            return self._check_anew(operation, order, error)
        except UnclearError as error:
            operation._fail(error)
        except RejectedError as error:
            order._drop()
            operation._fail(error)
        return "send"

    def _send(self, operation, order):
        """Make an order at the site, unless an earlier try has done it."""
        adapter, site = operation.site_id._adapter(), operation.site_id
        if operation.attempts and order._read():
            order.state = "open" if order.state == "prepared" else order.state
        else:
            result = adapter._create_remote_order(
                site, self._part(operation, order), order.remote_ref
            )
            order.state = "open"
            if result.state:
                order._apply_state(result.state)
            for note in result.notes:
                operation._note("warning", note)
        operation._note("information", self.env._("The channel has it as %s.", order.remote_ref))

    def _part(self, operation, order):
        """The request that an order is made of: its lines are those of the kept row.

        :return: `ExportRequest`
        """
        lines = tuple(
            ExportLine(
                ref=line.ref,
                sku=line.sku,
                quantity=Decimal(str(line.quantity)),
                price=Decimal(str(line.asked_price)),
                name=line.sale_line_id.name,
            )
            for line in order.line_ids
        )
        return replace(self._build_request(operation), lines=lines)

    def _check_anew(self, operation, order, error):
        """The site has refused what the check had not found: its lines are to be checked again."""
        order._drop()
        operation._note("warning", error.message, cause=error.code)
        missed = [
            {"cause": one.cause, "line_ref": one.line_ref, "text": one.text, "data": dict(one.data)}
            for one in error.discrepancies
        ]
        if not missed:
            missed = [{"cause": MISSED, "line_ref": "", "text": error.message, "data": {}}]
        operation.position = {**operation.position, "missed": missed}
        return "check"

    def _read_missed(self, operation):
        return [Discrepancy(**one) for one in operation.position.get("missed") or []]

    # === VERIFICATION === #

    def _piece_verify(self, operation):
        """Compare what the site has booked with what it was asked for."""
        site = operation.site_id
        if not site.export_verify:
            return
        tolerance = Decimal(str(site.export_price_tolerance)) / 100
        found = []
        for order in operation.remote_order_ids.filtered(lambda one: one.state == "open"):
            asked = {line: line.quantity for line in order.line_ids}
            if not order._read():
                found.append(self.env._("The channel does not show %s.", order.remote_ref))
                continue
            for line, quantity in asked.items():
                found += line._find_misbooked(tolerance)
                found += self._find_miscounted(line, quantity)
        if found:
            advice = self.env._(
                "The channel has booked something else than it was asked for. Cancel the order "
                "there, unbind it, and export it again."
            )
            operation._fail(NotAsAskedError("\n".join([*found, advice])))
        return

    def _find_miscounted(self, line, quantity):
        if line.quantity == quantity:
            return []
        return [
            self.env._(
                "%(sku)s: %(booked)g pieces are booked, not %(asked)g.",
                sku=line.sku,
                booked=line.quantity,
                asked=quantity,
            )
        ]

    def _progress(self, operation):
        """The half is checking; then each order that is made counts."""
        made = operation.remote_order_ids
        if not made:
            return 10.0
        gone = made.filtered(lambda order: order.state != "prepared")
        return 50.0 + 45.0 * len(gone) / len(made)

    def _finish(self, operation):
        orders = operation.remote_order_ids.filtered(lambda one: one.state in ("open", "done"))
        if not orders:
            return
        names = ", ".join(orders.mapped("remote_ref"))
        text = self.env._(
            "Exported to %(site)s: %(orders)s.", site=operation.site_id.name, orders=names
        )
        operation._note("information", text)
        operation.order_id.message_post(body=text)

    def _abandon(self, operation):
        """Take back what has not left; what may have left stays bound until a synchronisation has
        asked for it."""
        prepared = operation.remote_order_ids.filtered(lambda one: one.state == "prepared")
        prepared.filtered(lambda one: not one.attempted_at)._drop()
        for order in prepared.filtered("attempted_at"):
            operation._note(
                "warning",
                self.env._(
                    "Whether the channel has %s is not known. The next synchronisation asks.",
                    order.remote_ref,
                ),
            )
        for order in operation.remote_order_ids.filtered(lambda one: one.state == "open"):
            operation._note(
                "warning",
                self.env._(
                    "%s is at the channel and stays bound. Cancel it there if it should not be "
                    "shipped.",
                    order.remote_ref,
                ),
            )
