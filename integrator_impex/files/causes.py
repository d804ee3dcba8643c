# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every kind of problem, with its sentence for people."""

from __future__ import annotations

from .problems import Cause


def _lt(sentence: str) -> str:
    """Mark a sentence for Odoo's export of translations; the addon translates it when it is
    shown."""
    return sentence


# === FILES === #

TOO_LARGE = Cause(
    "file_too_large",
    _lt(
        "The file is larger than %(limit)s. Split it, or ask the administrator for a larger limit."
    ),
)
CHARSET_UNKNOWN = Cause(
    "file_charset_unknown",
    _lt("The charset %(charset)s is not known. Choose one from the list."),
)
CHARSET_WRONG = Cause(
    "file_charset_wrong",
    _lt(
        "This is not written in the charset %(charset)s. Save the file in that charset, or choose "
        "another one in the layout."
    ),
)
CHARSET_CANNOT = Cause(
    "file_charset_cannot",
    _lt(
        "The charset %(charset)s has no %(character)s. Choose another charset in the layout, such "
        "as utf-8."
    ),
)
QUOTES_BROKEN = Cause(
    "file_quotes_broken",
    _lt(
        "The quotation marks of this row do not fit together: one is opened and not closed, or "
        "text follows a closing one. Correct the row; inside a cell a quotation mark is doubled."
    ),
)
CELL_TOO_LONG = Cause(
    "file_cell_too_long",
    _lt(
        "A cell or line is longer than %(limit)s characters. Perhaps a quotation mark is opened "
        "before it and never closed, or the delimiter of the layout is another one."
    ),
)
NUL_INSIDE = Cause(
    "file_nul",
    _lt("There are zero bytes in the text: the file is damaged, or its charset is another one."),
)
CELL_UNWRITABLE = Cause(
    "file_cell_unwritable",
    _lt(
        "The text holds a delimiter, quotation mark or line break, and the layout has no "
        "quotation mark to write it with. Enter one in the layout."
    ),
)
CELL_TOO_LONG_FOR_SHEET = Cause(
    "file_cell_too_long_for_sheet",
    _lt("A cell of a sheet holds 32,767 characters at most. Write this as CSV or XML."),
)
SHEET_FULL = Cause(
    "file_sheet_full",
    _lt("A sheet holds 1,048,576 rows at most. Write this as CSV or XML."),
)
TOO_MANY_COLUMNS = Cause(
    "file_too_many_columns",
    _lt("A row has more than %(limit)s columns. Remove the ones that are not needed."),
)
NO_WORKBOOK = Cause(
    "file_no_workbook",
    _lt("This is not a workbook of the form xlsx, or it is damaged. Save it as “Excel workbook”."),
)
NO_TABLE = Cause(
    "file_no_table",
    _lt(
        "This is a web page or XML, whatever its name says, and no table. Open it in a "
        "spreadsheet program and save it as CSV or “Excel workbook”, or choose XML in the layout."
    ),
)
NO_SHEET = Cause(
    "file_no_sheet",
    _lt("The workbook has no sheet %(sheet)s. Rename a sheet, or change the layout."),
)
FORMULA_WITHOUT_VALUE = Cause(
    "file_formula_without_value",
    _lt(
        "The cell is a formula whose result is not in the file. Open it in a spreadsheet program "
        "and save it, or put values in the place of formulas."
    ),
)
SHEET_ERROR = Cause(
    "file_sheet_error",
    _lt("The cell holds an error of the spreadsheet. Correct the formula or enter the value."),
)
XML_BROKEN = Cause(
    "file_xml_broken",
    _lt("This is not well-formed XML (%(reason)s)."),
)
XML_EMPTY = Cause("file_xml_empty", _lt("The file is empty."))
XML_DOCTYPE = Cause(
    "file_xml_doctype",
    _lt(
        "The document has a document type declaration, which can be made to attack. Remove the "
        "line with DOCTYPE."
    ),
)
XML_ROOT = Cause(
    "file_xml_root",
    _lt("The document begins with the element %(found)s; the layout says %(expected)s."),
)
XML_DEEP = Cause(
    "file_xml_deep",
    _lt("Elements stand more than %(limit)s levels deep in each other."),
)
XML_RECORD_LARGE = Cause(
    "file_xml_record_large",
    _lt("One element %(element)s holds more than %(limit)s elements. The layout may be wrong."),
)
XML_UNWRITABLE = Cause(
    "file_xml_unwritable",
    _lt("The text holds control characters, which XML cannot. Remove them."),
)
HEAD_MISSING = Cause(
    "file_head_missing",
    _lt("The file is empty, or has no row with the names of the columns."),
)
SHEET_EMPTY = Cause(
    "file_sheet_empty",
    _lt(
        "The sheet is empty, or has no row with the names of the columns. Move the table to the "
        "first sheet of the workbook, or name its sheet in the layout."
    ),
)
HEAD_COLUMN_MISSING = Cause(
    "file_column_missing",
    _lt("The file has no column %(head)s, which the layout needs. Its columns: %(heads)s"),
)
HEAD_TWICE = Cause(
    "file_column_twice",
    _lt("Two columns are called %(head)s. Rename one of them, or name columns by position."),
)
HEAD_AGAIN = Cause(
    "file_head_again",
    _lt("The row repeats the names of the columns, as where files were joined. Remove it."),
)
ROW_TOO_LONG = Cause(
    "file_row_too_long",
    _lt(
        "The row has %(count)s cells, the head only %(heads)s. Perhaps a text with the delimiter "
        "in it is not quoted."
    ),
)
RECORD_TOO_LONG = Cause(
    "file_record_too_long",
    _lt(
        "More than %(limit)s rows that follow each other have the same key. The layout may be "
        "wrong."
    ),
)

