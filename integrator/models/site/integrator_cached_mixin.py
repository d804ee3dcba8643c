# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IntegratorCachedMixin(models.AbstractModel):
    """Few rows that are asked for all the time, so `ormcache` keeps the answers: whatever changes
    them forgets those."""

    _name = "integrator.cached.mixin"
    _description = "Rows whose answers are cached"
    #: Fields of which an answer is made; none: any.
    _cached_fields = frozenset()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._cached_fields or self._cached_fields & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
