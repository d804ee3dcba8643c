# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where files lie outside of Odoo; each kind of place in the same terms, see `place.py`."""
