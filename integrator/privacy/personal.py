# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The personal values of a neutral order, and the search for them in texts. Pure functions."""

import re
from dataclasses import replace
from html import escape

from ..neutral import Address, Buyer

#: Keys of a neutral buyer or address that are not personal; all others are, also new ones.
IMPERSONAL_KEYS = frozenset({"country"})

#: Keys of a neutral order, and of its lines, that hold the buyer's own words.
ORDER_WORDS = ("cancel_reason",)
LINE_WORDS = ("gift_message",)

#: Replacement of a personal value in a text.
MASK = "***"

#: Minimum length of a value, and of a word of a name, that is searched for in texts; shorter ones
#: identify nobody.
MIN_LENGTH = 3

#: Words of names that are words of any text, too.
COMMON_WORDS = frozenset({"and", "das", "del", "den", "der", "des", "die", "las", "les", "los"} | {
    "the", "und", "van", "von"
})  # fmt: skip

#: Digits from which on a value is a number that people write in many ways, and how many of its last
#: ones are compared.
PHONE_DIGITS, PHONE_TAIL = 6, 7

_NEVER = re.compile(r"(?!)")


def masked(values):
    """A buyer or address without what is personal.

    :param dict|None values: as an order keeps it
    :return: dict of the same keys, without what lies within
    """
    return {
        key: one if key in IMPERSONAL_KEYS else ""
        for key, one in (values or {}).items()
        if not isinstance(one, dict)
    }


def is_personal(values):
    """Return whether a neutral buyer or address says anything of a person.

    :param dict|None values: as the site gave it
    """
    return any(one for key, one in (values or {}).items() if key not in IMPERSONAL_KEYS)


def masked_order(order):
    """An order of a buyer who is masked: only its status, pieces and money.

    :param neutral.Order order: a version of it
    :return: `neutral.Order`
    """
    quiet = dict.fromkeys(LINE_WORDS, "")
    return replace(
        order,
        **dict.fromkeys(ORDER_WORDS, ""),
        buyer=Buyer(),
        address=Address(**{key: getattr(order.address, key) for key in IMPERSONAL_KEYS}),
        lines=tuple(replace(line, **quiet) for line in order.lines),
    )


# === IN TEXTS === #


def texts_in(value):
    """All texts in a nested value.

    :param value: dicts, lists, texts; anything else holds none
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in IMPERSONAL_KEYS:
                yield from texts_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_in(one)


def pattern_of(values, names=()):
    """A pattern that finds personal values in any text, however they are written there.

    :param values: texts that are looked for as a whole
    :param names: names, of which each word is looked for, too
    :return: compiled pattern; without values it finds nothing
    """
    wholes = {text.strip() for text in (*values, *names)}
    words = {word for name in names for word in re.findall(r"\w+", name)}
    words = {word for word in words if word.lower() not in COMMON_WORDS and not word.isdigit()}
    texts = sorted((one for one in wholes | words if len(one) >= MIN_LENGTH), key=len, reverse=True)
    if not texts:
        return _NEVER
    return re.compile("|".join(dict.fromkeys(map(_spelling, texts))), re.IGNORECASE)


def without(value, pattern):
    """A nested value with its personal texts masked.

    :param value: dicts, lists, texts; anything else stays
    :param pattern: see `pattern_of`
    """
    if isinstance(value, str):
        return pattern.sub(MASK, value)
    if isinstance(value, dict):
        return {key: without(one, pattern) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without(one, pattern) for one in value]
    return value


def _spelling(text):
    """The pattern of one value: any blanks between its words, as text or as HTML; a phone number
    with any blanks and dashes, with or without its prefix."""
    digits = re.sub(r"\D", "", text)
    if len(digits) >= PHONE_DIGITS and re.fullmatch(r"[\d\s+()/.\-]+", text):
        tail = r"[\s()/.\-]*".join(digits[-PHONE_TAIL:])
        return rf"\+?(?:\d[\s()/.\-]*){{0,9}}{tail}(?!\d)"
    spellings = dict.fromkeys((text, escape(text), escape(text, quote=False)))
    any_blank = (r"\s+".join(map(re.escape, one.split())) for one in spellings)
    return rf"(?<!\w)(?:{'|'.join(any_blank)})(?!\w)"
