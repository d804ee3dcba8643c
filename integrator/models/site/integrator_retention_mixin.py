# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.constants import GC_UNLINK_LIMIT


class IntegratorRetentionMixin(models.AbstractModel):
    """Rows that go some time after they are done with, a limited number each night."""

    _name = "integrator.retention.mixin"
    _description = "Rows with a retention"

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Hook: which rows may go now.

        :return: domain
        """
        raise NotImplementedError

    @api.autovacuum
    def _gc_retained(self):
        """Remove rows that may go.

        :return: tuple: how many went, and how many more there are, up to the limit
        """
        if self._abstract:
            # the vacuum calls mixins, too
            return 0, 0
        domain = self._retention_domain()
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), self.search_count(domain, limit=GC_UNLINK_LIMIT)
