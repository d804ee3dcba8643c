# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files: layouts, readers and writers, and the places where files lie. Nothing here imports Odoo."""
