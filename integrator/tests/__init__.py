from . import (
    test_event_sites,
    test_order_events,
    test_product_event_paths,
    test_product_events,
    test_refund_events,
    test_shipment_events,
    test_stages_in,
    test_stages_out,
    test_task_states,
    test_task_waiting,
)