# === ZIP === #

ZIP_BROKEN = Cause(
    "zip_broken",
    _lt("This is not a zip archive, or it is damaged. Make it anew."),
)
ZIP_EMPTY = Cause("zip_empty", _lt("There is no file in the archive."))
ZIP_TOO_MANY = Cause("zip_too_many", _lt("The archive holds more than %(limit)s files."))
ZIP_TOO_LARGE = Cause(
    "zip_too_large",
    _lt("The archive's files are larger than %(limit)s when they are unpacked."),
)
ZIP_RATIO = Cause(
    "zip_ratio",
    _lt(
        "The file %(name)s is packed more than %(limit)s times, as in archives that are made to "
        "fill a disk. Send it unpacked."
    ),
)
ZIP_OVERLAP = Cause(
    "zip_overlap",
    _lt("Files of the archive lie on top of each other, as in archives that are made to attack."),
)
ZIP_NAME = Cause(
    "zip_name",
    _lt(
        "The name %(name)s leads out of the archive or is none. Pack the files without such paths."
    ),
)
ZIP_TWICE = Cause("zip_twice", _lt("The archive holds the name %(name)s twice."))
ZIP_LINK = Cause(
    "zip_link",
    _lt("The entry %(name)s is a link or a device and not a file. Pack the file itself."),
)
ZIP_ENCRYPTED = Cause(
    "zip_encrypted",
    _lt("The file %(name)s is encrypted. Pack it without a password."),
)
ZIP_METHOD = Cause(
    "zip_method",
    _lt(
        "The file %(name)s is packed in a way that is not supported. Use “deflate”, the usual one."
    ),
)
ZIP_NESTED = Cause(
    "zip_nested",
    _lt("The file %(name)s is an archive in the archive. Pack its files into the outer one."),
)

# === VALUES === #

NO_NUMBER = Cause("value_no_number", _lt("This is not a number of the form %(form)s."))
NO_INTEGER = Cause("value_no_integer", _lt("This is not a whole number."))
NUMBER_TOO_LONG = Cause("value_number_too_long", _lt("The number has too many digits."))
NO_BOOLEAN = Cause("value_no_boolean", _lt("This is neither yes nor no. Write one of: %(words)s"))
NO_DATE = Cause("value_no_date", _lt("This is not a date of the form %(form)s."))
NO_TIME = Cause("value_no_time", _lt("This is not a time of the form %(form)s."))
TIME_SKIPPED = Cause(
    "value_time_skipped",
    _lt("This time does not exist in %(zone)s: clocks are put forward over it."),
)
NO_CHOICE = Cause("value_no_choice", _lt("This is none of the allowed values: %(words)s"))
DIGITS_LOST = Cause(
    "value_digits_lost",
    _lt(
        "A spreadsheet program has shortened this number, and digits are lost. Give the column "
        "the format “Text” there, enter the number once more, and save the file anew."
    ),
)
TOO_LONG = Cause("value_too_long", _lt("The text is longer than %(limit)s characters."))
PATTERN_MISSED = Cause(
    "value_pattern", _lt("The text does not have the form that the layout asks for (%(pattern)s).")
)
TOO_MANY_VALUES = Cause(
    "value_too_many", _lt("There is more than one value, and the layout takes one.")
)
SEPARATOR_INSIDE = Cause(
    "value_separator_inside",
    _lt("One of several values is empty or holds the separator %(separator)s."),
)
REQUIRED = Cause("value_required", _lt("A value is needed here."))
WRONG_TYPE = Cause("value_wrong_type", _lt("The value is no %(type)s."))

