# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..monitoring.integrator_home import HomeFigure, HomeRow

ACTION = "integrator.integrator_order_action"
#: Orders that buyers stand by.
SOLD = Domain("state", "!=", "cancelled") & Domain("remote_status", "!=", "cancelled")
#: Days of the chart, and how many of them share a label.
DAYS, LABELLED = 30, 7


class IntegratorHome(models.AbstractModel):
    """Orders and money, by the day on which the buyer ordered."""

    # a subject registers its figures: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.home"

    # === HOOKS === #

    @api.model
    def _home_rows(self, days):
        """Override: orders of each marketplace, and of all."""
        found = [self._sold_by_place(day) for day in days]
        places = sorted({place for one in found for place in one})
        rows = [
            HomeRow(
                name or self._unnamed_place(site),
                [
                    self._orders_figure(
                        one.get((name, site), {}),
                        day.domain("ordered_at")
                        & Domain("channel_name", "=", name or False)
                        & Domain("site_id", "=", site),
                    )
                    for day, one in zip(days, found, strict=True)
                ],
            )
            for name, site in places
        ]
        if len(rows) != 1:
            total = [self._total_figure(day, one) for day, one in zip(days, found, strict=True)]
            rows.append(HomeRow(self.env._("All orders"), total, is_total=True))
        return [*super()._home_rows(days), *rows]

    def _unnamed_place(self, site_id):
        """Return the name for orders that name no marketplace: that of the channel where it has
        none."""
        site_sudo = self.env["integrator.site"].sudo().browse(site_id)
        if any(site_sudo.marketplace_ids.mapped("code")):
            return self.env._("Unknown marketplace")
        return site_sudo.name

    @api.model
    def _home_chart(self):
        """Override: orders of each of the last days."""
        days = [self._day(back) for back in reversed(range(DAYS))]
        found = self._sold_by_day(days)
        most = max(sum(count for count, _sum in one.values()) for one in found)
        # an axis that has a whole number in its middle
        top = max(most + most % 2, 2)
        return {
            "title": self.env._("Orders of the last %s days", DAYS),
            "axis": [str(top), str(top // 2), "0"],
            "bars": [
                self._prepare_bar(day, one, top, number % LABELLED == 1 and number < DAYS - 1)
                for number, (day, one) in enumerate(zip(days, found, strict=True))
            ],
        }

    def _prepare_bar(self, day, found, top, is_labelled):
        domain = SOLD & day.domain("ordered_at")
        figure = self._orders_figure(found, domain)
        date = format_date(self.env, day.date, date_format="d MMM")
        return {
            "label": date if is_labelled else "",
            "title": f"{date}: {figure.text}",
            "share": 100 * sum(count for count, _sum in found.values()) / top,
            "action": ACTION,
            "domain": list(domain),
        }

    # === COUNTING === #

    @api.model
    def _sold_by_place(self, day):
        """Orders of a day.

        :param day: `HomeDay`
        :return: dict (marketplace, id of the channel) -> dict currency -> tuple (count, amount)
        """
        found = {}
        groups = self.env["integrator.order"]._read_group(
            SOLD & day.domain("ordered_at"),
            ["channel_name", "site_id", "currency_id"],
            ["__count", "amount_total:sum"],
        )
        for name, site, currency, count, amount in groups:
            found.setdefault((name or "", site.id), {})[currency] = count, amount
        return found

    @api.model
    def _sold_by_day(self, days):
        """Orders of days in a row.

        :param days: list of `HomeDay`
        :return: list of dicts currency -> tuple (count, amount)
        """
        span = days[0]._replace(end=days[-1].end).domain("ordered_at")
        groups = (
            self.env["integrator.order"]
            .with_context(tz=self._zone())
            ._read_group(
                SOLD & span, ["ordered_at:day", "currency_id"], ["__count", "amount_total:sum"]
            )
        )
        found = {}
        for at, currency, count, amount in groups:
            found.setdefault(at.date(), {})[currency] = count, amount
        return [found.get(day.date, {}) for day in days]

    # === TEXTS === #

    @api.model
    def _orders_figure(self, found, domain):
        """Return the number of orders and their amount.

        :param dict found: currency -> tuple (count, amount)
        :param domain: of the orders
        """
        count = sum(count for count, _sum in found.values())
        sums = {currency: amount for currency, (_count, amount) in found.items()}
        return HomeFigure(self._count_and_money(count, sums), ACTION, list(SOLD & domain))

    @api.model
    def _total_figure(self, day, found):
        """All orders of a day; their money in the company's currency where it can be exchanged.

        :param day: `HomeDay`
        :param dict found: of `_sold_by_place`
        """
        sums, company = {}, self.env.company
        count = 0
        for some in found.values():
            for currency, (number, amount) in some.items():
                count += number
                sums[currency] = sums.get(currency, 0) + amount
        if len(sums) > 1:
            sums = self._exchanged(sums, company, day.date)
        domain = list(SOLD & day.domain("ordered_at"))
        return HomeFigure(self._count_and_money(count, sums), ACTION, domain)

    @staticmethod
    def _exchanged(sums, company, date):
        """Sums in one currency, the company's; as they are where a rate is missing.

        :param dict sums: currency -> amount
        """
        own = company.currency_id
        others = [currency for currency in sums if currency and currency != own]
        if not all(currency._integrator_rate(company) for currency in others):
            return sums
        return {
            own: sum(
                currency._convert(amount, own, company, date)
                for currency, amount in sums.items()
                if currency
            )
        }
