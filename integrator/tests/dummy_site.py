# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A site that lives in memory: what a site addon has to bring, and nothing more."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import fields, models

from odoo.addons.integrator import neutral
from odoo.addons.integrator.exceptions import RejectedError


class DummyRemote:
    """The other side: what it has, what it was told, and what goes wrong next."""

    def __init__(self):
        self.pages = []
        self.orders = {}
        self.lists = {}
        self.offers = {"orders"}
        self.tokens = None
        self.told = []
        self.asked = []
        self.tried = []
        self.running = set()
        self.accepted = set()
        self.refusals = {}
        self.unfit = {}
        self.faults = []
        self.while_sending = lambda: None
        self.deaf = False
        self.early = set()
        self.in_flight = 0
        self.wants_tracking = False
        self.batch_size = 100
        self.watermark = datetime(2026, 11, 2)

    def meet_fault(self, hook):
        """Raise the next scripted fault of a hook, if any."""
        for index, (name, error) in enumerate(self.faults):
            if name == hook:
                del self.faults[index]
                raise error

    def order(self, remote_order_id, sku="SKU-1", status="unshipped", **values):
        """A neutral order with one line of 2 pieces at 10.00 and 4.90 shipping."""
        charges = [
            {"kind": "item", "of": "", "amount": "20.00"},
            {"kind": "shipping", "of": "", "amount": "4.90"},
        ]
        line = {"remote_line_id": f"{remote_order_id}-1", "sku": sku, "quantity": 2}
        line |= {"remote_product_id": "", "title": "Thing", "quantity_shipped": 0}
        line |= {"quantity_cancelled": 0, "gift_message": "", "promotion_ids": []}
        line |= {"tax_model": "", "tax_scheme": "", "charges": charges}
        address = dict.fromkeys(("company", "street2", "street3", "state", "phone", "district"), "")
        address |= {"name": "Ada", "street": "Way 1", "city": "Town", "zip": "1", "country": "DE"}
        buyer = {"name": "Ada", "email": "ada@example.com", "phone": ""}
        return {
            "remote_order_id": remote_order_id,
            "remote_status": status,
            "remote_status_text": status.upper(),
            "fulfilled_by": "merchant",
            "marketplace_code": "M1",
            "channel_name": "Dummy market",
            "ordered_at": "2026-11-01T10:00:00",
            "updated_at": "2026-11-01T11:00:00",
            "ship_by": None,
            "deliver_by": None,
            "service_level": "",
            "programs": [],
            "currency": "USD",
            "amount_total": "24.90",
            "unexplained": "0",
            "buyer": {**buyer, "company": "", "purchase_order": "", "vat": ""},
            "address": address,
            "cancel_requested": False,
            "cancel_reason": "",
            "lines": [line],
            **values,
        }

    def mention(self, remote_order_id, updated_at="2026-11-01T11:00:00"):
        """What only names an order."""
        values = self.order(remote_order_id, updated_at=updated_at)
        return {**values, "lines": None}

    def goods_back(self, remote_return_id, remote_order_id, quantity=1, **values):
        """A neutral return of pieces of the order's line."""
        line = {"sku": "SKU-1", "remote_line_id": "", "remote_product_id": "", "title": "Thing"}
        line |= {"quantity": quantity, "reason": "UNWANTED", "resolution": "REFUND"}
        return {
            "remote_return_id": remote_return_id,
            "remote_order_id": remote_order_id,
            "requested_at": "2026-11-03T10:00:00",
            "remote_status": "Approved",
            "carrier": "DHL",
            "tracking": "BACK-1",
            "lines": [line],
            **values,
        }


UTC = timezone.utc

#: Keys that hold times.
TIMES = ("ordered_at", "updated_at", "ship_by", "deliver_by", "shipped_at", "requested_at")


def neutral_form(values):
    """What a page of the dummy holds, in the core's form.

    :param dict values: as a test put it there; times as texts
    :return: `neutral.Extracted`
    """
    times = {key: values[key] for key in TIMES if values.get(key)}
    times = {key: datetime.fromisoformat(text).replace(tzinfo=UTC) for key, text in times.items()}
    values = {**values, **times}
    if "remote_listing" in values:
        code, sku = values["remote_listing"]
        return neutral.ListingMention(marketplace_code=code, sku=sku)
    if "unreadable" in values:
        is_order = "remote_order_id" in values
        return (neutral.UnreadableOrder if is_order else neutral.Unreadable)(**values)
    if "remote_return_id" in values:
        return neutral.read_return(values)
    if "remote_order_id" not in values:
        return neutral.read_listing(values)
    if values["lines"] is not None:
        return neutral.read_order(values)
    names = ("remote_order_id", "updated_at", "sold_elsewhere", "seller_order_id")
    return neutral.OrderMention(**{name: values[name] for name in names if name in values})


#: The longest span of one request for changes.
WINDOW = timedelta(days=30)


class DummySite(models.Model):
    _module = None
    _inherit = ["integrator.site"]
    _name = "integrator.site"

    site_type = fields.Selection(selection_add=[("dummy", "Dummy")], ondelete={"dummy": "cascade"})


class DummyAdapter(models.AbstractModel):
    _module = None
    _name = "integrator.adapter.dummy"
    _inherit = ["integrator.adapter"]
    _description = "Adapter: dummy"

    #: The remotes by site id; a test puts its own there.
    remotes = {}

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
        return self._remote(site).offers

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
        """What is asked for first and fetched later, such as a report."""
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
            delay = timedelta(seconds=event._eligible_sites()[:1].tracking_delay)
            update_at = event.operation_timestamp + delay
        return neutral.Update(
            kind=kind,
            target_ref=event.source_ref or f"{event.record_model},{event.record_id}",
            target_name=event.record_name,
            after="product" if kind == "price" else "",
            update_at=update_at,
        )

    def _section_names(self, site):
        return ("inventory", "price")

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

    def _wants_tracking(self, task):
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
        remote.told.append((self._ticket(submission), json.loads(submission._raw())))
        remote.while_sending()
        remote.meet_fault("submit answer")
        return self._answer(submission)

    def _recover(self, submission):
        remote = self._remote(submission.site_id)
        remote.meet_fault("recover")
        taken = any(told == self._ticket(submission) for told, _content in remote.told)
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
