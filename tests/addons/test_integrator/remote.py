# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The remote of a dummy site, in memory."""

from datetime import datetime, timezone

from odoo.addons.integrator import neutral
from odoo.addons.integrator.access_token import Login

UTC = timezone.utc

#: Keys that hold times.
TIMES = ("ordered_at", "updated_at", "ship_by", "deliver_by", "shipped_at", "requested_at")


class DummyRemote:
    """The remote of a dummy site: its orders, what it has received, and its scripted faults."""

    def __init__(self):
        self.pages = []
        self.orders = {}
        self.lists = {}
        self.offers = {"orders"}
        self.sections = ("inventory", "price")
        self.tokens = None
        self.received = []
        self.asked = []
        self.tried = []
        self.logins, self.login_cursors = [], []
        self.running = set()
        self.accepted = set()
        self.refusals = {}
        self.unfit = {}
        self.faults = []
        self.while_sending = lambda: None
        self.while_acknowledging = lambda _documents: None
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

    def log_in(self, key, cursor):
        """Take a key that is good once, and give the next one with a token."""
        self.logins.append(key)
        self.login_cursors.append(cursor)
        number = len(self.logins)
        return Login(
            access_token=f"token-{number}", seconds=3600, replaced={"key": f"key-{number}"}
        )

    def received_rows(self):
        """Kind and target of every update that has arrived, in the order of arrival."""
        return [tuple(row) for _ticket, content in self.received for row in content]

    def received_kinds(self):
        return [kind for kind, _ref in self.received_rows()]

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
        """A message that only names an order."""
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


def neutral_form(values):
    """The content of a page of the dummy, in the core's form.

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
