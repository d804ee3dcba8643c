# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..exceptions import RejectedError

#: So few listings may always be sold out at once.
FEW_ZEROS = 5

NOTHING = Decimal(0)


class IntegratorGuard(models.AbstractModel):
    """The guard rails of a site: which tasks, of those that are about to leave, a person has to
    approve first (pain 8). Each rule is a method that gives dict task -> values of an approval."""

    _name = "integrator.guard"
    _description = "Guard rails"

    def _hold(self, site, tasks):
        """Hold what is over a limit, and tell the group of each cause once.

        :param tasks: tasks of the site that are about to leave, locked
        :return: the tasks that are held
        """
        found = {}
        for rule in self._rules():
            found |= rule(site, tasks)
        for task, values in found.items():
            self._hold_task(task, values)
        causes = {values["rule"]: values["reason"] for values in found.values()}
        for rule, reason in causes.items():
            self.env["integrator.alert"]._raise(site, "send", self._alert(rule, reason, found))
        return tasks.browse().union(*found)

    def _rules(self):
        return (self._price_breaches, self._zero_breaches, self._deletion_breaches)

    def _hold_task(self, task, values):
        approval = self.env["integrator.approval"].create(
            {
                "site_id": task.site_id.id,
                "task_id": task.id,
                "listing_id": task.listing_id.id,
                "target_name": task.target_name,
                **values,
            }
        )
        task._move(
            "waiting",
            approval_id=approval.id,
            error_code=f"held_{values['rule']}",
            error_message=approval.reason,
        )

    def _alert(self, rule, reason, found):
        count = sum(values["rule"] == rule for values in found.values())
        return RejectedError(
            self.env._(
                "%(count)s changes are held, for example: %(reason)s Approve or reject them at "
                "“Held for approval”.",
                count=count,
                reason=reason,
            ),
            code=f"held_{rule}",
        )

    # === RULES === #

    def _price_breaches(self, site, tasks):
        """Prices that change by more per cent than the site allows."""
        if not site.guard_price:
            return {}
        limit = Decimal(str(site.guard_price))
        return {
            task: {
                **self._way("price", old, new),
                "reason": self.env._(
                    "The price would change by more than %(limit)s %%, from %(old)s to %(new)s.",
                    limit=f"{limit:g}",
                    old=old,
                    new=new,
                ),
            }
            for task, (old, new) in self._changes(tasks, "price").items()
            if abs(new - old) * 100 > limit * old and not task.approval_ids._covers(old, new)
        }

    def _zero_breaches(self, site, tasks):
        """Listings that go to no stock, when they are too many at once."""
        if not site.guard_zero:
            return {}
        changes = self._changes(tasks, "inventory")
        zeros = {
            task: old
            for task, (old, new) in changes.items()
            if not new and not task.approval_ids._covers(old, new)
        }
        count = len(zeros) + (self._zeros_under_way(site) if zeros else 0)
        live = self.env["integrator.listing"].search_count(
            [("site_id", "=", site.id), ("state", "=", "live"), ("is_parent", "=", False)]
        )
        if count <= FEW_ZEROS or count * 100 <= site.guard_zero * live:
            return {}
        reason = self.env._(
            "%(count)s of %(live)s live listings would be sold out at once.", count=count, live=live
        )
        return {
            task: {**self._way("zero", old, NOTHING), "reason": reason}
            for task, old in zeros.items()
        }

    def _deletion_breaches(self, site, tasks):
        """Listings that are closed, when they are too many at once."""
        if not site.guard_deletions:
            return {}
        closing = tasks.filtered(
            lambda task: (
                task.kind == "delist" and not task.approval_ids._covers(Decimal(1), NOTHING)
            )
        )
        count = len(closing) + (self._closing_under_way(site) if closing else 0)
        if count <= site.guard_deletions:
            return {}
        reason = self.env._("%s listings would be closed at once.", count)
        return {task: {**self._way("deletion", 1, NOTHING), "reason": reason} for task in closing}

    def _way(self, rule, old, new):
        return {"rule": rule, "old_value": str(old), "new_value": str(new)}

    # === FIGURES === #

    def _changes(self, tasks, name):
        """How the figure of a section would change, where the site has one.

        :return: dict task -> tuple (what the site has, what would be sent)
        """
        tasks = tasks.filtered(lambda task: task.kind == name and task.listing_id)
        if not tasks:
            return {}
        adapter = tasks.site_id._adapter()
        values = adapter._section_values(tasks.listing_id, (name,))
        sections = tasks.listing_id._sections(name)
        changes = {}
        for task in tasks:
            section, value = sections[task.listing_id], values[task.listing_id][name]
            old = adapter._section_figure(name, section.verified_value or section.sent_value)
            if old and value is not None:
                changes[task] = (old, adapter._section_figure(name, value) or NOTHING)
        return changes

    def _zeros_under_way(self, site):
        """How many listings have been told to be sold out, and nobody approved it."""
        figure = site._adapter()._section_figure
        sections = self.env["integrator.listing.section"].search(
            [
                ("listing_id.site_id", "=", site.id),
                ("name", "=", "inventory"),
                ("state", "in", ("sent", "accepted")),
            ]
        )
        told = sections.filtered(
            lambda one: (
                figure(one.name, one.verified_value) and not figure(one.name, one.sent_value)
            )
        )
        return len(told.listing_id - self._under_way(site, "inventory").approval_ids.listing_id)

    def _closing_under_way(self, site):
        return len(self._under_way(site, "delist").filtered(lambda task: not task.approval_ids))

    def _under_way(self, site, kind):
        return self.env["integrator.task"].search(
            [
                ("site_id", "=", site.id),
                ("kind", "=", kind),
                ("state", "in", ("ready", "submitted", "pending")),
                ("batch_id", "!=", False),
            ]
        )
