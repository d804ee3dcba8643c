# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages of sections, and the comparison with what Amazon shows: pure functions."""

from __future__ import annotations

import pytest
from api.attributes import differences, foreign, gone, select, shows, union
from api.builders import BuildError
from api.builders.listing_messages import (
    Known,
    build_closing_message,
    build_section_message,
    build_steps,
)
from api.parsers.shown_listings import search_groups
from api.product_texts import LIMITS, Limit, cut, identifier_kind
from hypothesis import given
from hypothesis import strategies as st

from spapi_simulator.state.attributes import OPERATIONS

HERE, THERE = "A1PA6795UKMFR9", "A1F83G8C2ARO7P"


def entry(value, place=HERE):
    return {"value": value, "marketplace_id": place}


def applied(known, steps):
    """Amazon's value after the steps of a patch."""
    shown = {name: list(entries) for name, entries in known.items()}
    for step in steps:
        name = step["path"].rpartition("/")[2]
        change = OPERATIONS[step["op"]]
        shown[name] = change(name, shown.get(name, []), step.get("value") or [])
    return {name: entries for name, entries in shown.items() if entries}


attributes = st.dictionaries(
    st.sampled_from(("item_name", "bullet_point", "size", "purchasable_offer")),
    st.lists(
        st.builds(entry, st.integers(0, 3), st.sampled_from((HERE, THERE))),
        min_size=1,
        unique_by=lambda one: one["marketplace_id"],
    ),
)


@given(known=attributes, value=attributes, sure=st.booleans())
def test_a_patch_leads_from_the_sent_value_to_the_new_one(known, value, sure):
    """001-02, 001-10: whatever was sent before, and nothing of another marketplace is lost."""
    before = Known(exists=True, sure=sure, attributes=known)
    shown = applied(known, build_steps(value, before))
    assert not differences(value, shown, known)
    meant = {name: sorted(map(repr, entries)) for name, entries in value.items()}
    assert {name: sorted(map(repr, entries)) for name, entries in shown.items()} == meant


@given(value=attributes)
def test_nothing_is_said_of_what_is_shown(value):
    """001-02: only what changed is sent."""
    assert build_steps(value, Known(exists=True, sure=True, attributes=value)) == []


def test_a_value_that_may_have_been_sent_is_sent_again():
    """001-02: an answer that was lost proves nothing."""
    value = {"item_name": [entry("Thing")]}
    [step] = build_steps(value, Known(exists=True, sure=False, attributes=value))
    assert (step["op"], step["value"]) == ("replace", value["item_name"])


@given(first=attributes, second=attributes)
def test_a_union_holds_both_and_the_second_counts(first, second):
    """001-10: what may have been sent is removed later."""
    both = union(first, second)
    assert not gone(first, both)
    assert not differences(second, both)


def test_a_quantity_is_merged_and_what_is_left_out_wiped():
    """001-04 … 001-06: `replace` only where something has to go."""
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
    full = {**stock, "restock_date": "2026-12-01"}
    name = "fulfillment_availability"
    [step] = build_steps({name: [stock]}, Known(exists=True))
    assert step["op"] == "merge"
    [step] = build_steps({name: [stock]}, Known(exists=True, attributes={name: [full]}))
    assert step["op"] == "replace"


def test_a_new_sku_is_sent_as_a_whole_and_a_parent_without_an_offer():
    """001-01, 001-12."""
    value = {"item_name": [entry("Thing")]}
    new = build_section_message("product", 7, "SKU", "PRODUCT", value, Known())
    assert (new["operationType"], new["requirements"]) == ("UPDATE", "LISTING")
    parent = Known(requirements="LISTING_PRODUCT_ONLY")
    message = build_section_message("product", 7, "SKU", "PRODUCT", value, parent)
    assert message["requirements"] == "LISTING_PRODUCT_ONLY"
    patch = build_section_message("product", 7, "SKU", "PRODUCT", value, Known(exists=True))
    assert patch["operationType"] == "PATCH"


def test_the_same_words_make_the_same_message():
    """The preview is byte-equal to the sent message."""
    value = {"item_name": [entry("Thing")], "size": [entry("S")]}
    before = Known(exists=True, sure=True, attributes={"size": [entry("M")], "color": [entry("R")]})
    message = build_section_message("product", 7, "SKU", "PRODUCT", value, before)
    assert message == build_section_message("product", 7, "SKU", "PRODUCT", value, before)
    assert [step["op"] for step in message["patches"]] == ["replace", "replace", "delete"]


