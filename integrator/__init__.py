# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import planners  # before the adapter that inherits from them
from . import controllers, importers, models, privacy, stages, wizards
from .hooks import uninstall_hook
