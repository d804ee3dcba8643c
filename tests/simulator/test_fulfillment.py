# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Multi-channel fulfilment of the simulator over HTTP, both versions."""

from __future__ import annotations

from typing import Any

import pytest

from .client import DE, Amazon

OLD = "/fba/outbound/2020-07-01"
NEW = "/fulfillment/outbound/2026-07-04"
ADDRESS = {
    "name": "Erika Mustermann",
    "addressLine1": "Musterstraße 12",
    "city": "München",
    "postalCode": "80331",
    "countryCode": "DE",
}


def order(order_id: str = "WH-1", quantity: int = 2, **changes: Any) -> dict[str, Any]:
    """Return a new order of 2020-07-01."""
    item = {"sellerSku": "THING", "sellerFulfillmentOrderItemId": "1", "quantity": quantity}
    body = {
        "marketplaceId": DE,
        "sellerFulfillmentOrderId": order_id,
        "displayableOrderId": "S00042",
        "displayableOrderDate": "2026-11-20T10:00:00Z",
        "displayableOrderComment": "Thank you",
        "shippingSpeedCategory": "Standard",
        "destinationAddress": ADDRESS,
        "items": [item],
    }
    return {**body, **changes}


def new_order(order_id: str = "WH-1", quantity: str = "2") -> dict[str, Any]:
    """Return a new order of 2026-07-04."""
    return {
        "orderId": order_id,
        "channel": "SHOP",
        "origin": {"countryCode": "DE"},
        "destination": {"deliveryAddress": ADDRESS},
        "fulfillmentConfiguration": {"serviceLevel": {"serviceTiers": ["EXPEDITED"]}},
        "lineItems": [
            {
                "lineItemId": "1",
                "product": {"productIdentifier": {"amazonSku": "THING"}},
                "amount": {"unit": "EACHES", "value": quantity},
            }
        ],
    }


def create(amazon: Amazon, *args: Any, **changes: Any) -> Any:
    """Call createFulfillmentOrder."""
    return amazon.request("POST", f"{OLD}/fulfillmentOrders", json=order(*args, **changes))


def get(amazon: Amazon, order_id: str = "WH-1") -> dict[str, Any]:
    """Call getFulfillmentOrder."""
    answer = amazon.request("GET", f"{OLD}/fulfillmentOrders/{order_id}")
    return answer.json()["payload"]


def later(amazon: Amazon, seconds: float) -> None:
    """Let time pass; access tokens do not live long enough to be kept."""
    amazon.simulator.advance(seconds)
    amazon.token = ""


def status(amazon: Amazon, order_id: str = "WH-1") -> str:
    return str(get(amazon, order_id)["fulfillmentOrder"]["fulfillmentOrderStatus"])


@pytest.fixture
def amazon(amazon: Amazon) -> Amazon:
    """Return the client of a seller of whom five pieces lie at Amazon."""
    amazon.simulator.set_fba_stock("THING", 5)
    return amazon


def test_an_order_goes_its_way_by_the_clock(amazon: Amazon) -> None:
    answer = create(amazon)
    assert (answer.status_code, answer.json()) == (200, {})
    seen = [status(amazon)]
    for seconds in (60, 60, 900, 3600):
        later(amazon, seconds)
        seen.append(status(amazon))
    assert seen == ["New", "Received", "Planning", "Processing", "Complete"]
    data = get(amazon)
    [shipment] = data["fulfillmentShipments"]
    [package] = shipment["fulfillmentShipmentPackage"]
    assert shipment["fulfillmentShipmentStatus"] == "SHIPPED"
    assert package["carrierCode"] == "AMZN_DE"
    left = amazon.simulator.fba_stock("THING")
    assert (left["fulfillable"], left["reserved"]) == (3, 0)
    query = {"packageNumber": package["packageNumber"]}
    place = amazon.request("GET", f"{OLD}/tracking", params=query).json()["payload"]
    assert place["currentStatus"] == "IN_TRANSIT"
    later(amazon, 3 * 86400)
    place = amazon.request("GET", f"{OLD}/tracking", params=query).json()["payload"]
    assert place["currentStatus"] == "DELIVERED"


