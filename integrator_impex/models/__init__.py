# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import integrator_impex_secret, integrator_impex_file, integrator_impex_location
