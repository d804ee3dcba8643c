# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# before those that inherit from them
from . import (
    fulfillment_draft,
)

# isort: split
# before those that inherit from them
from . import (
    fulfillment_offers,
)

# isort: split
from . import (
    fulfillment,
    planner_orders,
    section_values,
)
