# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What two people, or a person and a worker, may make at the same moment."""

from contextlib import contextmanager

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError


@contextmanager
def made_once(env):
    """Make records of which there is one. Whoever is crossed by another transaction that has just
    made them begins anew, as after any crossing, and finds what is there.

    :param env: environment of the records
    :return: context manager
    :raise ConcurrencyError: a request, or a stage, does its work again
    """
    try:
        with env.cr.savepoint():
            yield
    except UniqueViolation as error:
        raise ConcurrencyError("Somebody else has just made the same.") from error
