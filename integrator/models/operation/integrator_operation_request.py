# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...exceptions import RejectedError
from .integrator_event_mixin import MADE_BY
from .integrator_operation_kind import Figures

#: Minutes between two looks at the records; a stage that ends the last of them wakes it before.
FOLLOW_MINUTES = 5
#: Reasons of what failed that a summary has room for.
MAX_REASONS = 5
#: Failed records that are looked at for their reasons.
MAX_FAILED = 200


class IntegratorOperationRequest(models.AbstractModel):
    """Request from the stages what they otherwise do by themselves: send all products, fetch
    orders.

    It makes the records that the stages work on; everything after them is the automatic path. Then
    it follows them until the last one has come to its end. They point to it, and they alone know
    how they stand.
    """

    _name = "integrator.operation.request"
    _inherit = "integrator.operation.kind"
    _description = "Operation: ask for work of the stages"

    #: Field of theirs that has the reason of a failure.
    _reason_field = "reason"

    # === HOOKS === #

    def _pieces(self):
        return {"make": self._piece_make, "follow": self._piece_follow}

    def _find(self, site, start, end, source):
        """The records to work on.

        :param datetime start: UTC, the begin of the chosen days
        :param datetime end: UTC, the end of the chosen days
        :param str source: where orders come from, see `integrator.fetch.request`
        :return: records, or the spans of time that are asked for; with a length
        """
        raise NotImplementedError

    def _make(self, requests, site, found, source):
        """Make the records.

        :param requests: empty recordset of `_makes`
        :param found: of `_find`
        """
        requests._request(site, found)

    def _open_domain(self):
        """Records that have not come to their end."""
        under_way = ("waiting", "ready", "submitted", "pending")
        # an event without a task is finished as soon as every site has processed it
        open_domain = Domain("task_state", "in", under_way) | Domain("pending", "=", True)
        return open_domain & ~self._failed_domain()

    def _failed_domain(self):
        """Records that need a person."""
        return Domain("task_state", "=", "error")

    def _retry(self, failed):
        """Try again what failed."""
        failed._retry()

    def _take_back(self, rows):
        """Take back what has not left yet: events that no site has seen, and tasks that were made
        for nothing else."""
        queued = rows.task_ids.filtered(lambda task: task.state in ("waiting", "ready"))
        seen = self.env["integrator.consumption"].search([("task_ids", "in", queued.ids)])
        (queued - (seen - rows.consumption_ids).task_ids)._take_back()
        rows.filtered(lambda event: event.pending and not event.consumption_ids).unlink()

    # === START === #

    def _find_joined(self, site, order, parameters):
        """One that is under way and was asked for the same."""
        under_way = self.env["integrator.operation"].search(
            [
                ("kind", "=", self._kind()),
                ("site_id", "=", site.id),
                ("state", "in", ("queued", "running")),
            ]
        )
        wanted = self._read_parameters(parameters)
        return under_way.filtered(
            lambda operation: self._read_parameters(operation.parameters) == wanted
        )[:1]

    def _kind(self):
        return self._name.rpartition(".")[2]

    def _read_parameters(self, parameters):
        """The request of an operation, as `_find` takes it.

        :return: tuple (start, end, source)
        """
        start, end = (fields.Datetime.to_datetime(parameters[name]) for name in ("start", "end"))
        return start, end, parameters["source"]

    # === PIECES === #

    def _piece_make(self, operation):
        """Make the records, as if the person who asks had done it."""
        site, person = operation.site_id, operation.user_id
        start, end, source = self._read_parameters(operation.parameters)
        requests = self.env[self._makes].with_context(**{MADE_BY: operation})
        if person:
            requests = requests.with_user(person).sudo()
        self._make(requests, site, self._find(site, start, end, source), source)
        self.env["integrator.site"]._trigger_stages()
        return "follow"

    def _piece_follow(self, operation):
        """See whether the last record has come to its end."""
        if self._rows(operation, self._open_domain(), limit=1):
            operation._pause(minutes=FOLLOW_MINUTES)
            return "follow"
        if self._figures(operation).failed:
            raise RejectedError(self._summarise(operation), code="records_failed")
        return None

    def _is_complete(self, operation):
        """Return whether it rests although the records it waits for have come to their end."""
        at = operation.position["at"]
        return at == "follow" and not self._rows(operation, self._open_domain(), limit=1)

    def _progress(self, operation):
        if operation.position["at"] == "make":
            return 0.0
        figures = self._figures(operation)
        ended = figures.done + figures.failed
        return 100.0 * ended / figures.total if figures.total else 100.0

    def _figures(self, operation):
        total = self._count(operation, Domain.TRUE)
        failed = self._count(operation, self._failed_domain())
        return Figures(total, total - failed - self._count(operation, self._open_domain()), failed)

    def _finish(self, operation):
        operation._note("information", self._summarise(operation))

    def _summarise(self, operation):
        """The result, with the first reasons of failures."""
        figures = self._figures(operation)
        text = self.env._("%(done)s of %(total)s are done.", done=figures.done, total=figures.total)
        if figures.failed:
            text = self.env._(
                "%(done)s of %(total)s are done, %(failed)s failed.",
                done=figures.done,
                total=figures.total,
                failed=figures.failed,
            )
        failed = self._rows(operation, self._failed_domain(), limit=MAX_FAILED)
        reasons = dict.fromkeys(filter(None, failed.mapped(self._reason_field)))
        return "\n".join([text, *list(reasons)[:MAX_REASONS]])

    def _abandon(self, operation):
        if rows := self._rows(operation, self._open_domain()):
            self._take_back(rows)

    def _begin_anew(self, operation):
        """Only what failed is tried again, and followed by the same operation."""
        if operation.state != "failed":
            return super()._begin_anew(operation)
        if failed := self._rows(operation, self._failed_domain()):
            self._retry(failed)
        operation._reopen()
        self.env["integrator.site"]._trigger_stages()
        return operation

    # === RECORDS === #

    def _records_domain(self, operation, only_failed=False):
        domain = Domain("operation_id", "=", operation.id)
        return domain & self._failed_domain() if only_failed else domain

    def _rows(self, operation, domain, limit=None):
        domain &= self._records_domain(operation)
        return self.env[self._makes].search(domain, limit=limit)

    def _count(self, operation, domain):
        return self.env[self._makes].search_count(self._records_domain(operation) & domain)


