from . import test_product_events, test_stages_in, test_stages_out