# === LAYOUTS === #

LAYOUT_NO_JSON = Cause("layout_no_json", _lt("This is not a set-up: it is not JSON (%(reason)s)."))
LAYOUT_VERSION = Cause(
    "layout_version",
    _lt("The set-up is of version %(found)s, and only version %(known)s is known."),
)
LAYOUT_CODE = Cause(
    "layout_code",
    _lt("Layouts hold no SQL and no code: “%(key)s” is not taken. Use a lookup or a condition."),
)
LAYOUT_KEY = Cause("layout_key", _lt("“%(key)s” is not known here. Known are: %(known)s"))
LAYOUT_MISSING = Cause("layout_missing", _lt("“%(key)s” is missing."))
LAYOUT_TYPE = Cause("layout_type", _lt("This has to be %(expected)s."))
LAYOUT_CHOICE = Cause("layout_choice", _lt("This has to be one of: %(choices)s"))
LAYOUT_LARGE = Cause("layout_large", _lt("The set-up is larger than %(limit)s."))
LAYOUT_NAME = Cause(
    "layout_name", _lt("This is not a valid name: use letters, digits, “_” and “.”.")
)
LAYOUT_TWICE = Cause("layout_twice", _lt("“%(name)s” is there twice."))
LAYOUT_EMPTY = Cause("layout_empty", _lt("At least one is needed."))
LAYOUT_NO_KEY = Cause(
    "layout_no_key",
    _lt("At least one column has to be a key: by it records are found that are there already."),
)
LAYOUT_NO_SOURCE = Cause(
    "layout_no_source",
    _lt("A column needs a head or path, a position, or a constant."),
)
LAYOUT_NO_LOOKUP = Cause(
    "layout_no_lookup",
    _lt("A reference needs a lookup, and nothing else has one."),
)
LAYOUT_CHARACTER = Cause(
    "layout_character",
    _lt("Delimiter and quotation mark are two different characters, and no line breaks."),
)
LAYOUT_PATH = Cause(
    "layout_path",
    _lt("This is not a valid path. Write “name”, “address/city”, “@id” or “name[@lang='en']”."),
)
LAYOUT_PREFIX = Cause("layout_prefix", _lt("The prefix “%(prefix)s” stands for no namespace."))
LAYOUT_NUMBER = Cause(
    "layout_number",
    _lt("Write the number 1234.56 as the file does, such as 1.234,56 or 1234,56."),
)
LAYOUT_DATE = Cause(
    "layout_date",
    _lt("Write the date as a pattern with %%Y (or %%y), %%m and %%d, such as %%d.%%m.%%Y."),
)
LAYOUT_TIME = Cause(
    "layout_time",
    _lt("Write the time as a pattern with date and %%H, such as %%d.%%m.%%Y %%H:%%M."),
)
LAYOUT_BOOLEAN = Cause("layout_boolean", _lt("Write two words with a slash, such as yes/no."))
LAYOUT_ZONE = Cause("layout_zone", _lt("The time zone %(zone)s is not known."))
LAYOUT_PATTERN = Cause("layout_pattern", _lt("This is not a pattern of RE2: %(reason)s"))
LAYOUT_CONSTANT = Cause(
    "layout_constant",
    _lt("“%(name)s” is not a placeholder. Known are {now}, {today} and {file}."),
)
LAYOUT_VALUE = Cause("layout_value", _lt("The value does not fit the type of the column."))
LAYOUT_LINES = Cause(
    "layout_lines",
    _lt("In a table, lines have no lines of their own and no path. Use XML, or a file of its own."),
)
LAYOUT_RANGE = Cause("layout_range", _lt("This has to be between %(low)s and %(high)s."))

# === PLACES === #

