from . import sale_values  # before the importer that inherits from it
from . import order_importer, partner_importer
