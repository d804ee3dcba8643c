# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product types: what a listing has to say, and whether it does (001-01, 001-02)."""

import json
import time

import pytest
from api.builders import BuildError
from api.errors.exceptions import Transient
from api.product_types.described import describe_attributes
from api.product_types.entries import build_entries
from api.product_types.problems import Problem, find_problems
from api_support import Reply, loopback
from hypothesis import given
from hypothesis import strategies as st

PLACE = {"marketplace_id": "DE", "language_tag": "de_DE"}


def attribute(value, most=1, **more):
    """An attribute as Amazon writes it."""
    fields = {"value": value, "marketplace_id": {"$ref": "#/$defs/marketplace_id"}}
    return {
        "title": "Title",
        "type": "array",
        "minUniqueItems": 1,
        "maxUniqueItems": most,
        "selectors": ["marketplace_id"],
        "items": {"type": "object", "required": ["value"], "properties": fields},
        **more,
    }


SHIRT = {
    "$schema": "https://schemas.amazon.com/selling-partners/definitions/product-types/meta/v1",
    "$defs": {"marketplace_id": {"type": "string", "enum": ["DE"]}},
    "type": "object",
    "required": ["item_name", "brand"],
    "properties": {
        "item_name": attribute({"type": "string", "maxUtf8ByteLength": 10}),
        "brand": attribute({"type": "string", "minLength": 1}),
        "bullet_point": attribute({"type": "string"}, most=2),
        "size": attribute(
            {"anyOf": [{"type": "string"}, {"enum": ["s", "m"], "enumNames": ["Small", "Medium"]}]}
        ),
        "target": attribute({"type": "string", "enum": ["a", "b"], "enumNames": ["Adult", "Baby"]}),
        "weight": {
            "title": "Weight",
            "items": {
                "properties": {
                    "value": {"type": "number"},
                    "unit": {"type": "string", "enum": ["kilograms"], "enumNames": ["Kilograms"]},
                }
            },
        },
        "secret": attribute({"type": "string"}, hidden=True),
    },
    "additionalProperties": False,
    "allOf": [{"if": {"required": ["size"]}, "then": {"required": ["target"]}}],
}
CONTENT = json.dumps(SHIRT).encode()


def said(value, **more):
    return [{"value": value, "marketplace_id": "DE", **more}]


