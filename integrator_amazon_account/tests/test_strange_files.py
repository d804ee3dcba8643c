# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .books_case import BooksCase

NUMBER = "28400000"
NEW_LINE = "\r\n"


class File:
    """A settlement of three rows, 154.40 in euros, that can be spoilt.

    :param str number: of the settlement; each spoilt file is one of its own
    """

    def __init__(self, content, number):
        text = content.decode()
        old = text.splitlines()[1].split("\t")[0]
        self.head, self.summary, *self.rows = text.replace(old, number).splitlines()
        self.columns = self.head.split("\t")

    def change(self, line, **cells):
        """A line with other cells; names of columns have underscores."""
        parts = line.split("\t")
        for name, text in cells.items():
            parts[self.columns.index(name.replace("_", "-"))] = text
        return "\t".join(parts)

    def join(self, *lines, end=NEW_LINE):
        return (end.join(lines) + end).encode()

    def whole(self, **options):
        return self.join(self.head, self.summary, *self.rows, **options)

    def with_row(self, **cells):
        """The file with another first row."""
        first = self.change(self.rows[0], **cells)
        return self.join(self.head, self.summary, first, *self.rows[1:])

    def with_coupon(self, text):
        """The file with another text of the second row, where any text is known."""
        coupon = self.change(self.rows[1], amount_description=text)
        return self.join(self.head, self.summary, self.rows[0], coupon, self.rows[2])

    def with_summary(self, **cells):
        return self.join(self.head, self.change(self.summary, **cells), *self.rows)

    def each(self, change):
        return self.join(*map(change, (self.head, self.summary, *self.rows)))


#: Name -> (how it is spoilt, a word of the reason for which nothing is taken).
REFUSED = {
    "empty": (lambda _file: b"", "is empty"),
    "only a mark": (lambda _file: b"\xef\xbb\xbf", "no column"),
    "only the head": (lambda file: file.join(file.head), "period and total"),
    "cut in a row": (lambda file: file.whole()[:-30], "line 5"),
    "twice in one": (lambda file: file.whole() * 2, "a second settlement begins"),
    "a head in the middle": (
        lambda file: file.join(file.head, file.summary, file.rows[0], file.head, *file.rows[1:]),
        "line 4",
    ),
    "every cell in quotes": (
        lambda file: file.each(lambda line: f'"{line}"'.replace("\t", '"\t"')),
        "period and total",
    ),
    "a tab in a text": (lambda file: file.with_coupon("a\tb"), "more cells than columns"),
    "semicolons": (lambda file: file.whole().replace(b"\t", b";"), "no column"),
    "a row of another settlement": (lambda file: file.with_row(settlement_id="99"), "line 3"),
    "a row in another currency": (lambda file: file.with_row(currency="USD"), "line 3"),
    "no total": (lambda file: file.with_summary(total_amount=""), "period and total"),
    "no amount": (lambda file: file.with_row(amount=""), "missing"),
    "an amount in words": (lambda file: file.with_row(amount="two"), "is not an amount"),
    "a minus behind": (lambda file: file.with_row(amount="200,00-"), "is not an amount"),
    "more decimals than coins": (lambda file: file.with_row(amount="200,001"), "decimals"),
    "a number of a spreadsheet": (
        lambda file: file.with_summary(settlement_id="2.84E+10"),
        "its number is spoilt",
    ),
    "an end before the start": (
        lambda file: file.with_summary(settlement_end_date="01.01.2020 00:00:00 UTC"),
        "before the start",
    ),
    "no date": (lambda file: file.with_summary(settlement_end_date="soon"), "is not a date"),
    "the summary at the end": (
        lambda file: file.join(file.head, *file.rows, file.summary),
        "period and total",
    ),
    "a line below": (lambda file: file.whole() + b"Total: 3 rows\r\n", "line 6"),
    "an unknown currency": (lambda file: file.whole().replace(b"EUR", b"XXQ"), "XXQ"),
    "a workbook": (lambda _file: b"PK\x03\x04 and more", "Excel"),
}
#: Name -> how it is spoilt. The file is kept, and held with both sums.
HELD = {
    "cut between two rows": lambda file: file.join(file.head, file.summary, *file.rows[:-1]),
    "no row": lambda file: file.join(file.head, file.summary),
    "a total of the wrong sign": lambda file: file.with_summary(total_amount="-154,40"),
    "a column twice": lambda file: file.each(
        lambda line: line + {file.head: "\tamount", file.summary: "\t"}.get(line, "\t1,00")
    ),
}
#: Name -> how it is written. It is a settlement all the same.
GOOD = {
    "UTF-16": lambda file: file.whole().decode().encode("utf-16"),
    "a mark before it": lambda file: b"\xef\xbb\xbf" + file.whole(),
    "a quote in a text": lambda file: file.with_coupon('5" off'),
    "a NUL in a text": lambda file: file.with_coupon("a\0b"),
    "a picture in a text": lambda file: file.with_coupon("☕ " * 300),
    "columns the other way round": lambda file: file.each(
        lambda line: "\t".join(reversed(line.split("\t")))
    ),
    "a head in capitals": lambda file: file.whole().replace(
        file.head.encode(), file.head.upper().encode()
    ),
    "an unknown column": lambda file: file.each(
        lambda line: line + ("\tnew" if line == file.head else "\tx")
    ),
    "no day of payout": lambda file: file.with_summary(deposit_date=""),
    "no tabs at the end": lambda file: file.each(lambda line: line.rstrip("\t")),
    "old ends of lines": lambda file: file.whole(end="\r"),
    "blank lines": lambda file: file.whole(end="\r\n\r\n"),
    "a row of the first day of all": lambda file: file.with_row(
        posted_date="", posted_date_time="01.01.0001 00:00:00 UTC"
    ),
}


