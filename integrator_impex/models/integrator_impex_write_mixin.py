# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from math import isqrt

from psycopg2 import DataError, IntegrityError
from psycopg2.errors import NumericValueOutOfRange

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import groupby, mute_logger

from ..batch import VALUE_ERRORS, Batch, NewRecord, Outcome, Planned, RowRefused, key_of
from ..texts import problem_text

#: Errors that a record, or Odoo for it, may raise; any other is a fault, and ends the run.
REFUSALS = (RowRefused, Planned, UserError, IntegrityError, DataError, *VALUE_ERRORS)
#: So few records are written one by one when they cannot be written together.
FEW = 8
#: Rights that are named to who lacks one of them.
MAX_GROUPS = 3


class IntegratorImpexWriteMixin(models.AbstractModel):
    """Writes records of files into Odoo.

    All of a batch are written together. Where Odoo refuses that, the batch is cut into parts until
    the bad records are found, each with its reason.
    """

    _name = "integrator.impex.write.mixin"
    _inherit = "integrator.impex.find.mixin"
    _description = "Writes records of files"

    # === ALL RECORDS === #

    def _import_all(self, layout, records, planned=None):
        """Write records, and return the outcome of each.

        :param layout: `files.layout.Descriptor`
        :param records: list of `files.records.Record`
        :param planned: while files are checked: see `batch.Batch`
        :return: list of pairs of a record and its `Outcome` or `RowRefused`, in order
        """
        good = [record for record in records if not record.problems and not record.all_problems()]
        done = self._import_together(layout, good, planned)
        return [
            (record, done[record.row] if record.row in done else self._problem_refusal(record))
            for record in records
        ]

    def _problem_refusal(self, record):
        problems = record.all_problems()
        first = problems[0].column
        texts = [self._problem_with_value(problem, first) for problem in problems]
        return RowRefused("\n".join(texts), first)

    def _problem_with_value(self, problem, first):
        """Return the problem in whole sentences, by which a reader of another language finds his.

        :param str first: the column that the row is said to be about
        """
        text = problem_text(self.env, problem)
        if problem.value:
            text = f"{self.env._('It says “%s”.', problem.value)} {text}"
        if problem.column and problem.column != first:
            text = self.env._("Column %(column)s: %(text)s", column=problem.column, text=text)
        return text

    def _import_together(self, layout, records, planned):
        """Write records together, or in parts: that takes as few tries as it may, whether few of
        them are bad or many.

        :return: dict number of a row -> `Outcome` or `RowRefused`
        """
        if not records:
            return {}
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self._import_batch(layout, records, Batch(planned))
        except REFUSALS as error:
            if len(records) == 1:
                return {records[0].row: self._refusal(layout, error)}
        size = isqrt(len(records)) if len(records) > FEW else 1
        done = {}
        for start in range(0, len(records), size):
            done |= self._import_together(layout, records[start : start + size], planned)
        return done

    def _import_batch(self, layout, records, batch):
        resolved = self._look_ahead(layout, records, batch)
        if layout.mode in ("merge", "update"):
            self._read_dependents(layout, resolved.values(), batch)
        done = {}
        for record in records:
            changes = batch.changes
            try:
                done[record.row] = self._import_record(layout, record, batch)
            except (RowRefused, Planned) as error:
                if batch.changes > changes:
                    # half of it is written: that is taken back, with all the others
                    raise
                done[record.row] = self._refusal(layout, error)
        self._create_new(batch)
        self.env.flush_all()
        self._check_kept(batch)
        self._name_outcomes(done.values())
        return done

    def _check_kept(self, batch):
        """Look whether values that Odoo keeps elsewhere, such as the stock of a product, have come
        there: what does so may pass over them without a word.

        :raise RowRefused: when one has not
        """
        for record, name in batch.passed_on:
            record.invalidate_recordset([name])
        for (record, name), value in batch.passed_on.items():
            if not self._is_same(record, name, value):
                raise RowRefused(
                    self.env._(
                        "Odoo does not take this value for “%(field)s”: it stays %(value)s.",
                        field=record._fields[name]._description_string(self.env),
                        value=record[name],
                    )
                )

    def _note_passed_on(self, record, values, batch):
        for name, value in values.items():
            if _is_passed_on(record, name):
                batch.passed_on[record, name] = value

    def _read_dependents(self, layout, resolved, batch):
        """Let Odoo look at once for what depends on the fields that are going to be written; when
        records are written one after the other it would look for each of them."""
        model = self.env[layout.model]
        keys = [column for column in layout.columns if column.key]
        used = [one for one in self._used(layout.columns, "update") if not one.key]
        changed = {}
        for values in resolved:
            for found in batch.known(model, key_of(keys, values)):
                names = {
                    column.field
                    for column in used
                    if column.name in values
                    and not self._is_same(found, column.field, values[column.name])
                }
                changed.setdefault(frozenset(names), []).append(found.id)
        for names, ids in changed.items():
            records = model.browse(ids)
            records.modified(names, before=True)
            for parent, link in model._inherits.items():
                inherited = [name for name in names if name in self.env[parent]._fields]
                records[link].modified(inherited, before=True)

    def _refusal(self, layout, error):
        """The outcome of a record that could not be written.

        :param error: the exception
        :return: `RowRefused`, or the `Outcome` of what is going to be made
        """
        if isinstance(error, RowRefused):
            # without its traceback, which would keep alive all that was at hand
            return type(error)(error.message, error.column)
        if isinstance(error, Planned):
            return Outcome("create", layout.model)
        if isinstance(error, IntegrityError | DataError):
            return RowRefused(self._integrity_text(layout, error))
        if isinstance(error, AccessError):
            return RowRefused(self._access_text(layout))
        if isinstance(error, UserError):
            return RowRefused(str(error))
        return RowRefused(str(error).splitlines()[0] if str(error) else type(error).__name__)

    def _access_text(self, layout):
        """Return a sentence that names who can import what the present user may not: it stands
        beside each row, and Odoo's own text is a page."""
        model = self.env[layout.model]
        wanted = ("unlink",) if layout.mode == "delete" else ("create", "write")
        missing = [one for one in wanted if not model.has_access(one)]
        rights = self.env["ir.model.access"].sudo()
        groups = rights.group_names_with_access(layout.model, missing[0]) if missing else []
        if not groups:
            return self.env._(
                "%s may not change this record; someone who may can run this import.",
                self.env.user.name,
            )
        return self.env._(
            "%(user)s may not change “%(model)s”; someone with one of these rights can run this "
            "import: %(groups)s.",
            user=self.env.user.name,
            model=self.env["ir.model"].sudo()._get(layout.model).name,
            groups=", ".join(groups[:MAX_GROUPS]),
        )

    def _integrity_text(self, layout, error):
        if isinstance(error, NumericValueOutOfRange):
            return self.env._("A number is too large for its field.")
        name = error.diag.column_name
        known = self.env[layout.model]._fields.get(name or "")
        if known is not None:
            return self.env._("“%s” is missing.", known._description_string(self.env))
        return (error.diag.message_primary or str(error)).strip()

    def _name_outcomes(self, outcomes):
        """Note the names of the records that were written, all at once."""
        wanted = ("create", "update")
        found = [one for one in outcomes if isinstance(one, Outcome) and one.operation in wanted]
        for name in {one.model for one in found}:
            own = [one for one in found if one.model == name and one.res_id]
            records = self.env[name].browse([one.res_id for one in own])
            for one, record in zip(own, records, strict=True):
                one.name = record.display_name

    # === ONE RECORD === #

    def _import_record(self, layout, record, batch):
        """Write what a record of a file says.

        :param layout: `files.layout.Descriptor`
        :param record: `files.records.Record` without problems
        :param batch: `batch.Batch` of the records that are written together
        :return: `Outcome`; what is to be created may be created later in the batch
        :raise RowRefused: when it is not taken
        :raise Planned: when it cannot be tried because an earlier row has to be written first
        """
        model = self.env[layout.model]
        values = batch.resolved.get(record.row)
        if values is None:
            values = self._resolve(model, layout.columns, record, batch)
        found = self._find(model, layout.columns, values, batch)
        if layout.mode == "delete":
            return self._delete(found, batch)
        if found and layout.mode == "insert":
            return Outcome("skipped", model._name, found.id, found.display_name)
        if not found and layout.mode == "update":
            return Outcome("skipped", model._name, reason=self.env._("There is no such record."))
        outcome = self._apply(found or model, layout.columns, values, batch)
        if layout.nested:
            self._import_nested(layout, record, found, outcome, batch)
        return outcome

    def _import_nested(self, layout, record, found, outcome, batch):
        self._create_new(batch)
        parent = self.env[layout.model].browse(outcome.res_id)
        for nested in layout.nested:
            if nested.when == "always" or (nested.when == "update") == bool(found):
                lines = record.lines.get(nested.field, [])
                self._import_lines(parent, nested, lines, outcome, batch)
        if outcome.steps and outcome.operation == "unchanged":
            outcome.operation = "update"

    def _import_lines(self, parent, nested, lines, outcome, batch):
        """Write the lines of a record; see `_import_record`."""
        relation = parent._fields[nested.field]
        model = self.env[relation.comodel_name]
        own = [(relation.inverse_name, "=", parent.id)]
        kept = model
        for line in lines:
            values = self._resolve(model, nested.columns, line, batch)
            found = self._find(model, nested.columns, values, batch, own)
            if nested.mode == "delete":
                outcome.steps += self._delete(found, batch).steps
                continue
            if (found and nested.mode == "insert") or (not found and nested.mode == "update"):
                continue
            extra = {relation.inverse_name: parent.id}
            done = self._apply(found or model, nested.columns, values, batch, extra)
            self._create_new(batch)
            outcome.steps += done.steps
            row = model.browse(done.res_id)
            kept |= row
            for inner in nested.nested:
                inner_lines = line.lines.get(inner.field, [])
                self._import_lines(row, inner, inner_lines, outcome, batch)
        if nested.mode == "replace":
            for row in model.search(own) - kept:
                outcome.steps += self._delete(row, batch).steps

    def _apply(self, found, columns, values, batch, extra=None):
        """Create a record or write what is different.

        :param found: the record, or empty records of the model
        :param values: of `_resolve`
        :param extra: values of a new record besides
        :return: `Outcome`
        """
        moment = "update" if found else "insert"
        used = [column for column in self._used(columns, moment) if column.name in values]
        if not found:
            return self._create(found, used, columns, values, batch, extra or {})
        outcome = Outcome("unchanged", found._name, found.id)
        for language in dict.fromkeys(column.language for column in used):
            record = self._in_language(found, language)
            own = [column for column in used if column.language == language and not column.key]
            wanted = {column.field: values[column.name] for column in own}
            self._update(record, wanted, outcome, batch)
        return outcome

    @api.model
    def _used(self, columns, moment):
        """The columns that are written to a record.

        :param moment: `insert` for a new one, else `update`
        """
        return [
            column
            for column in columns
            if "." not in column.field and column.when in ("always", moment)
        ]

    # === NEW RECORDS === #

    def _create(self, model, used, columns, values, batch, extra):
        """Note a record that is to be created, with the next others or, with texts in several
        languages, at once."""
        if any(column.key and "." in column.field for column in columns):
            raise RowRefused(
                self.env._("There is no such record, and by this key none can be made.")
            )
        plain = self._prepare_create(model, used, values)
        outcome = Outcome("create", model._name)
        batch.new.append(NewRecord({**plain, **extra}, list(plain), outcome))
        batch.new_keys.add((model._name, key_of([one for one in columns if one.key], values)))
        batch.touch(model)
        spoken = [column for column in used if column.language]
        if spoken:
            self._create_new(batch)
        for column in spoken:
            record = self._in_language(model.browse(outcome.res_id), column.language)
            record[column.field] = values[column.name]
        return outcome

    @api.model
    def _prepare_create(self, model, used, values):
        """The values of a new record.

        :param model: empty records of its model
        :param used: columns that say something of it
        :param values: of `_resolve`
        :return: dict for `create`
        """
        plain = {column.field: values[column.name] for column in used if not column.language}
        for column in used:
            plain.setdefault(column.field, values[column.name])
        return {name: _command(value) for name, value in plain.items()}

    def _create_new(self, batch):
        """Create the records that were noted."""
        while batch.new:
            new, batch.new = batch.new, []
            for name, rows in groupby(new, lambda one: one.outcome.model):
                records = self.env[name].create([row.values for row in rows])
                for row, record in zip(rows, records, strict=True):
                    after = {shown: self._plain(record, shown) for shown in row.shown}
                    self._note_passed_on(record, row.values, batch)
                    step = {"model": name, "id": record.id, "operation": "create"}
                    row.outcome.res_id = record.id
                    row.outcome.steps.append({**step, "before": {}, "after": after})

    # === RECORDS THAT ARE THERE === #

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

    def _update(self, record, values, outcome, batch):
        """Write what differs, and note it."""
        different = {
            name: value for name, value in values.items() if not self._is_same(record, name, value)
        }
        if not different:
            return
        before = {name: self._plain(record, name) for name in different}
        batch.touch(record)
        record.write({name: _command(value) for name, value in different.items()})
        self._note_passed_on(record, different, batch)
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

    def _delete(self, found, batch):
        if not found:
            return Outcome("skipped", found._name, reason=self.env._("There is no such record."))
        step = {"model": found._name, "id": found.id, "operation": "delete"}
        outcome = Outcome("delete", found._name, found.id, found.display_name)
        outcome.steps.append({**step, "before": {}, "after": {}})
        batch.touch(found)
        # others may go with it
        batch.keys.clear()
        found.unlink()
        return outcome


def _is_passed_on(record, name):
    """Return whether a field hands its values on to others, which keep them."""
    known = record._fields[name]
    keeps = known.store or known.related or known.relational
    return bool(known.inverse) and not keeps


def _command(value):
    return [fields.Command.set(value)] if isinstance(value, list) else value
