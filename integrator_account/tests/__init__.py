# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_fee_estimates,
    test_home_money,
    test_indexes,
    test_settlement_control,
    test_settlement_documents,
    test_settlement_heartbeat,
    test_settlement_matching,
    test_settlement_months,
    test_settlement_posting,
    test_settlement_profit,
    test_settlement_screens,
    test_settlement_strange,
    test_settlement_tax,
    test_settlement_together,
)
