# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import controllers, exporters, models, sections, sources, wizards