def test_an_attribute_without_a_value_is_no_message():
    """001-08: a product without a price."""
    with pytest.raises(BuildError, match="purchasable_offer"):
        build_section_message("price", 7, "SKU", "P", {"purchasable_offer": []}, Known(exists=True))
    with pytest.raises(BuildError, match="nothing to say"):
        build_section_message("image", 7, "SKU", "P", {}, Known(exists=True))


def test_an_offer_is_closed_by_deleting_it_or_by_offering_no_piece():
    """001-42."""
    assert build_closing_message(7, "SKU", "P", delete=True)["operationType"] == "DELETE"
    zero = build_closing_message(7, "SKU", "P", delete=False)
    assert zero["patches"][0]["value"][0]["quantity"] == 0


@pytest.mark.parametrize(
    ("sent", "shown", "same"),
    [
        (12.5, 12.50, True),
        (3, True, False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 2}, False),
        ([{"a": 1}], [{"a": 1}, {"a": 2}], False),
        ([1, 2], [1], False),
        ("x", None, False),
    ],
)
def test_a_shown_value_may_have_more_parts(sent, shown, same):
    """001-68."""
    assert shows(sent, shown) is same


def test_a_difference_is_named_by_its_attribute():
    """001-68."""
    value = {"item_name": [entry("New")], "size": [entry("S")]}
    shown = {"item_name": [entry("Old")], "size": [entry("S")], "color": [entry("R")]}
    assert differences(value, shown) == ["item_name"]
    assert differences(value, shown, {"color": [entry("R")]}) == ["item_name", "color"]


@given(text=st.text(max_size=300), most=st.integers(1, 200), size=st.integers(3, 400))
def test_a_text_is_cut_to_its_length(text, most, size):
    """000-36: never longer, unchanged when it fits, and marked when it does not."""
    limit = Limit(most, size)
    short = cut(text, limit)
    assert len(short) <= most and len(short.encode()) <= size
    fits = len(text) <= most and len(text.encode()) <= size
    assert short == text if fits else short.endswith("…")


def test_a_text_is_cut_by_its_bytes_and_between_words():
    """000-36: a German text of 1,989 characters has 2,457 bytes."""
    text = "Größe für Küche, " * 117
    assert (len(text), len(text.encode())) == (1989, 2457)
    short = cut(text, LIMITS["product_description"])
    assert len(short.encode()) <= 2000 and short.endswith("Küche,…")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("4006381333931", "ean"),
        ("96385074", "ean"),
        ("036000291452", "upc"),
        ("10012345678902", "gtin"),
        ("4006381333932", ""),
        ("ABCDEFGH", ""),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", ""),
        ("INT-0001", ""),
        ("", ""),
    ],
)
def test_the_kind_of_a_barcode_follows_its_check_digit(code, kind):
    """001-01."""
    assert identifier_kind(code) == kind


STOCK = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
AVAILABILITY = "fulfillment_availability"


def stock_step(value, before, sure=True, others=()):
    known = Known(True, sure, {AVAILABILITY: [before]}, others={AVAILABILITY: list(others)})
    [step] = build_steps({AVAILABILITY: [value]}, known)
    return step["op"], step["value"]


def test_handling_days_of_seller_central_stay_when_a_restock_date_goes():
    """001-06."""
    dated = {**STOCK, "restock_date": "2026-12-01"}
    elsewhere = {"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": 5}
    kept = [{**STOCK, "lead_time_to_ship_max_days": 5}]
    assert stock_step(STOCK, dated, others=[elsewhere]) == ("replace", kept)
    # a date that comes replaces as well: Amazon merges quantities only
    later = [{**dated, "lead_time_to_ship_max_days": 5}]
    assert stock_step(dated, STOCK, others=[elsewhere]) == ("replace", later)


def test_our_handling_days_are_removed_when_they_are_no_longer_sent():
    """001-06."""
    ours = {**STOCK, "lead_time_to_ship_max_days": 4}
    shown = {"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": 4}
    assert stock_step(STOCK, ours, others=[shown]) == ("replace", [STOCK])


