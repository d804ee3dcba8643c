# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The product types of this Amazon: few, but each with what makes real ones hard."""

from __future__ import annotations

from dataclasses import dataclass, field

from .attributes import Node, boolean, choice, closed, entries, measure, text, words

#: Attributes of every product, whatever its type.
PRODUCT_FACTS = (
    "item_name",
    "brand",
    "bullet_point",
    "country_of_origin",
    "item_type_keyword",
    "product_description",
    "supplier_declared_dg_hz_regulation",
)

_IMAGE = {"media_location": {"type": "string", "pattern": "^(https?|s3)://[^/]+/.+"}}

#: Attributes that every product type has.
COMMON: dict[str, Node] = {
    "item_name": text("Item name", "Acme shirt", 1000),
    "brand": text("Brand", "Acme", 100),
    "product_description": text("Product description", "A shirt.", 2000),
    "bullet_point": text("Bullet point", "Soft", 700, most=5),
    "generic_keyword": text("Generic keyword", "soft blue", 500),
    "manufacturer": text("Manufacturer", "Acme Ltd.", 100),
    "model_number": text("Model number", "A-100", 40, local=False),
    "part_number": text("Part number", "A-100-1", 40, local=False),
    "item_type_keyword": text("Item type keyword", "kitchen-helpers", 500, local=False),
    "country_of_origin": choice("Country of origin", DE="Germany", FR="France", CN="China"),
    "batteries_required": boolean("Batteries required"),
    "batteries_included": boolean("Batteries included"),
    "supplier_declared_dg_hz_regulation": choice(
        "Dangerous goods regulations",
        ghs="GHS",
        storage="Storage",
        transportation="Transportation",
        not_applicable="Not applicable",
    ),
    "externally_assigned_product_identifier": entries(
        "External product id",
        {
            "type": {"type": "string", "enum": ["ean", "gtin", "upc"]},
            "value": {"type": "string"},
        },
        selectors=("type",),
        required=("type", "value"),
    ),
    "supplier_declared_has_product_identifier_exemption": boolean("Has no product id"),
    "merchant_suggested_asin": text("ASIN", "B012345678", 10, local=False),
    "item_weight": measure("Item weight", grams="Grams", kilograms="Kilograms"),
    "main_product_image_locator": entries("Main image", _IMAGE, required=("media_location",)),
    **{
        f"other_product_image_locator_{number}": entries(
            f"Image {number}", _IMAGE, required=("media_location",)
        )
        for number in range(1, 9)
    },
}

#: Attributes in which variants differ.
_COLOR = {"color": words("Colour", "Blue", "Red", "White")}
_SIZE = {"size": words("Size", "S", "M", "L")}
_STYLE = {"style": words("Style", "Modern", "Classic")}
_MATERIAL = {"material": words("Material", "Leather", "Nylon", "Wood")}


def _family(*themes: str, accessory: bool = False) -> dict[str, Node]:
    """Return the attributes of a type that knows variants.

    :param themes: what the variants may differ in.
    :param accessory: whether products of the type may be accessories of others.
    """
    kinds = ["variation", *(["accessory"] if accessory else [])]
    relation = {
        "child_relationship_type": {
            "title": "Child relationship type",
            "type": "string",
            "enum": kinds,
        },
        "parent_sku": {
            "title": "Parent SKU",
            "type": "string",
            "minLength": 1,
            "maxLength": 40,
        },
    }
    theme = {"type": "string", "enum": list(themes), "enumNames": [one.title() for one in themes]}
    return {
        "parentage_level": choice("Parentage level", child="Child", parent="Parent"),
        # without a marketplace: one theme holds everywhere
        "variation_theme": closed("Variation theme", {"name": theme}, ("name",)),
        "child_parent_sku_relationship": entries(
            "Relationship",
            relation,
            most=50,
            selectors=("child_relationship_type",),
            required=("child_relationship_type",),
        ),
    }


@dataclass(frozen=True)
class ProductType:
    """One product type.

    :param own: attributes beside those that all types have.
    :param required: what a listing must say.
    :param conditions: pairs (attribute, attributes that it asks for).
    """

    code: str
    name: str
    words: tuple[str, ...] = ()
    own: dict[str, Node] = field(default_factory=dict)
    required: tuple[str, ...] = ("item_name",)
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def has_variants(self) -> bool:
        """Return whether its products may hold variants together."""
        return "variation_theme" in self.own

    def required_of(self, parent: bool) -> tuple[str, ...]:
        """Return what a listing must say; a parent need not say in what its variants differ."""
        varied = {*_COLOR, *_SIZE, *_STYLE, *_MATERIAL}
        return tuple(name for name in self.required if not (parent and name in varied))


_ROWS = (
    # the catch-all has no attributes for variants
    ProductType("PRODUCT", "Product", (), _COLOR, (*PRODUCT_FACTS, "color")),
    ProductType(
        "KITCHEN",
        "Kitchen",
        ("kitchen", "mug", "cup", "küche", "tasse"),
        {
            **_COLOR,
            **_SIZE,
            **_STYLE,
            **_MATERIAL,
            **_family(
                "COLOR",
                "SIZE",
                "STYLE",
                "MATERIAL",
                "SIZE/COLOR",
                "SIZE/STYLE",
                "SIZE/MATERIAL",
                "STYLE/COLOR",
                "MATERIAL/COLOR",
                accessory=True,
            ),
        },
        PRODUCT_FACTS,
    ),
    ProductType(
        "SHIRT",
        "Shirt",
        ("shirt", "t-shirt", "blouse", "hemd"),
        {
            **_COLOR,
            **_SIZE,
            "department": choice("Department", mens="Men's", womens="Women's", unisex="Unisex"),
            "fabric_type": text("Fabric type", "100% cotton", 200),
            **_family("SIZE", "COLOR", "SIZE/COLOR"),
        },
        ("item_name", "brand", "bullet_point", "country_of_origin", "department"),
        (("size", ("color",)),),
    ),
    ProductType(
        "LUGGAGE",
        "Luggage",
        ("bag", "case", "luggage", "suitcase", "koffer"),
        {
            **_MATERIAL,
            "number_of_wheels": entries(
                "Number of wheels", {"value": {"type": "integer", "minimum": 0, "maximum": 8}}
            ),
            **_family("MATERIAL", accessory=True),
        },
        ("item_name", "brand", "item_weight", "material"),
    ),
)

#: Code -> product type.
TYPES: dict[str, ProductType] = {row.code: row for row in _ROWS}


def find_types(text_or_words: str) -> list[ProductType]:
    """Return the types of which a word is in a text, best first; every type for no words."""
    searched = text_or_words.lower()
    named = [row for row in _ROWS if any(word in searched for word in row.words)]
    return named if searched.strip() else list(_ROWS)
