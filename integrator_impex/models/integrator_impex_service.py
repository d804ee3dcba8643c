# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

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


class RowRefused(Exception):
    """A row is not taken.

    :param message: for people, translated
    :param column: head of the column that it is about
    """

    def __init__(self, message, column=""):
        super().__init__(message)
        self.message = message
        self.column = column


class RowWaits(RowRefused):
    """A row refers to something that is not there yet, and waits for it."""


class Planned(Exception):
    """While files are checked: a row refers to a record that an earlier row is going to make."""


@dataclass
class Outcome:
    """What became of a row, or would become of it.

    :param operation: create, update, delete, unchanged or skipped
    :param name: of the record, for people
    :param steps: what was written, in order: dicts of model, id, operation, before and after
    """

    operation: str
    model: str = ""
    res_id: int = 0
    name: str = ""
    steps: list = field(default_factory=list)
    reason: str = ""


class IntegratorImpexService(models.AbstractModel):
    """What reads files of a layout into records and writes records into files.

    The services for tables and for XML inherit it. Another addon brings its own: a model named
    `integrator.impex.service.<code>` that inherits this one, and the code added to the selection
    `service` of `integrator.impex.descriptor`. It overrides what it does differently: reading the
    file, finding a record, or writing it. Or it extends the two shipped ones.

    `self.env` is that of the user in whose name the group runs: his rights hold.
    """

    _name = "integrator.impex.service"
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

    # === ONE RECORD IN === #

    @api.model
    def _import_record(self, layout, record, planned=None):
        """Write what a record of a file says.

        :param layout: `files.layout.Descriptor`
        :param record: `files.records.Record` without problems
        :param planned: while files are checked: function of a model's name, a field and a text that
            says whether an earlier row makes such a record
        :return: `Outcome`
        :raise RowRefused: when it is not taken
        :raise Planned: when it cannot be tried because an earlier row has to be written first
        """
        model = self.env[layout.model]
        values = self._resolve(model, layout.columns, record, planned)
        found = self._find(model, layout.columns, values)
        if layout.mode == "delete":
            return self._delete(found)
        if found and layout.mode == "insert":
            return Outcome("skipped", model._name, found.id, found.display_name)
        if not found and layout.mode == "update":
            return Outcome("skipped", model._name, reason=self.env._("There is no such record."))
        outcome = self._apply(found or model, layout.columns, values)
        parent = model.browse(outcome.res_id)
        for nested in layout.nested:
            if nested.when == "always" or (nested.when == "update") == bool(found):
                lines = record.lines.get(nested.field, [])
                self._import_lines(parent, nested, lines, outcome, planned)
        if outcome.steps and outcome.operation == "unchanged":
            outcome.operation = "update"
        outcome.name = parent.display_name
        return outcome

    def _resolve(self, model, columns, record, planned):
        """What the columns say, as Odoo keeps it.

        :return: dict name of the column -> value
        :raise RowRefused: when something cannot be
        """
        values = {}
        for column in columns:
            if column.name not in record.values:
                continue
            value = record.values[column.name]
            if column.lookup and "." not in column.field and value is not None:
                domain = self._lookup_domain(model, column, values)
                texts = value if isinstance(value, tuple) else (value,)
                found = [self._reference(column, text, domain, planned) for text in texts]
                if not all(found):
                    continue
                many = model._fields[column.field].type == "many2many"
                values[column.name] = [one.id for one in found] if many else found[0].id
            else:
                values[column.name] = self._odoo_value(value)
        return values

    @api.model
    def _lookup_domain(self, model, column, values):
        """Hook: what holds of the records among which a reference is looked for.

        :param model: empty records of the model that has the field
        :param column: `files.layout.Column`
        :param values: of the columns before it
        :return: a domain
        """
        return []

    @api.model
    def _odoo_value(self, value):
        """A value of a file as Odoo keeps it."""
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        return False if value is None else value

    def _look_up(self, lookup, text, domain):
        """The record that a text stands for, by the first field that finds one.

        :param domain: see `_lookup_domain`
        :raise RowRefused: when it stands for several
        """
        model = self.env[lookup.model]
        for name in lookup.by:
            value = int(text) if name == "id" and text.isdecimal() else text
            found = model.search([(name, "=", value), *domain], limit=2)
            if len(found) > 1:
                raise RowRefused(
                    self.env._(
                        "“%(text)s” stands for several records of “%(model)s”.",
                        text=text,
                        model=model._description,
                    )
                )
            if found:
                return found
        return model

    def _reference(self, column, text, domain, planned):
        """The record that a text stands for; none where the field is left as it is then.

        :raise RowRefused: when there is none, or several
        """
        lookup = column.lookup
        try:
            found = self._look_up(lookup, text, domain)
        except RowRefused as refused:
            raise RowRefused(refused.message, column.title) from None
        if found or lookup.unresolved == "leave":
            return found
        if planned and any(planned(lookup.model, name, text) for name in lookup.by):
            raise Planned
        kind = RowWaits if lookup.unresolved == "wait" else RowRefused
        raise kind(
            self.env._(
                "There is no “%(text)s” among “%(model)s”. Make it first, or correct the cell.",
                text=text,
                model=self.env[lookup.model]._description,
            ),
            column.title,
        )

    def _find(self, model, columns, values, domain=()):
        """The record that the keys of a row stand for, or none.

        :param values: of `_resolve`
        :param domain: what holds besides
        :raise RowRefused: when there are several
        """
        keys = [column for column in columns if column.key]
        if not keys:
            return model
        wanted = list(domain)
        for column in keys:
            value = values.get(column.name)
            parts = value if isinstance(value, list | tuple) else [value]
            wanted += [(column.field, "=", part) for part in parts]
        found = model.with_context(active_test=False).search(wanted, limit=2)
        if len(found) > 1:
            raise RowRefused(
                self.env._(
                    "Several records have this key. Take one more column as key, or clean them up."
                ),
                keys[0].title,
            )
        return found.with_env(self.env)

    def _apply(self, found, columns, values, extra=None):
        """Create a record or write what is different.

        :param found: the record, or empty records of the model
        :param values: of `_resolve`
        :param extra: values of a new record besides
        :return: `Outcome`
        """
        moment = "update" if found else "insert"
        used = [
            column
            for column in columns
            if column.name in values
            and "." not in column.field
            and column.when in ("always", moment)
        ]
        if not found:
            return self._create(found, used, columns, values, extra or {})
        outcome = Outcome("unchanged", found._name, found.id)
        for language in dict.fromkeys(column.language for column in used):
            record = self._in_language(found, language)
            own = [column for column in used if column.language == language and not column.key]
            self._update(record, {column.field: values[column.name] for column in own}, outcome)
        return outcome

    def _create(self, model, used, columns, values, extra):
        if any(column.key and "." in column.field for column in columns):
            raise RowRefused(
                self.env._("There is no such record, and by this key none can be made.")
            )
        plain = {column.field: values[column.name] for column in used if not column.language}
        spoken = [column for column in used if column.language]
        for column in spoken:
            plain.setdefault(column.field, values[column.name])
        plain = {
            name: [fields.Command.set(value)] if isinstance(value, list) else value
            for name, value in plain.items()
        }
        record = model.create({**plain, **extra})
        for column in spoken:
            self._in_language(record, column.language)[column.field] = values[column.name]
        after = {name: self._plain(record, name) for name in plain}
        step = {"model": model._name, "id": record.id, "operation": "create", "after": after}
        return Outcome("create", model._name, record.id, steps=[{**step, "before": {}}])

    def _in_language(self, record, language):
        if not language:
            return record
        if language not in dict(self.env["res.lang"].get_installed()):
            raise RowRefused(
                self.env._(
                    "The language %s is not installed. Activate it in the settings.", language
                )
            )
        return record.with_context(lang=language)

    def _update(self, record, values, outcome):
        """Write what differs, and note it."""
        different = {
            name: value for name, value in values.items() if not self._is_same(record, name, value)
        }
        if not different:
            return
        before = {name: self._plain(record, name) for name in different}
        record.write(
            {
                name: [fields.Command.set(value)] if isinstance(value, list) else value
                for name, value in different.items()
            }
        )
        after = {name: self._plain(record, name) for name in different}
        outcome.operation = "update"
        outcome.steps.append(
            {
                "model": record._name,
                "id": record.id,
                "operation": "update",
                "before": before,
                "after": after,
                "lang": record.env.context.get("lang") or "",
            }
        )

    def _is_same(self, record, name, value):
        field_ = record._fields[name]
        if field_.type == "many2one":
            return record[name].id == (value or False)
        if field_.type == "many2many":
            return set(record[name].ids) == set(value or [])
        now = field_.convert_to_cache(record[name], record)
        return now == field_.convert_to_cache(value, record)

    @api.model
    def _plain(self, record, name):
        """A value as JSON keeps it."""
        value = record[name]
        if isinstance(value, models.BaseModel):
            return value.id if record._fields[name].type == "many2one" else value.ids
        return fields.Datetime.to_string(value) if isinstance(value, date) else value

    def _delete(self, found):
        if not found:
            return Outcome("skipped", found._name, reason=self.env._("There is no such record."))
        step = {"model": found._name, "id": found.id, "operation": "delete"}
        outcome = Outcome("delete", found._name, found.id, found.display_name)
        outcome.steps.append({**step, "before": {}, "after": {}})
        found.unlink()
        return outcome

    def _import_lines(self, parent, nested, lines, outcome, planned):
        """Write the lines of a record; see `_import_record`."""
        relation = parent._fields[nested.field]
        model = self.env[relation.comodel_name]
        own = [(relation.inverse_name, "=", parent.id)]
        kept = model
        for line in lines:
            values = self._resolve(model, nested.columns, line, planned)
            found = self._find(model, nested.columns, values, own)
            if nested.mode == "delete":
                outcome.steps += self._delete(found).steps
                continue
            if (found and nested.mode == "insert") or (not found and nested.mode == "update"):
                continue
            done = self._apply(
                found or model, nested.columns, values, {relation.inverse_name: parent.id}
            )
            outcome.steps += done.steps
            row = model.browse(done.res_id)
            kept |= row
            for inner in nested.nested:
                self._import_lines(row, inner, line.lines.get(inner.field, []), outcome, planned)
        if nested.mode == "replace":
            for row in model.search(own) - kept:
                outcome.steps += self._delete(row).steps

    def _try_record(self, layout, record, planned=None):
        """Write a record; what Odoo has against it is the reason of its refusal.

        :return: `Outcome`
        :raise RowRefused: see `_import_record`
        """
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                outcome = self._import_record(layout, record, planned)
                self.env.flush_all()
                return outcome
        except AccessError as error:
            raise RowRefused(str(error)) from None
        except UserError as error:
            raise RowRefused(str(error)) from None
        except IntegrityError as error:
            raise RowRefused(self._integrity_text(layout, error)) from None
        except (ValueError, TypeError, OverflowError) as error:
            raise RowRefused(
                str(error).splitlines()[0] if str(error) else type(error).__name__
            ) from None

    def _integrity_text(self, layout, error):
        name = error.diag.column_name
        known = self.env[layout.model]._fields.get(name or "")
        if known is not None:
            return self.env._("“%s” is missing.", known._description_string(self.env))
        return (error.diag.message_primary or str(error)).strip()

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
