# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is asked of each field of the neutral forms. Nothing here knows Odoo."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal


class ContractError(ValueError):
    """An adapter returns something that is not of the neutral form: an error in its code."""


def check_choice(form: object, name: str, choices: tuple[str, ...]) -> None:
    """Check that a field has one of its values.

    :raise ContractError: which names the field.
    """
    value = getattr(form, name)
    if value not in choices:
        raise ContractError(f"{_label(form, name)}: {value!r} is none of {', '.join(choices)}")


def check_filled(form: object, *names: str) -> None:
    """Check that fields are filled.

    :raise ContractError: which names the field.
    """
    for name in names:
        if not getattr(form, name):
            raise ContractError(f"{_label(form, name)} is empty")


def check_times(form: object, *names: str, is_optional: bool = False) -> None:
    """Check that fields are times with a zone.

    :raise ContractError: which names the field.
    """
    for name in names:
        value = getattr(form, name)
        is_missing = value is None and is_optional
        if not is_missing and (not isinstance(value, datetime) or value.tzinfo is None):
            raise ContractError(f"{_label(form, name)} is no time with a zone: {value!r}")


def check_amounts(form: object, *names: str) -> None:
    """Check that fields are finite decimals.

    :raise ContractError: which names the field.
    """
    for name in names:
        value = getattr(form, name)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ContractError(f"{_label(form, name)} is no amount: {value!r}")


def _label(form: object, name: str) -> str:
    return f"{type(form).__name__}.{name}"
