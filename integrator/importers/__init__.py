# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import sale_values  # before the importer that inherits from it
from . import change_updater  # before the updater that inherits from it
from . import (
    finders,
    order_importer,
    order_updater,
    partner_importer,
    typed_order,
)
