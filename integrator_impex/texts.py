# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages of problems with files, in the user's language."""

from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tools.translate import get_translation

from .files.problems import FileRefused


def problem_text(env, problem):
    """The sentence of a problem, with its place.

    :param problem: `files.problems.Problem`
    """
    text = _translated(env, problem.cause.sentence, dict(problem.words))
    if not problem.path:
        return text
    return env._("%(path)s: %(text)s", path=problem.path, text=text)


def problem_texts(env, problems):
    """The sentences of problems with their rows, each once, one a line."""
    return "\n".join(dict.fromkeys(_text_of_row(env, problem) for problem in problems))


@contextmanager
def as_user_error(env, kind=UserError):
    """Show the user what is wrong with a file, a layout or a place.

    :param type kind: of the error
    :raise UserError: with the problems of a `FileRefused`
    """
    try:
        yield
    except FileRefused as refused:
        raise kind(problem_texts(env, refused.problems)) from None


def _text_of_row(env, problem):
    text = problem_text(env, problem)
    return env._("In row %(row)s: %(text)s", row=problem.row, text=text) if problem.row else text


def _translated(env, sentence, words):
    return get_translation("integrator_impex", env.lang or "en_US", sentence, words)
