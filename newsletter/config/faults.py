"""A fault that pydantic found, in an editor's words: the file, the key, what was found and what is expected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args

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
        known = _known_keys(where[:-1], model)
        return "an unknown key", f"one of {', '.join(known)}" if known else "no such key"
    value: Any = data
    for part in where:
        try:
            value = value[int(part)] if isinstance(value, (list, tuple)) else value[part]
        except (KeyError, IndexError, ValueError, TypeError):
            value = value if isinstance(value, int | float | str) else "a wrong value"
            break
    shown = "a secret" if where[-1] in ("password", "api_key") else repr(value)
    if isinstance(value, dict):  # a table may hold a secret
        shown = f"a table with {', '.join(value)}"
    if where[-1] in _EXPECTED and kind == "string_pattern_mismatch":
        return shown, _EXPECTED[where[-1]]
    message = _PLAIN.get(kind) or message.removeprefix("Value error, ").removeprefix("Input should be ")
    return shown, message.split("expected ", 1)[-1]


#: What is expected where a pattern decides.
_EXPECTED = {"language": "a language tag such as en or pt-BR", "theme": "a theme's name, in small letters"}
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
    "tuple_type": "a list of tables, such as [[relay]]",
    "model_type": "a table, such as [newsletter]",
    "dict_type": "a table, such as [newsletter]",
    "model_attributes_type": "a table, such as [newsletter]",
}


def _known_keys(where: list[str], model: type[BaseModel]) -> list[str]:
    """The keys of the table that `where` leads to; empty where it leads to none."""
    for part in where:
        if part.isdigit():  # one of a list of tables
            continue
        named = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        if part in named:
            tables = _tables(named[part])
            if not tables:
                return []
            model = tables[0]
        # else: a name that the newsletter gave itself, such as a topic's
    return [field.alias or name for name, field in model.model_fields.items()]


def _tables(annotation: object) -> list[type[BaseModel]]:
    """The tables that an annotation such as `tuple[Relay, ...]` or `LLM | None` mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for part in get_args(annotation) for table in _tables(part)]
