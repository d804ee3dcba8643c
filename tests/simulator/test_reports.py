# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports: their life, who may have them, and the documents."""

from __future__ import annotations

import gzip

import pytest

from spapi_simulator import Simulator
from spapi_simulator.state.sellers import INVENTORY

from .client import DE, FR, Amazon, order

XML = "GET_ORDER_REPORT_DATA_SHIPPING"
ALL = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
REPORTS = "/reports/2021-06-30/reports"


def test_a_report_goes_from_the_queue_to_done_by_the_clock(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.add_order(order())
    simulator.report_seconds = 60
    report_id = amazon.create_report(ALL).json()["reportId"]
    states = [amazon.get_report(report_id)["processingStatus"]]
    for seconds in (30, 30):
        simulator.advance(seconds)
        states.append(amazon.get_report(report_id)["processingStatus"])
    assert states == ["IN_QUEUE", "IN_PROGRESS", "DONE"]
    assert "reportDocumentId" in amazon.get_report(report_id)


def test_a_report_is_done_at_first_asking_when_it_takes_no_time(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    assert amazon.ask_report(ALL)["processingStatus"] == "DONE"


@pytest.mark.parametrize("shop", [DE, FR])
def test_a_report_without_data_is_cancelled(amazon: Amazon, shop: str) -> None:
    amazon.simulator.add_order(order())
    found = amazon.ask_report(ALL, shop)
    assert found["processingStatus"] == ("DONE" if shop == DE else "CANCELLED")
    assert ("reportDocumentId" in found) == (shop == DE)


def test_a_span_without_a_start_begins_now_and_holds_nothing(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    assert amazon.ask_report(ALL, dataStartTime=None)["processingStatus"] == "CANCELLED"


def test_a_span_that_is_too_long_ends_fatal(amazon: Amazon) -> None:
    found = amazon.ask_report(ALL, dataStartTime="2026-09-01T00:00:00Z")
    assert found["processingStatus"] == "FATAL"


@pytest.mark.parametrize(
    "fields",
    [
        {"reportType": "GET_NOTHING"},
        {"marketplaceIds": []},
        {"dataEndTime": "2027-01-01T00:00:00Z"},
        {"dataEndTime": "2020-01-01T00:00:00Z"},
        {"dataStartTime": "yesterday"},
    ],
)
def test_a_bad_request_answers_400(amazon: Amazon, fields: dict[str, object]) -> None:
    assert amazon.create_report(ALL, **fields).status_code == 400


def test_faults_hold_a_report_up_or_end_it_fatal(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.add_order(order())
    simulator.fault("createReport", "fatal", document=True)
    fatal = amazon.ask_report(ALL)
    simulator.fault("createReport", "stuck", status="IN_PROGRESS")
    stuck = amazon.ask_report(ALL)
    assert (fatal["processingStatus"], "reportDocumentId" in fatal) == ("FATAL", True)
    assert stuck["processingStatus"] == "IN_PROGRESS"
    simulator.clear_faults()
    assert amazon.get_report(stuck["reportId"])["processingStatus"] == "DONE"


def test_a_waiting_report_can_be_cancelled_a_finished_one_not(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    amazon.simulator.report_seconds = 60
    report_id = amazon.create_report(ALL).json()["reportId"]
    assert amazon.request("DELETE", f"{REPORTS}/{report_id}").status_code == 200
    assert amazon.get_report(report_id)["processingStatus"] == "CANCELLED"
    assert amazon.request("DELETE", f"{REPORTS}/{report_id}").status_code == 400
    assert amazon.request("GET", f"{REPORTS}/1").status_code == 404


def test_reports_of_one_type_cancel_each_other(amazon: Amazon) -> None:
    simulator = amazon.simulator
    simulator.add_order(order())
    simulator.settings.report_duplicate_seconds = 600
    simulator.report_seconds = 60
    first, second = (amazon.create_report(ALL).json()["reportId"] for _number in range(2))
    simulator.advance(60)
    assert amazon.get_report(first)["processingStatus"] == "CANCELLED"
    assert amazon.get_report(second)["processingStatus"] == "DONE"
    assert amazon.ask_report(ALL)["processingStatus"] == "CANCELLED"
    simulator.advance(600)
    simulator.report_seconds = 0
    assert amazon.ask_report(ALL)["processingStatus"] == "DONE"


def test_reports_are_listed_page_by_page(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    ids = [amazon.create_report(ALL).json()["reportId"] for _number in range(3)]
    query = {"reportTypes": ALL, "pageSize": 2}
    first = amazon.request("GET", REPORTS, params=query).json()
    rest = amazon.request("GET", REPORTS, params={"nextToken": first["nextToken"]}).json()
    found = [row["reportId"] for row in [*first["reports"], *rest["reports"]]]
    assert (found, "nextToken" in rest) == (ids[::-1], False)
    for wrong in ({}, {**query, "pageSize": 0}, {**query, "createdSince": "yesterday"}):
        assert amazon.request("GET", REPORTS, params=wrong).status_code == 400
    filtered = {"reportTypes": ALL, "processingStatuses": "FATAL", "marketplaceIds": DE}
    assert amazon.request("GET", REPORTS, params=filtered).json()["reports"] == []
    assert amazon.request("GET", REPORTS, params={"nextToken": "x"}).status_code == 400


def test_a_restricted_document_opens_to_the_token_of_its_path_only(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    ids = [amazon.ask_report(XML)["reportDocumentId"] for _number in range(2)]
    assert amazon.report_document(ids[0]).status_code == 403
    other = amazon.restricted_token(f"/reports/2021-06-30/documents/{ids[1]}")
    path = f"/reports/2021-06-30/documents/{ids[0]}"
    assert amazon.http.get(path, headers={"x-amz-access-token": other}).status_code == 403
    assert amazon.report_document(ids[0], restricted=True).status_code == 200


def test_a_restricted_token_opens_nothing_else_and_ends_after_an_hour(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    document_id = amazon.ask_report(XML)["reportDocumentId"]
    path = f"/reports/2021-06-30/documents/{document_id}"
    headers = {"x-amz-access-token": amazon.restricted_token(path)}
    orders = "/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z"
    assert amazon.http.get(orders, headers=headers).status_code == 403
    assert amazon.http.get(path, headers=headers).status_code == 200
    amazon.simulator.advance(3600)
    assert amazon.http.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "resources",
    [
        [],
        [{"method": "GET", "path": "/sellers/v1/account"}],
        [{"method": "GET", "path": "/reports/2021-06-30/documents/{reportDocumentId}"}],
        [{"method": "LOOK", "path": "/orders/v0/orders"}],
        [{"method": "GET", "path": "/orders/v0/orders"}] * 51,
    ],
)
def test_a_restricted_token_is_made_for_restricted_paths(amazon: Amazon, resources: object) -> None:
    body = {"restrictedResources": resources}
    answer = amazon.request("POST", "/tokens/2021-03-01/restrictedDataToken", json=body)
    assert answer.status_code == 400


def test_reports_with_personal_data_need_a_restricted_role(simulator: Simulator) -> None:
    seller = simulator.add_seller(client_id="amzn1.application-oa2-client.two", roles={INVENTORY})
    client = Amazon(simulator, seller)
    assert client.create_report(XML).status_code == 403
    assert client.create_report(ALL).status_code == 202
    body = {"restrictedResources": [{"method": "GET", "path": "/orders/v0/orders"}]}
    answer = client.request("POST", "/tokens/2021-03-01/restrictedDataToken", json=body)
    assert answer.status_code == 403
    client.close()


def test_a_link_to_a_document_dies_after_five_minutes(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    document_id = amazon.ask_report(ALL)["reportDocumentId"]
    url = amazon.report_document(document_id).json()["url"]
    assert amazon.http.get(url).status_code == 200
    amazon.simulator.advance(300)
    assert amazon.http.get(url).status_code == 403
    assert amazon.http.get(url.partition("?")[0]).status_code == 403
    assert amazon.report_document("amzn1.spdoc.nothing").status_code == 404


def test_documents_are_packed_or_plain(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    packed = amazon.read_report(ALL)
    amazon.simulator.settings.report_gzip = False
    document = amazon.report_document(amazon.ask_report(ALL)["reportDocumentId"]).json()
    assert "compressionAlgorithm" not in document
    assert amazon.http.get(document["url"]).text == packed


@pytest.mark.parametrize("kind", ["bad_gzip", "bad_json", "malformed", "cut_body", "html_503"])
def test_a_document_can_come_spoilt(amazon: Amazon, kind: str) -> None:
    amazon.simulator.add_order(order())
    good = amazon.read_report(ALL)
    url = amazon.report_document(amazon.ask_report(ALL)["reportDocumentId"]).json()["url"]
    amazon.simulator.fault("downloadReportDocument", kind)
    with pytest.raises(Exception):  # noqa: B017 each kind breaks in another place
        assert gzip.decompress(amazon.http.get(url).content).decode() == good
    assert gzip.decompress(amazon.http.get(url).content).decode() == good


def test_a_document_can_come_in_another_charset_than_it_says(amazon: Amazon) -> None:
    amazon.simulator.add_order(order())
    document_id = amazon.ask_report(XML)["reportDocumentId"]
    url = amazon.report_document(document_id, restricted=True).json()["url"]
    amazon.simulator.fault("downloadReportDocument", "wrong_charset", charset="cp1252")
    answer = amazon.http.get(url)
    content = gzip.decompress(answer.content)
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert b'encoding="utf-8"' in content
    with pytest.raises(UnicodeDecodeError):
        content.decode()
    assert "Musterstraße" in content.decode("cp1252")


def test_an_order_can_be_missing_from_the_statement(amazon: Amazon) -> None:
    ids = [amazon.simulator.add_order(order(number)) for number in (1, 2)]
    amazon.simulator.fault("createReport", "leave_out", order_ids=[ids[0]])
    assert (ids[0] in amazon.read_report(ALL), ids[0] in amazon.read_report(ALL)) == (False, True)
