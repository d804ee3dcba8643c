# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ...access import check_operator

#: Days before today that stand beside it.
COMPARED = (0, 1, 7)
#: Causes that Home shows; *To do* has all.
MAX_CAUSES = 6
#: Action with all of them, and domain of those that wait now.
TODO, WAITING = "integrator.integrator_todo_action", Domain("snoozed_until", "=", False)


class HomeFigure(NamedTuple):
    """A figure that opens what it counts.

    :param text: as people read it
    :param action: external id of the window action that shows the records
    :param domain: of the records, values as JSON has them
    """

    text: str
    action: str
    domain: list


class HomeTile(NamedTuple):
    """A figure that stands alone, with what it is made of.

    :param label: what is counted
    :param figure: `HomeFigure`
    :param parts: list of `HomeFigure`
    :param sequence: the lowest comes first
    :param tone: `danger`, `warning`, `success` of Bootstrap, or none
    """

    label: str
    figure: HomeFigure
    parts: list
    sequence: int
    tone: str = ""


class HomeRow(NamedTuple):
    """A figure of each of the compared days.

    :param label: what is counted
    :param figures: list of `HomeFigure`, one for each day
    :param is_total: whether it is the sum of those above
    """

    label: str
    figures: list
    is_total: bool = False


class HomeDay(NamedTuple):
    """A day in the time zone of the company.

    :param date: which
    :param start: when it begins, in UTC without a zone
    :param end: when it is over, as `start`
    """

    date: object
    start: datetime
    end: datetime

    def domain(self, name):
        """The figures of the day.

        :param str name: of the field that says when
        """
        start, end = (fields.Datetime.to_string(at) for at in (self.start, self.end))
        return Domain(name, ">=", start) & Domain(name, "<", end)


