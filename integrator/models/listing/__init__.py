# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_listing_comparison_mixin,
    integrator_listing_desk_mixin,
    integrator_listing_family_mixin,
    integrator_listing_price_mixin,
    integrator_listing_stock_mixin,
)

# isort: split
from . import (
    integrator_approval,
    integrator_drift_check,
    integrator_drift_policy,
    integrator_guard,
    integrator_home,
    integrator_listing,
    integrator_listing_issue,
    integrator_listing_section,
    integrator_product_image,
    integrator_reconcile,
    integrator_site,
    integrator_sku_match,
    integrator_task,
    integrator_todo,
    ir_attachment,
    product_attribute,
    product_category,
    product_pricelist,
    product_product,
    product_template,
)
