# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records that two transactions may create at the same moment."""

from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError


@contextmanager
def create_once(env):
    """Create records of which there may be one only. When another transaction has just created the
    same, the request or stage is repeated, as after a serialization failure, and finds it.

    :param env: environment of the records
    :return: context manager
    :raise ConcurrencyError: a request, or a stage, does its work again
    """
    try:
        with env.cr.savepoint():
            yield
    except UniqueViolation as error:
        raise ConcurrencyError("Somebody else has just made the same.") from error
