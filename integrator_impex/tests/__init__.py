# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_catalog,
    test_file_site,
    test_files,
    test_import,
    test_large,
    test_locations,
    test_rights,
    test_order_chain,
    test_order_flags,
    test_order_json,
    test_order_push,
    test_order_rights,
    test_order_screen,
    test_order_updates,
    test_order_workers,
    test_services,
)
