# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processing reports of feeds, in XML and in JSON."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from api.parsers import DocumentError
from api.parsers.feed_report import FeedReport, Issue, Outcome
from api.parsers.feed_report import parse_json_report as parse_json
from api.parsers.feed_report import parse_xml_report as parse_xml
from api.parsers.safe_xml import iterate_elements, release
from api_support import loopback, sample_files

RESULT = """<Result><MessageID>{id}</MessageID><ResultCode>{code}</ResultCode>
<ResultMessageCode>18028</ResultMessageCode><ResultDescription>Order &amp; item unknown.
</ResultDescription><AdditionalInfo><SKU>S-1</SKU></AdditionalInfo></Result>"""


def xml(*results: str, processed: int = 3, status: str = "Complete", errors: int = 1) -> bytes:
    """Return a processing report of some results."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope><Header><DocumentVersion>1.02</DocumentVersion></Header>
<MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID><ProcessingReport>
<DocumentTransactionID>77</DocumentTransactionID><StatusCode>{status}</StatusCode>
<ProcessingSummary><MessagesProcessed>{processed}</MessagesProcessed>
<MessagesSuccessful>2</MessagesSuccessful><MessagesWithError>{errors}</MessagesWithError>
<MessagesWithWarning>4</MessagesWithWarning></ProcessingSummary>{"".join(results)}
</ProcessingReport></Message></AmazonEnvelope>""".encode()


def test_an_xml_report_tells_counts_and_issues_by_message() -> None:
    """000-17, 000-23: each record shows why Amazon refused it."""
    report = parse_xml(
        xml(
            RESULT.format(id=2, code="Error"),
            RESULT.format(id=3, code="Warning"),
            RESULT.format(id=2, code="Warning"),
        )
    )
    message = "Order & item unknown."
    error, warning = (Issue("18028", message, level, "S-1") for level in ("ERROR", "WARNING"))
    assert report == FeedReport(
        "Complete", 3, 2, 1, 4, results={2: [error, warning], 3: [warning]}, file_issues=[]
    )
    assert [report.failed(at) for at in (1, 2, 3)] == [False, True, False]


@pytest.mark.parametrize("tag", ["<MessageID>0</MessageID>", ""])
def test_an_issue_of_no_message_is_about_the_whole_file(tag: str) -> None:
    result = RESULT.format(id=0, code="Error").replace("<MessageID>0</MessageID>", tag)
    report = parse_xml(xml(result))
    assert report.results == {} and len(report.file_issues) == 1
    assert report.failed(1) and report.failed(99)
    # also where every message is counted as done
    assert parse_xml(xml(result, errors=0)).outcome(1, 3) is Outcome.UNCLEAR
    warned = parse_xml(xml(result.replace("Error", "Warning"), errors=0))
    assert len(warned.file_issues) == 1 and warned.outcome(1, 3) is Outcome.DONE


def test_a_file_of_which_nothing_was_processed_is_refused_as_a_whole() -> None:
    """A file-level failure can show MessagesProcessed 0 without a word."""
    report = parse_xml(xml(processed=0, errors=0))
    assert report.refused_whole and report.outcome(1) is Outcome.REFUSED
    assert parse_xml(xml(errors=0)).outcome(1, 3) is Outcome.DONE


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ({"errors": 1}, 3),  # which one, it does not say
        ({"errors": 0}, 4),  # one was not looked at
        ({"errors": 0, "status": "Processing"}, 3),
        ({"errors": 0, "status": "Rejected"}, 3),  # though two were successful
    ],
)
def test_a_report_that_does_not_add_up_proves_nothing(said: dict[str, Any], sent: int) -> None:
    """A4: neither that a message was done, nor that it was not."""
    report = parse_xml(xml(**said))
    assert report.outcome(1, sent) is Outcome.UNCLEAR and report.failed(1, sent)


def test_a_message_refused_by_name_is_refused_in_any_report() -> None:
    report = parse_xml(xml(RESULT.format(id=2, code="Error"), errors=2))
    assert report.outcome(2, 3) is Outcome.REFUSED
    assert report.outcome(1, 3) is Outcome.UNCLEAR


def test_only_a_report_of_as_many_and_the_same_messages_may_be_ours() -> None:
    """A5: of a feed whose answer was lost."""
    report = parse_xml(xml(RESULT.format(id=2, code="Error")))
    assert report.may_be_about([1, 2, 3])
    assert not report.may_be_about([1, 3, 4]) and report.is_foreign([1, 3, 4])
    assert not report.may_be_about([1, 2]) and report.is_foreign([1, 2])
    # a short report of ours, or one of another program: there is no saying
    assert not report.may_be_about([1, 2, 3, 4]) and not report.is_foreign([1, 2, 3, 4])


def test_the_report_of_easy_ship_has_another_root() -> None:
    content = (
        b"<EasyShipProcessingReport><MessagesProcessed>1</MessagesProcessed>"
        b"<MessagesSuccessful>1</MessagesSuccessful></EasyShipProcessingReport>"
    )
    assert parse_xml(content) == FeedReport("Complete", 1, 1, 0, 0)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(9))
    + b"]><AmazonEnvelope><StatusCode>&j;</StatusCode></AmazonEnvelope>"
)


def test_an_entity_bomb_is_refused_without_being_expanded() -> None:
    tracemalloc.start()
    with pytest.raises(DocumentError) as caught:
        parse_xml(BOMB)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "document type" in caught.value.reason
    assert peak < 1_000_000


