# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product types of our own, in the form of Amazon's Product Type Definitions 2020-09-01."""

from .checks import check_attributes
from .schema import build_definition, build_schema
from .types import TYPES, ProductType, find_types

__all__ = [
    "TYPES",
    "ProductType",
    "build_definition",
    "build_schema",
    "check_attributes",
    "find_types",
]
