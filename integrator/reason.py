# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reasons are stored in the language of the person responsible for the channel, and shown in the
language of the reader: the sentence is found among those of the addons by its fixed words; the text
between them are its values, which are filled into the translation."""

import re
from functools import lru_cache

from odoo import fields
from odoo.tools.translate import code_translations

SOURCE_LANGUAGE = "en_US"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]|%%")
#: Fixed characters that a sentence with values needs to be known by.
MIN_FIXED = 6
#: Values that are sentences themselves, and sentences within those.
MAX_DEPTH = 3
SENTENCE_END = re.compile(r"(?<=[.!?]) ")


class Reason(fields.Text):
    """A text that every reader gets in his own language, where it is one of the addons' own; words
    of a channel or of a person stay as they are."""

    def convert_to_read(self, value, record, use_display_name=True):
        """Override of `Field`."""
        shown = super().convert_to_read(value, record, use_display_name)
        return reason_for(record.env, shown) if shown else shown

    def convert_to_export(self, value, record):
        """Override of `Field`."""
        return reason_for(record.env, super().convert_to_export(value, record))


def reason_for(env, text):
    """A reason in the language of who reads it.

    :param env: whose language counts
    :param str text: as it was kept, in any of the installed languages
    """
    languages = tuple(code for code, _name in env["res.lang"].get_installed())
    if not text or set(languages) <= {env.lang or SOURCE_LANGUAGE}:
        return text
    addons = tuple(sorted(name for name in env.registry._init_modules if "integrator" in name))
    return _translated(text, env.lang or SOURCE_LANGUAGE, languages, addons)


@lru_cache(maxsize=10_000)
def _translated(text, lang, languages, addons, depth=0):
    found = _find(text, languages, addons)
    if found:
        source, addon, values = found
        if depth < MAX_DEPTH:
            values = _translate_values(values, lang, languages, addons, depth + 1)
        return _fill(_translations(addon, lang).get(source, source), values)
    parts = _part(text, languages, addons)
    return "".join(
        part if part.isspace() else _translated(part, lang, languages, addons, depth)
        for part in parts
    ) if len(parts) > 1 else text  # fmt: skip


def _translate_values(values, lang, languages, addons, depth):
    return {
        name: _translated(value, lang, languages, addons, depth) for name, value in values.items()
    }


def _fill(template, values):
    """A template with its values; those without a name in their order."""
    numbers = iter(range(len(values)))
    return PLACEHOLDER.sub(
        lambda match: "%"
        if match.group() == "%%"
        else values.get(match.group(1) or str(next(numbers)), ""),
        template,
    )


def _part(text, languages, addons):
    """A text in the parts that are known by themselves: its lines, or its longest beginning of
    whole sentences, and the rest.

    :return: list of texts, with the blanks between them
    """
    if "\n" in text:
        return re.split(r"(\n+)", text)
    for end in reversed([match.start() for match in SENTENCE_END.finditer(text)]):
        if _find(text[:end], languages, addons):
            return [text[:end], " ", text[end + 1 :]]
    return [text]


def _find(text, languages, addons):
    """The sentence of which a text was made.

    :return: tuple (source, addon, dict of its values); None: it is none of ours
    """
    best = None
    for lang in dict.fromkeys((SOURCE_LANGUAGE, *languages)):
        for addon in addons:
            exact, patterns = _sentences(addon, lang, languages)
            if text in exact:
                return exact[text], addon, {}
            for fixed, longest, pattern, source in patterns:
                if best and fixed <= best[0]:
                    break
                if longest in text and (match := pattern.fullmatch(text)):
                    best = fixed, (source, addon, match.groupdict())
                    break
    return best and (best[1][0], best[1][1], _named(best[1][2]))


def _named(groups):
    """Values by name; those that had none by their number."""
    return {name.removeprefix("_number"): value for name, value in groups.items()}


@lru_cache(maxsize=200)
def _sentences(addon, lang, languages):
    """The texts of an addon in a language.

    :return: tuple (dict text -> source of what has no values, list of tuples of the others: number
        of fixed characters, the longest of the fixed parts, pattern, source; the longest first)
    """
    exact, patterns = {}, []
    for source in _sources(addon, languages):
        text = _translations(addon, lang).get(source, source)
        parts = [part for part in PLACEHOLDER.split(text)[::2] if part]
        if not PLACEHOLDER.search(text.replace("%%", "")):
            exact[text.replace("%%", "%")] = source
            continue
        fixed = sum(len(part.strip()) for part in parts)
        if fixed >= MIN_FIXED:
            longest = max(parts, key=len)
            patterns.append((fixed, longest, re.compile(_pattern(text), re.DOTALL), source))
    patterns.sort(key=lambda row: row[0], reverse=True)
    return exact, patterns


def _pattern(text):
    pieces, position, numbers, known = [], 0, 0, set()
    for match in PLACEHOLDER.finditer(text):
        pieces.append(re.escape(text[position : match.start()]))
        position = match.end()
        name = match.group(1)
        if match.group() == "%%":
            pieces.append("%")
        elif name in known:
            pieces.append(f"(?P={name})")
        else:
            pieces.append(f"(?P<{name or f'_number{numbers}'}>.*?)")
            known.add(name)
            numbers += not name
            known.discard(None)
    return "".join([*pieces, re.escape(text[position:])])


def _sources(addon, languages):
    """Every sentence of an addon that is translated anywhere."""
    return dict.fromkeys(
        source
        for lang in languages
        if lang != SOURCE_LANGUAGE
        for source in code_translations.get_python_translations(addon, lang)
    )


def _translations(addon, lang):
    if lang == SOURCE_LANGUAGE:
        return {}
    return code_translations.get_python_translations(addon, lang)
