# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import stage  # before the stages that inherit from it
from . import (
    stage_inbound,
    stage_operate,
    stage_plan,
    stage_reconcile,
    stage_send,
)
