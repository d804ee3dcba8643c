# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import amazon_find_type, amazon_return
