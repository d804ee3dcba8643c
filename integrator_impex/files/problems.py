# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reasons for refusing a file, a row or a cell: the message for people, and its place.

Sentences stand in `causes.py`. The addon translates `Problem.cause.sentence` and fills in
`Problem.words`; `str()` of a problem is the same in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

#: Characters of a value that are shown.
SHOWN = 40
_HIDDEN = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), "·")


def shorten(value: object, length: int = SHOWN) -> str:
    """Return the beginning of a value as one line of text, for people."""
    text = str(value)[: length + 1].translate(_HIDDEN)
    text = text.encode(errors="replace").decode()
    return text if len(text) <= length else text[: length - 1] + "…"


@dataclass(frozen=True)
class Cause:
    """One kind of problem.

    :param code: stable name.
    :param sentence: for people: what is wrong and what to do next, with places `%(name)s`.
    """

    code: str
    sentence: str

    def at(
        self,
        row: int | None = None,
        column: str = "",
        value: object = "",
        path: str = "",
        **words: object,
    ) -> Problem:
        """Return a problem of this kind; see `Problem`. Words are shortened."""
        shortened = {name: shorten(word, 200) for name, word in words.items()}
        return Problem(self, shortened, row, column, shorten(value), path)


@dataclass(frozen=True)
class Problem:
    """A problem and its place.

    :param words: what stands in the places of the sentence.
    :param row: row of the table or number of the element, the first is 1; None: the whole file.
    :param column: the column's head or path.
    :param value: the beginning of what stands there. It may be personal: for whoever works on the
        file, not for a log.
    :param path: where it is in a layout, such as `columns[2].type`.
    """

    cause: Cause
    words: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None
    column: str = ""
    value: str = ""
    path: str = ""

    @property
    def code(self) -> str:
        """The stable name of the kind."""
        return self.cause.code

    @property
    def sentence(self) -> str:
        """The sentence in English, without the place and without the value."""
        return self.cause.sentence % dict(self.words)

    def on(self, row: int | None) -> Problem:
        """Return the same problem on a row, if it has none yet."""
        return self if self.row is not None else replace(self, row=row)

    def __str__(self) -> str:
        places = (
            f"row {self.row}" if self.row is not None else "",
            f"column “{self.column}”" if self.column else "",
            f"“{self.value}”" if self.value else "",
            self.path,
        )
        place = ", ".join(part for part in places if part)
        return f"{place}: {self.sentence}" if place else self.sentence


class FileRefused(Exception):
    """A file, a layout or a place is not taken at all.

    Its text names places and rules, never a value of the file.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = found
        super().__init__("; ".join(str(replace(problem, value="")) for problem in found))

    @property
    def code(self) -> str:
        """The stable name of the first problem's kind."""
        return self.problems[0].code


class ValueRefused(ValueError):
    """A single value is refused; the caller adds the row and the column."""

    def __init__(self, cause: Cause, **words: object) -> None:
        super().__init__(cause.code)
        self.cause = cause
        self.words = words

    def at(self, row: int | None, column: str, value: object) -> Problem:
        """Return the problem at its place."""
        return self.cause.at(row, column, value, **self.words)
