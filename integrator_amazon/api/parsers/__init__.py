# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parsers of what Amazon sends: bytes in, neutral values out, or one DocumentError."""

from ..values import DocumentError

__all__ = ["DocumentError"]
