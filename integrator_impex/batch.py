# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""State that the rows of a file share while they are written together, and the outcome of each."""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

#: Errors that Odoo raises for a value that it does not take.
VALUE_ERRORS = (ValueError, TypeError, OverflowError)


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
    """The outcome of a row, or of its check.

    :param operation: create, update, delete, unchanged or skipped
    :param name: of the record, for people
    :param steps: what was written, in order: dicts of model, id, operation, before and after
    :param promised: while files are checked: what later rows may refer to, as tuples of model,
        field and text
    """

    operation: str
    model: str = ""
    res_id: int = 0
    name: str = ""
    steps: list = field(default_factory=list)
    reason: str = ""
    promised: list = field(default_factory=list)


#: Types of fields whose values are compared with texts.
TEXT_TYPES = ("char", "text", "selection")
#: Types of fields whose values are compared with what a row has as its key.
KEY_TYPES = (*TEXT_TYPES, "integer", "many2one")


@dataclass
class NewRecord:
    """A record that is going to be created together with others.

    :param values: for `create`
    :param shown: names of the fields that are kept as written
    :param outcome: of its row
    """

    values: dict
    shown: list
    outcome: Outcome


@dataclass
class Batch:
    """Known data of the records that are being written together.

    It is asked in place of the database: which record has a key, which one a text refers to. What
    rows of the same batch change meanwhile is noticed: models that were written to are `touched`.

    :param planned: while files are checked: function of a model's name, a field and a text that
        says whether an earlier row makes such a record
    :param resolved: number of a row -> what its columns say, as Odoo keeps it
    :param keys: key of a row -> ids of the records that have it; only keys that were asked for
    :param prefetch: ids of all records that were found
    :param new: records to create, and by their model and key
    :param passed_on: a record and a field that keeps nothing itself -> what was written to it
    """

    planned: Any = None
    resolved: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    prefetch: tuple = ()
    touched: set = field(default_factory=set)
    changes: int = 0
    new: list = field(default_factory=list)
    new_keys: set = field(default_factory=set)
    passed_on: dict = field(default_factory=dict)
    _references: dict = field(default_factory=dict)

    def touch(self, model):
        """Note that records of a model are written, created or deleted."""
        self.changes += 1
        self.touched |= {model._name, *model._inherits, *model._inherits_children}

    def known(self, model, key):
        """The records that have a key, as they were found for all rows.

        :param model: empty records of the model of the file
        """
        return model.browse(self.keys.get(key, ())).with_prefetch(self.prefetch)

    def keep_reference(self, model, path, text, domain, ids):
        """Remember what a text refers to.

        :param model: empty records of the model that is referred to
        """
        self._references[model._name, path, text, repr(domain)] = tuple(ids)

    def reference(self, model, path, text, domain):
        """The records that a text refers to, two at most, as they were found before.

        :return: records, or None when they have to be looked for
        """
        ids = self._references.get((model._name, path, text, repr(domain)))
        if ids is None or model._name in self.touched:
            return None
        return model.browse(ids)


def is_findable(model, path, types):
    """Return whether records are found by comparing the field at the end of a path with values.

    :param model: empty records of the model where the path begins
    :param types: that the field may have
    """
    *parents, last = path.split(".")
    for name in parents:
        known = model._fields.get(name)
        if known is None or known.type != "many2one":
            return False
        model = model.env[known.comodel_name]
    known = model._fields.get(last)
    return known is not None and known.type in types and bool(known.store or known.inherited)


def key_of(columns, values):
    """The values of the key columns of a row; None when it has no plain ones."""
    parts = tuple(values.get(column.name) for column in columns)
    plain = all(part and isinstance(part, str | int) for part in parts)
    return parts if parts and plain else None


def keys_of(record, paths):
    """The keys that a record has.

    :param paths: of its key fields
    :return: iterator of tuples
    """
    return product(*([_plain(value) for value in record.mapped(path)] for path in paths))


def _plain(value):
    return value.id if hasattr(value, "id") else value