class IntegratorHome(models.AbstractModel):
    """The figures at the top of Home: each subject adds its own by the hooks.

    They are counted with the rights of who looks, so that each opens as many as it says; what
    somebody may not open is not there.
    """

    _name = "integrator.home"
    _description = "Figures of Home"

    # === BUSINESS METHODS === #

    @api.model
    def get_figures(self):
        """The figures of Home above the channels.

        :return: dict of JSON values: `todo` (the most urgent causes), `more` (the figure that
            opens the others, or None), `tiles`, `days` (labels), `rows`, `chart` (or None),
            `links`, and `actions` by their external ids; None as long as no channel is set up
        :raise AccessError: for everybody but operators
        """
        sites = self.env["integrator.site"]
        check_operator(sites)
        if not sites.search_count([("automatic", "=", True)], limit=1):
            return None
        days = [self._day(back) for back in COMPARED]
        tiles = sorted(self._home_tiles(), key=lambda tile: tile.sequence)
        tiles = [tile for tile in tiles if self._may_open(tile.figure)]
        rows = [row for row in self._home_rows(days) if self._may_open(row.figures[0])]
        links = [link for link in self._home_links() if self._may_open(link)]
        chart = self._home_chart()
        figures = [figure for tile in tiles for figure in (tile.figure, *tile.parts)]
        figures += [figure for row in rows for figure in row.figures] + links
        names = {figure.action for figure in figures}
        names |= {bar["action"] for bar in chart["bars"]} if chart else set()
        waiting = self.env["integrator.todo"].search(WAITING, limit=MAX_CAUSES)
        return {
            "todo": [cause._home_row() for cause in waiting],
            "more": self._prepare_more(),
            "tiles": [self._prepare_tile(tile) for tile in tiles],
            "days": self._day_labels(days),
            "rows": [self._prepare_row(row) for row in rows],
            "chart": chart,
            "links": [self._prepare_figure(link) for link in links],
            "actions": {name: self._prepare_action(name) for name in names},
        }

    # === HOOKS === #

    @api.model
    def _home_tiles(self):
        """Hook: figures of now.

        :return: list of `HomeTile`
        """
        urgent = WAITING & Domain("urgency", "in", ("2", "3"))
        waiting, soon = (self._count("integrator.todo", one) for one in (WAITING, urgent))
        parts = (
            [HomeFigure(self.env._("%s today or late", soon), TODO, list(urgent))] if soon else []
        )
        figure = HomeFigure(str(waiting), TODO, list(WAITING))
        return [HomeTile(self.env._("To do"), figure, parts, 10, "warning" if soon else "")]

    @api.model
    def _home_rows(self, days):
        """Hook: figures of today beside those of other days.

        :param days: list of `HomeDay`
        :return: list of `HomeRow`
        """
        return []

    @api.model
    def _home_chart(self):
        """Hook: what one bar for each day shows.

        :return: dict `title`, `axis` (texts from the top down), `bars`: list of dicts `label`,
            `title`, `share` (per cent of the axis), `action`, `domain`; or None
        """
        return

    @api.model
    def _home_links(self):
        """Hook: pages that are one click away.

        :return: list of `HomeFigure`
        """
        return []

    # === HELPERS OF THE HOOKS === #

    @api.model
    def _count(self, model, domain):
        """Return the number of records that the user may read; 0 where he may read none."""
        records = self.env[model]
        return records.search_count(domain) if records.has_access("read") else 0

    @api.model
    def _zone(self):
        """The time zone of the company's days."""
        return self.env.company.partner_id.tz or self.env.user.tz or "UTC"

    @api.model
    def _day(self, back):
        """A day before today.

        :param int back: how many days before
        :return: `HomeDay`
        """
        zone = ZoneInfo(self._zone())
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        date = now.astimezone(zone).date() - timedelta(days=back)
        start, end = (
            datetime.combine(day, time.min, zone).astimezone(timezone.utc).replace(tzinfo=None)
            for day in (date, date + timedelta(days=1))
        )
        return HomeDay(date, start, end)

    @api.model
    def _money(self, sums):
        """Sums of money as people read them.

        :param dict sums: `res.currency` -> amount
        """
        return " + ".join(
            format_amount(self.env, amount, currency)
            for currency, amount in sums.items()
            if currency
        )

    @api.model
    def _count_and_money(self, count, sums):
        """A number with its money, as in “3 · 59.70 €”; only the number where it is none.

        :param dict sums: `res.currency` -> amount
        """
        return " · ".join(filter(None, (str(count), count and self._money(sums))))

    # === DATA OF THE CLIENT === #

    @api.model
    def _day_labels(self, days):
        shown = [format_date(self.env, day.date, date_format="EEE d MMM") for day in days]
        return [self.env._("Today"), self.env._("Yesterday"), *shown[2:]]

    @api.model
    def _may_open(self, figure):
        """Return whether the present user may read what a figure counts."""
        action_sudo = self.env.ref(figure.action).sudo()
        return self.env[action_sudo.res_model].has_access("read")

    def _prepare_more(self):
        """The figure of what waits and is not among the most urgent."""
        count = self._count("integrator.todo", WAITING) - MAX_CAUSES
        if count <= 0:
            return None
        return self._prepare_figure(HomeFigure(self.env._("%s more…", count), TODO, list(WAITING)))

    def _prepare_tile(self, tile):
        parts = [self._prepare_figure(part) for part in tile.parts]
        figure = self._prepare_figure(tile.figure)
        return {**tile._asdict(), "figure": figure, "parts": parts}

    def _prepare_row(self, row):
        return {**row._asdict(), "figures": [self._prepare_figure(one) for one in row.figures]}

    @staticmethod
    def _prepare_figure(figure):
        return {**figure._asdict(), "domain": list(figure.domain)}

    @api.model
    def _prepare_action(self, name):
        """A window action without filters of its own: what is opened is what was counted."""
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        kept = literal_eval(action["context"] or "{}").items()
        kept = {key: value for key, value in kept if not key.startswith("search_default_")}
        return {**action, "context": {**kept, "create": False}}