def test_a_value_that_may_not_have_arrived_is_sent_again_with_the_quantity():
    """001-05."""
    dated = {**STOCK, "restock_date": "2026-12-01"}
    fewer = {**dated, "quantity": 4}
    assert stock_step(fewer, dated) == ("merge", [{**STOCK, "quantity": 4}])
    assert stock_step(fewer, dated, sure=False) == ("replace", [fewer])


def price(amount, **times):
    return [{"schedule": [{"value_with_tax": amount, **times}]}]


OFFER = {"marketplace_id": HERE, "currency": "EUR", "audience": "ALL", "our_price": price(20)}
SALE = {**OFFER, "discounted_price": price(15)}


def test_limits_of_seller_central_stay_when_a_price_changes():
    """001-08."""
    limit = {"minimum_seller_allowed_price": price(10)}
    shown = {"purchasable_offer": [{**SALE, **limit}]}
    known = Known(True, True, {"purchasable_offer": [OFFER]}, others=foreign(shown))
    dearer = {**OFFER, "our_price": price(21)}
    [step] = build_steps({"purchasable_offer": [dearer]}, known)
    assert step["value"] == [{**dearer, **limit}]


def test_a_part_that_should_be_gone_is_a_difference():
    """001-09, 001-68: a sale that stays after its end, a date, a discount, a bullet point."""
    value, shown = {"purchasable_offer": [OFFER]}, {"purchasable_offer": [SALE]}
    assert differences(value, shown, shown) == ["purchasable_offer"]
    # also when there is no record that it was sent
    assert differences(value, shown) == ["purchasable_offer"]
    assert differences(value, value, shown) == []
    limit = {**OFFER, "minimum_seller_allowed_price": price(10)}
    assert differences(value, {"purchasable_offer": [limit]}) == []
    assert differences(value, {"purchasable_offer": [limit]}, {"purchasable_offer": [limit]}) == [
        "purchasable_offer"
    ]
    dated = {AVAILABILITY: [{**STOCK, "restock_date": "2026-12-01"}]}
    assert differences({AVAILABILITY: [STOCK]}, dated) == [AVAILABILITY]
    points = [entry("A"), entry("B")]
    sent, before = {"bullet_point": points[:1]}, {"bullet_point": points}
    assert differences(sent, before, before) == ["bullet_point"]
    assert differences(sent, before) == []


def test_one_quantity_discount_too_many_is_a_difference():
    """001-08."""
    levels = [{"lower_bound": bound, "value": 20 - bound} for bound in (5, 10)]
    sent, shown = (
        {"purchasable_offer": [{**OFFER, "quantity_discount_plan": [{"levels": some}]}]}
        for some in (levels[:1], levels)
    )
    assert differences(sent, shown) == ["purchasable_offer"]
    assert differences(shown, shown) == []


@pytest.mark.parametrize(
    ("sent", "shown", "same"),
    [
        ("2026-12-10T00:00:00+01:00", "2026-12-09T23:00:00.000Z", True),
        ("2026-12-10T00:00:00+01:00", "2026-12-10T00:00:00Z", False),
        ("2026-12-10", "2026-12-10T00:00:00Z", True),
        ("Hello", "Hello T", False),
    ],
)
def test_a_moment_may_be_written_differently(sent, shown, same):
    """001-09."""
    assert shows(sent, shown) is same


def test_skus_with_a_comma_are_asked_for_alone():
    """001-68: Amazon splits the list at its commas, and takes twenty."""
    skus = ["A", "B,1", "C", "D,2", "E"]
    assert list(search_groups(skus, 2)) == [["A", "C"], ["E"], ["B,1"], ["D,2"]]
    assert list(search_groups([], 2)) == []


def test_an_offer_that_names_no_audience_is_for_all():
    """001-08."""
    bare = {name: value for name, value in OFFER.items() if name != "audience"}
    assert select("purchasable_offer", bare) == select("purchasable_offer", OFFER)
    assert differences({"purchasable_offer": [bare]}, {"purchasable_offer": [OFFER]}) == []
    business = {**OFFER, "audience": "B2B"}
    assert differences({"purchasable_offer": [bare]}, {"purchasable_offer": [business]})


def test_tiers_that_should_be_gone_are_a_difference():
    """001-09: also when there is no record that they were sent."""
    plan = {"quantity_discount_plan": [{"schedule": []}]}
    shown = {"purchasable_offer": [{**OFFER, **plan}]}
    assert differences({"purchasable_offer": [OFFER]}, shown) == ["purchasable_offer"]
