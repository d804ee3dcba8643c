# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_beside_files,
    test_fee_estimates,
    test_known_rows,
    test_orders,
    test_reading,
    test_settlements,
    test_strange_files,
)
