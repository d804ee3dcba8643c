# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is read again against what is stored, field by field. Pure but for the record's fields."""

from decimal import Decimal

#: Columns that say where an order was read from, not what it is.
ORIGIN = frozenset({"site_id", "document_id"})


def compare(order, values, lines):
    """The differences between a stored order and what its document says today.

    :param order: `integrator.order`, or None when it is not stored
    :param dict values: columns as extraction would write them
    :param tuple[neutral.OrderLine] lines: its lines
    :return: list of tuples (what, stored, read today) of texts
    """
    if not order:
        return [("", "", values["remote_order_id"])]
    found = [
        (order._fields[name].string, _text(_stored(order, name)), _text(value))
        for name, value in values.items()
        if name not in ORIGIN and _differ(_stored(order, name), value)
    ]
    return found + _compare_lines(order, lines)


def _compare_lines(order, lines):
    known = {line.remote_line_id: line for line in order.line_ids}
    found = []
    for value in lines:
        line = known.get(value.remote_line_id)
        columns = order.line_ids._prepare_values(order, value)
        columns.pop("order_id")
        found += [
            (f"{value.sku}: {order.line_ids._fields[name].string}", before, _text(one))
            for name, one in columns.items()
            if _differ(_stored(line, name) if line else None, one)
            for before in [_text(_stored(line, name)) if line else ""]
        ]
    return found


def _stored(record, name):
    value = record[name]
    return value.id if record._fields[name].relational else value


def _differ(before, after):
    if isinstance(before, float) or isinstance(after, float):
        return abs(Decimal(str(before or 0)) - Decimal(str(after or 0))) > Decimal("0.000001")
    return (before or None) != (after or None)


def _text(value):
    return "" if value in (None, False) else str(value)
