# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorDecisionMixin(models.AbstractModel):
    """Records about which a person decides: the question shows the consequences, and the decision
    can be undone until something has been sent."""

    _name = "integrator.decision.mixin"
    _description = "What a person decides"

    # === BUSINESS METHODS === #

    def _open_question(self, decision):
        """Ask before a decision.

        :param str decision: a value of `integrator.question.decision`
        :return: the action that opens the question
        """
        return self.env["integrator.question"]._open(self, decision)

    def _decision_note(self, decision):
        """The consequence of a decision, in a sentence.

        :param str decision: a value of `integrator.question.decision`
        """
        raise NotImplementedError

    def _decision_line(self, decision):
        """The effect of a decision on this record: its name, the old and the new value.

        :param str decision: a value of `integrator.question.decision`
        """
        raise NotImplementedError

    def _decide_as(self, decision):
        """Carry out a decision that was confirmed before.

        :param str decision: a value of `integrator.question.decision`
        :return: the notification of what was done
        """
        raise NotImplementedError
