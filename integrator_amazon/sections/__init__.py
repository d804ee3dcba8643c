# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import section  # before the sections that inherit from it
from . import (
    section_image,
    section_inventory,
    section_price,
    section_product,
    section_relationship,
    section_shipping,
)
