# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...neutral import Explanation

#: Fields in which a model keeps the code of its reason, and the reason in words.
CODES = ("error_code", "code")
REASONS = ("error_message", "message")
#: Kind of a cure -> the action that opens it.
CURES = {
    "products": "integrator_sku_match_action",
    "taxes": "integrator_tax_rule_action",
    "approvals": "integrator_approval_action",
    "issues": "integrator_listing_issue_action",
}


class IntegratorErrorMixin(models.AbstractModel):
    """A record that has a reason of failure: one click explains it, another one resolves it."""

    _name = "integrator.error.mixin"
    _description = "Record with a reason"

    # === ACTION METHODS === #

    def action_explain(self):
        """Button: what the reason means, and what to do."""
        self.ensure_one()
        return self.env["integrator.explanation"]._open(self)

    # === BUSINESS METHODS === #

    def _explained_reason(self):
        """The reason in words, as the reader is shown it."""
        return next((self[name] for name in REASONS if name in self._fields and self[name]), "")

    def _explanation(self):
        """The meaning of the reason and what to do: a `neutral.Explanation`."""
        code = next((self[name] for name in CODES if name in self._fields and self[name]), "")
        known = self.site_id._adapter()._explanations()
        parts = code.split("_")
        for end in range(len(parts), 0, -1):
            if found := known.get("_".join(parts[:end])):
                return found
        if self._waits_for_person():
            remedy = self.env._("Correct what the reason names. Then try again.")
        else:
            remedy = self.env._("Nothing is to be done: it is tried again by itself.")
        return Explanation("", remedy)

    def _waits_for_person(self):
        """Return whether the record is not tried again automatically."""
        return "state" in self._fields and self.state == "error"

    def _cure(self):
        """The button that resolves the error.

        :return: tuple (label, function that returns the action); empty and None where there is none
        """
        kind = self._explanation().cure
        labels = {
            "products": self.env._("Choose the product"),
            "taxes": self.env._("Choose the tax"),
            "approvals": self.env._("Show what waits for approval"),
            "issues": self.env._("Show the issues of listings"),
        }
        if kind == "site":
            return self.env._("Show the channel"), self.site_id._get_records_action
        if kind in CURES:
            return labels[kind], lambda: self._cure_action(kind)
        return self._own_cure()

    def _cure_action(self, kind):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"integrator.{CURES[kind]}")
        return {**action, "domain": [("site_id", "=", self.site_id.id)]}

    def _own_cure(self):
        """The default cure of records of this model; see `_cure`."""
        if self._waits_for_person():
            return self.env._("Try again"), self.action_retry
        return "", None
