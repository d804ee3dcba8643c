# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

from odoo.addons.integrator_amazon.tests.common import GERMANY, AmazonCommon

UNITED_STATES = "ATVPDKIKX0DER"
JAPAN = "A1VC38T7YXB528"


class SettlementCommon(AmazonCommon):
    """A site whose account at the local Amazon is settled when a test says so."""

    def setUp(self):
        super().setUp()
        #: Midnight before, in UTC: nothing happens meanwhile.
        today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        self.today = today
        self.amazon.settings.settlement_dialect = {}
        self.addCleanup(self.amazon.settings.settlement_dialect.clear)

    def days_ago(self, days):
        """A moment of the past, in UTC.

        :param days: before last midnight
        """
        return self.today - timedelta(days=days)

    def charge(self, name, days, **values):
        """Let money move.

        :param str name: of the simulator's charges
        :param days: how many ago
        :param values: of `Simulator.add_charge`
        """
        return self.amazon.add_charge(name, posted=self.days_ago(days), **values)

    def close(self, days=0, marketplace_id=GERMANY, **options):
        """Close the open period.

        :param days: how many ago
        :return: dict as `Simulator.settlements` gives it, with `content`
        """
        options.setdefault("end", self.days_ago(days))
        (found,) = self.amazon.close_settlement(marketplace_id, **options)
        return {**found, "content": self.amazon.settlement_file(found["settlement_id"])}
