# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorTask(models.Model):
    _inherit = "integrator.task"

    def _note_declined(self):
        """Override of `integrator`: what a person decided not to send is not found different."""
        self.env["integrator.file.offer"]._note_declined(self)
        return super()._note_declined()