def test_several_parcels_of_several_carriers(amazon: Amazon) -> None:
    """Parcels of one shipment leave together; another shipment leaves later."""
    parcels = [
        {"items": {"1": 1}, "shipment": 1, "carrier": "DHL", "tracking": "A"},
        {"items": {"1": 1}, "shipment": 1, "carrier": "UPS", "tracking": "B"},
        {"items": {"1": 1}, "shipment": 2, "carrier": "DHL", "tracking": "C"},
    ]
    amazon.simulator.plan_fulfillment("WH-1", parcels=parcels)
    create(amazon, quantity=3)
    later(amazon, 60 + 60 + 900 + 3600)
    assert status(amazon) == "Processing"
    states = [row["fulfillmentShipmentStatus"] for row in get(amazon)["fulfillmentShipments"]]
    assert states == ["SHIPPED", "PENDING"]
    later(amazon, 3600)
    shipments = get(amazon)["fulfillmentShipments"]
    found = [
        (row["carrierCode"], row["trackingNumber"])
        for shipment in shipments
        for row in shipment["fulfillmentShipmentPackage"]
    ]
    assert (status(amazon), found) == ("Complete", [("DHL", "A"), ("UPS", "B"), ("DHL", "C")])


def test_pieces_that_nobody_finds_leave_the_order_partly(amazon: Amazon) -> None:
    """Shipped, cancelled, unfulfillable and open are what was ordered, always."""
    amazon.simulator.plan_fulfillment("WH-1", unfulfillable={"1": 1})
    create(amazon, quantity=3)
    for seconds in (0, 60, 60, 900, 3600):
        later(amazon, seconds)
        data = get(amazon)
        [item] = data["fulfillmentOrderItems"]
        shipped = sum(
            piece["quantity"]
            for row in data["fulfillmentShipments"]
            if row["fulfillmentShipmentStatus"] == "SHIPPED"
            for piece in row["fulfillmentShipmentItem"]
        )
        gone = shipped + item["cancelledQuantity"] + item["unfulfillableQuantity"]
        assert 0 <= gone <= 3
    assert (status(amazon), shipped, item["unfulfillableQuantity"]) == ("CompletePartialled", 2, 1)
    assert amazon.simulator.fba_stock("THING")["searched"] == 1


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("FillOrKill", "Invalid"),
        ("FillAllAvailable", "CompletePartialled"),
        ("FillAll", "Planning"),
    ],
)
def test_an_order_with_too_few_pieces_follows_its_policy(
    amazon: Amazon, policy: str, expected: str
) -> None:
    create(amazon, quantity=7, fulfillmentPolicy=policy)
    later(amazon, 60 + 60 + 900 + 3600)
    assert status(amazon) == expected


def test_a_hold_puts_pieces_aside_for_two_weeks(amazon: Amazon) -> None:
    create(amazon, fulfillmentAction="Hold")
    later(amazon, 86400)
    assert amazon.simulator.fba_stock("THING")["reserved"] == 2
    later(amazon, 14 * 86400)
    assert status(amazon) == "Cancelled"
    assert amazon.simulator.fba_stock("THING")["fulfillable"] == 5


def test_an_order_on_hold_can_be_changed_and_released(amazon: Amazon) -> None:
    create(amazon, fulfillmentAction="Hold")
    later(amazon, 60)
    path = f"{OLD}/fulfillmentOrders/WH-1"
    address = {**ADDRESS, "city": "Köln", "postalCode": "50667"}
    item = {"sellerSku": "THING", "sellerFulfillmentOrderItemId": "1", "quantity": 1}
    changed = amazon.request("PUT", path, json={"destinationAddress": address, "items": [item]})
    assert changed.status_code == 200
    assert amazon.simulator.fba_stock("THING")["reserved"] == 1
    assert amazon.request("PUT", path, json={"fulfillmentAction": "Ship"}).status_code == 200
    later(amazon, 60 + 900 + 3600 + 60)
    assert status(amazon) == "Complete"
    assert get(amazon)["fulfillmentOrder"]["destinationAddress"]["city"] == "Köln"
    late = amazon.request("PUT", path, json={"fulfillmentAction": "Ship"})
    assert late.status_code == 400


