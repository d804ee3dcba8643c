# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class StagePlan(models.AbstractModel):
    """Outbound: a site turns the events it has not seen into tasks, each event once (001-61)."""

    _name = "integrator.stage.plan"
    _inherit = "integrator.stage"
    _description = "Stage: plan tasks"
    _errors = "integrator.consumption"
    _chunk = 200
    _next_stages = ("send",)

    #: Column of `integrator.consumption` that names an event of the queue.
    _column = None

    def _domain(self, site):
        unseen = Domain("pending", "=", True) & Domain(
            "consumption_ids", "not any", [("site_id", "=", site.id)]
        )
        wanted = Domain("site_id", "=", site.id)
        if site.automatic:
            wanted |= Domain("site_id", "=", False) & Domain(
                "company_id", "in", (False, site.company_id.id)
            )
        return unseen & wanted

    def _work(self, site, events):
        if not self._guard(events, lambda: self._consume(site, events)):
            return {}
        failed = {}
        for event in events:
            error = self._guard(event, lambda event=event: self._consume(site, event))
            if error:
                failed[event] = error
                self._mark(site, event, error_code=error.code, error_message=error.message)
        return failed

    def _consume(self, site, events):
        """Make the tasks of events and note that the site has seen them."""
        plans = site._adapter()._plan(site, events)
        made, seen = {}, []
        for event in events:
            tasks = self.env["integrator.task"]
            for values in plans.get(event, ()):
                tasks |= self._enqueue(site, event, values, made)
            seen.append(self._prepare_mark(site, event, task_ids=[(6, 0, tasks.ids)]))
        self.env["integrator.consumption"].create(seen)
        events._settle()

    def _enqueue(self, site, event, values, made):
        """Make or join one task; one with a forerunner waits for it (001-03).

        :param dict values: task values as the adapter planned them
        :param dict made: (kind, target_ref) -> task, for all events planned together
        """
        values = dict(values, manual=event.site_id == site)
        forerunner = made.get((values.pop("after", None), values["target_ref"]))
        if forerunner:
            values |= {"after_task_id": forerunner.id, "state": "waiting"}
        elif values.get("update_at"):
            values["state"] = "waiting"
        task = self.env["integrator.task"]._enqueue(site, values)
        made[values["kind"], values["target_ref"]] = task
        return task

    def _prepare_mark(self, site, event, **values):
        return {"site_id": site.id, self._column: event.id, **values}

    def _mark(self, site, event, **values):
        self.env["integrator.consumption"].create(self._prepare_mark(site, event, **values))


class StagePlanOrders(models.AbstractModel):
    _name = "integrator.stage.plan_orders"
    _inherit = "integrator.stage.plan"
    _description = "Stage: plan order updates"
    _stage = "plan_orders"
    _queue = "order.integration"
    _column = "order_event_id"


class StagePlanProducts(models.AbstractModel):
    _name = "integrator.stage.plan_products"
    _inherit = "integrator.stage.plan"
    _description = "Stage: plan product updates"
    _stage = "plan_products"
    _queue = "product.integration"
    _column = "product_event_id"
    # a catalogue comes as thousands of events, and what is looked up costs the same for any number
    _chunk = 500
