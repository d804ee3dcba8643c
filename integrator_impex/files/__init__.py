# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Layouts of files, readers, writers, and the places where files lie. Nothing here knows Odoo."""
