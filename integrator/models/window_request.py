# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import api, fields, models


class IntegratorFetchRequest(models.Model):
    """Who asks: the scheduler, a person, or a document that names an order."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.fetch.request"

    # === THE SCHEDULER === #

    @api.model
    def _open_automatic(self, site):
        """The fetch requests of the next automatic look, made where there is none under way."""
        offered = site._adapter()._capabilities(site)
        makers = {
            "orders": self._open_changes,
            "source:queue": self._open_queue,
            "source:order_check": self._open_order_check,
        }
        for capability, make in makers.items():
            if capability in offered:
                make(site)

    def _open_changes(self, site):
        if not self._asked_lately(site, "changes"):
            self._open(site, "changes", date_from=site._next_fetch_start())

    def _asked_lately(self, site, source):
        """Whether the site wants to be left alone, by how often it may be asked."""
        pause = site._adapter()._poll_pause(site, source)
        if pause < 1:
            # times are kept to the second
            return False
        since = fields.Datetime.now() - timedelta(seconds=pause)
        domain = [("site_id", "=", site.id), ("source", "=", source)]
        domain += [("manual", "=", False), ("create_date", ">", since)]
        return bool(self.search_count(domain, limit=1))

    def _open_queue(self, site):
        self._open(site, "queue", date_from=fields.Datetime.now())

    def _open_order_check(self, site):
        """The order check of yesterday, once."""
        start, end = self._day(fields.Date.today() - timedelta(days=1))
        asked = self.search_count(
            [
                ("site_id", "=", site.id),
                ("source", "=", "order_check"),
                ("date_from", "=", start),
            ],
            limit=1,
        )
        if site.daily_order_check and not asked:
            self._open(site, "order_check", date_from=start, date_to=end)

    def _open(self, site, source, **values):
        domain = [("site_id", "=", site.id), ("source", "=", source)]
        domain += [("manual", "=", False), ("state", "=", "ready")]
        return self.search(domain) or self.create({"site_id": site.id, "source": source, **values})

    @api.model
    def _day(self, day):
        """Start and end of a day as UTC times."""
        start = datetime.combine(day, time.min)
        return start, start + timedelta(days=1)

    # === A PERSON === #

    @api.model
    def _request(self, site, spans, source="changes"):
        """Fetch requests that a person asked for.

        :param list spans: tuples (start, end) of UTC times
        :param str source: `changes`, `report` or `order_check`
        :return: how many
        """
        self.create(
            [
                {
                    "site_id": site.id,
                    "source": source,
                    "date_from": start,
                    "date_to": end,
                    "manual": True,
                }
                for start, end in spans
            ]
        )
        return len(spans)

    # === AN ORDER BY ITS ID === #

    @api.model
    def _request_orders(self, site, remote_order_ids, manual=False):
        """Ask for orders by their ids, each once.

        :param remote_order_ids: ids as the site writes them
        :param bool manual: whether a person asked
        :return: the fetch requests, those that were open already among them
        """
        wanted = sorted(set(remote_order_ids))
        domain = [("site_id", "=", site.id), ("source", "=", "order"), ("state", "=", "ready")]
        known = self.search([*domain, ("remote_ref", "in", wanted)])
        if manual:
            known.write({"manual": True, "retry_at": False})
        missing = [one for one in wanted if one not in known.mapped("remote_ref")]
        values = {"site_id": site.id, "source": "order", "manual": manual}
        values["date_from"] = fields.Datetime.now()
        return known | self.create([{**values, "remote_ref": one} for one in missing])

    @api.model
    def _request_mentioned(self, site, mentions, manual=False):
        """Ask for the orders that a document only names and that we do not have as they are now.

        :param list[dict] mentions: neutral orders whose `lines` are None
        :param bool manual: whether the document came because a person asked
        :return: ids that are asked for
        """
        orders = self.env["integrator.order"]
        known = orders._known(site, [mention["remote_order_id"] for mention in mentions])
        wanted = {
            mention["remote_order_id"]
            for mention in mentions
            if orders._is_behind(known.get(mention["remote_order_id"]), mention)
        }
        self._request_orders(site, wanted, manual)
        return sorted(wanted)
