# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_adapter_account,
    integrator_adapter_inbound,
    integrator_adapter_listings,
    integrator_adapter_operations,
    integrator_adapter_outbound,
    integrator_cached_mixin,
    integrator_digest_mixin,
    integrator_retention_mixin,
    integrator_rights_mixin,
    integrator_site_dashboard_mixin,
    integrator_site_mixin,
)

# isort: split
from . import (
    integrator_adapter,
    integrator_credential,
    integrator_marketplace,
    integrator_owner_rule,
    integrator_secret,
    integrator_site,
    res_config_settings,
)
