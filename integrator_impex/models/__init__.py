# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    integrator_impex_column,
    integrator_impex_descriptor,
    integrator_impex_file,
    integrator_impex_group,
    integrator_impex_input,
    integrator_impex_location,
    integrator_impex_row,
    integrator_impex_run,
    integrator_impex_secret,
    integrator_impex_service,
    integrator_privacy_inventory,
    product_template_attribute_line,
)