def in_time(work, seconds=4):
    """Do something, and return whether it came to an end in time."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun < seconds


GOOD = {"item_name": said("Shirt"), "brand": said("Us")}


def problems(attributes, **options):
    options = {"partial": False, **options}
    return [(one.attribute, one.code) for one in find_problems(CONTENT, attributes, **options)]


class TestProblems:
    """Values that Amazon would refuse are found before they are sent."""

    def test_a_good_listing_has_none(self):
        assert problems(GOOD) == []

    def test_a_missing_attribute_is_named(self):
        assert problems({"item_name": said("Shirt")}) == [("brand", "missing")]

    def test_nothing_is_missing_in_a_change(self):
        assert problems({"item_name": said("Shirt")}, partial=True) == []

    def test_attributes_of_other_messages_are_not_missing(self):
        assert problems({"item_name": said("Shirt")}, elsewhere={"brand"}) == []

    def test_conditions_count(self):
        assert problems({**GOOD, "size": said("m")}) == [("target", "missing")]

    @pytest.mark.parametrize(
        ("attributes", "expected"),
        [
            ({"target": said("c")}, Problem("target", "not_offered", "c", "a, b")),
            ({"item_name": said("ä" * 6)}, Problem("item_name", "too_long", "ä" * 6, "10")),
            ({"item_name": said(7)}, Problem("item_name", "wrong_kind", "7", "string")),
            ({"brand": said("")}, Problem("brand", "too_short", "", "1")),
            ({"brand": [{}]}, Problem("brand", "missing", limit="value")),
            ({"brand": said("x") * 2}, Problem("brand", "too_many", "", "1")),
            ({"colour": said("x")}, Problem("colour", "unknown")),
        ],
    )
    def test_each_has_its_attribute_and_its_limit(self, attributes, expected):
        assert find_problems(CONTENT, attributes, partial=True) == [expected]

    def test_entries_are_counted_by_their_selectors(self):
        two = [*said("a"), *said("b")]
        assert problems({**GOOD, "bullet_point": two}) == []
        assert problems({**GOOD, "bullet_point": two * 2}) == [("bullet_point", "too_many")]

    @pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"type": 7}', b"\xff", b"null"])
    def test_an_invalid_schema_is_a_passing_failure(self, content):
        with pytest.raises(Transient) as caught:
            find_problems(content, GOOD, partial=False)
        assert caught.value.code == "malformed_answer"

    @pytest.mark.parametrize("word", ["$ref", "$recursiveRef"])
    def test_a_schema_that_refers_elsewhere_refuses_nothing_and_fetches_nothing(
        self, word, tmp_path
    ):
        secret = tmp_path / "secret.json"
        secret.write_text('{"enum": ["FILE-SECRET-CONTENT"]}')
        with loopback(Reply.json({"enum": ["HTTP-SECRET-CONTENT"]})) as server:
            for place in (server.url + "/internal?x", secret.as_uri(), str(secret)):
                for schema in ({word: place}, {"properties": {"brand": {word: place}}}):
                    content = json.dumps({"$id": server.url, **schema}).encode()
                    assert find_problems(content, GOOD, partial=False) == []
            assert server.asked == []

    def test_a_pattern_is_judged(self):
        schema = attribute({"type": "string", "pattern": "^[A-Z]+$"})
        content = json.dumps({"properties": {"brand": schema}}).encode()
        assert find_problems(content, {"brand": said("US")}, partial=True) == []
        found = find_problems(content, {"brand": said("us")}, partial=True)
        assert found == [Problem("brand", "unfit", "us", "^[A-Z]+$")]

    @pytest.mark.parametrize(
        "pattern", ["(", "(?=x)y", "\\u00e9", "(a{1,100}){100}", "\ud800", "x" * 10**6]
    )
    def test_a_pattern_that_is_not_known_judges_nothing(self, pattern):
        schema = attribute({"type": "string", "pattern": pattern})
        content = json.dumps({"properties": {"brand": schema}}).encode()
        assert find_problems(content, {"brand": said("us")}, partial=True) == []

    @pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a*)*b", "(.*)*=.*"])
    @pytest.mark.parametrize("where", ["pattern", "patternProperties", "propertyNames"])
    @pytest.mark.parametrize("more", [{}, {"additionalProperties": False}])
    def test_no_pattern_hangs(self, pattern, where, more):
        """SHIRT's brand with a text that Python's own engine would need years for."""
        text = "a" * 40 + "!"
        word = {
            "pattern": {"properties": {text: {"pattern": pattern}}},
            "patternProperties": {"patternProperties": {pattern: {"type": "string"}}},
            "propertyNames": {"propertyNames": {"pattern": pattern}},
        }[where]
        content = json.dumps({**word, **more, "unevaluatedProperties": False}).encode()
        assert in_time(lambda: find_problems(content, {text: text}, partial=False))

    @pytest.mark.parametrize("branch", ["allOf", "anyOf", "oneOf"])
    def test_no_unfolding_hangs(self, branch, monkeypatch):
        """Forty lines that stand for 2^40 checks."""
        monkeypatch.setattr("api.product_types.problems.MAX_SECONDS", 0.3)
        steps = {f"s{n}": {branch: [{"$ref": f"#/$defs/s{n + 1}"}] * 2} for n in range(40)}
        steps["s40"] = {"type": "object"}
        link = {"properties": {"value": {"$ref": "#/$defs/s0"}, "marketplace_id": {}}}
        schema = {"$defs": steps, "$ref": "#/$defs/s0", "properties": {"brand": {"items": link}}}
        content = json.dumps(schema).encode()
        assert in_time(lambda: find_problems(content, GOOD, partial=False))
        assert in_time(lambda: describe_attributes(content))

    @pytest.mark.parametrize("width", [2, 300])
    def test_no_alternatives_of_alternatives_hang(self, width, monkeypatch):
        monkeypatch.setattr("api.product_types.problems.MAX_SECONDS", 0.3)
        loop = {"anyOf": [{"$ref": "#/$defs/loop"}] * width}
        fields = {"value": {"$ref": "#/$defs/loop"}, "unit": {"$ref": "#/$defs/loop"}}
        brand = {"items": {"properties": fields}}
        content = json.dumps({"$defs": {"loop": loop}, "properties": {"brand": brand}}).encode()
        assert in_time(lambda: find_problems(content, GOOD, partial=False))
        assert in_time(lambda: describe_attributes(content))

    @pytest.mark.parametrize(
        "words",
        [
            {"maxUniqueItems": "x"},
            {"minUniqueItems": []},
            {"maxUtf8ByteLength": None},
            {"minUtf8ByteLength": {}},
            {"selectors": 7, "maxUniqueItems": 1},
            {"selectors": [[1], {}], "maxUniqueItems": 1},
        ],
    )
    def test_words_of_amazons_own_may_be_followed_by_anything(self, words):
        content = json.dumps({"properties": {"brand": {**words, "items": words}}}).encode()
        find_problems(content, {"brand": ["x", {"marketplace_id": "DE"}]}, partial=True)

    @given(
        st.dictionaries(
            st.sampled_from(sorted(SHIRT["properties"])), st.text("aä ") | st.integers()
        )
    )
    def test_anything_is_judged(self, attributes):
        found = find_problems(CONTENT, attributes, partial=False)
        assert found == find_problems(CONTENT, attributes, partial=False)


class TestDescription:
    """The fields that a person fills in."""

    def test_kinds(self):
        kinds = {one.name: one.kind for one in describe_attributes(CONTENT)}
        assert kinds == {
            "item_name": "text",
            "brand": "text",
            "bullet_point": "text",
            "size": "choice",
            "target": "choice",
            "weight": "measure",
        }

    def test_required_attributes_and_their_choices(self):
        by_name = {one.name: one for one in describe_attributes(CONTENT)}
        assert by_name["brand"].required
        assert not by_name["size"].required
        assert by_name["size"].choices == {"s": "Small", "m": "Medium"}
        assert by_name["bullet_point"].several
        assert by_name["brand"].places == ("marketplace_id",)

    def test_the_fields_of_a_structure_have_titles(self):
        """001-02: also those inside others; what has none is no title."""
        height = {"title": "Height", "properties": {"value": {"title": "Number"}, "unit": {}}}
        fields = {"height": height, "depth": True, "marketplace_id": {"title": "Place"}}
        schema = {"properties": {"box": {"items": {"properties": fields}}}}
        [box] = describe_attributes(json.dumps(schema).encode())
        assert (box.kind, box.parts) == ("structure", {"height": "Height", "value": "Number"})

    def test_no_schema(self):
        with pytest.raises(Transient):
            describe_attributes(b"[1]")


class TestEntries:
    """Values become entries in Amazon's form."""

    @pytest.mark.parametrize(
        ("kind", "text", "entry"),
        [
            ("text", " Us ", {"value": "Us"}),
            ("number", "2,50", {"value": 2.5}),
            ("boolean", "Yes", {"value": True}),
            ("choice", "small", {"value": "s"}),
            ("choice", "s", {"value": "s"}),
            ("choice", "huge", {"value": "huge"}),
            ("measure", "2.5 small", {"value": 2.5, "unit": "s"}),
            ("structure", '{"a": 1}', {"a": 1}),
        ],
    )
    def test_kinds(self, kind, text, entry):
        assert build_entries("x", kind, text, PLACE, {"s": "Small"}) == [{**entry, **PLACE}]

    def test_several_lines_are_several_values(self):
        entries = build_entries("x", "text", "a\n\n b", {}, {}, several=True)
        assert entries == [{"value": "a"}, {"value": "b"}]

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("number", "two"),
            ("number", "NaN"),
            ("boolean", "perhaps"),
            ("measure", "2.5"),
            ("structure", "{"),
            ("structure", "[1]"),
        ],
    )
    def test_an_unreadable_value_names_the_attribute(self, kind, text):
        with pytest.raises(BuildError, match="x"):
            build_entries("x", kind, text, PLACE, {})

    @given(
        st.sampled_from(["text", "number", "boolean", "choice", "measure", "structure"]),
        st.text(),
        st.booleans(),
    )
    def test_anything_is_read_or_refused(self, kind, text, several):
        try:
            entries = build_entries("x", kind, text, PLACE, {}, several)
        except BuildError:
            return
        json.dumps(entries, allow_nan=False)
