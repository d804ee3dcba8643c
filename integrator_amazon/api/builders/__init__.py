# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builders of what is sent to Amazon: dataclasses in, bytes or JSON-ready dicts out."""

from .build_error import BuildError

__all__ = ["BuildError"]
