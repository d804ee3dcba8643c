# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..monitoring.integrator_todo import TodoCure, TodoEntry


class IntegratorTodo(models.Model):
    """Listings that are not as they should be."""

    # a subject registers what is to do: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override: listings that are changed by others, refused in part, and with issues."""
        return [
            *super()._todo_entries(),
            self._todo_changed(),
            *self._todo_problems(),
        ]

    def _todo_changed(self):
        return TodoEntry(
            kind="drift",
            label=self.env._("Changed by others"),
            model="integrator.listing.section",
            domain=Domain("state", "=", "drifted")
            & ~self._todo_tasks(("waiting", "ready", "submitted", "pending")),
            title=(
                self.env._("1 listing was changed by somebody else"),
                self.env._("%s parts of listings were changed by somebody else"),
            ),
            step=self.env._("Decide whose value counts"),
            action="integrator.integrator_drift_action",
            reason="reason",
            since="drifted_at",
            case="integrator.integrator_drift_view_case",
            name="change_text",
            cures=(
                TodoCure(
                    "action_odoo_wins",
                    self.env._("Send what Odoo has"),
                    self.env._("The channel gets what Odoo says of all of these."),
                ),
                TodoCure("action_site_wins", self.env._("Take over what the channel shows…")),
                TodoCure("action_ask_ignore", self.env._("Leave it…")),
            ),
        )

    def _todo_problems(self):
        """Refused parts and issues, but for those whose update is shown as refused."""
        quiet = ~self._todo_tasks(("error",))
        return [
            TodoEntry(
                kind="section",
                label=self.env._("Refused part of a listing"),
                model="integrator.listing.section",
                domain=Domain("state", "=", "refused") & quiet,
                title=(
                    self.env._("1 part of a listing was refused"),
                    self.env._("%s parts of listings were refused"),
                ),
                step=self.env._("Read why and correct the product"),
                action="integrator.integrator_refused_action",
                reason="reason",
                since="sent_at",
                case="integrator.integrator_refused_view_case",
            ),
            TodoEntry(
                kind="issue",
                label=self.env._("Issue of a listing"),
                model="integrator.listing.issue",
                domain=Domain("state", "=", "open") & Domain("severity", "=", "error") & quiet,
                title=(
                    self.env._("1 listing has an issue"),
                    self.env._("%s listings have the same issue"),
                ),
                step=self.env._("Read it and correct the product"),
                action="integrator.integrator_listing_issue_action",
                cause="code",
                reason="message",
                code="issue_",
                case="integrator.integrator_listing_issue_view_case",
            ),
        ]

    def _todo_tasks(self, states):
        """Parts and issues of listings that have an update in one of some states."""
        domain = [("state", "in", states), ("listing_id", "!=", False)]
        tasks = self.env["integrator.task"].sudo()._search(domain)
        return Domain("listing_id", "in", tasks.subselect("listing_id"))