class IntegratorOperationSendProducts(models.AbstractModel):
    """Send every product that a site offers, as it is in Odoo now."""

    _name = "integrator.operation.send_products"
    _inherit = "integrator.operation.request"
    _description = "Operation: send all products"
    _makes = "product.integration"

    def _find(self, site, start, end, source):
        return site._offered_products()


class IntegratorOperationFetchOrders(models.AbstractModel):
    """Fetch the orders that changed in a span of time."""

    _name = "integrator.operation.fetch_orders"
    _inherit = "integrator.operation.request"
    _description = "Operation: fetch orders"
    _makes = "integrator.fetch.request"
    _reason_field = "error_message"

    def _check_start(self, site, order, parameters):
        source = parameters["source"]
        if source == "changes" or site._can(f"source:{source}"):
            return
        raise UserError(
            self.env._("%s gives no order report. Fetch what changed there.", site.name)
        )

    def _find(self, site, start, end, source):
        """Start and end of each request: a range beyond what the site gives at once is split."""
        spans = []
        start, longest = self._reach(site, start, source)
        while start < end:
            stop = min(start + longest, end)
            spans.append((start, stop))
            start = stop
        return spans

    def _reach(self, site, start, source):
        """From when on a site gives orders.

        :return: tuple (start, longest span of one request)
        """
        reach = site._adapter()._order_reach(site, source)
        if reach.back:
            # a margin, so that the first request is not refused while it waits
            start = max(start, fields.Datetime.now() - reach.back + timedelta(hours=1))
        return start, reach.span

    def _make(self, requests, site, found, source):
        requests._request(site, found, source)

    def _open_domain(self):
        return Domain("state", "=", "ready")

    def _failed_domain(self):
        return Domain("state", "=", "error")

    def _retry(self, failed):
        failed._ask_again()

    def _take_back(self, rows):
        rows._stop_asking()


class IntegratorOperationSendShipments(models.AbstractModel):
    """Confirm again the deliveries that were done in a span of time."""

    _name = "integrator.operation.send_shipments"
    _inherit = "integrator.operation.request"
    _description = "Operation: send shipping data"
    _makes = "order.integration"

    def _find(self, site, start, end, source):
        pickings = self.env["stock.picking"].search(
            [
                ("sale_id.integrator_site_id", "=", site.id),
                ("state", "=", "done"),
                ("date_done", ">=", start),
                ("date_done", "<", end),
            ]
        )
        return pickings.sale_id


class IntegratorOperationSendOrderStatus(models.AbstractModel):
    """Send the state of a site's orders of a span of time."""

    _name = "integrator.operation.send_order_status"
    _inherit = "integrator.operation.request"
    _description = "Operation: send the status of orders"
    _makes = "order.integration"

    def _find(self, site, start, end, source):
        return self.env["sale.order"].search(
            [
                ("integrator_site_id", "=", site.id),
                ("date_order", ">=", start),
                ("date_order", "<", end),
            ]
        )
