# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain

from ...exceptions import RejectedError

#: So few listings may always be sold out at once.
MAX_FREE_ZEROS = 5
#: Small changes within this time count together, even if the site has shown them.
COUNTED_TIME = timedelta(days=1)
ZERO = Decimal(0)
#: The figure with which the others of a section begin: a first sale is held against the price.
MAIN = "price"


class IntegratorGuard(models.AbstractModel):
    """The guard rails of a site: which tasks, of those that are about to leave, a person has to
    approve first. Each rule is a method that gives dict task -> values of an approval."""

    _name = "integrator.guard"
    _description = "Guard rails"

    # === BUSINESS METHODS === #

    def _hold(self, site, tasks):
        """Hold what is over a limit, and alert the group once per cause.

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
                "%(count)s changes are held, for example: %(reason)s Approve or reject them "
                "on “To do”.",
                count=count,
                reason=reason,
            ),
            code=f"held_{rule}",
        )

    # === RULES === #

    def _price_breaches(self, site, tasks):
        """Prices of which one (the standing one, a sale, one for business buyers, one from a
        quantity on) changes by more per cent than the site allows."""
        if not site.guard_price:
            return {}
        limit = Decimal(str(site.guard_price))
        found = {}
        for task, (old, new) in self._changes(tasks, "price").items():
            changes = self._price_changes(old, new)
            far = {
                label: (before, after)
                for label, (before, after) in changes.items()
                if abs(after - before) * 100 > limit * before
            }
            if far and not task.approval_ids._covers(far):
                found[task] = self._prepare_price(self._currency(task), far, limit)
        return found

    def _price_changes(self, old, new):
        """The reference of each price: the value at the site, else the site's price for
        everybody; of a new listing, its own. The first price for everybody is no change.

        :return: dict label -> tuple (before, after)
        """
        changes = {}
        for label, after in new.items():
            first = new.get(MAIN) if label != MAIN else None
            if before := old.get(label) or old.get(MAIN) or first:
                changes[label] = before, after
        return changes

    def _prepare_price(self, currency, changes, limit):
        """Values of an approval of prices; it shows the one that changes most.

        :param currency: `res.currency` of the prices
        """

        def distance(label):
            before, after = changes[label]
            return abs(after - before) / before

        texts = [
            self.env._(
                "%(label)s from %(old)s to %(new)s",
                label=self._figure_label(label),
                old=self._price_text(currency, old),
                new=self._price_text(currency, new),
            )
            for label, (old, new) in changes.items()
        ]
        worst = max(changes, key=distance)
        return {
            **self._prepare_change("price", worst, changes),
            "currency_id": currency.id,
            "reason": self.env._(
                "The price would change by more than %(limit)s %%: %(changes)s.",
                limit=f"{float(limit):g}",
                changes="; ".join(texts),
            ),
        }

    def _price_text(self, currency, figure):
        amount = currency.round(float(figure))
        return f"{amount:.{currency.decimal_places}f} {currency.name}"

    def _figure_label(self, label):
        """The word for a figure of `_section_figures`, for people."""
        word, _comma, pieces = label.partition(" from ")
        words = {
            "price": self.env._("price"),
            "sale": self.env._("sale price"),
            "business": self.env._("business price"),
            "business sale": self.env._("sale price for business buyers"),
            "quantity": self.env._("pieces"),
        }
        text = words.get(word, word)
        if not pieces:
            return text
        return self.env._("%(price)s from %(pieces)s pieces", price=text, pieces=pieces)

    def _zero_breaches(self, site, tasks):
        """Listings that go to no stock, when they are too many within a day."""
        if not site.guard_zero:
            return {}
        zeros = {}
        for task, (old, new) in self._changes(tasks, "inventory").items():
            changes = {
                label: (before, ZERO)
                for label, before in old.items()
                if before and not new.get(label)
            }
            if changes and not task.approval_ids._covers(changes):
                zeros[task] = changes
        count = len(zeros) + (self._emptied_lately(site) if zeros else 0)
        live = self._count_live(site)
        if count <= MAX_FREE_ZEROS or count * 100 <= site.guard_zero * live:
            return {}
        reason = self.env._(
            "%(count)s of %(live)s live listings would be sold out within a day.",
            count=count,
            live=live,
        )
        return {
            task: {**self._prepare_change("zero", next(iter(changes)), changes), "reason": reason}
            for task, changes in zeros.items()
        }

    def _deletion_breaches(self, site, tasks):
        """Listings that are closed, when they are too many within a day."""
        if not site.guard_deletions:
            return {}
        changes = {"offers": (Decimal(1), ZERO)}
        closing = tasks.filtered(
            lambda task: task.kind == "delist" and not task.approval_ids._covers(changes)
        )
        count = len(closing) + (self._closed_lately(site) if closing else 0)
        if count <= site.guard_deletions:
            return {}
        reason = self.env._("%s listings would be closed within a day.", count)
        values = {**self._prepare_change("deletion", "offers", changes), "reason": reason}
        return dict.fromkeys(closing, values)

    def _prepare_change(self, rule, label, changes):
        """Values of an approval.

        :param str label: of the figure that it shows
        :param dict changes: label -> tuple (before, after), all that it approves
        """
        old, new = changes[label]
        return {
            "rule": rule,
            "figure": self._figure_label(label),
            "old_value": str(old),
            "new_value": str(new),
            "changes": {one: [str(value) for value in change] for one, change in changes.items()},
        }

    # === FIGURES === #

    def _changes(self, tasks, name):
        """The figures of a section as the site has them, and as the update would make them.

        :return: dict task -> tuple of dicts label -> figure (what the site has, what would be sent)
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
            if value is not None:
                old = section.verified_value or section.sent_value
                changes[task] = tuple(adapter._section_figures(name, one) for one in (old, value))
        return changes

    def _currency(self, task):
        """The currency of the prices that an update sends."""
        return task.listing_id.currency_id

    def _count_live(self, site):
        """Return the number of listings of the channel."""
        return self.env["integrator.listing"].search_count(
            [("site_id", "=", site.id), ("state", "=", "live"), ("is_parent", "=", False)]
        )

    def _emptied_lately(self, site):
        """Count the listings that were sold out within a day, still are, and were not approved."""
        since = fields.Datetime.now() - COUNTED_TIME
        sections = self.env["integrator.listing.section"].search(
            [("site_id", "=", site.id), ("emptied_at", ">=", since)]
        )
        return len(sections.listing_id - self._approved_zeros(site, since).listing_id)

    def _approved_zeros(self, site, since):
        """Approvals of zero quantities since a moment: `integrator.approval`."""
        return self.env["integrator.approval"].search(
            [
                ("site_id", "=", site.id),
                ("rule", "=", "zero"),
                ("state", "=", "approved"),
                ("decided_at", ">=", since),
            ]
        )

    def _closed_lately(self, site):
        """Count the listings that were closed within a day or are about to be, and were not
        approved."""
        since = fields.Datetime.now() - COUNTED_TIME
        domain = Domain("site_id", "=", site.id) & Domain("kind", "=", "delist")
        domain &= Domain("submission_id", "!=", False)
        domain &= Domain("state", "in", ("ready", "submitted", "pending")) | (
            Domain("state", "=", "success") & Domain("state_timestamp", ">=", since)
        )
        tasks = self.env["integrator.task"].search(domain)
        return len(tasks - tasks.approval_ids.filtered(lambda row: row.state == "approved").task_id)
