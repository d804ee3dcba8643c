# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Layouts as JSON, for the way from one database to another.

The form is that of the dataclasses of `layout.py`; what has its standard value is left out. It is
read strictly: each thing that is not understood is a problem with its path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .causes import (
    LAYOUT_CHOICE,
    LAYOUT_CODE,
    LAYOUT_KEY,
    LAYOUT_LARGE,
    LAYOUT_MISSING,
    LAYOUT_NO_JSON,
    LAYOUT_TYPE,
    LAYOUT_VERSION,
)
from .layout import SetUp
from .layout_check import check_setup
from .problems import FileRefused, Problem
from .sizes import MEGABYTE, size_text

VERSION = 1
MAX_SIZE = 8 * MEGABYTE
#: Keys that would hold a program; they are refused with the reason.
_CODE = ("sql", "code", "python", "eval", "expression", "script", "query", "domain", "command")
_SIMPLE = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def dump_setup(setup: SetUp) -> str:
    """Return a set-up as JSON; the same set-up is the same text."""
    plain = {"version": VERSION, **_plain(setup)}
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def load_setup(text: str | bytes) -> SetUp:
    """Return the set-up that a JSON text is.

    :raise FileRefused: with everything that is wrong with it.
    """
    if len(text) > MAX_SIZE:
        raise FileRefused(LAYOUT_LARGE.at(limit=size_text(MAX_SIZE)))
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused(LAYOUT_NO_JSON.at(reason=str(error))) from None
    if not isinstance(plain, dict):
        raise FileRefused(LAYOUT_TYPE.at(expected="an object"))
    version = plain.pop("version", None)
    if version != VERSION:
        raise FileRefused(LAYOUT_VERSION.at(path="version", found=version, known=VERSION))
    problems: list[Problem] = []
    setup = _read(SetUp, plain, "", problems)
    problems = problems or check_setup(setup)
    if problems:
        raise FileRefused(problems)
    return setup


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if not is_dataclass(value):
        return value
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if field.name == "kind" or getattr(value, field.name) != field.default
    }


# === READING === #


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(hint: Any, plain: Any, path: str, problems: list[Problem]) -> Any:
    """Return a value of a type; what is wrong is added to the problems, and None returned."""
    origin = get_origin(hint)
    if is_dataclass(hint):
        return _read_object(hint, plain, path, problems)
    if origin is Literal:
        return _read_choice(get_args(hint), plain, path, problems)
    if origin is tuple:
        return _read_list(get_args(hint)[0], plain, path, problems)
    if origin in (Union, UnionType):
        return _read_union(get_args(hint), plain, path, problems)
    if type(plain) is hint:
        return plain
    problems.append(LAYOUT_TYPE.at(path=path, expected=_SIMPLE[hint]))
    return None


def _read_choice(choices: tuple[Any, ...], plain: Any, path: str, problems: list[Problem]) -> Any:
    if isinstance(plain, str) and plain in choices:
        return plain
    problems.append(LAYOUT_CHOICE.at(path=path, choices=", ".join(map(repr, choices))))
    return None


def _read_list(inner: Any, plain: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(plain, list):
        problems.append(LAYOUT_TYPE.at(path=path, expected="a list"))
        return ()
    return tuple(_read(inner, one, f"{path}[{at}]", problems) for at, one in enumerate(plain))


def _read_union(hints: tuple[Any, ...], plain: Any, path: str, problems: list[Problem]) -> Any:
    if plain is None and NoneType in hints:
        return None
    objects = {_kind(hint): hint for hint in hints if is_dataclass(hint)}
    if len(objects) > 1:
        kind = plain.get("kind") if isinstance(plain, dict) else None
        if kind not in objects:
            choices = ", ".join(map(repr, objects))
            problems.append(LAYOUT_CHOICE.at(path=f"{path}.kind", choices=choices))
            return None
        return _read_object(objects[kind], plain, path, problems)
    if objects:
        return _read(next(iter(objects.values())), plain, path, problems)
    for hint in hints:
        tried: list[Problem] = []
        found = _read(hint, plain, path, tried) if hint is not NoneType else None
        if hint is not NoneType and not tried:
            return found
    problems.append(LAYOUT_TYPE.at(path=path, expected="a text, a number, or a list of them"))
    return None


def _kind(cls: Any) -> str:
    return next((str(field.default) for field in fields(cls) if field.name == "kind"), "")


def _read_object(cls: Any, plain: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(plain, Mapping):
        problems.append(LAYOUT_TYPE.at(path=path, expected="an object"))
        return None
    known = {field.name: field for field in fields(cls)}
    before = len(problems)
    for key in plain:
        if key not in known:
            cause = LAYOUT_CODE if _is_code(str(key)) else LAYOUT_KEY
            problem = cause.at(path=_join(path, str(key)), key=key, known=", ".join(known))
            problems.append(problem)
    values = {}
    for name, field in known.items():
        if name in plain:
            values[name] = _read(_hints(cls)[name], plain[name], _join(path, name), problems)
        elif field.default is MISSING:
            problems.append(LAYOUT_MISSING.at(path=_join(path, name), key=name))
    return cls(**values) if len(problems) == before else None


def _is_code(key: str) -> bool:
    return any(word in key.lower() for word in _CODE)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
