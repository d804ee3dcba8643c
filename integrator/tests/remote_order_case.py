# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .sale_case import SaleCase


class RemoteOrderCase(SaleCase):
    """One order that the remote shows again and again, each time a bit later."""

    def see(self, status="unshipped", hour=12, **values):
        """The remote shows the order in a status since an hour of the day.

        :param values: keys of the neutral order; those of its only line too
        :return: the `integrator.order`
        """
        updated_at = f"2026-11-01T{hour}:00:00"
        value = self.remote.order("R-1", status=status, updated_at=updated_at)
        line = value["lines"][0]
        for key in values.keys() & line.keys() - value.keys():
            line[key] = values.pop(key)
        self.remote.pages.clear()
        return self.import_orders({**value, **values})

    def told(self):
        """What goes out, beside the acknowledgement of the order.

        :return: list of task kinds
        """
        self.run_stages("plan_orders", "send", "send")
        return [task.kind for task in self.tasks() if task.kind != "acknowledgement"]
