# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timezone
from decimal import Decimal
from types import MappingProxyType

from odoo import models

from odoo.addons.integrator.exceptions import RejectedError, TransientError
from odoo.addons.integrator.operation_types import (
    ACCEPT,
    ADDRESS,
    ARRIVAL,
    AVAILABILITY,
    CHECK_AGAIN,
    FEE,
    ORDER_LIMIT,
    VARIANT,
    AddressRefusedError,
    Choice,
    Discrepancy,
    ExportAddress,
    ExportPreview,
    MissedDiscrepancyError,
    NotAsAskedError,
    RemoteOrderLine,
    RemoteOrderResult,
    RemoteOrderState,
    RemoteParcel,
)

from ..api.errors import causes_fulfillment as causes
from ..api.errors.exceptions import SpapiError
from ..api.fulfillment import vocabulary as words
from ..api.fulfillment.calls import Fulfillment
from ..api.fulfillment.checks import MAX_ID, MAX_LINES, MAX_UNITS, check_preview, check_stock
from ..api.fulfillment.stock import fetch_stock

#: Rules that say when Amazon ships an order: as soon as it is confirmed, or not at all.
BY_ITSELF, NEVER = "confirm", "never"

#: Speed: the cheapest one that arrives in time.
CHEAPEST = "cheapest"

#: Speeds that are asked for, the slowest first.
SPEEDS = (words.STANDARD, words.EXPEDITED, words.PRIORITY)

#: State of an order at Amazon -> how a remote order stands.
STATUSES = {
    words.HELD: "unshipped",
    words.SENT: "pending",
    words.ACCEPTED: "unshipped",
    words.PICKING: "unshipped",
    words.PARTLY: "partially_shipped",
    words.DONE: "shipped",
    words.CANCELLED: "cancelled",
    words.UNFULFILLABLE: "unfulfillable",
    words.INVALID: "unfulfillable",
}

#: Cause of an own check, or code of Amazon's reasons -> cause of a question.
QUESTIONS = {
    causes.MCF_ADDRESS: ADDRESS,
    causes.MCF_CITY: ADDRESS,
    causes.MCF_STATE: ADDRESS,
    causes.MCF_DESTINATION: ADDRESS,
    causes.MCF_SKU: VARIANT,
    causes.MCF_SKU_UNKNOWN: VARIANT,
    causes.MCF_TOO_FEW: AVAILABILITY,
    causes.MCF_NOT_ENOUGH: AVAILABILITY,
    causes.MCF_TOO_MANY_LINES: ORDER_LIMIT,
    causes.MCF_TOO_MANY_UNITS: ORDER_LIMIT,
}

#: Cause of a question: a rule says that Amazon does not ship it.
FORBIDDEN = "rule"

#: How many parcels of one order are asked for where they are; an order has seldom more than two.
MAX_TRACKED = 10


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def _naive(moment):
    return moment and moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