def test_an_external_entity_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    with loopback() as server:
        for target in (secret.as_uri(), server.url + "/entity"):
            for declaration in (
                f'<!DOCTYPE AmazonEnvelope [<!ENTITY x SYSTEM "{target}">]>',
                f'<!DOCTYPE AmazonEnvelope SYSTEM "{target}">',
                f'<!DOCTYPE AmazonEnvelope [<!ENTITY % x SYSTEM "{target}"> %x;]>',
            ):
                content = declaration + "<AmazonEnvelope>&x;</AmazonEnvelope>"
                with pytest.raises(DocumentError) as caught:
                    parse_xml(content.encode())
                assert "hidden" not in str(caught.value)
        assert server.asked == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<AmazonEnvelope>",
        xml()[:-30],
        b"<Other/>",
        b"<AmazonEnvelope/>",
        b"<AmazonEnvelope>&unknown;</AmazonEnvelope>",
        b'<?xml version="1.0" encoding="no-such"?><AmazonEnvelope/>',
        xml().replace(b"<MessagesProcessed>3<", b"<MessagesProcessed>many<"),
        xml().replace(b"<MessagesProcessed>3<", b"<MessagesProcessed><"),
        xml().replace(b"<MessagesProcessed>3<", b"<MessagesProcessed>-3<"),
        xml(RESULT.format(id="x", code="Error")),
        b"<AmazonEnvelope>\xff</AmazonEnvelope>",
        b"<a>" * 5000,
    ],
)
def test_an_invalid_xml_report_is_refused_with_its_place(content: bytes) -> None:
    """000-13."""
    with pytest.raises(DocumentError) as caught:
        parse_xml(content)
    assert caught.value.where and caught.value.reason


def test_elements_of_a_long_report_are_freed_as_it_is_read() -> None:
    """Streamed, so that memory does not grow with the file."""
    rows = [RESULT.format(id=at % 7 + 1, code="Warning") for at in range(5_000)]
    widest = 0
    for element in iterate_elements(xml(*rows), frozenset({"AmazonEnvelope"})):
        if element.tag == "Result":
            widest = max(widest, len(element.getparent()))
            release(element)
    # iterparse looks a little ahead; what is behind is gone
    assert widest < 500
    report = parse_xml(xml(*rows))
    assert sum(len(issues) for issues in report.results.values()) == 5_000


def summary(**values: Any) -> bytes:
    """Return a JSON report."""
    report = {
        "header": {"sellerId": "A", "version": "2.0", "feedId": "1"},
        "issues": values.pop("issues", []),
        "summary": {
            "errors": 1,
            "warnings": 2,
            "messagesProcessed": 3,
            "messagesAccepted": 2,
            "messagesInvalid": 1,
            **values,
        },
    }
    return json.dumps(report).encode()


def test_a_json_report_tells_counts_and_issues_by_message() -> None:
    """001-69: error with code and text."""
    issues = [
        {
            "messageId": 2,
            "sku": "S",
            "code": "90220",
            "severity": "ERROR",
            "message": "missing",
            "attributeName": "brand",
        },
        {"messageId": 2, "severity": "WARNING", "message": "w", "attributeNames": ["a", "b"]},
        {"message": "odd"},
        {"messageId": 3, "severity": "info", "message": "i"},
    ]
    report = parse_json(summary(issues=issues))
    assert (report.status, report.processed, report.successful) == ("Complete", 3, 2)
    assert (report.errors, report.warnings) == (1, 2)
    assert report.results == {
        2: [
            Issue("90220", "missing", "ERROR", "S", "brand"),
            Issue("", "w", "WARNING", "", "a, b"),
        ],
        3: [Issue("", "i", "INFO", "", "")],
    }
    assert report.file_issues == [Issue("", "odd", "ERROR", "", "")]


def test_a_json_report_of_a_refused_file_refuses_every_message() -> None:
    report = parse_json(
        summary(messagesAccepted=0, issues=[{"severity": "ERROR", "message": "bad header"}])
    )
    assert report.status == "Rejected" and report.failed(1)


def test_a_file_of_which_each_message_is_wrong_is_not_refused_as_a_whole() -> None:
    """Cutting it into parts would bring nothing."""
    issues = [{"messageId": at, "severity": "ERROR", "message": "no"} for at in (1, 2, 3)]
    report = parse_json(summary(messagesAccepted=0, messagesInvalid=3, issues=issues))
    assert report.status == "Complete" and not report.refused_whole
    assert [report.outcome(at, 3) for at in (1, 2, 3)] == [Outcome.REFUSED] * 3


def test_a_message_that_is_only_warned_about_is_not_refused() -> None:
    warned = {"messageId": 1, "severity": "WARNING", "message": "w"}
    report = parse_json(summary(messagesInvalid=0, issues=[warned]))
    assert not report.failed(1) and not report.failed(2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"<xml/>",
        summary(messagesProcessed=None),
        summary(messagesProcessed="3"),
        summary(messagesProcessed=-1),
        summary(issues={}),
        summary(issues=[1]),
        summary(issues=[{"messageId": "x"}]),
        summary()[:-5],
    ],
)
def test_an_invalid_json_report_is_refused_with_its_place(content: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_json(content)
    assert caught.value.where and caught.value.reason


#: Sample of Amazon's -> (processed, successful, errors, warnings, ids of messages with issues).
SAMPLES = {
    "processing_report_xml_1.xml": (7, 1, 6, 0, {1, 2, 3, 4, 6, 7}),
    "processing_report_xml_2.xml": (1, 1, 0, 1, {1}),
    "samples_processing_report.xml": (1, 1, 0, 0, set()),
    "listings_feed_processing_report_example.json": (4, 2, 2, 0, {4, 5}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_amazons_samples_go_through(name: str) -> None:
    parse = parse_json if name.endswith(".json") else parse_xml
    for file in sample_files(name):
        report = parse(file.read_bytes())
        counts = (report.processed, report.successful, report.errors, report.warnings)
        assert (*counts, set(report.results)) == SAMPLES[name]
        assert report.file_issues == []
