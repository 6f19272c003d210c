"""What Python says of a value that does not fit, in an editor's words: a text is no `str`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2.environment import TemplateModule
from jinja2.runtime import Macro

from newsletter.render.unknown import KINDS, short

_TYPE = r"['\"]?(?:\w+\.)*(\w+)['\"]?(?: object)?['\"]?"
#: What Python says → what is told; names of types in it become kinds.
_SAID: tuple[tuple[str, str], ...] = (
    (rf"unsupported operand type\(s\) for \+: {_TYPE} and {_TYPE}",
     "+ adds numbers, and found {0} and {1}; ~ joins texts"),
    (rf"can only concatenate {_TYPE} \(not {_TYPE}\) to .*", "+ adds numbers, and found {0} and {1}; ~ joins texts"),
    (rf"unsupported operand type\(s\) for (\S+)(?: or \S+)?: {_TYPE} and {_TYPE}",
     "{0} expects numbers, and found {1} and {2}"),
    (rf"can't multiply sequence by non-int of type {_TYPE}", "* expects numbers, and found a text or list and {0}"),
    (rf"bad operand type for unary (\S+): {_TYPE}", "{0} expects a number, and found {1}"),
    (rf"['\"](\S+)['\"] not supported between instances of {_TYPE} and {_TYPE}",
     "{0} compares what is of one kind, and found {1} and {2}; {{{{ x | int }}}} makes a number of a text"),
    (rf"argument of type {_TYPE} is not (?:iterable|a container.*)", "“in” looks into a list or text, and found {0}"),
    (rf"cannot unpack non-iterable {_TYPE}.*",
     "several names are set at once, and found {0} instead of a list for them"),
    (r"(?:too many|not enough) values to unpack.*",
     "several names are set at once, and found a list of another length"),
    (rf"{_TYPE} is not iterable", "expected a list, found {0}"),
    (rf"object of type {_TYPE} has no len\(\)", "expected a list or a text, found {0}, which has no length"),
    (rf"{_TYPE} is not callable",
     "found {0} with ( ) behind it; only macros and functions are called, so leave them out"),
    (rf"{_TYPE} cannot be interpreted as an integer", "expected a whole number, found {0}"),
    (rf"type {_TYPE} doesn't define __round__ method", "round expects a number, and found {0}"),
    (r"slice indices must be integers.*", "in [ : ] stand whole numbers"),
    (r"%(\S) format: .*, not (\w+)", "%{0} in a format expects a number, and found {1}"),
    (r"(?:not enough arguments|not all arguments converted) .*format.*|Replacement index .*|tuple index out of range",
     "a format has another number of places than it is given values"),
    (r"(?:unsupported|incomplete) format.*", "% stands before no sign that it knows; %% is a plain %"),
    (r"(?:unsupported format string|Unknown format code|Invalid format).*", "a format wants what the value is not"),
    (r"(?:Single .* encountered|expected '}' before end of string|unmatched .*).*",
     "a { or } in a format stands alone; {{{{ is a plain {{"),
    (r"invalid literal for int\(\) with base 10: '(.*)'", "expected a whole number, found “{0}”"),
    (r"could not convert string to float: '(.*)'", "expected a number, found “{0}”"),
    (rf"unhashable type: {_TYPE}", "{0} is no key"),
    (rf"{_TYPE} has no attribute ['\"](?!_)\w+['\"]", "expected a value of another kind, found {0}"),
    (r"range expected at least 1 argument.*", "range wants a number: range(3)"),
    (r"range\(\) arg 3 must not be zero", "the third number of range is not 0"),
    (r"access to attribute '(.*)' of '(.*)' object is unsafe\.", "“{0}” of {1} can't be used in a template"),
    (r"'(.*)' object has no attribute '(.*)'", "{0} has no “{1}”"),
    (r"Range too big.*", "a range of more than 100,000 numbers (Range too big)"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(said, re.DOTALL), told) for said, told in _SAID)
_CALLED = re.compile(r"(?:\w+\.)*(?:do_|sync_do_)?(\w+?)(?:\(\)| expected) ?(.*)", re.DOTALL)
_MACRO = re.compile(r"macro '?(\w+)'? (takes|was invoked)(.*)", re.DOTALL)
_QUOTED = re.compile("'(\\w+)'")
#: Characters of Python's own words, where there are no others.
_LONGEST = 300
#: What functions are passed that templates do not write.
_NOT_WRITTEN = frozenset({"self", "context", "environment", "eval_ctx", "env"})


def told(error: Exception, known: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]]) -> str:
    """What an error of Python says; `known` are the names that the template knows where it failed."""
    said = str(error)
    if isinstance(error, ZeroDivisionError):
        return "division by 0; ask before: {% if … %}"
    if isinstance(error, KeyError):
        return f"a format has a place “{{{short(error.args[0])}}}” that it is given no value for"
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(said):
            return words.format(*(KINDS.get(each, short(each)) for each in found.groups("")))
    if isinstance(error, TypeError) and (called := _called(said, known, filters)):
        return called
    return said[:_LONGEST] or "the template fails here"


def _called(said: str, known: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]]) -> str:
    """A call with arguments that do not fit, with those that do."""
    if found := _MACRO.match(said):
        macro = _macro(found[1], known)
        if "caller" in found[3]:
            return f"the macro “{found[1]}” takes no block; call it in {{{{ }}}} instead of {{% call %}}"
        taken = f"; it takes {found[1]}({', '.join(macro.arguments)})" if macro else ""
        named = _QUOTED.search(found[3])
        what = f"is given “{named[1]}”, which it does not take, or twice" if named else "is called with too many values"
        whose = "the block of a {% call %}" if found[1] == "None" else f"the macro “{found[1]}”"
        return f"{whose} {what}{taken}"
    found = _CALLED.fullmatch(said)
    if not found or not re.search("argument|positional", found[2]):
        return ""
    name, call = found[1], ""
    if name in filters:
        call = f"{{{{ x | {name}{_parameters(filters[name], 1)} }}}}"
    else:
        for here, value in known.items():
            if getattr(value, "__name__", "") == name and callable(value):
                name, call = here, f"{here}{_parameters(value, 0)}"
    quoted = _QUOTED.findall(found[2])
    if "missing" in found[2]:
        what = f"is called without {' and '.join(f'“{one}”' for one in quoted)}"
    elif "unexpected keyword" in found[2]:
        what = f"takes no “{quoted[0]}”"
    elif "multiple values" in found[2]:
        what = f"is given “{quoted[0]}” twice"
    else:
        what = "is called with too many or too few values"
    return f"{name} {what}{'; it is used as ' if call else ''}{call}"


def _parameters(function: Callable[..., Any], skipped: int) -> str:
    try:
        names = [name for name in inspect.signature(function).parameters if name not in _NOT_WRITTEN]
    except (TypeError, ValueError):
        return "(…)"
    return f"({', '.join(names[skipped:])})"


def _macro(name: str, known: Mapping[str, Any]) -> Macro | None:
    for value in known.values():
        for one in (value, *(vars(value).values() if isinstance(value, TemplateModule) else ())):
            if isinstance(one, Macro) and one.name == name:
                return one
    return None
