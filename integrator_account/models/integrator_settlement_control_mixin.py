# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.integrator.exceptions import IntegratorError

#: Type of the activity about totals that differ; a person ends it.
DIFFERS = "mail.mail_activity_data_warning"

#: Days after its date in which the bank's name of a payout is asked for.
TRACE_DAYS = 21


class IntegratorSettlementControlMixin(models.AbstractModel):
    """What the site says of a settlement by other ways than its document."""

    _name = "integrator.settlement.control.mixin"
    _description = "Control of a settlement"

    def _ask_site(self):
        """Ask for the control figure and for the bank's name of the payout. What the site does not
        answer now is asked for again at the next look.

        :return: list of `IntegratorError`
        """
        errors = []
        for settlement in self:
            adapter, head = settlement.site_id._adapter(), settlement._head()
            try:
                if settlement.control_state == "none":
                    settlement._note_control(
                        adapter._fetch_settlement_control(settlement.site_id, head)
                    )
                if not settlement.payout_trace and settlement.amount_total > 0:
                    settlement.payout_trace = adapter._fetch_payout_trace(settlement.site_id, head)
            except IntegratorError as error:
                errors.append(error)
        return errors

    def _note_control(self, control):
        if not control:
            return
        total = float(control["total"])
        same = not self.currency_id.compare_amounts(total, self.amount_total)
        self.write(
            {
                "control_total": total,
                "control_source": control.get("source"),
                "control_state": "same" if same else "differs",
            }
        )
        if not same:
            self._ask_accountant(
                self.env._("Settlement %s: the site says two totals", self.remote_id),
                self.env._(
                    "Its document says %(total)s, and %(other)s says %(control)s. Ask the site "
                    "which of them is right before you rely on it.",
                    total=self.currency_id.format(self.amount_total),
                    other=self.control_source,
                    control=self.currency_id.format(total),
                ),
                DIFFERS,
            )

    @api.model
    def _to_ask(self, site):
        """Settlements of which the site may know more by now."""
        since = fields.Datetime.now() - timedelta(days=TRACE_DAYS)
        unknown = ["|", ("control_state", "=", "none"), ("payout_trace", "=", False)]
        return self.search([("site_id", "=", site.id), ("end", ">=", since), *unknown])