class AmazonFulfillment(models.AbstractModel):
    """Orders from elsewhere that Amazon ships: multi-channel fulfilment."""

    _name = "integrator.amazon.fulfillment"
    _inherit = "integrator.adapter"
    _description = "Amazon: orders from elsewhere"

    @contextmanager
    def _fulfillment(self, site, repeatable=True):
        """Amazon's calls for the time of a few of them; see `_gateway`."""
        with self._gateway(site, repeatable) as gateway:
            yield Fulfillment(gateway, site.amazon_fulfillment_version)

    def _supports_order_export(self, site):
        return site.amazon_fulfillment

    # === WHAT AMAZON IS ASKED FOR === #

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
        parts, lines, pieces = [], [], Decimal(0)
        for line in request.lines:
            rows = len(self._draft_lines(site, line))
            taken = sum(len(self._draft_lines(site, one)) for one in lines)
            if lines and (taken + rows > MAX_LINES or pieces + line.quantity > MAX_UNITS):
                parts.append(replace(request, lines=tuple(lines)))
                lines, pieces = [], Decimal(0)
            lines.append(line)
            pieces += line.quantity
        return [*parts, replace(request, lines=tuple(lines))]

    def _prepare_draft(self, site, request, remote_ref="", speed=""):
        """The order as Amazon's side of the house speaks of it.

        :param ExportRequest request:
        :param str remote_ref: the number that Amazon gets
        :param str speed: instead of the one that is asked for
        :return: `Draft`
        """
        rule = self._fulfillment_rule(site, request)
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
        product = self._request_products([line])
        if not product or "mrp.bom" not in self.env:
            return []
        if site._export_listings(product).filtered(lambda one: one.channel == "site"):
            return []
        boms = self.env["mrp.bom"].sudo()
        bom = boms._bom_find(product, company_id=site.company_id.id, bom_type="phantom")[product]
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

    def _request_products(self, lines):
        """The products of lines, by the sale order lines that they name."""
        ids = [int(line.ref) for line in lines if line.ref.isdigit()]
        return self.env["sale.order.line"].sudo().browse(ids).exists().product_id

    def _fulfillment_rule(self, site, request):
        return self.env["integrator.amazon.fulfillment.rule"]._find(
            site,
            request.channel,
            request.address.country,
            self._request_products(request.lines),
        )

    def _wanted_speed(self, request, rule):
        """The speed that an order gets, or `CHEAPEST`."""
        if request.speed in (*SPEEDS, CHEAPEST):
            return request.speed
        return rule.speed or SPEEDS[0]

    # === BEFORE === #

    def _check_order_export(self, site, request):
        rule = self._fulfillment_rule(site, request)
        if rule.use == NEVER and (FORBIDDEN, "") not in request.accepted:
            text = self.env._("By the rule “%s” Amazon does not ship this order.", rule.name)
            return [Discrepancy(FORBIDDEN, "", text, self._accept_choices())]
        found = []
        for part in self._split_order_export(site, request):
            draft = self._prepare_draft(site, part)
            found += [self._discrepancy(problem) for problem in check_preview(draft)]
        found = found or self._check_fulfillment_stock(site, request)
        found = found or self._check_offers(site, request)
        return [one for one in found if (one.cause, one.line_ref) not in request.accepted]

    def _accept_choices(self):
        return (Choice(ACCEPT, self.env._("Let Amazon ship it all the same")),)

    def _discrepancy(self, problem, **data):
        """A question about a problem.

        :param Problem problem:
        """
        text = self._reason(problem.cause)
        return Discrepancy(
            QUESTIONS.get(problem.cause, problem.cause.code),
            self._line_ref(problem.line_id),
            f"{problem.place}: {text}" if problem.place else text,
            data=MappingProxyType(data),
        )

    def _line_ref(self, line_id):
        """Our line of one of Amazon's, which may be a component of a kit."""
        return line_id.partition(".")[0]

    def _check_fulfillment_stock(self, site, request):
        """Questions about lines of which too few pieces lie at Amazon."""
        draft = self._prepare_draft(site, request)
        skus = [line.sku for line in draft.lines]
        with self._gateway(site) as gateway:
            stock = fetch_stock(gateway, draft.marketplace_id, skus)
        found = {}
        for problem in check_stock(draft, stock):
            data = {}
            if problem.cause is causes.MCF_TOO_FEW and "." not in problem.line_id:
                data["available"] = self._left_for(draft, problem.line_id, stock)
            question = self._discrepancy(problem, **data)
            # of a kit one question is enough
            found.setdefault((question.cause, question.line_ref), question)
        return list(found.values())

    def _left_for(self, draft, line_id, stock):
        """Pieces that are left for a line after those before it."""
        line = next(one for one in draft.lines if one.line_id == line_id)
        earlier = draft.lines[: draft.lines.index(line)]
        used = sum(int(one.quantity) for one in earlier if one.sku == line.sku)
        return max(0, stock[line.sku].fulfillable - used)

    def _check_offers(self, site, request):
        """Questions about what Amazon says of the wanted speed: whether, for how much, when."""
        offers = self._fetch_offers(site, request)
        offer = self._choose_offer(offers, request, self._fulfillment_rule(site, request))
        if offer is None:
            return []
        if not offer.fulfillable:
            return [self._refusal(offer, offers)]
        questions = (
            self._fee_question(offer, offers, request.fee_limit),
            self._arrival_question(offer, offers, request.arrive_by),
        )
        return [question for question in questions if question]

    def _refusal(self, offer, offers):
        """The question about why Amazon does not ship at a speed.

        :param Offer offer: the speed that is wanted
        :param offers: all of them
        """
        again = Choice(CHECK_AGAIN, self.env._("I have mended it: check again"))
        others = [one for one in offers if one.fulfillable]
        found = [causes.reason_cause(code) for code in offer.reasons] or [causes.MCF_OTHER_REASON]
        text = "\n".join(self._reason_texts(offer)) or self._reason(found[0])
        question = QUESTIONS.get(found[0], found[0].code)
        return Discrepancy(question, "", text, (again, *self._speed_choices(others)))

    def _fee_question(self, offer, offers, limit):
        if limit is None or offer.total is None or offer.total.amount <= limit:
            return None
        total = offer.total
        text = self.env._(
            "Amazon asks %(fee).2f %(currency)s for shipping, more than the limit of %(limit).2f.",
            fee=total.amount,
            currency=total.currency,
            limit=limit,
        )
        cheaper = [
            one for one in offers if one.fulfillable and one.total and one.total.amount <= limit
        ]
        choices = (*self._accept_choices(), *self._speed_choices(cheaper))
        data = {"fee": str(total.amount), "currency": total.currency}
        return Discrepancy(FEE, "", text, choices, MappingProxyType(data))

    def _arrival_question(self, offer, offers, due):
        if self._is_punctual(offer, due):
            return None
        text = self.env._(
            "It would arrive on %(arrival)s, later than promised (%(due)s).",
            arrival=_naive(offer.arrives.end).date(),
            due=due.date(),
        )
        quicker = [
            one
            for one in offers
            if one.fulfillable and one.arrives.end and self._is_punctual(one, due)
        ]
        choices = (*self._accept_choices(), *self._speed_choices(quicker))
        return Discrepancy(ARRIVAL, "", text, choices)

    def _is_punctual(self, offer, due):
        """Whether an offer arrives in time; what Amazon does not tell is not late."""
        return not (due and offer.arrives.end) or _naive(offer.arrives.end) <= due

    def _speed_choices(self, offers):
        """Other speeds that would do."""
        names = dict(self.env["integrator.amazon.fulfillment.rule"]._fields["speed"].selection)
        return tuple(
            Choice(
                f"speed_{offer.speed}",
                self.env._(
                    "Send it by “%(speed)s” (%(fee)s)",
                    speed=names[offer.speed],
                    fee=f"{offer.total.amount:.2f} {offer.total.currency}" if offer.total else "?",
                ),
                MappingProxyType({"speed": offer.speed}),
            )
            for offer in offers
        )

    def _fetch_offers(self, site, request):
        """What Amazon offers for a request; of one that is split the parts together.

        :return: list of `Offer`, one per speed
        """
        previews = []
        with self._fulfillment(site) as amazon:
            for part in self._split_order_export(site, request):
                draft = replace(self._prepare_draft(site, part), speeds=SPEEDS)
                previews.append(amazon.preview(draft))
        rows = {speed: [preview.of(speed) for preview in previews] for speed in SPEEDS}
        return [self._sum_offers(speed, offers) for speed, offers in rows.items() if all(offers)]

    def _sum_offers(self, speed, offers):
        codes = [code for offer in offers for code in offer.reasons]
        codes += [code for offer in offers for row in offer.missing for code in row.reasons]
        totals = [offer.total for offer in offers]
        starts = [one.arrives.start for one in offers if one.arrives.start]
        ends = [one.arrives.end for one in offers if one.arrives.end]
        return words.Offer(
            speed=speed,
            fulfillable=all(offer.fulfillable for offer in offers),
            total=words.sum_money(totals) if all(totals) else None,
            fees=tuple(fee for offer in offers for fee in offer.fees),
            arrives=words.Span(min(starts, default=None), max(ends, default=None)),
            reasons=tuple(dict.fromkeys(codes)),
        )

    def _preview_order_export(self, site, request):
        return [
            ExportPreview(
                speed=offer.speed,
                fee=offer.total and offer.total.amount,
                currency=offer.total.currency if offer.total else "",
                arrival_from=_naive(offer.arrives.start),
                arrival_to=_naive(offer.arrives.end),
                fees=self._fees(offer),
                is_possible=offer.fulfillable,
                reasons=self._reason_texts(offer),
            )
            for offer in self._fetch_offers(site, request)
        ]

    def _fees(self, offer):
        """What Amazon asks for, by kind."""
        fees = Counter()
        for fee in offer.fees:
            fees[fee.name] += fee.amount.amount
        return MappingProxyType(dict(fees))

    def _reason_texts(self, offer):
        found = dict.fromkeys(causes.reason_cause(code) for code in offer.reasons)
        return tuple(self._reason(cause) for cause in found)

    def _reason(self, cause):
        # marked where it is written, in api/causes_fulfillment.py
        return self.env._(cause.sentence)  # pylint: disable=translation-not-lazy

    def _find_offer(self, site, request):
        """The offer that an order takes.

        :return: `Offer`; None: Amazon has told nothing
        """
        rule = self._fulfillment_rule(site, request)
        return self._choose_offer(self._fetch_offers(site, request), request, rule)

    def _choose_offer(self, offers, request, rule):
        """Of all offers that of the speed that is wanted, or the cheapest in time.

        :param offers: list of `Offer`
        """
        wanted = self._wanted_speed(request, rule)
        if wanted != CHEAPEST:
            return next((offer for offer in offers if offer.speed == wanted), None)
        possible = [offer for offer in offers if offer.fulfillable]
        punctual = [one for one in possible if self._is_punctual(one, request.arrive_by)]
        chosen = sorted(
            punctual or possible,
            key=lambda one: (one.total is None, one.total.amount if one.total else 0),
        )
        return next(iter(chosen or offers), None)

    # === THE ORDER === #

    def _create_remote_order(self, site, request, remote_ref):
        offer = self._find_offer(site, request)
        draft = self._prepare_draft(site, request, remote_ref, offer.speed if offer else "")
        try:
            with self._fulfillment(site, repeatable=False) as amazon:
                created = amazon.create_order(draft)
        except RejectedError as error:
            state = self._settle_refusal(site, draft, error)
        else:
            state = created.order and self._remote_state(created.order)
        if state is None:
            state = RemoteOrderState(remote_ref, STATUSES[words.SENT], "", self._sent_lines(draft))
        if offer and offer.fulfillable and offer.total:
            state = replace(state, fees=self._fees(offer), currency=offer.total.currency)
        return RemoteOrderResult(remote_ref, state)

    def _settle_refusal(self, site, draft, error):
        """What a refusal of a new order means.

        :return: `RemoteOrderState`, where Amazon has this very order already
        :raise RejectedError: of the kind that the core knows
        """
        if error.code == causes.MCF_DUPLICATE.code:
            with self._fulfillment(site) as amazon:
                order = amazon.fetch_order(draft.order_id)
            if unlike := words.differences(draft, order):
                raise NotAsAskedError(
                    self.env._(
                        "Amazon has another order under the number %(number)s: %(what)s differ. "
                        "Export it again; it then gets a new number.",
                        number=draft.order_id,
                        what=", ".join(unlike),
                    )
                ) from error
            return self._remote_state(order)
        if error.code == causes.MCF_DESTINATION.code:
            raise AddressRefusedError(error.message) from error
        if error.code in (causes.MCF_SKU_UNKNOWN.code, causes.MCF_NOT_ENOUGH.code):
            raise MissedDiscrepancyError(error.message) from error
        raise error

    def _sent_lines(self, draft):
        """The lines of an order of which Amazon has said nothing yet."""
        items = [words.Item(line.line_id, line.sku, int(line.quantity)) for line in draft.lines]
        return self._remote_lines(items, words.SENT)

    def _read_remote_order(self, site, remote_ref):
        try:
            with self._fulfillment(site) as amazon:
                order = amazon.fetch_order(remote_ref)
                tracks = self._track_parcels(amazon, order)
        except RejectedError as error:
            if error.code == causes.MCF_NOT_FOUND.code:
                return None
            raise
        return self._remote_state(order, tracks)

    def _track_parcels(self, amazon, order):
        """Where the parcels are, by number: Amazon's page is all that a customer may be given. It
        is not worth failing for.

        :return: dict package id -> `Tracking`
        """
        found = {}
        for package in order.packages[:MAX_TRACKED]:
            if package.tracking_url or not package.package_id.isdigit():
                continue
            try:
                found[package.package_id] = amazon.track(package.package_id)
            except SpapiError:
                break
        return found

    def _update_remote_order(self, site, remote_ref, request):
        draft = self._prepare_draft(site, request, remote_ref)
        try:
            with self._fulfillment(site, repeatable=False) as amazon:
                amazon.update(draft)
        except RejectedError as error:
            if error.code == causes.MCF_NOT_HELD.code:
                raise RejectedError(error.message, code="export_too_late") from error
            raise
        return RemoteOrderResult(remote_ref, self._read_remote_order(site, remote_ref))

    def _cancel_remote_order(self, site, remote_ref):
        """The newer version only says that it tries; the order tells what came of it."""
        try:
            with self._fulfillment(site) as amazon:
                amazon.cancel(remote_ref)
                state = amazon.fetch_order(remote_ref).state
        except RejectedError as error:
            if error.code == causes.MCF_TOO_LATE.code:
                return "too_late"
            raise
        if state == words.CANCELLED:
            return "cancelled"
        if state in words.CANCELLABLE:
            raise TransientError(
                self.env._(
                    "Amazon has not decided yet whether %s can still be cancelled. Synchronise it "
                    "in some minutes.",
                    remote_ref,
                ),
                code="mcf_cancel_pending",
            )
        return "too_late"

    def _release_remote_order(self, site, remote_ref):
        try:
            with self._fulfillment(site) as amazon:
                amazon.release(remote_ref)
        except RejectedError as error:
            if error.code == causes.MCF_NOT_HELD.code:
                return "too_late"
            raise
        return "released"

    def _remote_order_page(self, site, remote_ref):
        base = (site.sudo().amazon_seller_central_url or "").rstrip("/")
        return f"{base}/orders-v3/mcf/order/{remote_ref}" if base else ""

    # === WHAT AMAZON SAYS === #

    def _remote_state(self, order, tracks=MappingProxyType({})):
        """An order at Amazon in the words of the core.

        :param Order order:
        :param tracks: dict package id -> `Tracking`
        """
        shipped = any(item.shipped for item in order.items)
        status = STATUSES.get(order.state, "unknown")
        if order.state == words.PICKING and shipped:
            status = "partially_shipped"
        return RemoteOrderState(
            remote_ref=order.order_id,
            status=status,
            original_status=order.state_text,
            lines=self._remote_lines(order.items, order.state),
            parcels=tuple(self._remote_parcels(order, tracks)),
            is_held=order.state == words.HELD,
            is_complete=order.is_final,
            address=self._remote_address(order.address),
            updated_at=_naive(order.updated_at),
        )

    def _remote_lines(self, items, state):
        """The lines of an order; components of a kit are one line again.

        :param items: list of `Item`
        :param str state: of the order
        """
        groups = {}
        for item in items:
            groups.setdefault(self._line_ref(item.line_id), []).append(item)
        return tuple(self._remote_line(ref, rows, state) for ref, rows in groups.items())

    def _remote_line(self, ref, items, state):
        first = items[0]
        _ref, dot, rest = first.line_id.partition(".")
        if not dot:
            return RemoteOrderLine(
                ref=ref,
                sku=first.sku,
                quantity=Decimal(first.ordered),
                shipped=Decimal(first.shipped),
                cancelled=Decimal(first.cancelled),
                unfulfillable=Decimal(first.unfulfillable),
                remote_line_id=first.line_id,
            )
        kits = int(rest.partition(".")[0])
        # a kit has left when the last of its components has
        shipped = min(item.shipped * kits // item.ordered for item in items)
        lost = kits - shipped if state in words.FINAL else 0
        cancelled = lost if state == words.CANCELLED else 0
        return RemoteOrderLine(
            ref=ref,
            sku=" + ".join(item.sku for item in items),
            quantity=Decimal(kits),
            shipped=Decimal(shipped),
            cancelled=Decimal(cancelled),
            unfulfillable=Decimal(lost - cancelled),
            remote_line_id=ref,
        )

    def _remote_parcels(self, order, tracks):
        for shipment in order.shipments:
            if shipment.state != words.SHIPPED:
                continue
            for package in shipment.packages:
                track = tracks.get(package.package_id)
                yield RemoteParcel(
                    number=package.package_id,
                    carrier=package.carrier,
                    tracking=package.tracking or package.amazon_tracking,
                    lines=tuple(self._parcel_lines(shipment, package)),
                    shipped_at=_naive(shipment.ships_at),
                    status=(track and track.state_text) or package.state_text,
                    url=(track and track.url) or package.tracking_url,
                )

    def _parcel_lines(self, shipment, package):
        pieces = Counter()
        for item in shipment.items:
            # with one parcel Amazon may leave out which it is
            if item.package_id == package.package_id or len(shipment.packages) == 1:
                pieces[self._line_ref(item.line_id)] += item.quantity
        return [(ref, Decimal(count)) for ref, count in pieces.items()]

    def _remote_address(self, address):
        if address is None:
            return None
        return ExportAddress(
            name=address.name,
            street=address.street,
            street2=address.street2,
            city=address.city,
            zip=address.zip,
            state=address.state,
            country=address.country,
            phone=address.phone,
        )
