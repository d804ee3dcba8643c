# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from decimal import Decimal

from odoo import api, models

from ..batch import (
    KEY_TYPES,
    TEXT_TYPES,
    Planned,
    RowRefused,
    RowWaits,
    is_findable,
    key_of,
    keys_of,
)

#: More records than so many for each row are not taken over into memory: rows are looked for one
#: by one then.
FOUND_PER_ROW = 5


class IntegratorImpexFindMixin(models.AbstractModel):
    """Finds the records that files are about: by their keys, and by the texts that refer to others.

    It is looked for once for all records of a batch where that gives the same answer.
    """

    _name = "integrator.impex.find.mixin"
    _description = "Finds what records of files are about"

    # === AHEAD, FOR ALL RECORDS === #

    def _look_ahead(self, layout, records, batch):
        """Find what records refer to and which ones they are about, by few queries.

        :param layout: `files.layout.Descriptor`
        :param records: list of `files.records.Record` without problems
        :param batch: `batch.Batch`, where it is kept
        :return: dict number of a row -> what it says, as Odoo keeps it
        """
        model = self.env[layout.model]
        for column in layout.columns:
            if self._is_looked_up(column) and not self._lookup_domain(model, column, {}):
                self._look_up_ahead(column, records, batch)
        resolved = {}
        for record in records:
            try:
                resolved[record.row] = self._resolve(model, layout.columns, record, batch)
            except (RowRefused, Planned):
                # an earlier row may make it: it is tried once more when it is its turn
                continue
        self._find_ahead(model, layout.columns, resolved.values(), batch)
        if not self._refers_to_itself(layout):
            batch.resolved = resolved
        return resolved

    def _refers_to_itself(self, layout):
        """Return whether what an earlier row writes may be what a later one refers to."""
        model = self.env[layout.model]
        own = {model._name, *model._inherits, *model._inherits_children}
        own |= {model._fields[nested.field].comodel_name for nested in layout.nested}
        return any(column.lookup.model in own for column in layout.columns if column.lookup)

    def _look_up_ahead(self, column, records, batch):
        lookup = column.lookup
        model = self.env[lookup.model]
        left = {text for record in records for text in _texts(record.values.get(column.name))}
        for path in lookup.by:
            if not left or not (path == "id" or is_findable(model, path, TEXT_TYPES)):
                return
            values = {text: _lookup_value(path, text) for text in left}
            limit = FOUND_PER_ROW * len(left)
            found = model.search([(path, "in", list(values.values()))], limit=limit)
            if len(found) == limit:
                return
            ids = {}
            for record in found:
                for (value,) in keys_of(record, [path]):
                    ids.setdefault(value, []).append(record.id)
            for text, value in values.items():
                batch.keep_reference(model, path, text, [], ids.get(value, [])[:2])
            left = {text for text, value in values.items() if value not in ids}

    def _find_ahead(self, model, columns, resolved, batch):
        keys = [column for column in columns if column.key]
        paths = [column.field for column in keys]
        wanted = {key for values in resolved if (key := key_of(keys, values))}
        if not wanted or not all(is_findable(model, path, KEY_TYPES) for path in paths):
            return
        parts = zip(*wanted, strict=True)
        domain = [(path, "in", list(set(one))) for path, one in zip(paths, parts, strict=True)]
        limit = FOUND_PER_ROW * len(wanted)
        found = model.with_context(active_test=False).search(domain, limit=limit)
        if len(found) == limit:
            return
        batch.keys = {key: [] for key in wanted}
        batch.prefetch = found._ids
        for record in found.with_env(self.env):
            for key in keys_of(record, paths):
                if key in batch.keys:
                    batch.keys[key].append(record.id)

    # === OF ONE RECORD === #

    def _resolve(self, model, columns, record, batch):
        """Return the values of the columns in Odoo's form.

        :return: dict name of the column -> value
        :raise RowRefused: when something cannot be
        """
        values = {}
        for column in columns:
            if column.name not in record.values:
                continue
            value = record.values[column.name]
            if self._is_looked_up(column) and value is not None:
                domain = self._lookup_domain(model, column, values)
                found = [self._reference(column, text, domain, batch) for text in _texts(value)]
                if not all(found):
                    continue
                many = model._fields[column.field].type == "many2many"
                values[column.name] = [one.id for one in found] if many else found[0].id
            else:
                values[column.name] = self._odoo_value(value)
        return values

    @api.model
    def _is_looked_up(self, column):
        return bool(column.lookup) and "." not in column.field

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

    def _look_up(self, lookup, text, domain, batch):
        """The record that a text stands for, by the first field that finds one.

        :param domain: see `_lookup_domain`
        :raise RowRefused: when it stands for several
        """
        model = self.env[lookup.model]
        for path in lookup.by:
            found = batch.reference(model, path, text, domain)
            if found is None:
                self._create_new(batch)
                wanted = [(path, "=", _lookup_value(path, text)), *domain]
                found = model.search(wanted, limit=2)
                batch.keep_reference(model, path, text, domain, found.ids)
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

    def _reference(self, column, text, domain, batch):
        """The record that a text stands for; none where the field is left as it is then.

        :raise RowRefused: when there is none, or several
        """
        lookup = column.lookup
        try:
            found = self._look_up(lookup, text, domain, batch)
        except RowRefused as refused:
            raise RowRefused(refused.message, column.title) from None
        if found or lookup.unresolved == "leave":
            return found
        planned = batch.planned
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

    def _find(self, model, columns, values, batch, domain=()):
        """The record that the keys of a row stand for, or none.

        :param values: of `_resolve`
        :param batch: `batch.Batch`
        :param domain: what holds besides
        :raise RowRefused: when there are several
        """
        keys = [column for column in columns if column.key]
        if not keys:
            return model
        key = key_of(keys, values)
        if (model._name, key) in batch.new_keys:
            self._create_new(batch)
        elif key in batch.keys and not domain:
            return self._only(batch.known(model, key), keys)
        wanted = [*domain, *(part for column in keys for part in _key_domain(column, values))]
        found = model.with_context(active_test=False).search(wanted, limit=2)
        return self._only(found.with_env(self.env), keys)

    def _only(self, found, keys):
        if len(found) > 1:
            raise RowRefused(
                self.env._(
                    "Several records have this key. Take one more column as key, or clean them up."
                ),
                keys[0].title,
            )
        return found


def _texts(value):
    """The texts of a cell that refers to records."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _lookup_value(path, text):
    if path != "id":
        return text
    return int(text) if text.isdecimal() else 0


def _key_domain(column, values):
    value = values.get(column.name)
    parts = value if isinstance(value, list | tuple) else [value]
    return [(column.field, "=", part) for part in parts]
