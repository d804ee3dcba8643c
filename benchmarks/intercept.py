# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The cost of recording changes: single writes of products, with the addons and without them.

Each write is a transaction of its own, as a user's is; with the addons one automatic site is there,
so that each makes an event.
"""

from __future__ import annotations

from typing import Any

from .processor import Processor

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {"intercept": ("ours", "plain", 1.03)}
#: Measure -> whether its database has the addons.
MEASURES = {"ours": True, "plain": False}
CONSTANTS: dict[str, float] = {}

WRITES = 400
WARM_UP = 50
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"WRITES": 3, "WARM_UP": 1}
FULL = {"WRITES": 2000}


def measure(env: Any, name: str, number: int) -> float:
    """Return seconds of the processor per write.

    :param env: Odoo environment of the superuser; everything is committed.
    :param name: a key of `MEASURES`.
    :param number: of the round, from 0.
    """
    if name == "ours":
        _site(env)
    product = env["product.product"].create({"name": "Measured", "default_code": f"WRITE-{number}"})
    env.cr.commit()
    _write(env, product, WARM_UP)
    processor = Processor(env)
    _write(env, product, WRITES)
    return processor.seconds() / WRITES


def _write(env: Any, product: Any, count: int) -> None:
    for number in range(count):
        product.write({"list_price": 10 + number % 7, "name": f"Measured {number}"})
        env.cr.commit()


def _site(env: Any) -> None:
    if env["integrator.site"].search_count([("name", "=", "Listening")]):
        return
    env["integrator.site"].create(
        {
            "name": "Listening",
            "site_type": "amazon",
            "automatic": True,
            "amazon_merchant_id": "A1BENCHMARK2",
            "amazon_marketplace_ids": env.ref("integrator_amazon.marketplace_de").ids,
        }
    )
    env.cr.commit()
