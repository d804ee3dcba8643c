# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..const import RETRY_MINUTES
from ..exceptions import TaskBusyError, TransientError, UnexpectedError


class StagePlan(models.AbstractModel):
    """Outbound: a site turns the events it has not seen into tasks, each event once."""

    _name = "integrator.stage.plan"
    _inherit = "integrator.stage"
    _description = "Stage: plan tasks"
    _errors = "integrator.consumption"
    _chunk = 200
    _next_stages = ("send", "operate")

    #: Column of `integrator.consumption` that names an event of the queue.
    _column = None

    def _domain(self, site):
        seen = Domain("site_id", "=", site.id)
        again = seen & Domain("retry_at", "<=", fields.Datetime.now())
        unseen = Domain("consumption_ids", "not any", seen)
        unseen |= Domain("consumption_ids", "any", again)
        wanted = Domain("site_id", "=", site.id)
        if site.automatic:
            wanted |= Domain("site_id", "=", False) & Domain(
                "company_id", "in", (False, site.company_id.id)
            )
        return Domain("pending", "=", True) & unseen & wanted

    def _work(self, site, events):
        with self._isolated(events) as outcome:
            self._consume(site, events)
        if not outcome.error:
            return {}
        if len(events) == 1:
            return self._refuse_events(site, {events: outcome.error})
        failed = self._each(events, lambda event: self._consume(site, event))
        return self._refuse_events(site, failed)

    def _consume(self, site, events):
        """Make the tasks of events and note that the site has seen them. An event whose task is
        just being built waits for the next run: what is built may not have its change yet."""
        self._get_consumptions(site, events).unlink()
        plans = site._adapter()._plan(site, events)
        made, seen = {}, []
        for event in events:
            tasks = self.env["integrator.task"]
            try:
                for update in plans.get(event, ()):
                    tasks |= self._enqueue(site, event, update, made)
            except TaskBusyError:
                continue
            made_of_it = {"task_ids": [(6, 0, tasks.ids)]} if tasks else {}
            seen.append(self._prepare_mark(site, event, **made_of_it))
        self.env["integrator.consumption"].create(seen)
        events._close_processed()

    def _enqueue(self, site, event, update, made):
        """Make or join one task; one with a forerunner waits for it.

        :param Update update: as the adapter planned it
        :param dict made: (kind, target_ref) -> task, for all events planned together
        """
        values = {"manual": event.site_id == site}
        if forerunner := made.get((update.after, update.target_ref)):
            values |= {"after_task_id": forerunner.id, "state": "waiting"}
        elif update.update_at:
            values["state"] = "waiting"
        task = self.env["integrator.task"]._enqueue(site, update, **values)
        made[update.kind, update.target_ref] = task
        return task

    def _get_consumptions(self, site, events):
        """Return the consumptions that an earlier, failed attempt at events has noted."""
        domain = [("site_id", "=", site.id), (self._column, "in", events.ids)]
        return self.env["integrator.consumption"].search(domain)

    def _refuse_events(self, site, failed):
        """Note on events why they cannot be planned. What may pass is tried again some times, the
        rest waits for a person.

        :param dict failed: event -> IntegratorError
        :return: the same
        """
        events = self.env[self._queue].union(*failed)
        known = {mark[self._column]: mark for mark in self._get_consumptions(site, events)}
        for event, error in failed.items():
            mark = known.get(event)
            attempts = mark.attempts + 1 if mark else 1
            values = self._prepare_failure(error, attempts)
            if mark:
                mark.write(values)
            else:
                self.env["integrator.consumption"].create(self._prepare_mark(site, event, **values))
        events._close_processed()
        return failed

    def _prepare_failure(self, error, attempts):
        passing = isinstance(error, (TransientError, UnexpectedError))
        again = passing and attempts < self.env["integrator.site"]._max_attempts()
        minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1]
        return {
            "attempts": attempts,
            "retry_at": again and fields.Datetime.now() + timedelta(minutes=minutes),
            "error_code": error.code,
            "error_message": error.message if again else error.last_message,
        }

    def _prepare_mark(self, site, event, **values):
        return {"site_id": site.id, self._column: event.id, **values}


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
