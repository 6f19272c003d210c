"""A fault that pydantic found, in an editor's words: the file, the key, what was found and what is expected."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from newsletter.errors import ConfigError


def in_words(error: ValidationError, path: Path, data: dict[str, Any], model: type[BaseModel]) -> ConfigError:
    """The first fault as one line; the others are counted. `data` is what was read, `model` what it should be."""
    faults = error.errors(include_url=False)
    fault = faults[0]
    where = [str(part) for part in fault["loc"]]
    key = ".".join(where)
    variable = os.environ.get("NEWSLETTER_" + "__".join(where).upper())
    file = str(path) if variable is None else "environment"
    found, expected = _found_and_expected(dict(fault), where, data, model)
    if variable is not None:
        found = "a wrong value"
    others = [".".join(str(part) for part in other["loc"]) for other in faults[1:4]]
    more = f" (wrong too: {', '.join(others)}{' …' if len(faults) > 4 else ''})" if others else ""
    return ConfigError(file, key, found, expected + more)


def _found_and_expected(
    fault: dict[str, Any], where: list[str], data: dict[str, Any], model: type[BaseModel]
) -> tuple[str, str]:
    kind, message = fault["type"], str(fault["msg"])
    if kind == "missing":
        return "nothing", "a value: this key is needed"
    if kind == "extra_forbidden":
        known = _under(where[:-1], model)
        return "an unknown key", f"one of {', '.join(known)}" if known else "no such key"
    value: Any = data
    missing = False
    for part in where:
        try:
            value = value[int(part)] if isinstance(value, (list, tuple)) else value[part]
        except (KeyError, IndexError, ValueError, TypeError):
            missing = part == where[-1] and isinstance(value, dict)
            value = value if isinstance(value, int | float | str) else "a wrong value"
            break
    shown = "a secret" if where[-1] in ("password", "api_key") else "none" if missing else _as_written(value)
    if isinstance(value, dict):  # a table may hold a secret
        shown = f"a table with {', '.join(value)}"
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        shown = f"{len(value)} table{'s' if len(value) != 1 else ''}"
    name = next((part for part in reversed(where) if not part.isdigit()), "")
    if name in _EXPECTED and kind == "string_pattern_mismatch":
        return shown, _EXPECTED[name]
    if kind == "tuple_type":
        return shown, _list_of(_annotation(where, model), name, value)
    if kind in _TABLES:
        return shown, f"a table, such as {_heading(where)}"
    message = _PLAIN.get(kind) or message.removeprefix("Value error, ").removeprefix("Input should be ")
    return shown, message.split("expected ", 1)[-1]


#: What a text begins with that stands for another, from the environment or a file.
REFERENCES = ("env:", "file:")
#: What is expected in the file for a value of each type.
_WANTED: dict[type, str] = {
    int: "a whole number without quotes",
    float: "a number without quotes",
    bool: "true or false, without quotes",
}
#: What is expected where a pattern decides.
_EXPECTED = {
    "theme": "a theme's name, in small letters",
    "languages": "a language's tag without a region, such as en or de",
    "selector": "letters, digits, dots, - and _",
}
#: pydantic's kinds of fault in an editor's words; the others say it well themselves.
_PLAIN = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_type": "a text in quotes",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_too_short": "a text that is not empty",
}
#: Its kinds of fault where a table is expected.
_TABLES = frozenset({"model_type", "dict_type", "model_attributes_type"})

_AT = re.compile(r"(.*) \(at line (\d+), column \d+\)")
_PAIR = re.compile(r"\s*([\w.-]+)\s*=\s*(\S*)")


def broken(path: Path, text: str, error: Exception) -> ConfigError:
    """What tomllib says of a file that is no TOML, with the line; no value of the file is told, it may be a secret."""
    said = _AT.fullmatch(str(error))
    if said is None:
        return ConfigError(str(path), "", f"broken TOML ({error})", "TOML, see toml.io")
    reason, line = said[1], int(said[2])
    lines = text.splitlines()
    pair = _PAIR.match(lines[line - 1]) if line <= len(lines) else None
    expected = "TOML, see toml.io"
    if pair and pair[2] in ("True", "False"):
        expected = f"{pair[2].lower()}, in small letters"
    elif pair and pair[2][:1] not in ("[", "{"):
        expected = f'a value by itself; a text stands in quotes, as in {pair[1]} = "…"'
    return ConfigError(str(path), f"line {line}", f"broken TOML ({reason})", expected)


def of_another_kind(written: object, read: object, path: Path, key: str = "") -> ConfigError | None:
    """The first value that was read as a number, or as true or false, but is not written as one in the file, or None.

    The environment knows texts alone, so that pydantic takes a text for a number; in the file "600" is a slip, and
    `true` for a number is one, too.
    """
    if isinstance(read, BaseModel) and isinstance(written, dict):
        names = {field.alias or name: name for name, field in type(read).model_fields.items()}
        pairs = [(each, written[each], getattr(read, name)) for each, name in names.items() if each in written]
    elif isinstance(read, dict) and isinstance(written, dict):
        pairs = [(name, value, read.get(name)) for name, value in written.items()]
    elif isinstance(read, tuple) and isinstance(written, list):
        pairs = [(str(at), value, one) for at, (value, one) in enumerate(zip(written, read, strict=False))]
    else:
        if _fits(written, read):
            return None
        return ConfigError(str(path), key, _as_written(written), _WANTED[type(read)])
    faults = (of_another_kind(value, one, path, f"{key}.{name}" if key else name) for name, value, one in pairs)
    return next(filter(None, faults), None)


def _fits(written: object, read: object) -> bool:
    kinds = {type(written), type(read)}
    reference = isinstance(written, str) and written.startswith(REFERENCES)
    return type(read) not in _WANTED or len(kinds) == 1 or kinds <= {int, float} or reference


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _list_of(annotation: object, name: str, value: object) -> str:
    """The list that is expected where a value stands alone, as it would be written."""
    if _tables(annotation):
        return f"a list of tables, such as [[{name}]]"
    kind = next(iter(get_args(annotation)), str)
    kind = next(iter(get_args(kind)), kind) if get_origin(kind) is not Literal else kind
    if kind is int:
        return f"a list of numbers, such as [{value if type(value) is int else 1}]"
    texts = get_args(kind)
    example = value if isinstance(value, str) and (not texts or value in texts) else next(iter(texts), "…")
    return f'a list of texts, such as ["{example}"]'


def _heading(where: list[str]) -> str:
    name = ".".join(part for part in where if not part.isdigit())
    return f"[[{name}]]" if where[-1].isdigit() else f"[{name}]"


def _annotation(where: list[str], model: type[BaseModel]) -> object:
    """The type of the value that `where` leads to; None for one that no table names."""
    *tables, last = where
    return _under(tables, model).get(last)


def _under(where: list[str], model: type[BaseModel]) -> dict[str, object]:
    """The types by key of the table that `where` leads to; empty where it leads to none."""
    for part in where:
        named = _types(model)
        if part in named:  # else one of a list of tables, or a name that the newsletter gave, such as a topic's
            tables = _tables(named[part])
            if not tables:
                return {}
            model = tables[0]
    return _types(model)


def _types(model: type[BaseModel]) -> dict[str, object]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tables(annotation: object) -> list[type[BaseModel]]:
    """The tables that an annotation such as `tuple[Relay, ...]` or `LLM | None` mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for part in get_args(annotation) for table in _tables(part)]
