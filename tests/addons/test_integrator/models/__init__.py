# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import integrator_adapter_dummy, integrator_site
