# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random orders as sites say them: every amount in whole coins, taxes rounded one by one."""

from decimal import ROUND_HALF_UP, Decimal

#: Currency -> its smallest amount.
COINS = {"USD": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
RATES = [Decimal(text) for text in ("5.5", "7", "8.25", "19", "20", "25")]
EXTRAS = ("shipping", "gift_wrap", "cod_fee")


class RandomOrders:
    """A source of orders.

    :param chance: `random.Random`, so that a failure can be seen again
    :param remote: `DummyRemote`, which knows the form of an order
    """

    def __init__(self, chance, remote):
        self.chance = chance
        self.remote = remote

    def order(self, name):
        """One order of one to three lines in one currency."""
        currency = self.chance.choice(list(COINS))
        value = self.remote.order(name, currency=currency)
        line = value["lines"][0]
        count = self.chance.randint(1, 3)
        lines = [{**line, **self.line(f"{name}-{number}", currency)} for number in range(count)]
        amounts = [Decimal(charge["amount"]) for line in lines for charge in line["charges"]]
        return {**value, "lines": lines, "amount_total": str(sum(amounts))}

    def line(self, line_id, currency):
        """A line at one rate, whose tax is itemised or not and in the prices or on top of them."""
        coin, rate = COINS[currency], self.chance.choice(RATES)
        quantity = self.chance.randint(1, 7)
        prices = {"item": quantity * self.amount(coin)}
        prices |= {kind: self.amount(coin) for kind in EXTRAS if self.chance.random() < 0.3}
        if self.chance.random() < 0.3:
            prices["discount"] = -min(self.amount(coin), prices["item"])
        split = {kind: self.split(price, rate, coin) for kind, price in prices.items()}
        charges = [self.charge(kind, "", net) for kind, (net, _tax) in split.items()]
        charges += self.taxes({kind: tax for kind, (_net, tax) in split.items()})
        return {"remote_line_id": line_id, "quantity": quantity, "charges": charges}

    def amount(self, coin):
        return coin * self.chance.choice(
            [self.chance.randint(1, 99), self.chance.randint(1, 99999)]
        )

    def split(self, price, rate, coin):
        """Price without tax and tax, by one of the two ways in which sites count."""
        if self.chance.random() < 0.5:
            net = (price / (1 + rate / 100)).quantize(coin, ROUND_HALF_UP)
            return net, price - net
        return price, (price * rate / 100).quantize(coin, ROUND_HALF_UP)

    def taxes(self, taxes):
        """Tax charges: one for each kind, one for all, or the discount's within the item's."""
        form = self.chance.choice(["each", "each", "all", "discounted"])
        if form == "all":
            taxes = {"": sum(taxes.values())}
        elif form == "discounted" and "discount" in taxes:
            taxes = {**taxes, "item": taxes["item"] + taxes["discount"]}
            del taxes["discount"]
        return [self.charge("tax", of, tax) for of, tax in taxes.items() if tax]

    def charge(self, kind, of, amount):
        return {"kind": kind, "of": of, "amount": str(amount)}
