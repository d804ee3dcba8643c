# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Warnings in Odoo's log that are not ours; any other one fails a test run."""

from __future__ import annotations

import re

#: (logger, start of the message, why it is none of ours), both regular expressions.
KNOWN_WARNINGS: tuple[tuple[str, str, str], ...] = ()


def is_known(logger: str, message: str) -> bool:
    """Say whether a warning is a known one.

    :param logger: who wrote it.
    :param message: its text.
    """
    return any(
        re.fullmatch(name, logger) and re.match(start, message)
        for name, start, _reason in KNOWN_WARNINGS
    )
