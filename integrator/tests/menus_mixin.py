# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.tools.safe_eval import datetime, safe_eval, time


class MenusMixin:
    """Opens what the integration's menus lead to, without a browser."""

    def check_menus(self):
        """Load the views of every menu, and try each filter and grouping of their search views, as
        the administrator and not as superuser.

        :return: number of filters and groupings that were tried
        """
        root = self.env.ref("integrator.integrator_menu_root")
        env = self.env(user=self.env.ref("base.user_admin"), su=False)
        menus = env["ir.ui.menu"].search(
            [("id", "child_of", root.id), ("action", "like", "ir.actions.act_window,")]
        )
        tried = 0
        for menu in menus:
            action = menu.action.with_env(env)
            with self.subTest(menu=menu.complete_name):
                modes = action.view_mode.split(",")
                views = [(action.search_view_id.id, "search"), *((False, mode) for mode in modes)]
                shown = env[action.res_model].get_views(views)["views"]
                self.assertEqual(set(shown), {"search", *modes})
                tried += self._check_filters(action, etree.fromstring(shown["search"]["arch"]))
        return tried

    def _check_filters(self, action, search):
        model = action.env[action.res_model]
        names = self._names_of_filters()
        filters = search.xpath("//filter")
        for node in filters:
            with self.subTest(filter=node.get("name")):
                model.search_count(safe_eval(node.get("domain") or "[]", names))
                grouping = safe_eval(node.get("context") or "{}", names).get("group_by")
                for field in {grouping, node.get("date")} - {None}:
                    self._check_grouping(model, field)
        return len(filters)

    def _check_grouping(self, model, grouping):
        field = model._fields[grouping.partition(":")[0]]
        if field.type in ("date", "datetime") and ":" not in grouping:
            grouping = f"{grouping}:month"  # as the web client does
        if field.type != "properties":  # these are grouped by one of their own
            model.formatted_read_group([], [grouping], ["__count"])

    def _names_of_filters(self):
        """Return the names that the web client has when it evaluates a filter."""
        today = fields.Date.context_today(self.env.user)
        return {
            "uid": self.env.uid,
            "context_today": lambda: today,
            "current_date": str(today),
            "relativedelta": relativedelta,
            "datetime": datetime,
            "time": time,
        }
