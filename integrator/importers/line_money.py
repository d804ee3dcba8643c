# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The amounts of a remote order line, split for sale order lines. Pure: no ORM.

Charges always add up to what the buyer pays: everything but `tax` is net of tax, and a `tax` charge
says what it is `of` (see `Charge` of `neutral`).
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

#: Steps in which tax rates come, nicest first, in percent.
STEPS = (Decimal("0.5"), Decimal("0.1"), Decimal("0.01"), Decimal("0.001"), Decimal("0.0001"))

#: Coins by which rounding may put the tax on a piece off: half a coin for the tax, and, where the
#: price contains it, the tax on half a coin for the amount without it.
PER_PIECE = Decimal("0.65")


@dataclass(frozen=True)
class Part:
    """One charge: its amount without tax, and its tax. A discount is negative."""

    kind: str
    net: Decimal
    tax: Decimal = Decimal(0)

    @property
    def gross(self):
        return self.net + self.tax


def parts(charges):
    """The charges of a line by kind, each with its own tax.

    A tax that is of nothing in particular is spread over all parts by what they cost.

    :param list[dict] charges: kind, of, amount (decimal as text)
    :return: list of `Part`, in the order in which the kinds came; their gross adds up to the
        charges, but for a tax on nothing, which is a part of its own
    """
    nets, taxes = defaultdict(Decimal), defaultdict(Decimal)
    for charge in charges or ():
        is_tax = charge["kind"] == "tax"
        target, key = (taxes, charge["of"]) if is_tax else (nets, charge["kind"])
        target[key] += Decimal(charge["amount"])
    loose = sum((tax for key, tax in taxes.items() if not nets.get(key)), Decimal(0))
    shares = _spread(loose, nets)
    found = [
        Part(kind, net, (taxes[kind] if net else Decimal(0)) + shares.get(kind, Decimal(0)))
        for kind, net in nets.items()
    ]
    return found if shares or not loose else [*found, Part("tax", loose)]


def _spread(amount, nets):
    """Divide an amount in the proportion of weights; the last part takes the rest."""
    total = sum(nets.values(), Decimal(0))
    kinds = [kind for kind, net in nets.items() if net]
    if not (amount and total and kinds):
        return {}
    shares = {kind: amount * nets[kind] / total for kind in kinds[:-1]}
    return {**shares, kinds[-1]: amount - sum(shares.values(), Decimal(0))}


def open_charges(charges, ordered, left, coin):
    """The charges of a line for the pieces that are left of it.

    The price of pieces, its discount and its tax go with the pieces; what is charged for the whole,
    such as shipping, stays as long as a piece does.

    :param list[dict] charges: kind, of, amount (decimal as text)
    :param int ordered: pieces that the charges are for
    :param int left: pieces of them that the buyer is to get
    :param Decimal coin: the smallest amount of the currency
    :return: list of the same form
    """
    if left == ordered:
        return list(charges or ())
    share = Decimal(left) / Decimal(ordered)
    return [
        {**charge, "amount": str(_shared(charge, charges, share).quantize(coin, ROUND_HALF_UP))}
        for charge in charges or ()
        if left
    ]


def is_for_pieces(charge, charges):
    """Return whether a charge goes with the pieces of a line, not with the line as a whole.

    :param dict charge: kind, of, amount
    :param list[dict] charges: all charges of the line
    """
    if charge["kind"] == "item" or charge["of"] == "item":
        return True
    discounts = [one["of"] for one in charges if one["kind"] == "discount"]
    return charge["of"] == "discount" and set(discounts) == {"item"}


def _shared(charge, charges, share):
    amount = Decimal(charge["amount"])
    return amount * share if is_for_pieces(charge, charges) else amount


def taken_out(found, rate, coin):
    """The same parts with the tax taken out of their amounts, which hold it.

    :param list found: `Part`, without a tax of their own
    :param Decimal rate: percent of the amount without tax
    :param Decimal coin: the smallest amount of the currency
    """
    nets = [(part.kind, part.gross, part.gross * 100 / (100 + rate)) for part in found]
    parted = [Part(kind, net, gross - net) for kind, gross, net in nets]
    whole = in_coins(parted, coin)
    return [
        Part(part.kind, gross - part.tax, part.tax)
        for part, (_kind, gross, _net) in zip(whole, nets, strict=True)
    ]


def at_one_rate(found):
    """The same parts with the tax of all of them spread by what they cost; as they were when they
    cost nothing together.

    :param list found: `Part`
    """
    nets = {part.kind: part.net for part in found}
    shares = _spread(sum((part.tax for part in found), Decimal(0)), nets)
    spread = [Part(part.kind, part.net, shares.get(part.kind, Decimal(0))) for part in found]
    return spread if shares else found


def in_coins(found, coin):
    """The same parts with their taxes in whole coins, which add up to what they were.

    :param list found: `Part`
    :param Decimal coin: the smallest amount of the currency
    """
    rounded, exact, allocated = [], Decimal(0), Decimal(0)
    for part in found:
        exact += part.tax
        tax = exact.quantize(coin, ROUND_HALF_UP) - allocated
        allocated += tax
        rounded.append(Part(part.kind, part.net, tax))
    return rounded


def rate_error(part, rate):
    """By how much a rate misses the tax of a part.

    :param Decimal rate: percent
    """
    return abs(part.net * rate / 100 - part.tax)


def slack(coin, quantity):
    """Return the largest difference between a tax and its rate that rounding explains: the site may
    round per piece.

    :param Decimal coin: the smallest amount of the currency
    """
    return coin * (1 + Decimal(quantity) * PER_PIECE)


def nicest_rate(part, allowed):
    """The roundest percentage that explains the tax of a part.

    :param Decimal allowed: how far the tax may be off
    """
    if not part.net:
        return Decimal(0)
    exact = part.tax * 100 / part.net
    for step in STEPS:
        rate = (exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        if rate_error(part, rate) <= allowed:
            return rate
    return exact.quantize(STEPS[-1])
