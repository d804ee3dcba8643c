# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings of tests and demos."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .marketplaces import JAPAN, REGIONS


@dataclass
class Settings:
    """Settings of tests and demos.

    `feed_seconds`, `report_seconds`: how long a feed or a report takes; 0: done when first asked
    for. `report_duplicate_seconds`: reports of one type asked for within this time cancel each
    other; 0: never. `report_gzip`: report documents are packed. `report_charset`: utf-8, cp1252
    or windows-31j for every report; empty: what Amazon uses in the marketplace.
    `report_without`: columns that flat order reports leave out, as those of older accounts do;
    `report_promotion_rows`: each promotion has a row of its own there, the rest of which is blank.
    `notify_orders`: changes of orders go to the default queue although nobody subscribed;
    `notification_copies`: how often each notification is sent; `notification_shuffle`: the newest
    message comes first.
    `listing_seconds`: how long listing data that was accepted takes until it is shown;
    `ignored_skus`: SKUs whose data is accepted and never shown; `notify_listings`: issues and
    states of listings go to the default queue although nobody subscribed.
    `sticky_fields`: fields, such as discounted_price, that stay in an entry although a patch
    replaces the entry without them; `forbidden_skus`: SKUs of which calls about one SKU are
    refused with 403, while a feed takes them.
    `no_refund_marketplaces`: ids of marketplaces whose adjustments Amazon refuses;
    `no_tax_refund_marketplaces`: of those where it refuses a tax beside a price that contains it.
    `unfit_text`: a text that fits no schema: an order feed that holds it is refused as a whole.
    `mcf_copies`: orders of multi-channel fulfilment stand in the lists of orders, too;
    `mcf_seconds`: how long such an order is New, and how long Received; `mcf_planning_seconds`,
    `mcf_picking_seconds`, `mcf_delivery_seconds`: until it is picked, leaves and arrives;
    `mcf_accepts`: version 2026-07-04 answers 202 and decides later; `mcf_bad_postcodes`: postal
    codes to which nothing is delivered; `mcf_blocked_skus`: SKUs that cannot be sent with a
    required feature; `mcf_kept_skus`: SKUs of which no piece is taken back;
    `notify_fulfillment`: its notifications go to the default queue although nobody subscribed.
    `settlement_days`: after so many days an account's period is closed; 0: only by hand.
    `settlement_threshold`: a smaller balance waits for the next date; `settlement_reserve`: share
    of the balance that Amazon keeps back until the next settlement; `settlement_dialect`: what is
    written otherwise than in the marketplace, by the names of `reports.settlement.Dialect`;
    `deferral_days`: the money of a sale counts so much later; `refund_item_codes_differ`: refunds
    name another item than the order; `finance_delay_seconds`: how old an event must be before
    listTransactions shows it; `finance_page_size`: events or payouts on a page;
    `finance_dialect`: what Finances says otherwise, see `settlements.transactions`;
    `finance_errors`: settlement id -> amount by which Finances says more than the file.
    `visibility_seconds`: how old a change of an order must be before searchOrders shows it;
    `regions`: which of NA, EU and FE this endpoint serves.
    """

    feed_seconds: float = 0.0
    report_seconds: float = 0.0
    report_duplicate_seconds: float = 0.0
    report_gzip: bool = True
    report_charset: str = ""
    report_without: set[str] = field(default_factory=set)
    report_promotion_rows: bool = False
    notify_orders: bool = False
    notification_copies: int = 1
    notification_shuffle: bool = False
    no_refund_marketplaces: set[str] = field(default_factory=set)
    no_tax_refund_marketplaces: set[str] = field(default_factory=lambda: {JAPAN})
    unfit_text: str = ""
    visibility_seconds: float = 0.0
    listing_seconds: float = 0.0
    ignored_skus: set[str] = field(default_factory=set)
    sticky_fields: set[str] = field(default_factory=set)
    forbidden_skus: set[str] = field(default_factory=set)
    notify_listings: bool = False
    mcf_copies: bool = True
    mcf_seconds: float = 60.0
    mcf_planning_seconds: float = 900.0
    mcf_picking_seconds: float = 3600.0
    mcf_delivery_seconds: float = 2 * 86400.0
    mcf_accepts: bool = False
    mcf_bad_postcodes: set[str] = field(default_factory=set)
    mcf_blocked_skus: set[str] = field(default_factory=set)
    mcf_kept_skus: set[str] = field(default_factory=set)
    notify_fulfillment: bool = False
    settlement_days: float = 0.0
    settlement_threshold: float = 0.0
    settlement_reserve: float = 0.0
    settlement_dialect: dict[str, Any] = field(default_factory=dict)
    deferral_days: float = 0.0
    refund_item_codes_differ: bool = False
    finance_delay_seconds: float = 0.0
    finance_page_size: int = 500
    finance_dialect: set[str] = field(default_factory=set)
    finance_errors: dict[str, str] = field(default_factory=dict)
    regions: set[str] = field(default_factory=lambda: set(REGIONS))
