# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The product types of this Amazon: few, but each with what makes real ones hard."""

from __future__ import annotations

from dataclasses import dataclass, field

from .attributes import Node, boolean, choice, entries, free, measure, text, words

_RELATIONS = ("variation", "accessory")

#: Attributes that every product type has.
COMMON: dict[str, Node] = {
    "item_name": text("Item name", "Acme shirt", 1000),
    "brand": text("Brand", "Acme", 100),
    "product_description": text("Product description", "A shirt.", 2000),
    "bullet_point": text("Bullet point", "Soft", 700, most=5),
    "condition_type": words("Condition", "new_new", "refurbished_refurbished", local=False),
    "country_of_origin": choice("Country of origin", DE="Germany", FR="France", CN="China"),
    "externally_assigned_product_identifier": entries(
        "External product id",
        {
            "type": {"type": "string", "enum": ["ean", "gtin", "upc"]},
            "value": {"type": "string", "minLength": 8, "maxLength": 14},
        },
        selectors=("type",),
        required=("type", "value"),
    ),
    "supplier_declared_has_product_identifier_exemption": boolean("Has no product id"),
    "merchant_suggested_asin": text("ASIN", "B012345678", 10, local=False),
    "item_weight": measure("Item weight", grams="Grams", kilograms="Kilograms"),
    "parentage_level": choice("Parentage level", child="Child", parent="Parent"),
    "variation_theme": free("Variation theme", name={"type": "string"}),
    "child_parent_sku_relationship": free(
        "Relationship", child_relationship_type={"type": "string", "enum": [*_RELATIONS[:1]]}
    ),
    "fulfillment_availability": free("Fulfillment availability"),
    "purchasable_offer": free("Offer"),
    "list_price": free("List price"),
    "main_product_image_locator": free("Main image"),
    **{f"other_product_image_locator_{n}": free(f"Image {n}") for n in range(1, 9)},
}

_ACCESSORY = free(
    "Relationship", child_relationship_type={"type": "string", "enum": list(_RELATIONS)}
)


@dataclass(frozen=True)
class ProductType:
    """One product type.

    :param own: attributes beside those that all types have.
    :param required: what a listing must say.
    :param conditions: pairs (attribute, attributes that it asks for).
    :param closed: whether attributes that it does not name are refused.
    """

    code: str
    name: str
    words: tuple[str, ...] = ()
    own: dict[str, Node] = field(default_factory=dict)
    required: tuple[str, ...] = ("item_name",)
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    closed: bool = True


_ROWS = (
    ProductType("PRODUCT", "Product", closed=False),
    ProductType(
        "SHIRT",
        "Shirt",
        ("shirt", "t-shirt", "blouse", "hemd"),
        {
            "color": words("Colour", "Blue", "Red", "White"),
            "size": words("Size", "S", "M", "L"),
            "department": choice("Department", mens="Men's", womens="Women's", unisex="Unisex"),
            "fabric_type": text("Fabric type", "100% cotton", 200),
        },
        ("item_name", "brand", "bullet_point", "country_of_origin", "department"),
        (("size", ("color",)),),
    ),
    ProductType(
        "LUGGAGE",
        "Luggage",
        ("bag", "case", "luggage", "suitcase", "koffer"),
        {
            "material": words("Material", "Leather", "Nylon"),
            "number_of_wheels": entries(
                "Number of wheels", {"value": {"type": "integer", "minimum": 0, "maximum": 8}}
            ),
            "child_parent_sku_relationship": _ACCESSORY,
        },
        ("item_name", "brand", "item_weight", "material"),
    ),
)

#: Code -> product type.
TYPES: dict[str, ProductType] = {row.code: row for row in _ROWS}


def find_types(text_or_words: str) -> list[ProductType]:
    """Return the types of which a word is in a text, best first; every type for no words."""
    said = text_or_words.lower()
    named = [row for row in _ROWS if any(word in said for word in row.words)]
    return named if said.strip() else list(_ROWS)
