# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A site that lives in memory: what a site addon has to bring, and nothing more."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models

from odoo.addons.integrator import neutral
from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.operation_types import (
    ExportPreview,
    RemoteOrderLine,
    RemoteOrderResult,
    RemoteOrderState,
)

from ..remote import neutral_form
from ..warehouse import OVER

#: The longest span of one request for changes.
WINDOW = timedelta(days=30)


class DummyAdapter(models.AbstractModel):
    _name = "integrator.adapter.dummy"
    _inherit = ["integrator.adapter"]
    _description = "Adapter: dummy"

    #: The remotes by site id; a test puts its own there.
    remotes = {}
    #: The warehouses by site id; a site without one ships nothing for others.
    warehouses = {}

    def _remote(self, site):
        return self.remotes[site.id]

    def _test_connection(self, site):
        self._remote(site).meet_fault("test_connection")
        return "Connected as Dummy."

    def _test_credentials(self, site):
        remote = self._remote(site)
        remote.tried.append(self.env["integrator.secret"]._fetch(site, "key"))
        remote.meet_fault("test_credentials")
        return "The new key works."

    def _log_in(self, site):
        return self._remote(site).log_in(site._secret("key"), self.env.cr)

    def _credential_days(self, site):
        return {"key": 180, "token": None}

    def _account_tables(self):
        return {
            "countries": neutral.AccountTable(
                "Countries", "res.country", (("phone_code", "!=", 0),), "code", "name"
            ),
            "gone": neutral.AccountTable("Gone", "not.there", (), "code", "name"),
            "changed": neutral.AccountTable(
                "Changed", "res.country", (("no_such_field", "=", True),), "code", "name"
            ),
        }

    def _capabilities(self, site):
        # a form shows a site before its test gives it a remote
        remote = self.remotes.get(site.id)
        ships = {"warehouse", "export"} if site.id in self.warehouses else set()
        return {"source:listing", *(remote.offers if remote else ()), *ships}

    # === IN === #

    def _check_remote_order_id(self, site, text):
        if not text.startswith("R-"):
            raise RejectedError(f"“{text}” is no order id: it begins with R-", code="bad_id")

    def _order_reach(self, site, source):
        if source == "report":
            return neutral.Reach(timedelta(days=10), back=timedelta(days=60))
        return neutral.Reach(WINDOW)

    def _fetch(self, fetch_request):
        remote = self._remote(fetch_request.site_id)
        remote.meet_fault("fetch")
        remote.meet_fault(f"fetch {fetch_request.source}")
        remote.meet_fault(f"fetch page {fetch_request.page}")
        fetchers = {"changes": self._fetch_page, "order": self._fetch_order}
        return fetchers.get(fetch_request.source, self._fetch_list)(remote, fetch_request)

    def _fetch_order(self, remote, fetch_request):
        """One order by its id."""
        if fetch_request.remote_ref not in remote.orders:
            raise RejectedError("The site does not know this order.", code="order_unknown")
        content = json.dumps([remote.orders[fetch_request.remote_ref]]).encode()
        return self._page(content, fetch_request)

    def _fetch_list(self, remote, fetch_request):
        """A source that is requested first and fetched later, such as a report."""
        if not fetch_request.next_token:
            return neutral.Page(next_token="report-1", retry_after=60)
        return self._page(
            json.dumps(remote.lists.get(fetch_request.source, [])).encode(), fetch_request
        )

    def _page(self, content, fetch_request):
        return neutral.Page(
            content=content,
            charset="utf-8",
            request_id=f"request-{fetch_request.id}",
            received_at=fields.Datetime.now(),
        )

    def _fetch_page(self, remote, fetch_request):
        pages = remote.pages or [b"[]"]
        tokens = remote.tokens or [f"token-{page}" for page in range(1, len(pages))]
        return neutral.Page(
            content=pages[fetch_request.page],
            charset="utf-8",
            request_id=f"request-{fetch_request.page}",
            received_at=fields.Datetime.now(),
            next_token=tokens[fetch_request.page] if fetch_request.page < len(tokens) else None,
            # each page knows of a little more; of what was changed meanwhile the first one is sure
            watermark=remote.watermark + timedelta(minutes=fetch_request.page),
        )

    def _acknowledge(self, documents):
        remote = self._remote(documents.site_id)
        remote.meet_fault("acknowledge")
        remote.while_acknowledging(documents)
        reason = remote.refusals.get("document")
        return dict.fromkeys(documents, reason) if reason else {}

    def _extract(self, document):
        self._remote(document.site_id).meet_fault("extract")
        try:
            orders = json.loads(document._raw())
        except ValueError as error:
            raise RejectedError("This cannot be read.", code="malformed_document") from error
        return [neutral_form(values) for values in orders]

    # === OUT === #

    def _plan(self, site, events):
        remote = self._remote(site)
        remote.meet_fault("plan")
        for event in events:
            remote.meet_fault(f"plan {event.record_name}")
        if remote.deaf:
            return {}
        return {
            event: [self._update(event, kind) for kind in self._kinds(event)] for event in events
        }

    def _kinds(self, event):
        kinds = {"create": ("product", "price"), "unlink": ("delist",), "write": ("product",)}
        kinds |= {"confirmation": ("acknowledgement",), "cancellation": ("cancellation",)}
        kinds |= {"shipped": ("shipment",), "tracking": ("shipment",), "refund": ("refund",)}
        return kinds[event.record_operation]

    def _update(self, event, kind):
        update_at = None
        if kind == "shipment" and not event.operation_data.get("tracking"):
            delay = timedelta(seconds=event._eligible_sites_sudo()[:1].tracking_delay)
            update_at = event.operation_timestamp + delay
        return neutral.Update(
            kind=kind,
            target_ref=event.source_ref or f"{event.record_model},{event.record_id}",
            target_name=event.record_name,
            after="product" if kind == "price" else "",
            update_at=update_at,
        )

    def _section_names(self, site):
        return self._remote(site).sections

    def _offer_places(self, site):
        """Its tests make the listings that they need."""
        return {}

    def _section_values(self, listings, names):
        makers = {
            "price": lambda: {one: row["amount"] or 0 for one, row in listings._prices().items()},
            "inventory": lambda: {
                one: row["quantity"] or 0 for one, row in listings._stock().items()
            },
        }
        found = {name: makers[name]() for name in names if name in makers}
        return {
            listing: {
                name: {"figure": str(found[name][listing])} if name in found else None
                for name in names
            }
            for listing in listings
        }

    def _section_message(self, listing, name, value):
        return {"sku": listing.sku, name: value}

    def _try_messages(self, site, messages):
        return [{} for _message in messages]

    def _section_shown(self, listing, name, value, shown):
        return shown.get(name, value)

    def _section_figure(self, name, value):
        return Decimal(value["figure"]) if value else None

    def _requires_tracking(self, task):
        return self._remote(task.site_id).wants_tracking

    def _lane(self, task):
        self._remote(task.site_id).meet_fault("lane")
        return "all"

    def _submission_size(self, lane):
        return min(remote.batch_size for remote in self.remotes.values())

    def _in_flight(self, lane):
        return max(remote.in_flight for remote in self.remotes.values())

    def _prepare(self, submission):
        remote = self._remote(submission.site_id)
        remote.meet_fault("prepare")
        unfit = {
            task: remote.unfit[task.kind]
            for task in submission.task_ids
            if task.kind in remote.unfit
        }
        tasks = submission.task_ids - self.env["integrator.task"].union(*unfit)
        content = json.dumps([[task.kind, task.target_ref] for task in tasks]).encode()
        return neutral.Prepared(content=content, left_out=unfit)

    def _submit(self, submission):
        remote = self._remote(submission.site_id)
        remote.meet_fault("submit")
        remote.received.append((self._ticket(submission), json.loads(submission._raw())))
        remote.while_sending()
        remote.meet_fault("submit answer")
        return self._answer(submission)

    def _recover(self, submission):
        remote = self._remote(submission.site_id)
        remote.meet_fault("recover")
        taken = any(received == self._ticket(submission) for received, _content in remote.received)
        return self._answer(submission) if taken else None

    def _check(self, submission):
        remote = self._remote(submission.site_id)
        remote.asked.append(submission.ticket)
        remote.meet_fault("check")
        if submission.ticket in remote.running:
            early = {task: None for task in submission.task_ids if task.kind in remote.early}
            return neutral.Checked(running=True, retry_after=30, results=early)
        if submission.ticket in remote.accepted:
            submission._keep_result(b"accepted")
            return neutral.Checked(running=True, retry_after=30)
        results = {task: remote.refusals.get(task.kind) for task in submission.task_ids}
        return neutral.Checked(results=results)

    def _ticket(self, submission):
        return f"ticket-{submission.id}"

    def _answer(self, submission):
        ticket = self._ticket(submission)
        refs = {"id": ticket, "document": f"document-{submission.id}"}
        return neutral.Sent(ticket=ticket, refs=refs)

    # === SHIPPING FOR OTHERS === #

    def _split_order_export(self, site, request):
        most = self.warehouses[site.id].most_lines
        lines = request.lines
        return [
            replace(request, lines=lines[start : start + most])
            for start in range(0, len(lines), most)
        ]

    def _check_order_export(self, site, request):
        warehouse = self.warehouses[site.id]
        warehouse.called("check", request)
        refs = {line.ref for line in request.lines} | {""}
        return [
            one
            for one in warehouse.discrepancies
            if one.line_ref in refs and self._is_still(one, request)
        ]

    def _is_still(self, discrepancy, request):
        """A shortage is over when few enough are asked for."""
        if (discrepancy.cause, discrepancy.line_ref) in request.accepted:
            return False
        available = discrepancy.data.get("available")
        line = next((one for one in request.lines if one.ref == discrepancy.line_ref), None)
        return available is None or line is None or line.quantity > available

    def _preview_order_export(self, site, request):
        if site.id not in self.warehouses:
            return super()._preview_order_export(site, request)
        self.warehouses[site.id].called("preview", request)
        return [
            ExportPreview("Standard", Decimal("7.50"), "EUR"),
            ExportPreview("Express", Decimal("12.00"), "EUR"),
        ]

    def _create_remote_order(self, site, request, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("create", remote_ref, request)
        lines = tuple(
            RemoteOrderLine(
                ref=line.ref,
                sku=line.sku,
                quantity=line.quantity,
                remote_line_id=f"item-{line.ref}",
                remote_product_id=f"ASIN-{line.sku}",
                configuration=line.sku,
                promotion_ids=("PROMO-1",),
                price=warehouse.prices.get(line.sku, line.price),
            )
            for line in request.lines
        )
        state = RemoteOrderState(
            remote_ref, "unshipped", "Received", lines, is_held=request.hold, currency="EUR"
        )
        warehouse.orders.setdefault(remote_ref, state)
        warehouse.called("create answer", remote_ref)
        return RemoteOrderResult(remote_ref, state)

    def _read_remote_order(self, site, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("read", remote_ref)
        return warehouse.orders.get(remote_ref)

    def _cancel_remote_order(self, site, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("cancel", remote_ref)
        if warehouse.orders[remote_ref].status in OVER:
            return "too_late"
        warehouse.end(remote_ref, "cancelled", "Cancelled")
        return "cancelled"

    def _release_remote_order(self, site, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("release", remote_ref)
        state = warehouse.orders[remote_ref]
        warehouse.orders[remote_ref] = replace(state, is_held=False)
        return "released" if state.is_held else "too_late"
