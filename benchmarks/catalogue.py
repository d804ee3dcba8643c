# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A catalogue on its way out, to the local Amazon over real HTTP.

`first` brings products to Amazon: product, stock and price, read back. `second` asks for the
same full synchronisation once more, `second_calls` counts its calls to Amazon, and `price_calls`
those that it takes to change the price of all of them until the result is known. The four belong
together; seconds are the processor's, those of the local Amazon among them.
"""

from __future__ import annotations

from typing import Any

from .processor import Processor

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "catalogue-noop": ("second", "first", 0.04),
    # none: there is no half a call
    "calls-noop": ("second_calls", "one", 0.5),
    "calls-price": ("price_calls", "one", 6.0),
}
#: Measure -> whether its database has the addons.
MEASURES = {
    "first": True,
    "second": True,
    "second_calls": True,
    "price_calls": True,
}
CONSTANTS = {"one": 1.0}

LISTINGS = 1_000
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"LISTINGS": 4}
FULL = {"LISTINGS": 10_000}
#: Attributes that Amazon asks of every product.
FACTS = {
    "brand": "Bench",
    "bullet_point": "Made to be measured",
    "color": "Silver",
    "country_of_origin": "DE",
    "item_type_keyword": "things",
    "supplier_declared_dg_hz_regulation": "not_applicable",
}
#: Runs of the stages after which everything has to be at its end.
ROUNDS = 12
#: Transfers of documents go to storage, not to the Selling Partner API.
STORAGE = ("uploadFeedDocument", "downloadFeedDocument")


def measure_once(env: Any) -> dict[str, float]:
    """Return the figure of each measure.

    :param env: Odoo environment of the superuser; everything is committed.
    """
    # `tools/proofs/bench.py` reads this module by a Python that need not have what the local Amazon
    # needs
    from spapi_simulator import Simulator

    with Simulator() as amazon:
        amazon.unlimited = True
        site, products = _prepare(env, amazon, "CATALOGUE", LISTINGS)
        figures = {}
        for name in ("first", "second"):
            before, processor = _calls(amazon), Processor(env)
            env["product.integration"]._request(site, products)
            _run(env, site)
            figures[name] = processor.seconds()
            figures[f"{name}_calls"] = _calls(amazon) - before
        before = _calls(amazon)
        env["product.pricelist.item"].search(
            [("pricelist_id", "=", site.pricelist_id.id)]
        ).percent_price = 20
        _run(env, site)
        figures["price_calls"] = _calls(amazon) - before
        _check(env, site, amazon)
    return figures


def _prepare(env: Any, amazon: Any, prefix: str, count: int) -> tuple[Any, Any]:
    """Make a site and its products, whose SKUs begin with the prefix."""
    make_rate(env)
    _retire(env, amazon)
    rule = {"compute_price": "percentage", "percent_price": 10}
    pricelist = env["product.pricelist"].create(
        {"name": "Benchmark", "currency_id": env.ref("base.EUR").id, "item_ids": [(0, 0, rule)]}
    )
    seller = amazon.seller
    site = env["integrator.site"].create(
        {
            "name": f"Benchmark {prefix}",
            "site_type": "amazon",
            "automatic": True,
            "pricelist_id": pricelist.id,
            "product_domain": f"[('default_code', '=like', '{prefix}-%')]",
            # approvals are given by people
            **dict.fromkeys(("guard_price", "guard_zero", "guard_deletions"), 0),
            "amazon_merchant_id": seller.merchant_id,
            "amazon_marketplace_ids": env.ref("integrator_amazon.marketplace_de").ids,
            "amazon_lwa_client_id": seller.client_id,
            "amazon_lwa_client_secret": seller.client_secret,
            "amazon_refresh_token": seller.refresh_token,
            "amazon_endpoint_url": amazon.url,
            "amazon_lwa_url": f"{amazon.url}/auth/o2/token",
        }
    )
    env["integrator.amazon.attribute.rule"].create(
        [
            {"attribute": name, "constant": value, "source": "constant", "site_id": site.id}
            for name, value in FACTS.items()
        ]
    )
    products = env["product.product"].create(
        [
            {
                "name": f"Benchmark product {number}",
                "default_code": f"{prefix}-{number}",
                "list_price": 10 + number % 90,
                "description_sale": "Made to be measured.",
                # buyers see what is in the pricelist
                "taxes_id": False,
                "is_storable": True,
            }
            for number in range(count)
        ]
    )
    env["product.integration"].search([]).unlink()
    env.cr.commit()
    return site, products


def _retire(env: Any, amazon: Any) -> None:
    """Archive the sites of benchmarks before this one: an account is in one site."""
    account = ("amazon_merchant_id", "=", amazon.seller.merchant_id)
    env["integrator.site"].search([account]).active = False


def make_rate(env: Any) -> None:
    """One euro is one unit of the company's currency, so that the compared prices are round."""
    euro = env.ref("base.EUR")
    euro.active = True
    if euro != env.company.currency_id and not euro.rate_ids:
        env["res.currency.rate"].create({"currency_id": euro.id, "rate": 1.0, "name": "2020-01-01"})


def _run(env: Any, site: Any) -> None:
    """Plan and send until nothing is left."""
    env.cr.commit()
    for _round in range(ROUNDS):
        _wait_no_more(env)
        for stage in ("plan_products", "reconcile", "send"):
            env[f"integrator.stage.{stage}"]._run(site)
            env.cr.commit()
        if not _open_tasks(env, site):
            return


def _wait_no_more(env: Any) -> None:
    """The clock of the machine does not wait for the quota, nor for Amazon's next answer."""
    env.cr.execute("UPDATE integrator_amazon_quota SET tokens = burst")
    env["integrator.submission"].search([("state", "!=", "done")]).check_at = False
    env.cr.commit()


def _open_tasks(env: Any, site: Any) -> int:
    states = ("waiting", "ready", "submitted", "pending")
    domain = [("site_id", "=", site.id), ("state", "in", states)]
    count: int = env["integrator.task"].search_count(domain)
    return count


def _calls(amazon: Any) -> int:
    """Calls to the Selling Partner API, logins and transfers of documents left out."""
    others = (*STORAGE, "getToken", "token", "createAccessToken")
    return sum(call["operation"] not in others for call in amazon.calls())


def _check(env: Any, site: Any, amazon: Any) -> None:
    """Check that every listing is verified at the last price."""
    domain = [("site_id", "=", site.id), ("section_state", "=", "verified")]
    verified = env["integrator.listing"].search_count(domain)
    failed = env["integrator.task"].search([("site_id", "=", site.id), ("state", "!=", "success")])
    if failed:
        raise RuntimeError(f"{len(failed)} failed: {failed[0].error_message}")
    [offer] = amazon.listing("CATALOGUE-0")["attributes"]["purchasable_offer"]
    price = offer["our_price"][0]["schedule"][0]["value_with_tax"]
    if (verified, price) != (LISTINGS, 8):
        raise RuntimeError(f"{verified} verified; price {price}")
