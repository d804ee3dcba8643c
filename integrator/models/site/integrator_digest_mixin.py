# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorDigestMixin(models.AbstractModel):
    """Records whose errors are in the error mail of their channel."""

    _name = "integrator.digest.mixin"
    _description = "In the error mail"

    #: Place in the mail, smallest first.
    _digest_sequence = 100

    # === BUSINESS METHODS === #

    def _digest_domain(self):
        """Hook: which records have an error now.

        :return: domain
        """
        return [("error_code", "!=", False)]

    def _digest_step(self):
        """Hook: what to do next, for people."""
        return self.env._("It is tried again by itself.")

    def _digest_about(self):
        """Hook: the record that people know, such as the delivery of an update."""
        return self
