# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Usage plans: a bucket per selling partner, application and operation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .client import Amazon, listing, listings_feed

GET_FEED = "/feeds/2021-06-30/feeds/1"


def _drain(amazon: Amazon, times: int) -> list[int]:
    return [amazon.search().status_code for _number in range(times)]


def test_the_burst_goes_through_and_the_next_call_is_refused(amazon: Amazon) -> None:
    assert _drain(amazon, 21) == [200] * 20 + [429]
    refused = amazon.search()
    assert refused.json() == {
        "errors": [
            {
                "code": "QuotaExceeded",
                "message": "You exceeded your quota for the requested resource.",
                "details": "",
            }
        ]
    }


def test_the_rate_is_sent_with_answers_but_not_with_refusals(amazon: Amazon) -> None:
    found = amazon.search()
    bad = amazon.search(maxResultsPerPage=0)
    _drain(amazon, 18)
    refused = amazon.search()
    assert found.headers["x-amzn-RateLimit-Limit"] == "0.0056"
    assert (bad.status_code, bad.headers["x-amzn-RateLimit-Limit"]) == (400, "0.0056")
    assert refused.status_code == 429 and "x-amzn-RateLimit-Limit" not in refused.headers
    assert len({row.headers["x-amzn-RequestId"] for row in (found, bad, refused)}) == 3


def test_the_bucket_refills_by_the_simulators_clock(amazon: Amazon) -> None:
    _drain(amazon, 20)
    amazon.simulator.advance(178)
    assert _drain(amazon, 1) == [429]
    amazon.simulator.advance(1 / 0.0056 - 178)
    assert _drain(amazon, 2) == [200, 429]


def test_a_bucket_never_holds_more_than_its_burst(amazon: Amazon) -> None:
    amazon.simulator.rates = {"getFeed": (1.0, 2)}
    amazon.simulator.advance(1000)
    codes = [amazon.request("GET", GET_FEED).status_code for _number in range(3)]
    assert codes == [404, 404, 429]


def test_sellers_and_operations_have_buckets_of_their_own(amazon: Amazon) -> None:
    _drain(amazon, 20)
    other = Amazon(amazon.simulator, amazon.simulator.add_seller())
    assert (amazon.search().status_code, other.search().status_code) == (429, 200)
    assert amazon.request("GET", GET_FEED).status_code == 404
    other.close()


def test_throttling_can_be_switched_off_and_a_reset_fills_the_buckets(amazon: Amazon) -> None:
    assert _drain(amazon, 21)[-1] == 429
    amazon.simulator.unlimited = True
    assert _drain(amazon, 1) == [200]
    amazon.simulator.unlimited = False
    amazon.simulator.reset()
    assert _drain(amazon, 1) == [200]


def test_listings_feeds_have_a_limit_of_their_own(amazon: Amazon) -> None:
    content = listings_feed(amazon.seller, listing(1, "A")).encode()
    ids = [amazon.document(content, "application/json") for _number in range(6)]
    codes = [amazon.create_feed("JSON_LISTINGS_FEED", key).status_code for key in ids]
    assert codes == [202] * 5 + [429]
    amazon.simulator.advance(60)
    assert amazon.create_feed("JSON_LISTINGS_FEED", ids[5]).status_code == 202


def test_calls_at_the_same_time_get_no_more_than_the_bucket_holds(amazon: Amazon) -> None:
    amazon.search()
    amazon.simulator.rates = {"getFeed": (0.001, 7)}

    def call(_number: int) -> int:
        return amazon.request("GET", GET_FEED).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(call, range(24)))
    assert sorted(codes) == [404] * 7 + [429] * 17
