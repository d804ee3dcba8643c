# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.integrator_amazon.tests.common import AmazonCommon

from .books_case import BooksMixin


class SettlementCommon(BooksMixin, AmazonCommon):
    """A site whose account at the local Amazon is settled when a test says so."""

    def setUp(self):
        super().setUp()
        #: Midnight before, in UTC: nothing happens meanwhile.
        self.today = self.days_ago(0)
        self.amazon.settings.settlement_dialect = {}
        self.addCleanup(self.amazon.settings.settlement_dialect.clear)
