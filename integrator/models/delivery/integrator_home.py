# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_time

from ..monitoring.integrator_home import HomeFigure, HomeTile

TO_SHIP = "integrator.integrator_to_ship_action"
LEFT = "integrator.integrator_left_action"
#: Days of which it is said how many parcels left in time.
DAYS = 30
#: Shares of parcels in time, in per cent, below which somebody should worry.
GOOD_SHARE, POOR_SHARE = 97, 90


class IntegratorHome(models.AbstractModel):
    """Parcels to ship, by when, and how many left in time."""

    # a subject registers its figures: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.home"

    # === HOOKS === #

    @api.model
    def _home_tiles(self):
        """Override: parcels to ship, and those that left in time."""
        tiles = super()._home_tiles()
        if not self.env["stock.picking"].has_access("read"):
            return tiles
        return [*tiles, self._to_ship_tile(), *self._in_time_tiles()]

    # === COUNTING === #

    @api.model
    def _to_ship_tile(self):
        pickings = self.env["stock.picking"]
        domain = pickings._integrator_to_ship_domain()
        parts = [
            HomeFigure(text % count, TO_SHIP, list(domain & span))
            for text, span in self._ship_by_spans(domain)
            if (count := pickings.search_count(domain & span))
        ]
        now = fields.Datetime.to_string(fields.Datetime.now())
        late = pickings.search_count(domain & Domain("integrator_ship_by", "<", now))
        count = pickings.search_count(domain)
        figure = HomeFigure(str(count), TO_SHIP, list(domain))
        return HomeTile(self.env._("To ship"), figure, parts, 20, "danger" if late else "")

    @api.model
    def _ship_by_spans(self, domain):
        """The groups of parcels to ship: late, the hours of today, later.

        :param domain: of the parcels
        :return: list of tuples (text with `%s` for their number, domain)
        """
        now, midnight = fields.Datetime.now(), self._day(0).end
        spans = [(self.env._("%s late"), self._ship_by(None, now))]
        hours = (
            self.env["stock.picking"]
            .with_context(tz=self._zone())
            ._read_group(
                domain & self._ship_by(now, midnight),
                ["integrator_ship_by:hour"],
                ["integrator_ship_by:min"],
            )
        )
        firsts = [first for _hour, first in hours]
        for first, last in zip(firsts, [*firsts[1:], midnight], strict=False):
            shown = format_time(self.env, first, tz=self._zone(), time_format="short")
            text = self.env._("%(count)s by %(time)s", count="%s", time=shown)
            spans.append((text, self._ship_by(first, last)))
        tomorrow = midnight + timedelta(days=1)
        return [
            *spans,
            (self.env._("%s tomorrow"), self._ship_by(midnight, tomorrow)),
            (self.env._("%s later"), self._ship_by(tomorrow, None)),
            (self.env._("%s without a date"), Domain("integrator_ship_by", "=", False)),
        ]

    @api.model
    def _ship_by(self, start, end):
        """Parcels that have to leave in a span of time, its end not included."""
        bounds = ((">=", start), ("<", end))
        return Domain.AND(
            Domain("integrator_ship_by", operator, fields.Datetime.to_string(at))
            for operator, at in bounds
            if at
        )

    @api.model
    def _in_time_tiles(self):
        pickings = self.env["stock.picking"]
        since = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=DAYS))
        domain = pickings._integrator_left_domain() & Domain("date_done", ">=", since)
        count = pickings.search_count(domain)
        if not count:
            return []
        late_domain = domain & Domain("integrator_left_late", "=", True)
        late = pickings.search_count(late_domain)
        share = 100 * (count - late) // count
        tone = "success" if share >= GOOD_SHARE else "warning"
        numbers = {"late": late, "count": count, "days": DAYS}
        text = self.env._("%(late)s of %(count)s late in %(days)s days", **numbers)
        parts = [HomeFigure(text, LEFT, list(late_domain))]
        figure = HomeFigure(f"{share} %", LEFT, list(domain))
        tone = "danger" if share < POOR_SHARE else tone
        return [HomeTile(self.env._("Shipped in time"), figure, parts, 30, tone)]
