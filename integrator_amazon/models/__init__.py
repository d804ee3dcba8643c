# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    amazon_consent,
    amazon_marketplace,
    amazon_quota,
    amazon_status_mixin,
    adapter,
    adapter_in,
    adapter_plan,
    adapter_out,
    integrator_site,
    site_consent,
    site_queue,
    integrator_listing,
    product_integration,
    order_integration,
    product_product,
    delivery_carrier,
)
