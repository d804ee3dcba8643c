# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Places of files outside of Odoo; each kind of place in the same terms, see `place.py`."""
