# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import source  # before the sources that inherit from it
from . import source_reports
from . import (
    source_changes,
    source_listings,
    source_listing_report,
    source_order,
    source_queue,
    source_report,
    source_return,
    source_order_check,
)
