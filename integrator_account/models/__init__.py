# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_settlement_control_mixin,
    integrator_settlement_hold_mixin,
    integrator_settlement_intake_mixin,
)

# isort: split
from . import (
    account_bank_statement_line,
    account_move,
    integrator_adapter,
    integrator_document,
    integrator_fee_estimate,
    integrator_home,
    integrator_listing,
    integrator_profit_report,
    integrator_run,
    integrator_settlement,
    integrator_settlement_deferred,
    integrator_settlement_group,
    integrator_settlement_line,
    integrator_settlement_matcher,
    integrator_settlement_poster,
    integrator_settlement_rule,
    integrator_site,
    integrator_todo,
    sale_order,
    settlement_stages,
)
