# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""VAT numbers, checked with python-stdnum."""

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError


def valid_vat(number, country_code):
    """The number in its short form, when it is a valid one of the country that it names, or else of
    the given country; an empty text for anything else.

    :param str number: as the site gives it
    :param str country_code: ISO code of where the buyer is
    """
    text = "".join(one for one in number or "" if one.isalnum()).upper()
    prefix = text[:2] if text[:2].isalpha() else country_code or ""
    module = get_cc_module({"EL": "gr", "XI": "gb"}.get(prefix, prefix.lower()), "vat")
    try:
        compact = module.validate(text) if module and text else ""
    except ValidationError:
        return ""
    has_prefix = compact.startswith(prefix)
    return compact if has_prefix or not compact else f"{prefix}{compact}"
