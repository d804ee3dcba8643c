# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import source  # before the sources that inherit from it
from . import source_reports  # before the sources that are reports
from . import source_listings, source_queue
