# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a record of a file."""

from dataclasses import dataclass, field

#: What Odoo raises for a value that it does not take.
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
    """What became of a row, or would become of it.

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
