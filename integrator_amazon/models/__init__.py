# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    amazon_practice_mixin,
    amazon_status_mixin,
)

# isort: split
from . import (
    amazon_adapter,
    amazon_carrier,
    amazon_consent,
    amazon_explanations,
    amazon_marketplace,
    amazon_quota,
    attribute_rule,
    delivery_carrier,
    fulfillment_rule,
    integrator_listing,
    integrator_order,
    integrator_remote_order,
    integrator_site,
    listing_value,
    product_template,
    product_type,
    return_piece,
    sale_order,
    stock_picking,
)
