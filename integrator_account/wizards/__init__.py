# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    integrator_settlement_answer,
    integrator_settlement_gap,
    integrator_settlement_setup,
    integrator_settlement_upload,
)
