from . import (
    stage,
    stage_acknowledge,
    stage_extract,
    stage_fetch,
    stage_import,
    stage_plan,
    stage_send,
)
