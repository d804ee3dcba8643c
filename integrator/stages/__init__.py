# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    stage,
    stage_acknowledge,
    stage_extract,
    stage_fetch,
    stage_import,
    stage_operate,
    stage_plan,
    stage_reconcile,
    stage_send,
)
