# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Descriptors of YesCart, read as layouts.

What has no place in a layout is left out and said: SQL (its places name the keys), fields that are
filled by imports of their own, and templates of values. The names of YesCart's entities and fields
are put into Odoo's words where there is such a thing; a person looks at the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .causes import XML_BROKEN, XML_DOCTYPE, XML_ROOT
from .layout import Column, CsvFormat, Descriptor, Forms, Lookup, Mode, Type, When
from .problems import FileRefused

ROOTS = ("import-descriptor", "export-descriptor")
MODELS = {
    "Category": "product.category",
    "Product": "product.template",
    "ProductSku": "product.product",
    "Attribute": "product.attribute",
    "Customer": "res.partner",
    "Address": "res.partner",
    "Country": "res.country",
    "State": "res.country.state",
    "Warehouse": "stock.warehouse",
    "CustomerOrder": "sale.order",
}
FIELDS = {
    "parentId": "parent_id",
    "displayName": "name",
    "skuCode": "default_code",
    "barCode": "barcode",
    "guid": "guid",
}
LANGUAGES = {
    "en": "en_US",
    "ru": "ru_RU",
    "uk": "uk_UA",
    "de": "de_DE",
    "fr": "fr_FR",
    "es": "es_ES",
}
MODES: dict[str, Mode] = {
    "MERGE": "merge",
    "INSERT_ONLY": "insert",
    "UPDATE_ONLY": "update",
    "DELETE": "delete",
}
TYPES: dict[str, Type] = {
    "BOOLEAN": "boolean",
    "LONG": "integer",
    "INT": "integer",
    "DECIMAL": "decimal",
    "DATE": "date",
    "DATETIME": "datetime",
    "ZONEDTIME": "datetime",
    "INSTANT": "datetime",
}
CONSTANTS = {"{NOW}": "{now}", "{INSTANT}": "{now}", "{DATE}": "{today}"}
_FORMS = Forms(date="%Y-%m-%d", datetime="%Y-%m-%d %H:%M:%S")
_PLACE = re.compile(r"\{([^{}]+)\}")
_CUT = re.compile(r"\(\.\{0,(\d+)\}\)(\(\.\*\))?")
_PROPERTY = re.compile(r"(\w+)\s*=\s*'?\{")


@dataclass(frozen=True)
class Reading:
    """A descriptor that was read.

    :param notes: what was left out, in English, for people who know YesCart.
    """

    descriptor: Descriptor
    notes: tuple[str, ...]


def is_yescart(content: bytes) -> bool:
    """Return whether a file looks like a descriptor of YesCart."""
    return any(f"<{root}".encode() in content[:10_000] for root in ROOTS)


def read_descriptor(content: bytes, name: str, model: str = "") -> Reading:
    """Read a descriptor.

    :param name: what the layout is called.
    :param model: Odoo's model of the records; empty: the one for YesCart's entity, if there is one.
    :raise FileRefused: when it is none.
    """
    root = _parse(content)
    notes: list[str] = []
    entity = _text(root, "entity-type").rpartition(".")[2]
    found = model or MODELS.get(entity, "")
    if not found:
        notes.append(f"entity-type {entity}: choose which records these are in Odoo")
    keys = set(_PLACE.findall(_text(root, "select-sql") or _text(root, "select-cmd")))
    for tag in ("insert-sql", "delete-sql"):
        if _text(root, tag):
            notes.append(f"{tag}: left out, layouts hold no SQL")
    path = "import-columns" if root.tag == ROOTS[0] else "export-columns"
    columns = []
    for place, element in enumerate(root.findall(f"{path}/column-descriptor")):
        column = _column(element, place, keys, notes)
        if column is not None and column.name not in [one.name for one in columns]:
            columns.append(column)
    form = root.find("import-file-descriptor")
    form = root.find("export-file-descriptor") if form is None else form
    descriptor = Descriptor(
        name=name,
        model=found,
        columns=tuple(columns),
        # what is only exported needs no key
        mode=MODES.get(_text(root, "mode"), "merge") if root.tag == ROOTS[0] else "insert",
        format=_format(form),
        forms=_FORMS,
        mask=_text(form, "file-name-mask"),
        mask_kind="regex",
        file_name=_text(form, "file-name"),
    )
    return Reading(descriptor, tuple(notes))


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(XML_BROKEN.at(reason=error.msg or "")) from None
    if root.getroottree().docinfo.doctype:
        raise FileRefused(XML_DOCTYPE.at())
    if root.tag not in ROOTS:
        raise FileRefused(XML_ROOT.at(found=root.tag, expected=" / ".join(ROOTS)))
    return root


