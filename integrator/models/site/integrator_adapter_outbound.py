# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.models import BaseModel

from ...neutral import Checked, Prepared, Sent, Update


class IntegratorAdapterOutbound(models.AbstractModel):
    """How updates are planned, sent and followed to their end."""

    _name = "integrator.adapter.outbound"
    _description = "Adapter: outbound"

    # === BUSINESS METHODS === #

    def _plan(self, site: BaseModel, events: BaseModel) -> dict[BaseModel, list[Update]]:
        """Say what a site has to be told because of events.

        :param events: `product.integration` or `order.integration`, all of one model
        :return: dict event -> list of `neutral.Update`; an event without any is done with
        """
        return {}

    def _lane(self, task: BaseModel) -> str:
        """Tasks of one lane travel in one submission and never overtake each other.

        :return: name of the task's lane
        """
        return task.kind

    def _lanes(self, site: BaseModel, tasks: BaseModel) -> dict[str, BaseModel]:
        """Spread ready tasks over lanes; a site may choose the lane by how many there are.

        :param tasks: ready tasks of the site, oldest first
        :return: dict name of the lane -> tasks
        """
        return tasks.grouped(self._lane)

    def _submission_size(self, lane: str) -> int:
        """How many tasks of a lane go out in one submission."""
        return 1

    def _in_flight(self, lane: str) -> int:
        """How many submissions of a lane may be under way at once; 0: any number."""
        return 0

    def _prepare(self, submission: BaseModel) -> Prepared:
        """Build what will be sent, from the current state of the records.

        :return: `neutral.Prepared`
        """
        raise NotImplementedError

    def _submit(self, submission: BaseModel) -> Sent:
        """Send a prepared submission.

        :return: `neutral.Sent`; with `more` only a part has left: its `refs` are kept on the
            submission and committed, then this is called again for the next part
        :raise OutcomeUnknownError: when the remote may have taken it
        :raise TransientError: when it certainly did not
        """
        raise NotImplementedError

    def _recover(self, submission: BaseModel) -> Sent | None:
        """Ask the remote whether it took a submission whose answer never arrived.

        :return: what `_submit` gives, or None when the remote does not know it
        :raise TransientError: when the remote cannot be asked now, or does not know it yet
        :raise UnclearError: when it was asked and there is no saying; a person has to look
        """

    def _check(self, submission: BaseModel) -> Checked:
        """Ask for the state of a ticket: one call per ticket.

        :return: `neutral.Checked`
        """
        raise NotImplementedError

    def _wants_tracking(self, task: BaseModel) -> bool:
        """Whether the site refuses a shipment that has no tracking number; it then waits for one
        until the site's deadline, and a person is asked.

        :param task: `integrator.task` of kind `shipment`
        """
        return False

    def _refund_refusal(self, site: BaseModel, order: BaseModel) -> str:
        """Why the site takes no refund of an order from outside.

        :param order: `integrator.order`
        :return: a sentence that says what to do instead; empty when it does
        """
        return ""

    def _refund_waits_for(self, task: BaseModel) -> str:
        """What has to happen before the site takes a refund, for example the shipment.

        :param task: `integrator.task` of kind `refund`
        :return: a sentence; empty when it may go
        """
        return ""
