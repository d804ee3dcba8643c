# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a parser raises, and nothing else."""

from __future__ import annotations


class DocumentError(ValueError):
    """A document cannot be read, so nothing of it is taken (000-13, 000-20).

    It names the place and the rule that is broken, never a value of the document: that could be
    somebody's name.

    :param reason: what is wrong there.
    :param where: a JSON path, an XML line or a byte offset.
    """

    def __init__(self, reason: str, where: str) -> None:
        super().__init__(f"cannot be parsed at {where}: {reason}")
        self.reason = reason
        self.where = where
