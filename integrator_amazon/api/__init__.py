# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The room between the addon and python-amazon-sp-api: pure Python, no Odoo in it."""
