# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A marketplace in memory: listings, orders that wait for parcels, cancellations, refunds. The
core plans the updates; this adapter only defines their form."""

import base64
import json
from datetime import datetime, timezone
from decimal import Decimal

from odoo import fields, models

from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.neutral import (
    Address,
    Buyer,
    Charge,
    Checked,
    Order,
    OrderLine,
    Page,
    Prepared,
    Sent,
)
from odoo.addons.integrator.secret_field import Secret

#: Where messages about listings travel together; each of the others goes alone.
LISTINGS = "listings"


class Market:
    """The marketplace: its offers and orders, and how it handles messages."""

    def __init__(self):
        self.offers, self.orders, self.received = {}, {}, []
        #: SKU -> why its messages are refused.
        self.refusals = {}
        #: Whether it shows what it has accepted.
        self.is_quick = True
        #: Whether it has not looked yet at what it has received.
        self.is_busy = False
        #: Kinds of updates of orders that it takes.
        self.able = {"acknowledgement", "shipment", "cancellation", "refund"}
        #: Ids of its marketplaces -> currency.
        self.places = {"": "USD"}

    def take(self, lane, order_id, messages):
        """Work on what was sent."""
        if lane != LISTINGS:
            self.received.append((lane, order_id, messages))
            return
        for message in messages if self.is_quick else ():
            sku, place = message["sku"], message.pop("place")
            if message.get("closed"):
                self.offers.pop(place + sku, None)
            elif sku not in self.refusals:
                self.offers.setdefault(place + sku, {}).update(message)


class MarketSite(models.Model):
    _inherit = "integrator.site"

    site_type = fields.Selection(
        selection_add=[("market", "Market in memory"), ("unfinished", "Unfinished")],
        ondelete={"market": "cascade", "unfinished": "cascade"},
    )
    market_url = fields.Char()
    market_key = Secret("Key of the market", sent_to=("market_url",))


class MarketAdapter(models.AbstractModel):
    _name = "integrator.adapter.market"
    _inherit = ["integrator.adapter"]
    _description = "Adapter: market in memory"

    #: The marketplaces by site id; a test puts its own there.
    markets = {}

    def _test_connection(self, site):
        return "The market is open."

    def _capabilities(self, site):
        return {"orders", *self._market(site).able}

    def _market(self, site):
        return self.markets.setdefault(site.id, Market())

    # === IN === #

    def _fetch(self, fetch_request):
        orders = list(self._market(fetch_request.site_id).orders.values())
        now = fields.Datetime.now()
        return Page(content=json.dumps(orders).encode(), received_at=now, watermark=now)

    def _extract(self, document):
        return [self._read_row(row) for row in json.loads(document._raw())]

    def _read_row(self, row):
        ordered_at = datetime(2026, 11, 20, 10, tzinfo=timezone.utc)
        amount = Decimal(row["price"]) * row["quantity"]
        charges = (Charge(kind="item", amount=amount),)
        line = {"remote_line_id": "1", "sku": row["sku"], "quantity": row["quantity"]}
        return Order(
            remote_order_id=row["id"],
            remote_status="unshipped",
            fulfilled_by="merchant",
            ordered_at=ordered_at,
            updated_at=ordered_at,
            currency="USD",
            amount_total=amount,
            buyer=Buyer(name="Ada"),
            address=Address(name="Ada", street="Way 1", city="Town", zip="12345", country="DE"),
            lines=(OrderLine(**line, charges=charges),),
        )

    # === LISTINGS === #

    def _offer_places(self, site):
        return {code: f"{site.name} {code}".strip() for code in self._market(site).places}

    def _currency(self, site, marketplace_code):
        currency = self._market(site).places[marketplace_code]
        return self.env.ref(f"base.{currency}")

    def _section_names(self, site):
        return ("product", "inventory", "price")

    def _section_values(self, listings, names):
        stock, prices = listings._stock(), listings._prices()
        values = {
            one: {
                "product": {"title": one.product_id.name},
                "inventory": {"quantity": stock[one]["quantity"] or 0},
                "price": {"price": prices[one]["amount"]},
            }
            for one in listings
        }
        return {one: {name: values[one][name] for name in names} for one in listings}

    def _section_message(self, listing, name, value):
        return {"sku": listing.sku, "place": listing.marketplace_code, **value}

    def _closing_message(self, listing):
        return self._section_message(listing, "", {"closed": True})

    def _section_shown(self, listing, name, value, shown):
        return {key: shown.get(key) for key in value}

    # === OUT === #

    def _lane(self, task):
        return LISTINGS if task.listing_id else task.kind

    def _submission_size(self, lane):
        return 100 if lane == LISTINGS else 1

    def _prepare(self, submission):
        tasks = submission.task_ids
        if submission.lane == LISTINGS:
            messages, left_out = tasks._listing_messages()
            content = json.dumps([*messages.values()]).encode() if messages else b""
            return Prepared(content=content, left_out=left_out)
        makers = {"shipment": self._parcels, "refund": self._refund}
        try:
            message = makers[tasks.kind](tasks) if tasks.kind in makers else {}
        except IntegratorError as error:
            return Prepared(left_out={tasks: error})
        return Prepared(content=json.dumps(message).encode())

    def _parcels(self, task):
        due = self.env["integrator.parcel"]._due(task)
        return {str(parcel.number): content for parcel, content in due.items()}

    def _refund(self, task):
        due = task._refund_due()
        self.env["integrator.refund.line"]._replace(task, due)
        amounts = ((line, kind, net + tax) for (line, kind), (net, tax) in due.items())
        return {f"{line.remote_line_id} {kind}": str(amount) for line, kind, amount in amounts}

    def _invoice(self, task):
        invoice = task._invoice_file()
        pdf = base64.b64encode(invoice.content).decode()
        number = invoice.reversed_number or invoice.number
        return {"of": number, "total": str(invoice.amount_total), "pdf": pdf}

    def _submit(self, submission):
        market = self._market(submission.site_id)
        order_id = submission.task_ids.order_id.remote_order_id
        message = json.loads(submission._raw())
        if submission.lane == "invoice":
            message = self._invoice(submission.task_ids)
        market.take(submission.lane, order_id, message)
        return Sent(ticket=str(submission.id))

    def _check(self, submission):
        tasks = submission._tasks_under_way()
        if submission.lane != LISTINGS:
            return Checked(results=dict.fromkeys(tasks))
        market = self._market(submission.site_id)
        if market.is_busy:
            return Checked(running=True, retry_after=60)
        if not submission.result:
            submission._keep_result(b"accepted")
        shown = {listing: self._offer(market, listing) for listing in tasks.listing_id}
        reasons = ((task, market.refusals.get(task.listing_id.sku)) for task in tasks)
        refused = {task: reason for task, reason in reasons if reason}
        results = tasks._record_listing_results(submission, shown, refused)
        return Checked(running=len(results) < len(tasks), retry_after=10, results=results)

    def _offer(self, market, listing):
        return market.offers.get(listing.marketplace_code + listing.sku)


class UnfinishedAdapter(models.AbstractModel):
    """An adapter without the first hook for orders."""

    _name = "integrator.adapter.unfinished"
    _inherit = ["integrator.adapter"]
    _description = "Adapter: unfinished"

    def _capabilities(self, site):
        return {"orders"}
