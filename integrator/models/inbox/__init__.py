# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_document_taker_mixin,
)

# isort: split
from . import (
    integrator_document,
    integrator_fetch_request,
    ir_binary,
)
