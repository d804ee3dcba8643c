# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_locations
from . import test_order_chain, test_order_flags, test_order_push, test_order_updates
