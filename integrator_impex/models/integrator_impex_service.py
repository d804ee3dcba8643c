# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timezone
from decimal import Decimal

from odoo import api, models

from ..files.guess import guess_csv, guess_xml
from ..files.layout import Column
from ..files.records import RecordWriter, read_records
from ..files.tables import read_table
from .integrator_impex_column import TYPES

#: What stands in the example rows of a template, by the type of the column.
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
#: Records that an export reads at once.
EXPORT_PIECE = 500


class IntegratorImpexService(models.AbstractModel):
    """What reads files of a layout into records and writes records into files.

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
    def _write(self, layout, records, target, context):
        """Write records into a file.

        :param layout: `files.layout.Descriptor`
        :param records: records of its model, in order
        :param target: binary stream
        :return: how many were written
        :raise FileRefused: when a value cannot be written
        """
        writer = RecordWriter(layout, target, context)
        for start in range(0, len(records), EXPORT_PIECE):
            for record in records[start : start + EXPORT_PIECE]:
                writer.write_record(self._export_values(layout, record))
            self.env.invalidate_all()
        writer.close()
        return len(records)

    @api.model
    def _guess(self, descriptor, source):
        """Fill a layout in from a sample.

        :param descriptor: record of the layout, to be written
        :param source: binary stream, seekable
        """
        raise NotImplementedError

    # === ONE RECORD OUT === #

    @api.model
    def _export_values(self, layout, record):
        """What a file says of a record.

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
        """What stands in an example row of a template.

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

    def _guess_column(self, descriptor, model, name, head, place):
        info = model._fields[name]
        values = {"descriptor_id": descriptor.id, "field": name, "source": head, "sequence": place}
        values["type"] = TYPES[info.type]
        if values["type"] == "reference":
            values["lookup_model"] = info.comodel_name
            values["lookup_by"] = self.env[info.comodel_name]._rec_name or "id"
            values["separator"] = "|" if info.type == "many2many" else False
        values["key"] = name in ("default_code", "barcode", "ref", "code")
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
    def _guess(self, descriptor, source):
        """See `integrator.impex.service`."""
        if descriptor.format_kind == "csv":
            form = guess_csv(source)
            names = ("delimiter", "quote", "charset", "bom")
            descriptor.write({name: getattr(form, name) for name in names})
        source.seek(0)
        rows = read_table(source, descriptor._format())
        head = next((row for row in rows if not row.is_blank), None)
        self._guess_columns(
            descriptor, [str(cell or "").strip() for cell in head.cells] if head else []
        )


class IntegratorImpexServiceXml(models.AbstractModel):
    """XML documents."""

    _name = "integrator.impex.service.xml"
    _inherit = "integrator.impex.service"
    _description = "Import and export of XML"

    @api.model
    def _guess(self, descriptor, source):
        """See `integrator.impex.service`."""
        descriptor.format_kind = "xml"
        rows, paths = guess_xml(source)
        descriptor.rows_path = rows
        self._guess_columns(descriptor, paths)


def _plain_name(text):
    return "".join(char for char in text.casefold() if char.isalnum())
