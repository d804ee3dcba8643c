# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import site
from . import monitoring
from . import outbox
from . import inbox
from . import listing
from . import order
from . import delivery
from . import return_refund
from . import operation
