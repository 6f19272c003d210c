"""What filters, tests, methods and formats may not be asked for: to make much of little, or a text of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Sized
from itertools import chain
from math import prod
from typing import Any

from jinja2.exceptions import SecurityError

from newsletter.render.budget import MAX_TEXT, check_spelled, sized

#: An argument beyond it is no width and no count of anything in a mail.
MAX_NUMBER = 100_000
#: Places that `round` may be asked for; no number in a mail has more.
MAX_PLACES = 400
#: Characters that a product may come to before it is refused.
MAX_PRODUCT = 10 * MAX_TEXT
#: A width in a format that is longer than three digits, or given by an argument.
_WIDE = re.compile(r"[%{][^%{}a-zA-Z]*[0-9]{4}|%[^%a-zA-Z]*\*|\{[^{}]*:[^{}]*(?:[0-9]{4}|\{)")
#: Filters and methods whose number says how much they write, and those that multiply one text by another.
_WIDTHS = frozenset({"batch", "center", "expandtabs", "indent", "ljust", "rjust", "slice", "to_bytes", "zfill"})
_PRODUCTS = frozenset({"expandtabs", "indent", "replace", "translate", "urlize", "wordwrap"})
#: Filters that spell out what they are given.
_SPELLING = frozenset({
    "attr", "capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "pprint", "replace", "safe",
    "string", "striptags", "title", "tojson", "trim", "truncate", "upper", "urlencode", "urlize", "wordcount",
    "wordwrap",
})  # fmt: skip
#: Filters and methods that `check_call` has something to say of.
WORKING = _WIDTHS | _PRODUCTS | _SPELLING | {"format", "join", "round", "xmlattr"}
#: Tests that compare, look through or spell out what they are given.
LONG_TESTS = frozenset({
    "!=", "<", "<=", "==", ">", ">=", "eq", "equalto", "ge", "greaterthan", "gt", "in", "le", "lessthan", "lower",
    "lt", "ne", "upper",
})  # fmt: skip


def check_call(name: str, values: Sequence[Any]) -> None:
    """Refuses a filter or method these values, the first of which is the one it is applied to."""
    if name in _WIDTHS and any(huge(value, MAX_NUMBER) for value in values):
        raise SecurityError(f"{name}: a number over {MAX_NUMBER:,}")
    if name in _SPELLING:
        check_spelled(*(values[2:] if name == "attr" else values))  # environment, value, and a name that is spelled
    if name in _PRODUCTS and prod(map(_times, values)) > MAX_PRODUCT:
        raise _long(name)
    match name:
        case "join":
            _check_join(values)
        case "format":
            check_format(*values)
        case "index":  # tells what it did not find
            check_spelled(*values[1:])
        case "round" if any(huge(value, MAX_PLACES) for value in values[1:]):
            raise SecurityError(f"round: more than {MAX_PLACES} places")
        case "xmlattr":
            check_spelled(*chain(*(value.values() for value in values if isinstance(value, dict))))


def check_format(template: Any, *values: Any) -> None:
    """Refuses a format that makes a long text of these values."""
    if not isinstance(template, str):
        return
    if _WIDE.search(template):
        raise SecurityError("a width of more than three digits, or of an unknown number, in a format")
    check_spelled(*values)
    if (template.count("%") + template.count("{")) * sum(map(_length, values)) > MAX_PRODUCT:
        raise _long("format")


def formatted(right: Any) -> Iterable[Any]:
    """What `%` prints of its right side."""
    if isinstance(right, dict):
        return right.values()
    return right if isinstance(right, tuple) else (right,)


def check_test(*values: Any) -> None:
    """Pays for what a test looks at; a test of one value spells it."""
    if len(values) == 1:
        check_spelled(*values)
    for value in values:
        sized(value)


def huge(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not -limit <= value <= limit


def _check_join(values: Sequence[Any]) -> None:
    """Lists are joined with texts between their items."""
    lists = [value for value in values if isinstance(value, (list, tuple, set))]
    between = sum(len(value) for value in values if isinstance(value, str))
    for items in lists:
        check_spelled(*items)
        if sum(map(_length, items)) + len(items) * between > MAX_PRODUCT:
            raise _long("join")
    if not lists and prod(map(_times, values)) > MAX_PRODUCT:
        raise _long("join")


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 1


def _times(value: Any) -> int:
    if isinstance(value, dict):  # what `translate` puts for a character
        return max(map(_times, value.values()), default=1)
    return max(1, abs(value) if isinstance(value, int) else len(value) if isinstance(value, Sized) else 1)


def _long(name: str) -> SecurityError:
    return SecurityError(f"{name}: a text longer than {MAX_TEXT:,} characters")
