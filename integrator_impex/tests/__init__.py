# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_catalog,
    test_files,
    test_import,
    test_large,
    test_locations,
    test_rights,
    test_services,
    test_tours,
)
