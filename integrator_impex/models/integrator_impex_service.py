# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import islice

from odoo import api, models
from odoo.exceptions import UserError

from ..files.constants import Context
from ..files.guess import (
    DATE_FORMS,
    NUMBER_FORMS,
    guess_csv,
    guess_form,
    guess_xml,
    is_workbook,
)
from ..files.layout import Column
from ..files.records import RecordWriter, count_records, read_records, unused_heads
from ..files.tables import read_table
from ..files.values import parse_date, parse_number
from .integrator_impex_column import TYPES

#: Values of the example rows of a template, by the type of the column.
EXAMPLES = {
    "text": "Example %s",
    "integer": 10,
    "decimal": Decimal("19.90"),
    "boolean": True,
    "date": date(2026, 1, 31),
    "datetime": datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc),
    "reference": "Example %s",
}
#: Type of a column -> Odoo's value as files take it; texts for all others.
PRINTED = {
    "decimal": lambda value: Decimal(str(value)),
    "integer": int,
    "date": lambda value: value,
    "datetime": lambda value: value.replace(tzinfo=timezone.utc),
}
#: Fields by which records are known, the best first.
KEYS = ("default_code", "ref", "code", "barcode")
#: Parts of names of fields whose values are watched.
WATCHED = ("price", "cost", "quantity", "qty")
#: Rows of a sample by which the form of numbers and dates is guessed.
GUESS_ROWS = 100
#: Records that an export reads at once.
EXPORT_PIECE = 500


class IntegratorImpexService(models.AbstractModel):
    """Reads files of a layout into records and writes records into files.

    The services for tables and for XML inherit it. Another addon brings its own: a model named
    `integrator.impex.service.<code>` that inherits this one, and the code added to the selection
    `service` of `integrator.impex.descriptor`. It overrides what it does differently: reading the
    file, finding a record, or writing it. Or it extends the two shipped ones.

    `self.env` is that of the user in whose name the group runs: his rights hold.
    """

    _name = "integrator.impex.service"
    _inherit = "integrator.impex.write.mixin"
    _description = "Import and export of files"

    # === FILES === #

    @api.model
    def _read(self, layout, source, context):
        """The records of a file, one by one.

        :param layout: `files.layout.Descriptor`
        :param source: binary stream, seekable
        :param context: `files.constants.Context`
        :return: iterator of `files.records.Record`
        :raise FileRefused: when the file cannot be read (on)
        """
        return read_records(layout, source, context)

    @api.model
    def _unused(self, layout, source):
        """Return the parts of a file that its layout does not read, for people to notice a
        misspelling.

        :param layout: `files.layout.Descriptor`
        :param source: binary stream, seekable
        :return: list of texts, such as heads of columns
        """
        return []

    @api.model
    def _count(self, layout, source):
        """Return the number of records of a file, to show the progress of its check.

        :param layout: `files.layout.Descriptor`
        :param source: binary stream, seekable
        :raise FileRefused: see `_read`
        """
        return sum(1 for _record in self._read(layout, source, Context()))

    @api.model
    def _write(self, layout, records, target, context):
        """Write records into a file.

        :param layout: `files.layout.Descriptor`
        :param records: records of its model, in order
        :param target: binary stream
        :return: how many were written
        :raise FileRefused: when a value cannot be written
        """
        return self._write_values(layout, self._all_values(layout, records), target, context)

    def _all_values(self, layout, records):
        for start in range(0, len(records), EXPORT_PIECE):
            for record in records[start : start + EXPORT_PIECE]:
                yield self._export_values(layout, record)
            self.env.invalidate_all()

    @api.model
    def _write_values(self, layout, rows, target, context):
        """Write what was read from records, or example rows of a template, into a file.

        :param layout: `files.layout.Descriptor`
        :param rows: iterable of dicts, see `_export_values`
        :param target: binary stream
        :return: how many were written
        :raise FileRefused: when a value cannot be written
        """
        writer = RecordWriter(layout, target, context)
        count = 0
        for values in rows:
            writer.write_record(values)
            count += 1
        writer.close()
        return count

    @api.model
    def _guess(self, descriptor, source):
        """Fill a layout in from a sample.

        :param descriptor: record of the layout, to be written
        :param source: binary stream, seekable
        :raise UserError: when this service cannot
        """
        raise UserError(
            self.env._("From files of this kind nothing is guessed: enter the columns yourself.")
        )

    # === ONE RECORD OUT === #

    @api.model
    def _export_values(self, layout, record):
        """Return the values of a record for a file.

        :return: dict for `files.records.RecordWriter`
        """
        values = {column.name: self._export_value(record, column) for column in layout.columns}
        for nested in layout.nested:
            inner = layout.__class__(
                layout.name, layout.model, nested.columns, nested=nested.nested
            )
            lines = record[nested.field].sorted("id")
            values[nested.field] = [self._export_values(inner, line) for line in lines]
        return values

    def _export_value(self, record, column: Column):
        if column.constant:
            return None
        if column.language:
            record = record.with_context(lang=column.language)
        value = record
        for name in column.field.split("."):
            value = value.mapped(name) if isinstance(value, models.BaseModel) else value
        if isinstance(value, models.BaseModel):
            return self._export_reference(value, column)
        if isinstance(value, list) and not column.separator:
            value = value[0] if value else False
        return self._export_plain(value, column)

    def _export_reference(self, found, column):
        by = column.lookup.by[0] if column.lookup else found._rec_name or "id"
        texts = tuple(str(one.mapped(by)[0]) for one in found.sorted("id"))
        return texts if column.separator else (texts[0] if texts else None)

    def _export_plain(self, value, column):
        if column.separator:
            return tuple(str(part) for part in (value if isinstance(value, list) else [value]))
        if column.type == "boolean":
            return bool(value)
        if value is False or value is None:
            return None
        return PRINTED.get(column.type, str)(value)

    @api.model
    def _example(self, layout, number):
        """Return an example row of a template.

        :param int number: of the row, the first is 1
        :return: dict for `files.records.RecordWriter`
        """

        def example(column):
            if column.choices:
                return column.choices[0].value
            value = EXAMPLES.get(column.type, "Example %s")
            value = value % number if isinstance(value, str) else value
            return (value,) if column.separator else value

        values = {column.name: example(column) for column in layout.columns if not column.constant}
        for nested in layout.nested:
            values[nested.field] = [
                {column.name: example(column) for column in nested.columns if not column.constant}
            ]
        return values

    # === GUESSING === #

    def _guess_columns(self, descriptor, heads):
        """Columns for the heads of a file that look like fields of the model.

        :param heads: texts
        """
        model = self.env[descriptor.model]
        known = {}
        for name, info in model.fields_get().items():
            if not info.get("readonly") and info["type"] in TYPES and info["type"] != "one2many":
                known.setdefault(_plain_name(info["string"]), name)
        known |= {_plain_name(name): name for name in model._fields if name in known.values()}
        taken = set(descriptor.column_ids.mapped("field"))
        columns = self.env["integrator.impex.column"]
        for place, head in enumerate(heads):
            name = known.get(_plain_name(head))
            if name and name not in taken:
                taken.add(name)
                columns.create(self._guess_column(descriptor, model, name, head, place))
        found = {column.field: column for column in descriptor.column_ids}
        if not any(column.key for column in found.values()):
            # one: a row would need a value in each, and another one would be another record
            key = next((found[name] for name in KEYS if name in found), columns)
            key.key = True

    def _guess_column(self, descriptor, model, name, head, place):
        info = model._fields[name]
        values = {"descriptor_id": descriptor.id, "field": name, "source": head, "sequence": place}
        values["type"] = TYPES[info.type]
        if values["type"] == "reference":
            values["lookup_model"] = info.comodel_name
            values["lookup_by"] = self.env[info.comodel_name]._rec_name or "id"
            values["separator"] = "|" if info.type == "many2many" else False
        # a file that changes many prices or quantities a lot asks first
        values["guarded"] = values["type"] == "decimal" and any(part in name for part in WATCHED)
        return values

    def _lookup_domain(self, model, column, values):
        """Override: the values of an attribute are looked for among its own: “42” may be one of
        several attributes."""
        domain = super()._lookup_domain(model, column, values)
        is_value = (model._name, column.field) == ("product.template.attribute.line", "value_ids")
        return [*domain, ("attribute_id", "=", values.get("attribute_id"))] if is_value else domain


