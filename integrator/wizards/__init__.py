# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    integrator_address,
    integrator_decide,
    integrator_drop_listings,
    integrator_fetch,
    integrator_keep_data,
    integrator_operate,
    integrator_preview,
    integrator_preview_line,
    integrator_replay,
    integrator_rotate,
    integrator_scan,
    integrator_setup,
    integrator_site_wins,
    integrator_sync,
    integrator_timeline,
)
