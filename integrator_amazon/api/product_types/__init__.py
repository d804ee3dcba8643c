# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's product types: what a listing of a type has to say, and whether it does.

Source: Product Type Definitions API 2020-09-01; the schemas are JSON Schema 2019-09 with a few
words of Amazon's own (developer-docs.amazon.com, "Product Type Definition Meta-Schema").
"""
