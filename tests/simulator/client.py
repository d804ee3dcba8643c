# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A plain HTTP client of SP-API for the tests, and makers of what they send."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx

from spapi_simulator import Seller, Simulator

DE = "A1PA6795UKMFR9"
FR = "A13V1IB3VIYZZH"
US = "ATVPDKIKX0DER"
JSON = "application/json; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
ALL_SECTIONS = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX"


class Amazon:
    """One seller's way to the simulator: it asks for a token when it first needs one."""

    def __init__(self, simulator: Simulator, seller: Seller | None = None) -> None:
        self.simulator = simulator
        self.seller = seller or simulator.seller
        self.http = httpx.Client(base_url=simulator.url, timeout=10, trust_env=False)
        self.token = ""

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def ask_token(self, **changes: str) -> httpx.Response:
        """POST /auth/o2/token with the seller's credentials, some of them changed."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.seller.refresh_token,
            "client_id": self.seller.client_id,
            "client_secret": self.seller.client_secret,
        }
        return self.http.post("/auth/o2/token", data={**form, **changes})

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call an operation with an access token."""
        self.token = self.token or self.ask_token().json()["access_token"]
        headers = {"x-amz-access-token": self.token}
        return self.http.request(method, path, headers=headers, **options)

    def search(self, **query: Any) -> httpx.Response:
        """Call searchOrders; everything since 2020 unless another time is given."""
        if not {"createdAfter", "lastUpdatedAfter"} & set(query):
            query["lastUpdatedAfter"] = "2020-01-01T00:00:00Z"
        return self.request("GET", "/orders/2026-01-01/orders", params=query)

    def order(self, order_id: str, included: str = ALL_SECTIONS) -> dict[str, Any]:
        """Call getOrder and return the order."""
        path = f"/orders/2026-01-01/orders/{order_id}"
        query = {"includedData": included} if included else {}
        return self.request("GET", path, params=query).json()["order"]

    def confirm(self, order_id: str, shop: str = DE, **detail: Any) -> httpx.Response:
        """Call confirmShipment with a package of one unit of item 1, some of it changed."""
        package = {
            "packageReferenceId": "1",
            "carrierCode": "DHL",
            "trackingNumber": "00340434161094000000",
            "shipDate": "2026-11-20T11:00:00Z",
            "orderItems": [{"orderItemId": "1", "quantity": 1}],
        }
        body = {"marketplaceId": shop, "packageDetail": {**package, **detail}}
        path = f"/orders/v0/orders/{order_id}/shipmentConfirmation"
        return self.request("POST", path, json=body)

    def document(self, content: bytes, content_type: str) -> str:
        """Create a feed document, upload it and return its id."""
        path = "/feeds/2021-06-30/documents"
        made = self.request("POST", path, json={"contentType": content_type}).json()
        headers = {"Content-Type": content_type}
        self.http.put(made["url"], content=content, headers=headers).raise_for_status()
        return made["feedDocumentId"]

    def create_feed(self, feed_type: str, document_id: str, *shops: str) -> httpx.Response:
        """Call createFeed."""
        body = {
            "feedType": feed_type,
            "marketplaceIds": list(shops or (DE,)),
            "inputFeedDocumentId": document_id,
        }
        return self.request("POST", "/feeds/2021-06-30/feeds", json=body)

    def submit(self, feed_type: str, content: bytes | str, *shops: str) -> str:
        """Hand a feed in and return its id."""
        raw = content.encode() if isinstance(content, str) else content
        content_type = JSON if feed_type.startswith("JSON") else XML
        return self.create_feed(feed_type, self.document(raw, content_type), *shops).json()[
            "feedId"
        ]

    def feed(self, feed_id: str) -> dict[str, Any]:
        """Call getFeed."""
        return self.request("GET", f"/feeds/2021-06-30/feeds/{feed_id}").json()

    def report(self, feed_id: str) -> bytes:
        """Return the processing report of a finished feed, unpacked."""
        document_id = self.feed(feed_id)["resultFeedDocumentId"]
        path = f"/feeds/2021-06-30/documents/{document_id}"
        document = self.request("GET", path).json()
        content = self.http.get(document["url"]).content
        packed = document.get("compressionAlgorithm") == "GZIP"
        return gzip.decompress(content) if packed else content

    def create_report(self, report_type: str, *shops: str, **fields: Any) -> httpx.Response:
        """Call createReport over the last thirty days."""
        since = self.simulator.now() - timedelta(days=30)
        body = {
            "reportType": report_type,
            "marketplaceIds": list(shops or (DE,)),
            "dataStartTime": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **fields,
        }
        named = {key: value for key, value in body.items() if value is not None}
        return self.request("POST", "/reports/2021-06-30/reports", json=named)

    def ask_report(self, report_type: str, *shops: str, **fields: Any) -> dict[str, Any]:
        """Ask for a report and return what getReport says of it."""
        report_id = self.create_report(report_type, *shops, **fields).json()["reportId"]
        return self.get_report(report_id)

    def get_report(self, report_id: str) -> dict[str, Any]:
        """Call getReport."""
        return self.request("GET", f"/reports/2021-06-30/reports/{report_id}").json()

    def restricted_token(self, *paths: str) -> str:
        """Call createRestrictedDataToken."""
        resources = [{"method": "GET", "path": path} for path in paths]
        path = "/tokens/2021-03-01/restrictedDataToken"
        answer = self.request("POST", path, json={"restrictedResources": resources})
        return answer.json()["restrictedDataToken"]

    def report_document(self, document_id: str, restricted: bool = False) -> httpx.Response:
        """Call getReportDocument, with a restricted data token on request."""
        path = f"/reports/2021-06-30/documents/{document_id}"
        if not restricted:
            return self.request("GET", path)
        headers = {"x-amz-access-token": self.restricted_token(path)}
        return self.http.get(path, headers=headers)

    def read_report(self, report_type: str, *shops: str, **fields: Any) -> str:
        """Ask for a report and return its text."""
        document_id = self.ask_report(report_type, *shops, **fields)["reportDocumentId"]
        document = self.report_document(document_id, restricted=True).json()
        answer = self.http.get(document["url"])
        packed = document.get("compressionAlgorithm") == "GZIP"
        content = gzip.decompress(answer.content) if packed else answer.content
        charset = answer.headers["Content-Type"].rpartition("charset=")[2]
        return content.decode("cp932" if charset == "windows-31j" else charset)

    def grantless(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call an operation of the notifications API that wants a grantless token."""
        form = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications"}
        token = self.ask_token(**form).json()["access_token"]
        headers = {"x-amz-access-token": token}
        return self.http.request(method, f"/notifications/v1/{path}", headers=headers, **options)

    def create_destination(self, name: str = "queue", arn: str = "") -> httpx.Response:
        """Call createDestination for the default queue or another one."""
        resource = {"sqs": {"arn": arn or self.simulator.queue_arn}}
        body = {"name": name, "resourceSpecification": resource}
        return self.grantless("POST", "destinations", json=body)

    def subscribe(self, kind: str = "ORDER_CHANGE", **fields: Any) -> httpx.Response:
        """Make a destination if there is none, and call createSubscription."""
        found = self.grantless("GET", "destinations").json()["payload"]
        destination = found[0] if found else self.create_destination().json()["payload"]
        body = {"payloadVersion": "1.0", "destinationId": destination["destinationId"], **fields}
        return self.request("POST", f"/notifications/v1/subscriptions/{kind}", json=body)

    def list_items(
        self, *messages: dict[str, Any], shops: tuple[str, ...] = (DE,)
    ) -> dict[str, Any]:
        """Run a JSON listings feed and return its report."""
        feed_id = self.submit("JSON_LISTINGS_FEED", listings_feed(self.seller, *messages), *shops)
        return json.loads(self.report(feed_id))

    def item(self, method: str, sku: str, body: Any = None, **query: str) -> httpx.Response:
        """Call an operation on one listing."""
        path = f"/listings/2021-08-01/items/{self.seller.merchant_id}/{quote(sku, safe='')}"
        query.setdefault("marketplaceIds", DE)
        options = {} if body is None else {"json": body}
        return self.request(method, path, params=query, **options)


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    """Return Amazon's Money."""
    return {"amount": amount, "currencyCode": currency}


def order(
    number: int = 1, status: str = "UNSHIPPED", quantity: int = 2, **changes: Any
) -> dict[str, Any]:
    """Return an order with one item (id 1, 10.00 a piece incl. 1.60 tax) as Amazon tells it."""
    total = money(f"{10 * quantity}.00")
    net, tax = money(f"{8.4 * quantity:.2f}"), money(f"{1.6 * quantity:.2f}")
    taxes = {
        "type": "TAX",
        "subtotal": tax,
        "detailedBreakdowns": [{"subtype": "ITEM", "value": tax}],
    }
    item = {
        "orderItemId": "1",
        "quantityOrdered": quantity,
        "product": {
            "asin": "B000000001",
            "title": "A thing",
            "sellerSku": "THING",
            "price": {"unitPrice": money("10.00")},
        },
        "proceeds": {
            "proceedsTotal": total,
            "breakdowns": [{"type": "ITEM", "subtotal": net}, taxes],
        },
        "promotion": {"breakdowns": [{"promotionId": "P"}]},
    }
    data = {
        "orderId": f"302-0000000-{number:07d}",
        "createdTime": "2026-11-20T10:00:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": DE},
        "buyer": {"buyerName": "Erika Mustermann", "buyerEmail": "e@marketplace.amazon.de"},
        "recipient": {
            "deliveryAddress": {
                "name": "Erika Mustermann",
                "addressLine1": "Musterstraße 12",
                "city": "München",
                "postalCode": "80331",
                "countryCode": "DE",
            }
        },
        "proceeds": {"grandTotal": total},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
        "orderItems": [item],
    }
    return {**data, **changes}


