# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_secret,
    integrator_site_dashboard_mixin,
    mixins,
)

# isort: split
from . import (
    integrator_adapter,
    integrator_credential,
    integrator_marketplace,
    integrator_owner_rule,
    integrator_site,
    res_config_settings,
)