@pytest.mark.parametrize(("seconds", "code"), [(0, 200), (1019, 200), (1020, 400)])
def test_cancelling_is_possible_until_it_is_picked(amazon: Amazon, seconds: int, code: int) -> None:
    create(amazon)
    later(amazon, seconds)
    answer = amazon.request("PUT", f"{OLD}/fulfillmentOrders/WH-1/cancel")
    assert answer.status_code == code
    assert status(amazon) == ("Cancelled" if code == 200 else "Processing")


def test_picking_may_begin_while_somebody_cancels(amazon: Amazon) -> None:
    create(amazon)
    amazon.simulator.fault("cancelFulfillmentOrder", "pick_first")
    answer = amazon.request("PUT", f"{OLD}/fulfillmentOrders/WH-1/cancel")
    assert (answer.status_code, status(amazon)) == (400, "Processing")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"displayableOrderComment": ""}, "displayableOrderComment"),
        ({"sellerFulfillmentOrderId": "x" * 41}, "sellerFulfillmentOrderId"),
        ({"destinationAddress": {**ADDRESS, "city": ""}}, "city is required"),
        ({"destinationAddress": {**ADDRESS, "countryCode": "US"}}, "stateOrRegion"),
        ({"marketplaceId": "", "shipFromCountryCode": ""}, "marketplaceId"),
        ({"shippingSpeedCategory": "ScheduledDelivery"}, "delivery window"),
        ({"items": []}, "1 to 100 items"),
    ],
)
def test_invalid_orders_are_refused_at_once(
    amazon: Amazon, changes: dict[str, Any], text: str
) -> None:
    answer = create(amazon, **changes)
    assert answer.status_code == 400
    assert text in answer.text


def test_limits_of_lines_and_pieces(amazon: Amazon) -> None:
    rows = [
        {"sellerSku": "THING", "sellerFulfillmentOrderItemId": str(number), "quantity": 1}
        for number in range(101)
    ]
    assert "100 items" in create(amazon, items=rows).text
    assert "250 units" in create(amazon, quantity=251).text
    amazon.simulator.set_fba_stock("THING", 250)
    assert create(amazon, quantity=250).status_code == 200


def test_numbers_and_skus(amazon: Amazon) -> None:
    """A number is good once, a SKU only where Amazon keeps it."""
    item = {"sellerSku": "OWN", "sellerFulfillmentOrderItemId": "7", "quantity": 1}
    unknown = create(amazon, items=[item])
    assert "SellerSKU for Item Id 7 is invalid" in unknown.text
    assert create(amazon).status_code == 200
    again = create(amazon)
    assert (again.status_code, "already exists" in again.text) == (400, True)
    assert create(amazon, "WH 1").status_code == 200
    assert amazon.request("GET", f"{OLD}/fulfillmentOrders/WH%201").status_code == 403


def test_an_address_in_japan_has_no_city(amazon: Amazon) -> None:
    address = {**ADDRESS, "countryCode": "JP"}
    assert "city must not" in create(amazon, destinationAddress=address).text
    address.pop("city")
    assert create(amazon, destinationAddress=address).status_code == 200