class IntegratorImpexServiceCsv(models.AbstractModel):
    """Tables: CSV and workbooks."""

    _name = "integrator.impex.service.csv"
    _inherit = "integrator.impex.service"
    _description = "Import and export of tables"

    @api.model
    def _unused(self, layout, source):
        """See `integrator.impex.service`."""
        return unused_heads(layout, source)

    @api.model
    def _count(self, layout, source):
        """See `integrator.impex.service`."""
        return count_records(layout, source)

    @api.model
    def _guess(self, descriptor, source):
        """See `integrator.impex.service`."""
        descriptor.format_kind = "xlsx" if is_workbook(source) else "csv"
        if descriptor.format_kind == "csv":
            form = guess_csv(source)
            names = ("delimiter", "quote", "charset", "bom")
            descriptor.write({name: getattr(form, name) for name in names})
        source.seek(0)
        rows = read_table(source, descriptor._format())
        head = next((row for row in rows if not row.is_blank), None)
        heads = [str(cell or "").strip() for cell in head.cells] if head else []
        self._guess_columns(descriptor, heads)
        self._guess_forms(descriptor, heads, list(islice(rows, GUESS_ROWS)))

    def _guess_forms(self, descriptor, heads, rows):
        """Guess the forms of numbers and dates in the first rows."""
        kinds = {column.source: column.type for column in descriptor.column_ids}
        cells = {"decimal": [], "date": []}
        for row in rows:
            for head, cell in zip(heads, row.cells, strict=False):
                if kinds.get(head) in cells and isinstance(cell, str):
                    cells[kinds[head]].append(cell)
        numbers = (descriptor.number_form, *NUMBER_FORMS)
        dates = (descriptor.date_form, *DATE_FORMS)
        descriptor.number_form = guess_form(cells["decimal"], numbers, parse_number)
        descriptor.date_form = guess_form(cells["date"], dates, parse_date)


class IntegratorImpexServiceXml(models.AbstractModel):
    """XML documents."""

    _name = "integrator.impex.service.xml"
    _inherit = "integrator.impex.service"
    _description = "Import and export of XML"

    @api.model
    def _count(self, layout, source):
        """See `integrator.impex.service`."""
        return count_records(layout, source)

    @api.model
    def _guess(self, descriptor, source):
        """See `integrator.impex.service`."""
        form, paths = guess_xml(source)
        spaces = "\n".join(f"{one.prefix}={one.uri}" for one in form.namespaces)
        descriptor.write({"format_kind": "xml", "rows_path": form.rows, "namespaces": spaces})
        self._guess_columns(descriptor, paths)


def _plain_name(text):
    return "".join(char for char in text.casefold() if char.isalnum())
