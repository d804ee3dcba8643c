# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import integrator_impex_download, integrator_impex_load, integrator_impex_start