def test_a_preview_changes_nothing(amazon: Amazon) -> None:
    item = {"sellerSku": "THING", "sellerFulfillmentOrderItemId": "1", "quantity": 2}
    body = {"marketplaceId": DE, "address": ADDRESS, "items": [item]}
    path = f"{OLD}/fulfillmentOrders/preview"
    rows = amazon.request("POST", path, json=body).json()["payload"]["fulfillmentPreviews"]
    fees = {
        row["shippingSpeedCategory"]: [fee["amount"]["value"] for fee in row["estimatedFees"]]
        for row in rows
    }
    assert fees == {
        "Standard": ["6.00", "2.50"],
        "Expedited": ["9.00", "2.50"],
        "Priority": ["14.00", "2.50"],
    }
    assert amazon.simulator.fba_stock("THING")["fulfillable"] == 5
    assert amazon.simulator.fulfillments() == []
    item["quantity"] = 6
    rows = amazon.request("POST", path, json=body).json()["payload"]["fulfillmentPreviews"]
    assert [row["isFulfillable"] for row in rows] == [False, False, False]
    [missing] = rows[0]["unfulfillablePreviewItems"]
    assert (missing["quantity"], missing["itemUnfulfillableReasons"]) == (
        1,
        ["ItemQuantityNotAvailable"],
    )


