# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_catalogue_out,
    test_connection,
    test_consent,
    test_fault_matrix,
    test_faults,
    test_manual_sync,
    test_order_queue,
    test_order_sources,
    test_order_states,
    test_orders_in,
    test_orders_out,
    test_quota,
    test_samples,
    test_source_matrix,
    test_status,
    test_tour,
)