@tagged("post_install", "-at_install")
class TestAmazonStrangeFiles(BooksCase):
    """Settlement files changed by people, spreadsheets and broken downloads are read or refused
    (001-27)."""

    def setUp(self):
        super().setUp()
        self.charge("reimbursement", 4, amount="200.00")
        self.charge("coupon", 4)
        self.charge("subscription", 3)
        self.content = self.close(2, listed=False)["content"]

    def spoilt(self, kinds):
        """Name and bytes of each file."""
        for number, (name, spoil) in enumerate(kinds.items(), 100):
            yield name, spoil(File(self.content, f"{NUMBER}{number}"))

    def test_nothing_is_taken_of_what_cannot_be_read(self):
        """001-27: the reason names the file and the place, and the next try is free."""
        words = {name: word for name, (_spoil, word) in REFUSED.items()}
        for name, content in self.spoilt({name: one for name, (one, _word) in REFUSED.items()}):
            with self.assertRaises(UserError, msg=name) as caught, self.cr.savepoint():
                self.upload(content)
            reason = str(caught.exception)
            self.assertTrue(reason.startswith("settlement-1.txt: "), reason)
            self.assertIn(words[name], reason)
        self.assertFalse(self.settlements(self.site))
        self.assertFalse(self.env["integrator.document"].search([("kind", "=", "settlement")]))

    def test_a_settlement_that_does_not_add_up_is_held(self):
        """001-27: with both sums; the right file takes its place and is posted once."""
        for name, content in self.spoilt(HELD):
            known = self.settlements(self.site)
            settlement = self.upload(content) - known
            self.assertEqual((settlement.state, settlement.hold_code), ("held", "sum"), name)
            self.assertIn("154.40", settlement.hold_reason)
            self.assertFalse(settlement.move_ids)
            self.upload(File(self.content, settlement.remote_id).whole())
            self.assertTrue(settlement.has_other_file)
            settlement.with_user(self.accountant).action_take_other_file()
            settlement.with_user(self.accountant).action_post()
            self.assert_posted(settlement)
            self.assertEqual(len(settlement.move_ids), 1)

    def test_a_settlement_in_another_notation_is_posted(self):
        """001-27: once, whatever is uploaded again."""
        for name, content in self.spoilt(GOOD):
            known = self.settlements(self.site)
            settlement = self.upload(content, content) - known
            self.assertEqual(settlement.amount_total, 154.40, name)
            self.assert_posted(settlement)
            self.assertEqual((len(settlement.move_ids), settlement.row_count), (1, 3))
