# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import planners  # before the adapter that inherits from them
from . import controllers, exporters, models, sections, sources, wizards
