# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Errors between Odoo and a site, by who has to act."""

from contextlib import contextmanager

from odoo.exceptions import UserError


class IntegratorError(Exception):
    """Base of all errors that a site adapter raises towards the stages.

    :param str message: what happened and what to do next, for people, already translated
    :param str code: stable name of the cause; one cause makes one message to the group
    :param float|None retry_after: seconds after which trying again makes sense
    """

    def __init__(self, message, code="unknown", retry_after=None):
        super().__init__(message)
        self.message = message
        #: Message once it is not retried any more.
        self.last_message = message
        self.code = code
        self.retry_after = retry_after


class TransientError(IntegratorError):
    """No action needed: the network or the remote will be back."""


class ThrottledError(TransientError):
    """The remote's quota is used up; not an error, the work is put back with a time."""


class CircuitOpenError(ThrottledError):
    """The circuit breaker is open: nothing was sent; retry after `retry_after`."""


class UnexpectedError(IntegratorError):
    """A programming error, or one of the database: it is tried again a few times, then a person
    has to look. Whether anything had left before is unknown.

    :param str last_message: message once it is not retried any more
    """

    def __init__(self, message, last_message, code="unexpected"):
        super().__init__(message, code=code)
        self.last_message = last_message


class TaskBusyError(UserError):
    """A submission is just being built from the task: a change of this moment may not be in it."""


class ConfigurationError(IntegratorError):
    """The administrator has to act: credentials, roles, addresses."""


class RejectedError(IntegratorError):
    """A person has to correct the record: the remote refused what was sent."""


class UnclearError(RejectedError):
    """Unknown result of a call: a person has to look at the remote; “Try again” confirms that it
    was not done."""


class NothingToSendError(IntegratorError):
    """The remote knows all of it already: the task is closed with the reason."""


class NotConfirmedError(RejectedError):
    """The remote accepted it and does not show it: it is sent once more."""


class OtherTransportError(NotConfirmedError):
    """The remote does not take it this way: it is sent once more, another way."""


class OutcomeUnknownError(TransientError):
    """The call left but no answer came: ask the remote what happened before repeating it."""


class SectionError(ValueError):
    """A section of a listing cannot be sent as it is; a person has to correct it first.

    :param str message: for people, already translated
    :param dict reasons: attribute, in the site's word -> what is wrong with it, for people
    """

    def __init__(self, message, reasons):
        super().__init__(message)
        self.reasons = reasons


@contextmanager
def as_user_error():
    """Show the user of a button why a site could not do it.

    :raise UserError: with the reason of an `IntegratorError`
    """
    try:
        yield
    except IntegratorError as error:
        raise UserError(error.message) from error
