# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.tools import mute_logger

#: How often a short transaction is done again that another one has crossed.
TRIES = 10


def in_own_transaction(registry, work):
    """Do something small that all workers and hosts share, and be done with it at once: it is
    committed before this returns, so no lock is held over what comes after.

    :param registry: of the database
    :param work: function of a cursor; done again when another transaction crosses it
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
