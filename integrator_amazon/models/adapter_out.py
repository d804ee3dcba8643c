# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.const import URGENT_KINDS

from ..api.priorities import SHARES

#: The lane of each task kind. What shares a lane travels in one submission.
LANES = {
    "product": "listings",
    "inventory": "listings",
    "price": "listings",
    "image": "listings",
    "relationship": "listings",
    "shipping": "listings",
    "delist": "listings",
    "acknowledgement": "acknowledgement",
    "cancellation": "acknowledgement",
    "shipment": "shipment",
    "refund": "refund",
}

#: Classes of work, the most urgent first.
PRIORITIES = tuple(SHARES)

#: Direct calls that are prepared at one go; Amazon takes five a second.
DIRECT_AT_ONCE = 200


class AmazonAdapter(models.AbstractModel):
    """Outbound hooks: each lane knows how its submissions are built, sent and followed."""

    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _wants_tracking(self, task):
        return True

    def _lane(self, task):
        lane = LANES[task.kind]
        if task.kind == "cancellation" and task.target_ref.startswith("sale.order.line,"):
            # units are cancelled by the feed of refunds
            return LANES["refund"]
        # a feed speaks of one marketplace
        return f"{lane}/{task.listing_id.marketplace_code}" if task.listing_id else lane

    def _lanes(self, site, tasks):
        """Few changes of live listings go one by one at once; so do stock and prices while a feed
        is stuck (pain 4)."""
        lanes = super()._lanes(site, tasks)
        if "shipment" in lanes:
            lanes |= self._shipment_lanes(site, lanes.pop("shipment"))
        for lane, waiting in list(lanes.items()):
            name, _slash, code = lane.partition("/")
            if name != "listings":
                continue
            direct = self._direct_tasks(site, lane, waiting)
            lanes[lane] = self._most_urgent_first(waiting - direct)
            lanes[f"direct/{code}"] = self._most_urgent_first(direct)
        return dict(sorted(lanes.items(), key=lambda item: self._urgency(item[0])))

    def _urgency(self, lane):
        """Orders before shipments before listings, however many of those there are."""
        return PRIORITIES.index(self._exporter_model(lane)._priority), lane

    def _most_urgent_first(self, tasks):
        """Stock before prices before content, each in the order in which it came."""
        by_kind = {kind: number for number, kind in enumerate(URGENT_KINDS)}
        return tasks.sorted(lambda task: (by_kind.get(task.kind, len(by_kind)), task.id))

    def _shipment_lanes(self, site, tasks):
        """Deliveries one by one, or many of them by feed unless feeds are stuck; those without a
        tracking number can only go by feed."""
        silent = tasks.filtered(lambda task: not task.picking_id.carrier_tracking_ref)
        silent = silent.filtered(
            lambda task: not any(
                task.picking_id.move_line_ids.result_package_id.mapped("integrator_tracking")
            )
        )
        many = len(tasks) > site.amazon_shipment_bulk and not site._is_stuck("fulfillment")
        by_feed = {"api": False, "feed": True, "auto": many}[site.amazon_shipment_route]
        bulk = tasks if by_feed else silent
        return {"fulfillment": bulk, "shipment": tasks - bulk}

    def _direct_tasks(self, site, lane, tasks):
        """The tasks that do not have to wait for a feed: all while they are few, a few changes of
        stock and prices also beside very many others, more of them while a feed is stuck, and
        stock whenever a feed is under way."""
        patches = tasks.filtered(
            lambda task: (
                task.kind != "delist"
                and task.listing_id.state == "live"
                and not task.listing_id.amazon_by_feed
            )
        )
        if len(tasks) <= site.direct_threshold:
            return patches
        urgent = patches.filtered(lambda task: task.kind in URGENT_KINDS)
        if site._is_stuck(lane) or len(urgent) <= site.direct_threshold:
            return urgent[:DIRECT_AT_ONCE]
        if self.env["integrator.submission"]._count_in_flight(site, lane):
            # what is sold out does not stay on offer while Amazon is at work on a feed
            return urgent.filtered(lambda task: task.kind == "inventory")[:DIRECT_AT_ONCE]
        return tasks.browse()

    def _exporter_model(self, lane):
        return self.env[f"integrator.amazon.exporter.{lane.split('/')[0]}"]

    def _submission_size(self, lane):
        return self._exporter_model(lane)._size

    def _in_flight(self, lane):
        return self._exporter_model(lane)._in_flight

    def _prepare(self, submission):
        return self._exporter_model(submission.lane)._prepare(submission)

    def _submit(self, submission):
        return self._exporter_model(submission.lane)._submit(submission)

    def _recover(self, submission):
        return self._exporter_model(submission.lane)._recover(submission)

    def _check(self, submission):
        return self._exporter_model(submission.lane)._check(submission)
