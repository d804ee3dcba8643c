# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The form in which an adapter gets an invoice that it sends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFile:
    """An invoice or credit note of an order, as `_invoice_file` of its `integrator.task` gives it
    to an adapter."""

    number: str
    day: date
    #: The PDF.
    content: bytes
    is_credit_note: bool
    #: Of the invoice that a credit note reverses.
    reversed_number: str = ""
    #: ISO code.
    currency: str
    #: The amount with tax and the tax in it; positive, also of a credit note.
    amount_total: Decimal
    amount_tax: Decimal
