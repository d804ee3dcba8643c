# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a sale order line is told the tax that the site has computed."""

from decimal import ROUND_HALF_UP, Decimal


def site_tax(tax, net, amount, line):
    """Odoo's own way of saying what the tax of a line is (`extra_tax_data`), so that it does not
    compute another one: the site's cents are the reference.

    It holds, on the invoice too, as long as price, quantity and taxes of the line stay these; when
    a person changes them Odoo computes as usual.

    :param tax: `account.tax`, one; a group is shared out by the rates of its taxes
    :param Decimal net: amount without tax
    :param Decimal amount: the tax
    :param dict line: `price_unit`, `quantity` and `currency` (`res.currency`) of the line
    :return: dict for `extra_tax_data`
    """
    base = float(net)
    return {
        "currency_id": line["currency"].id,
        "price_unit": line["price_unit"],
        "quantity": float(line["quantity"]),
        "discount": 0.0,
        "manual_total_excluded_currency": base,
        "manual_tax_amounts": {
            str(one.id): {"tax_amount_currency": float(share), "base_amount_currency": base}
            for one, share in _shares(tax, amount, Decimal(str(line["currency"].rounding)))
        },
    }


def _shares(tax, amount, coin):
    """Share an amount among the taxes that a tax consists of; usually there is one."""
    taxes = tax._flatten_taxes_and_sort_them()[0]
    rates = [Decimal(str(one.amount)) for one in taxes]
    whole = sum(rates)
    shares = [(amount * rate / whole).quantize(coin, ROUND_HALF_UP) for rate in rates[:-1]]
    return zip(taxes, [*shares, amount - sum(shares, Decimal(0))], strict=True)