PLACE_PATH = Cause(
    "place_path",
    _lt("The folder %(folder)s is outside of the folder that the server opened, or a link."),
)
PLACE_GONE = Cause(
    "place_gone",
    _lt("The folder %(folder)s is not there. Make it, or correct the location."),
)
PLACE_DENIED = Cause(
    "place_denied",
    _lt("The server may not do this in %(folder)s. Give it the right to read and write there."),
)
PLACE_FAILED = Cause(
    "place_failed",
    _lt("%(folder)s does not answer as it should (%(reason)s). It is tried again."),
)
PLACE_UNREACHABLE = Cause(
    "place_unreachable",
    _lt("%(host)s cannot be reached (%(reason)s). It is tried again."),
)
PLACE_SLOW = Cause(
    "place_slow",
    _lt("%(host)s did not answer within %(seconds)s seconds. It is tried again."),
)
PLACE_PRIVATE = Cause(
    "place_private",
    _lt(
        "%(host)s is an address of a private network. An administrator has to open it for files "
        "in the server's configuration."
    ),
)
PLACE_ADDRESS = Cause(
    "place_address", _lt("%(address)s is not an address from which files can be taken.")
)
PLACE_HOST_KEY = Cause(
    "place_host_key",
    _lt(
        "The server %(host)s shows another key (%(found)s) than the one that was entered. Nothing "
        "was sent. Ask its owner whether the key was changed, then enter the new one."
    ),
)
PLACE_HOST_KEY_FORM = Cause(
    "place_host_key_form",
    _lt(
        "The server's key is needed, in the form “ssh-ed25519 AAAA…” or “SHA256:…”. Ask the "
        "server's owner for it, or fetch it and compare."
    ),
)
PLACE_CREDENTIALS = Cause(
    "place_credentials",
    _lt("%(host)s does not accept the user and key or password. Correct the location."),
)
PLACE_KEY_FORM = Cause(
    "place_key_form",
    _lt("The private key cannot be read. Enter it as OpenSSH or PEM, with its password if any."),
)
PLACE_STATUS = Cause(
    "place_status",
    _lt("%(host)s answered with status %(status)s. Look at the address and the credentials."),
)
PLACE_REDIRECT = Cause(
    "place_redirect",
    _lt("%(host)s sends us on to %(target)s, which is another server. Enter that address."),
)
PLACE_EXISTS = Cause(
    "place_exists",
    _lt("There is a file %(name)s already, and it is not written over."),
)
PLACE_NAME = Cause("place_name", _lt("%(name)s is not a valid name of a file."))
PLACE_FILE_GONE = Cause(
    "place_file_gone",
    _lt("The file %(name)s is no longer there: somebody moved or removed it."),
)

# === ORDERS AND THEIR UPDATES === #

UPDATE_NO_KEY = Cause(
    "update_no_key",
    _lt("The update names no order, no delivery and no tracking number, so it belongs to nothing."),
)
UPDATE_LINE_NO_KEY = Cause(
    "update_line_no_key", _lt("The line names neither a line of the order nor a SKU.")
)
UPDATE_NOT_READABLE = Cause(
    "update_not_readable",
    _lt(
        "This is not an update of an order: it takes JSON, or a table whose first row names "
        "columns."
    ),
)
UPDATE_VALUE = Cause("update_value", _lt("“%(name)s” is not a value of the expected kind."))
UPDATE_QUANTITY = Cause("update_quantity", _lt("A quantity cannot be negative."))
ORDERS_NOT_READABLE = Cause(
    "orders_not_readable",
    _lt(
        "This is not a file of orders: it has to be CSV with the names of the columns in its first "
        "row, or XML without a document type, written in UTF-8."
    ),
)
ORDERS_VALUE = Cause(
    "orders_value", _lt("This is empty, or no value of the kind that is expected.")
)
ORDER_TWICE = Cause("order_twice", _lt("The order is in the file twice, with other rows between."))
ORDER_NO_LINES = Cause("order_no_lines", _lt("The order has no lines."))
ORDER_CURRENCY = Cause(
    "order_currency", _lt("This is not a currency: use a code of three letters, such as EUR.")
)
ORDER_STATUS = Cause(
    "order_status",
    _lt("The status is not known. Write one of %(words)s, or add the word to the layout."),
)
ORDER_QUANTITY = Cause("order_quantity", _lt("A line needs a whole quantity that is not negative."))
ORDER_LINE_TWICE = Cause("order_line_twice", _lt("Two lines of the order have the same id."))
ORDER_LINE_NO_SKU = Cause("order_line_no_sku", _lt("The line has no SKU."))
