# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# before those that inherit from them
from . import (
    integrator_impex_content_mixin,
    integrator_impex_find_mixin,
    integrator_impex_run_check_mixin,
    integrator_impex_run_files_mixin,
    integrator_impex_run_turn_mixin,
    integrator_impex_run_write_mixin,
)

# isort: split
from . import (
    integrator_impex_write_mixin,
)

# isort: split
from . import (
    integrator_impex_service,
    order_actor_mixin,
    order_sender,
)

# isort: split
from . import (
    file_offer,
    file_site_adapter,
    integrator_guard,
    integrator_impex_column,
    integrator_impex_descriptor,
    integrator_impex_file,
    integrator_impex_group,
    integrator_impex_input,
    integrator_impex_location,
    integrator_impex_row,
    integrator_impex_run,
    integrator_impex_secret,
    integrator_privacy_inventory,
    integrator_run,
    integrator_site,
    integrator_task,
    integrator_todo,
    order_eligibility,
    order_export,
    order_exporter,
    order_feed,
    order_flag,
    order_sender_file,
    order_sender_json,
    order_sender_mail,
    order_stages,
    order_update,
    order_update_match,
    sale_order,
    stock_picking,
)