def _text(element: Any, path: str) -> str:
    return (element.findtext(path) or "").strip() if element is not None else ""


def _format(form: Any) -> CsvFormat:
    head = (_text(form, "ignore-first-line") or _text(form, "print-header")) == "true"
    return CsvFormat(
        delimiter=_text(form, "column-delimiter") or ";",
        quote=_text(form, "text-qualifier") or '"',
        charset=(_text(form, "file-encoding") or "utf-8").lower(),
        head=head,
    )


def _column(element: Any, place: int, keys: set[str], notes: list[str]) -> Column | None:
    name, kind = _text(element, "name"), _text(element, "field-type")
    position = int(_text(element, "column-index") or place) + 1
    constant = _text(element, "value-constant")
    if not name or (position < 1 and not constant):
        return None
    if kind.startswith("SLAVE"):
        notes.append(f"{name}: left out, it is an import of its own")
        return None
    constant = CONSTANTS.get(constant, constant)
    if _PLACE.search(constant) and constant not in CONSTANTS.values():
        notes.append(f"{name}: the constant {constant} is left out")
        return None
    length, pattern = _pattern(element, name, notes)
    lookup = _lookup(element, name, notes) if kind == "FK_FIELD" else None
    return Column(
        field=FIELDS.get(name) or _odoo_name(name) + ("_id" if lookup else ""),
        source=_text(element, "column-header"),
        position=max(position, 0),
        type="reference" if lookup else TYPES.get(_text(element, "data-type"), "text"),
        key=name in keys,
        language=LANGUAGES.get(_text(element, "language"), _text(element, "language")),
        constant=constant,
        max_length=length,
        cut=bool(length),
        pattern=pattern,
        lookup=lookup,
        when=_when(element),
    )


def _when(element: Any) -> When:
    if _text(element, "insert-only") == "true":
        return "insert"
    return "update" if _text(element, "update-only") == "true" else "always"


def _pattern(element: Any, name: str, notes: list[str]) -> tuple[int, str]:
    """Return the greatest length and the pattern of a column's values."""
    regex = _text(element, "value-regex")
    cut = _CUT.fullmatch(regex)
    if cut and _text(element, "value-regex-group") in ("", "1"):
        return int(cut[1]), ""
    if regex and (_text(element, "value-regex-template") or regex.count("(") > 1):
        notes.append(f"{name}: the template of its value is left out")
        return 0, ""
    return 0, regex


def _lookup(element: Any, name: str, notes: list[str]) -> Lookup:
    query = _text(element, "lookup-query") or _text(element, "lookup-cmd")
    entity = _text(element, "entity-type").rpartition(".")[2]
    entity = entity or next(iter(re.findall(r"from (\w+?)Entity", query)), "")
    found = _PROPERTY.search(query)
    by = found[1] if found else "name"
    model = MODELS.get(entity, "")
    if not model:
        notes.append(f"{name}: choose what {entity or 'the reference'} is in Odoo")
    skip = _text(element, "update-skip-unresolved") == "true"
    named = FIELDS.get(by) or _odoo_name(by)
    return Lookup(model or "res.partner", (named,), "leave" if skip else "refuse")


def _odoo_name(name: str) -> str:
    """`displayName` is `display_name` in Odoo's way."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()
