# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

#: Days of requests for returns that each look covers: what becomes of them shows later.
RETURN_DAYS = 30


class IntegratorFetchRequest(models.Model):
    """Returns are a source of their own; what comes by it is no order (001-26)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.fetch.request"

    source = fields.Selection(selection_add=[("return", "Returns")], ondelete={"return": "cascade"})

    def _open_automatic(self, site):
        result = super()._open_automatic(site)
        if site.daily_returns and "source:return" in site._adapter()._capabilities(site):
            self._open_returns(site)
        return result

    def _open_returns(self, site):
        """The returns of the last weeks, once a day."""
        start, _end = self._day(fields.Date.today() - timedelta(days=RETURN_DAYS))
        domain = [("site_id", "=", site.id), ("source", "=", "return"), ("date_from", "=", start)]
        if not self.search_count([*domain, ("manual", "=", False)], limit=1):
            self._open(site, "return", date_from=start)


class IntegratorDocument(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.document"

    def _taker(self):
        """The model whose `_take` takes over what is in a document that holds no orders; None for
        orders."""
        self.ensure_one()
        name = {"return": "integrator.return"}.get(self.kind)
        return name and self.env[name]


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    daily_returns = fields.Boolean(
        string="Returns every day",
        default=True,
        help="Once a day the site is asked what buyers send back, where it tells that.",
    )
