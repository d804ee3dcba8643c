# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Beginnings of codes that end in something of the site's.
OPEN_CODES = ("unexpected", "issue", "held")
#: Fields in which a model keeps the code of its reason.
CODES = ("error_code", "code")


class IntegratorErrorMixin(models.AbstractModel):
    """A record that shows a reason: the page of all reasons is one click away."""

    _name = "integrator.error.mixin"
    _description = "Record with a reason"

    # === ACTION METHODS === #

    def action_explain(self):
        """Button: what the reason means, and what to do."""
        self.ensure_one()
        code = next((self[name] for name in CODES if name in self._fields and self[name]), "")
        page, open_codes = self.site_id._adapter()._reasons_page()
        begin = code.partition("_")[0]
        # codes that end in something of the site's have one place in common
        place = begin if begin in (*OPEN_CODES, *open_codes) else code
        return {"type": "ir.actions.act_url", "url": f"{page}#{place}", "target": "new"}