def listing(number: int, sku: str, operation: str = "UPDATE", **changes: Any) -> dict[str, Any]:
    """Return a message of a listings feed that offers a SKU in Germany."""
    message: dict[str, Any] = {"messageId": number, "sku": sku, "operationType": operation}
    if operation == "UPDATE":
        message.update(productType="PRODUCT", attributes=attributes(sku))
    return {**message, **changes}


def attributes(sku: str, shop: str = DE, price: float = 19.99) -> dict[str, Any]:
    """Return the attributes of an offer with all that the product type PRODUCT asks for."""
    here = {"marketplace_id": shop}
    text = {"language_tag": "de_DE", **here}
    return {
        "item_name": [{"value": f"Title of {sku}", **text}],
        "brand": [{"value": "Acme", **text}],
        "bullet_point": [{"value": "Useful", **text}],
        "product_description": [{"value": "A thing.", **text}],
        "color": [{"value": "Red", **text}],
        "item_type_keyword": [{"value": "things", **here}],
        "country_of_origin": [{"value": "DE", **here}],
        "supplier_declared_dg_hz_regulation": [{"value": "not_applicable", **here}],
        "externally_assigned_product_identifier": [{"type": "ean", "value": ean(sku), **here}],
        "condition_type": [{"value": "new_new", **here}],
        "purchasable_offer": [
            {"currency": "EUR", "our_price": [{"schedule": [{"value_with_tax": price}]}], **here}
        ],
        "fulfillment_availability": [
            {"fulfillment_channel_code": "DEFAULT", "quantity": 5, "lead_time_to_ship_max_days": 3}
        ],
    }


def ean(sku: str) -> str:
    """Return a barcode of a SKU, always the same one."""
    body = f"{int(hashlib.sha256(sku.encode()).hexdigest(), 16) % 10**12:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def listings_feed(seller: Seller, *messages: dict[str, Any]) -> str:
    """Return a JSON listings feed."""
    header = {"sellerId": seller.merchant_id, "version": "2.0", "issueLocale": "en_US"}
    return json.dumps({"header": header, "messages": list(messages)})


def envelope(seller: Seller, kind: str, *bodies: str) -> str:
    """Return an XML feed with a message per body."""
    messages = "".join(
        f"<Message><MessageID>{number}</MessageID><{kind}>{body}</{kind}></Message>"
        for number, body in enumerate(bodies, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header>'
        "<DocumentVersion>1.01</DocumentVersion>"
        f"<MerchantIdentifier>{seller.merchant_id}</MerchantIdentifier></Header>"
        f"<MessageType>{kind}</MessageType>{messages}</AmazonEnvelope>"
    )
