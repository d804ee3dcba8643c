# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Small functions that many files need: labels of selections, fingerprints of values, domains out
of their texts, transactions of their own, rows that others are at, and options of the server."""

import json
import logging
import os
import threading
from ast import literal_eval
from contextlib import contextmanager
from difflib import get_close_matches
from hashlib import sha256

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.exceptions import LockError
from odoo.fields import Domain
from odoo.models import AbstractModel
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, config, mute_logger

from .const import CAPABILITIES

#: Likeness to a hook from which the name of a method is taken for a slip, of 1.
MIN_LIKENESS = 0.88

# === SELECTIONS === #


def choices_of(model, field):
    """The choices of another field, for `fields.Selection`, in the language of who looks.

    :param str model: its model
    :param str field: a selection field
    :return: function model -> list of (value, label)
    """
    return lambda self: self.env[model]._fields[field]._description_selection(self.env)


def labels_of(records, field):
    """The labels of a selection in the reader's language.

    :param str field: name of a field of the records
    :return: dict value -> label
    """
    return dict(records._fields[field]._description_selection(records.env))


# === FINGERPRINTS === #

#: JSON in the one form of which fingerprints are made. It is made once and looks for no circles,
#: for it is asked very often.
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
).encode


def section_hash(value):
    """The fingerprint of a section's value; equal for values that are equal as JSON.

    :param value: JSON-able value; None: the section says nothing
    :return: 64 hexadecimal digits, or an empty text for None
    """
    if value is None:
        return ""
    return EMPTY_HASH if value == {} else _fingerprint(value)


def _fingerprint(value):
    return sha256(_encode(value).encode()).hexdigest()


#: Hash of a section whose value is removed. Very many listings have no pictures and no relations.
EMPTY_HASH = _fingerprint({})


# === HOOKS === #


def misspelt_hooks(adapter, base):
    """Methods of an adapter whose names are almost those of hooks that it lacks.

    :param type adapter: class of the adapter
    :param type base: class that holds all hooks
    :return: list of tuples (name, name of the hook)
    """
    hooks = set(dir(base)) - set(dir(AbstractModel))
    own = {name for one in adapter.__mro__ if one not in base.__mro__ for name in vars(one)}
    near = {
        name: get_close_matches(name, hooks - own, 1, MIN_LIKENESS)
        for name in own - set(dir(base))
        if name.startswith("_") and not name.startswith("__")
    }
    return sorted((name, found[0]) for name, found in near.items() if found)


def misspelt_capabilities(adapter):
    """Texts in the code of an adapter's `_capabilities` that are almost capabilities. What it
    reckons otherwise is looked at when somebody asks, see `integrator.site._can`.

    :param type adapter: class of the adapter
    :return: list of tuples (name, name of the capability)
    """
    texts = set()
    for method in (vars(one).get("_capabilities") for one in adapter.__mro__):
        for constant in method.__code__.co_consts if method else ():
            texts |= set(constant if isinstance(constant, frozenset | tuple) else [constant])
    strange = {text for text in texts if isinstance(text, str)} - CAPABILITIES
    near = {text: get_close_matches(text, CAPABILITIES, 1, MIN_LIKENESS) for text in strange}
    return sorted((text, found[0]) for text, found in near.items() if found)


# === DOMAINS === #


def parse_domain(text):
    """A domain out of its text, which is taken as a literal.

    :raise ValueError: where it is none
    """
    try:
        return Domain(literal_eval((text or "[]").strip()))
    except (MemoryError, RecursionError, SyntaxError, TypeError) as error:
        raise ValueError(str(error)) from error


# === TRANSACTIONS === #

#: Tries of a short transaction after a serialization failure.
TRIES = 10


def in_own_transaction(registry, work):
    """Run `work` in a separate transaction that is committed at once, so that no lock is held
    afterwards. It is retried on serialization failures.

    :param registry: of the database
    :param work: function of a cursor
    :return: what `work` returns
    """
    for _try in range(TRIES - 1):
        try:
            return _once(registry, work)
        except (SerializationFailure, UniqueViolation):
            continue
    return _once(registry, work)


def _once(registry, work):
    with mute_logger("odoo.sql_db"), registry.cursor() as cr:
        return work(cr)


def wait_for_rows(records):
    """Lock rows, waiting for other transactions that hold them, such as a worker on an operation.
    When they have changed meanwhile, Odoo repeats the request with the new values."""
    records.flush_recordset()
    _lock_rows(records, SQL("ORDER BY id FOR NO KEY UPDATE"))


def lock(records):
    """Lock rows for this transaction, as Odoo's own `lock_for_update(allow_referencing=True)`.

    :raise LockError: when another transaction holds one
    """
    if len(try_lock(records)) < len(records):
        raise LockError(
            records.env._("Somebody else is just working on this. Try again in a minute.")
        )


def try_lock(records):
    """The rows that no other transaction holds, locked for this one, as Odoo's own
    `try_lock_for_update(allow_referencing=True)`, which logs a serialization failure as an error
    although the work is retried.

    :raise SerializationFailure: when a row has changed since the transaction began
    """
    if not records:
        return records
    found = set(_lock_rows(records, SQL("FOR NO KEY UPDATE SKIP LOCKED")))
    return records.filtered(lambda record: record.id in found)


def _lock_rows(records, how):
    """Lock rows. A serialization failure is retried by the caller or by Odoo, so that it is not
    logged as an error.

    :param SQL how: the locking clause
    :return: list of the ids of the rows that are locked
    :raise SerializationFailure: when a row has changed since the transaction began
    """
    cr = records.env.cr
    table = SQL.identifier(records._table)
    cr.execute(
        SQL("SELECT id FROM %s WHERE id IN %s %s", table, tuple(records.ids), how),
        log_exceptions=False,
    )
    return [row_id for (row_id,) in cr.fetchall()]


class _NoConflicts(logging.Filter):
    """Leave out statements of this thread that were refused because of another transaction."""

    def __init__(self):
        super().__init__()
        self.thread = threading.get_ident()

    def filter(self, record):
        """Override: Odoo logs the statement and the error."""
        error = record.args[-1] if isinstance(record.args, tuple) and record.args else None
        is_conflict = isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
        return record.thread != self.thread or not is_conflict


@contextmanager
def conflicts_unlogged():
    """Keep serialization failures out of the log of errors, where the work is done again. Those of
    other threads, such as a user's request, are logged."""
    log, no_conflicts = logging.getLogger("odoo.sql_db"), _NoConflicts()
    log.addFilter(no_conflicts)
    try:
        yield
    finally:
        log.removeFilter(no_conflicts)


# === OPTIONS OF THE SERVER === #

# No user of a database can change them, not even its administrator: they stand in Odoo's
# configuration file, or in the environment under the same name in capitals.


def server_option(name):
    """The values of an option of the server.

    :param str name: in the configuration file; several values are separated by commas
    :return: list of texts, empty when nothing is said
    """
    text = config.get(name) or os.environ.get(name.upper()) or ""
    return [value.strip() for value in text.split(",") if value.strip()]


def practice_hosts():
    """Hosts besides the sites' own that secrets may be sent to, because the server says so: a
    simulator on this machine, as `127.0.0.1` or `127.0.0.1:8090`.

    :return: frozenset of texts
    """
    return frozenset(server_option("integrator_practice_hosts"))