def test_another_carrier_costs_more(amazon: Amazon) -> None:
    item = {"sellerSku": "THING", "sellerFulfillmentOrderItemId": "1", "quantity": 2}
    features = [{"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}]
    body = {"address": ADDRESS, "items": [item], "featureConstraints": features}
    body |= {"marketplaceId": DE, "shippingSpeedCategories": ["Standard"]}
    path = f"{OLD}/fulfillmentOrders/preview"
    [row] = amazon.request("POST", path, json=body).json()["payload"]["fulfillmentPreviews"]
    assert [fee["amount"]["value"] for fee in row["estimatedFees"]] == ["6.30", "2.63"]
    create(amazon, featureConstraints=features)
    amazon.simulator.move_fulfillment("WH-1", "Complete")
    [shipment] = get(amazon)["fulfillmentShipments"]
    assert shipment["fulfillmentShipmentPackage"][0]["carrierCode"] == "DHL"


def test_pieces_come_back_in_their_condition(amazon: Amazon) -> None:
    """Two of three; one more than left is refused, one is damaged."""
    create(amazon, quantity=3)
    amazon.simulator.move_fulfillment("WH-1", "Complete")
    [shipment] = get(amazon)["fulfillmentShipments"]
    returns = [
        {
            "sellerReturnItemId": f"R{number}",
            "sellerFulfillmentOrderItemId": "1",
            "amazonShipmentId": shipment["amazonShipmentId"],
            "returnReasonCode": "DEFECTIVE",
        }
        for number in range(4)
    ]
    path = f"{OLD}/fulfillmentOrders/WH-1/return"
    body = {"items": [returns[0], returns[1], returns[0]]}
    answer = amazon.request("PUT", path, json=body).json()["payload"]
    assert [row["status"] for row in answer["returnItems"]] == ["New", "New"]
    [refused] = answer["invalidReturnItems"]
    assert refused["invalidItemReason"]["invalidItemReasonCode"] == "DuplicateRequest"
    assert answer["returnAuthorizations"][0]["rmaPageURL"].startswith("https://")
    answer = amazon.request("PUT", path, json={"items": returns[2:]}).json()["payload"]
    [refused] = answer["invalidReturnItems"]
    assert refused["invalidItemReason"]["invalidItemReasonCode"] == "NoReturnableQuantity"
    amazon.simulator.receive_returns("WH-1", {"R0": "Sellable", "R1": "CustomerDamaged"})
    rows = get(amazon)["returnItems"]
    found = [(row["status"], row.get("returnReceivedCondition")) for row in rows]
    assert found == [("Processed", "Sellable"), ("Processed", "CustomerDamaged"), ("New", None)]
    stock = amazon.simulator.fba_stock("THING")
    assert (stock["fulfillable"], stock["unfulfillable"]) == (3, {"CustomerDamaged": 1})


def test_the_list_tells_what_changed(amazon: Amazon) -> None:
    for number in range(25):
        create(amazon, f"WH-{number}", quantity=1, fulfillmentPolicy="FillAllAvailable")
    path = f"{OLD}/fulfillmentOrders"
    query = {"queryStartDate": "2026-11-20T00:00:00Z"}
    first = amazon.request("GET", path, params=query).json()["payload"]
    query["nextToken"] = first["nextToken"]
    second = amazon.request("GET", path, params=query).json()["payload"]
    assert [len(page["fulfillmentOrders"]) for page in (first, second)] == [20, 5]
    query = {"queryStartDate": "2026-11-21T00:00:00Z"}
    assert amazon.request("GET", path, params=query).json()["payload"]["fulfillmentOrders"] == []


def test_the_sandbox_moves_an_order(amazon: Amazon) -> None:
    create(amazon)
    path = f"{OLD}/fulfillmentOrders/WH-1/status"
    body = {"fulfillmentOrderStatus": "Unfulfillable"}
    assert amazon.request("PUT", path, json=body).status_code == 200
    assert status(amazon) == "Unfulfillable"
    body = {"fulfillmentOrderStatus": "Complete"}
    assert amazon.request("PUT", path, json=body).status_code == 400


def test_copies_stand_in_the_lists_of_orders(amazon: Amazon) -> None:
    create(amazon)
    amazon.simulator.move_fulfillment("WH-1", "Complete")
    [copy] = amazon.search().json()["orders"]
    assert copy["orderId"].startswith("S01-")
    assert copy["salesChannel"]["channelName"] == "NON_AMAZON"
    assert copy["orderAliases"] == [{"aliasId": "WH-1", "aliasType": "SELLER_ORDER_ID"}]
    text = amazon.read_report("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL")
    assert "Non-Amazon" in text


def test_notifications_go_to_the_queue(amazon: Amazon) -> None:
    amazon.simulator.settings.notify_fulfillment = True
    create(amazon)
    amazon.simulator.move_fulfillment("WH-1", "Complete")
    bodies = [row["body"] for row in amazon.simulator.queue_messages()]
    statuses = [body for body in bodies if "FULFILLMENT_ORDER_STATUS" in body]
    assert "COMPLETE" in statuses[-1]
    assert "TRACK" in statuses[-1]


def test_the_inventory_summary_shows_the_stock_at_amazon(amazon: Amazon) -> None:
    create(amazon)
    later(amazon, 60)
    query = {"granularityType": "Marketplace", "granularityId": DE, "marketplaceIds": DE}
    query |= {"details": "true", "sellerSkus": "THING,OWN"}
    path = "/fba/inventory/v1/summaries"
    [row] = amazon.request("GET", path, params=query).json()["payload"]["inventorySummaries"]
    details = row["inventoryDetails"]
    assert details["fulfillableQuantity"] == 3
    assert details["reservedQuantity"]["totalReservedQuantity"] == 2


def test_an_application_without_the_role_is_refused(amazon: Amazon) -> None:
    amazon.seller.roles.discard("Amazon Fulfillment")
    assert create(amazon).status_code == 403


# === 2026-07-04 === #


def test_the_newer_version_answers_with_the_order_or_later(amazon: Amazon) -> None:
    answer = amazon.request("POST", f"{NEW}/orders", json=new_order())
    assert answer.json()["order"]["status"] == "PROCESSING"
    amazon.simulator.settings.mcf_accepts = True
    amazon.simulator.plan_fulfillment("WH-2", outcome="Unfulfillable")
    answer = amazon.request("POST", f"{NEW}/orders", json=new_order("WH-2"))
    assert (answer.status_code, answer.json()) == (
        202,
        {"orderId": "WH-2", "status": "PROCESSING"},
    )
    later(amazon, 60 + 60 + 900)
    path = f"{NEW}/orders/WH-2"
    assert amazon.request("GET", path).json()["order"]["status"] == "UNFULFILLABLE"


def test_the_newer_version_ships(amazon: Amazon) -> None:
    amazon.request("POST", f"{NEW}/orders", json=new_order())
    amazon.simulator.move_fulfillment("WH-1", "Complete")
    path = f"{NEW}/orders/WH-1"
    found = amazon.request("GET", path, params={"shipments": "INCLUDE"}).json()["order"]
    [shipment] = found["shipments"]
    assert (found["status"], shipment["status"]) == ("COMPLETE", "SHIPPED")
    assert shipment["items"][0]["packageId"] == shipment["packages"][0]["packageId"]
    assert "shipments" not in amazon.request("GET", path).json()["order"]
    query = {"updatedAfter": "2026-11-20T00:00:00Z", "shipments": "EXCLUDE"}
    assert len(amazon.request("GET", f"{NEW}/orders", params=query).json()["orders"]) == 1


def test_the_newer_version_cancels_maybe(amazon: Amazon) -> None:
    for order_id in ("WH-1", "WH-2"):
        amazon.request("POST", f"{NEW}/orders", json=new_order(order_id))
    assert amazon.request("PUT", f"{NEW}/orders/WH-1/cancel").status_code == 202
    amazon.simulator.fault("outbound.cancelOrder", "pick_first")
    assert amazon.request("PUT", f"{NEW}/orders/WH-2/cancel").status_code == 202
    states = [
        amazon.request("GET", f"{NEW}/orders/{order_id}").json()["order"]["status"]
        for order_id in ("WH-1", "WH-2")
    ]
    assert states == ["CANCELLED", "PROCESSING"]
    assert amazon.request("PUT", f"{NEW}/orders/WH-2/cancel").status_code == 400


def test_the_newer_version_only_releases(amazon: Amazon) -> None:
    body = new_order()
    body["fulfillmentConfiguration"]["action"] = "HOLD"
    amazon.request("POST", f"{NEW}/orders", json=body)
    path = f"{NEW}/orders/WH-1"
    change = {"fulfillmentConfiguration": {"action": "HOLD"}}
    assert amazon.request("PUT", path, json=change).status_code == 400
    change = {"fulfillmentConfiguration": {"action": "SHIP"}}
    assert amazon.request("PUT", path, json=change).status_code == 202
    assert amazon.request("PUT", path, json=change).status_code == 400


def test_the_newer_version_previews_in_shipments(amazon: Amazon) -> None:
    body = {
        "destination": {"deliveryAddress": ADDRESS},
        "origin": {"countryCode": "DE"},
        "lineItems": [
            {key: row[key] for key in ("product", "amount")} for row in new_order()["lineItems"]
        ],
    }
    found = amazon.request("POST", f"{NEW}/previews", json=body).json()
    [shipment] = found["plannedShipments"]
    prices = [row["estimatedPrice"]["totalPrice"]["amount"] for row in shipment["offers"]]
    assert prices == ["8.50", "11.50", "16.50"]
    body["lineItems"][0]["amount"]["value"] = "0.5"
    assert amazon.request("POST", f"{NEW}/previews", json=body).status_code == 400


def test_the_newer_sandbox_moves_orders_and_parcels(amazon: Amazon) -> None:
    amazon.request("POST", f"{NEW}/orders", json=new_order())
    path = f"{NEW}/orders/WH-1"
    answer = amazon.request("PUT", f"{path}/status", json={"status": "COMPLETE"})
    assert answer.status_code == 204
    query = {"shipments": "INCLUDE"}
    order_ = amazon.request("GET", path, params=query).json()["order"]
    package_id = order_["shipments"][0]["packages"][0]["packageId"]
    body = {"status": "DELIVERED", "deliveryTime": "2026-11-20T11:59:00Z"}
    assert amazon.request("PUT", f"{path}/packages/{package_id}", json=body).status_code == 204
    query = {"packageNumber": package_id}
    place = amazon.request("GET", f"{OLD}/tracking", params=query).json()["payload"]
    assert place["currentStatus"] == "DELIVERED"
