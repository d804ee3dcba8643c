# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import section  # before the section that inherits from it
from . import section_product
