# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

from odoo.addons.integrator.tests.index_mixin import IndexMixin


@tagged("post_install", "-at_install")
class TestIndexes(IndexMixin, TransactionCase):
    """The unique indexes of this addon cover empty values."""

    addon = "integrator_account"
