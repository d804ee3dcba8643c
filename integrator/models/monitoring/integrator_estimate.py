# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import ceil

from odoo import models


class IntegratorEstimate(models.AbstractModel):
    """Estimate in words of the time that an action takes which a person is about to start."""

    _name = "integrator.estimate"
    _description = "Estimate of calls and time"

    # === BUSINESS METHODS === #

    def _estimate_text(self, sites, work):
        """A sentence per site.

        :param sites: `integrator.site`
        :param work: function of a site that gives its work: dict kind -> number, see
            `integrator.adapter._estimate`
        :return: text for people; empty where no site has an estimate
        """
        texts = []
        for site in sites:
            estimate = site._adapter()._estimate(site, work(site))
            if estimate is not None:
                texts.append(self._sentence(site, estimate))
        return "\n".join(texts)

    def _sentence(self, site, estimate):
        if not estimate.calls:
            return self.env._("%s: no call is needed.", site.name)
        return self.env._(
            "%(site)s: up to %(calls)s calls, %(time)s.",
            site=site.name,
            calls=estimate.calls,
            time=self._duration(estimate.seconds),
        )

    def _duration(self, seconds):
        if seconds < 60:
            return self.env._("less than a minute")
        if seconds < 90 * 60:
            return self.env._("about %s minutes", ceil(seconds / 60))
        return self.env._("about %s hours", round(seconds / 3600, 1))
