# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from dataclasses import replace
from datetime import timezone
from types import MappingProxyType

from odoo import models

from odoo.addons.integrator.operation_types import (
    ACCEPT,
    ADDRESS,
    ARRIVAL,
    AVAILABILITY,
    CHECK_AGAIN,
    FEE,
    ORDER_LIMIT,
    VARIANT,
    Choice,
    Discrepancy,
    ExportPreview,
)

from ..api.errors import causes_fulfillment as causes
from ..api.fulfillment import vocabulary as words
from ..api.fulfillment.checks import check_draft, check_stock
from ..api.fulfillment.stock import fetch_stock
from .fulfillment_draft import CHEAPEST, SPEEDS

#: Rules that say when Amazon ships an order: as soon as it is confirmed, or not at all.
BY_ITSELF, NEVER = "confirm", "never"

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


def naive(moment):
    """Return a moment as Odoo keeps it."""
    return moment and moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


class AmazonFulfillmentOffers(models.AbstractModel):
    """Checks an order before Amazon ships it: stock, offers and fees."""

    _name = "integrator.amazon.fulfillment.offers"
    _inherit = "integrator.amazon.fulfillment.draft"
    _description = "Amazon: offers for orders from elsewhere"

    def _check_order_export(self, site, request):
        rule = self._fulfillment_rule_sudo(site, request)
        if rule.use == NEVER and (FORBIDDEN, "") not in request.accepted:
            text = self.env._("The rule “%s” says that Amazon does not ship this order.", rule.name)
            return [Discrepancy(FORBIDDEN, "", text, self._accept_choices())]
        found = []
        for part in self._split_order_export(site, request):
            draft = self._prepare_draft(site, part)
            found += [self._discrepancy(problem) for problem in check_draft(draft)]
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
        """Questions about lines with too few pieces at Amazon."""
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
        """Questions about the offers for the requested speed: whether there is one, its price and
        its date."""
        offers = self._fetch_offers(site, request)
        offer = self._choose_offer(offers, request, self._fulfillment_rule_sudo(site, request))
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
        again = Choice(CHECK_AGAIN, self.env._("I have solved it: check again"))
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
            arrival=naive(offer.arrives.end).date(),
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
        """Return whether an offer arrives in time; without a time it is not late."""
        return not (due and offer.arrives.end) or naive(offer.arrives.end) <= due

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
        """Amazon's offers for a request; for one that is split, those of its parts together.

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
                arrival_from=naive(offer.arrives.start),
                arrival_to=naive(offer.arrives.end),
                fees=self._fees(offer),
                is_possible=offer.fulfillable,
                reasons=self._reason_texts(offer),
            )
            for offer in self._fetch_offers(site, request)
        ]

    def _fees(self, offer):
        """The fees of Amazon by kind."""
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

        :return: `Offer`; None: Amazon gave none
        """
        rule = self._fulfillment_rule_sudo(site, request)
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
