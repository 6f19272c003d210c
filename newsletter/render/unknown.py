"""Names that a template uses and that there are not: what is told of them, with the names that there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, UndefinedError
from jinja2.environment import TemplateModule
from jinja2.runtime import LoopContext
from jinja2.utils import Namespace, missing

#: Names that are listed at most.
_LISTED = 16
#: Names that are compared with one that there is not, how long they may be, and how like it the nearest has to be.
_COMPARED, _SHORT, _LIKE = 500, 60, 0.7
#: Python's types and ours, by what an editor calls them.
KINDS: Mapping[str, str] = {
    "str": "a text", "Markup": "a text", "int": "a number", "float": "a number", "bool": "true or false",
    "NoneType": "nothing (none)", "list": "a list", "tuple": "a list", "set": "a list", "range": "a list",
    "generator": "a list", "dict_keys": "a list", "dict_values": "a list", "dict_items": "a list", "dict": "a table",
    "PrintedIssue": "the issue", "PrintedSection": "a section", "PrintedPick": "an article",
    "Piece": "a piece of a list of names", "Aside": "a takeaway or quote", "LoopContext": "“loop”",
    "TemplateModule": "a file of macros", "OwnMacro": "a macro", "OwnNamespace": "a namespace", "method": "a function",
    "function": "a function", "builtin_function_or_method": "a function", "type": "a function",
    "Unknown": "a name that there is not", "TemplateReference": "what holds the blocks",
}  # fmt: skip
_OF_LOOPS = (
    "index", "index0", "first", "last", "length", "revindex", "revindex0", "previtem", "nextitem", "depth", "cycle",
    "changed",
)  # fmt: skip
#: What people write who know other languages, and what templates have for it.
_OTHERS: Mapping[str, str] = {
    "len": "the length of x is {{ x | length }}", "str": "x as a text is {{ x | string }}",
    "int": "x as a number is {{ x | int }}", "float": "x as a number is {{ x | float }}",
    "enumerate": "a loop counts its rounds in {{ loop.index }}", "null": "nothing is “none” here",
    "nil": "nothing is “none” here", "sum": "a sum is {{ x | sum }}", "sorted": "sorted is {{ x | sort }}",
    "now": "the issue's date is {{ issue.date }}", "print": "printed is what stands in {{ }}",
}  # fmt: skip
_CONSTANTS = ("true", "false", "none")
_NO_FIRST = re.compile("No (first|last|aggregated|random) item")


class Missing(UndefinedError):
    """A name was used that there is not."""

    def __init__(self, message: str | None, what: Unknown) -> None:
        super().__init__(message)
        self.what = what


class Unknown(StrictUndefined):
    """An undefined value that fails with itself, so that more can be told of it."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = UndefinedError
    ) -> None:
        super().__init__(hint, obj, name, exc)
        if exc is UndefinedError:  # and not of what is refused
            self._undefined_exception = lambda message: Missing(message, self)  # type: ignore[assignment]  # called, no more


class Sought(NamedTuple):
    """What an undefined value stands for; beside it, for what it has itself a template could read."""

    #: What Jinja2 says of it, if anything.
    hint: str
    #: Where it was looked for; `missing` for a name by itself.
    holder: Any
    #: What was looked for; a number in a list.
    name: Any


def sought(what: Unknown) -> Sought:
    """What was looked for, and where."""
    return Sought(what._undefined_hint or "", what._undefined_obj, what._undefined_name)  # noqa: SLF001 - Jinja2's own


def kind(value: Any) -> str:
    """What an editor calls such a value."""
    return KINDS.get(type(value).__name__, "a value")


def of_value(holder: Any, name: Any, said: str) -> str:
    """What is wrong with a name that a value has not; `said` is what the template calls the value, "" if unknown."""
    what = f"“{said}”" if said else kind(holder)
    name = name if isinstance(name, int) else short(name)
    if holder is None:
        asked = said or "…"
        return f"{what} is nothing (none) here, and so has no “{name}”; ask before: {{% if {asked} %}}"
    if isinstance(name, int):
        held = len(holder) if isinstance(holder, (str, list, tuple)) else 0
        return f"{what} has no item [{name}]; it has {held}, and the first is [0]"
    names = fields(holder)
    if names:
        return f"{what} has no “{name}”{suggested(name, names)} It has {listed(names)}"
    is_a = f"{what} is {kind(holder)}, and" if said else what
    if isinstance(holder, str):
        return f"{is_a} has no “{name}”; what is done to a text are filters, such as {{{{ x | upper }}}}"
    if isinstance(holder, (list, tuple)):
        instead = "{{ x | length }}" if name in ("length", "size", "len") else "{% for %} over it, or take [0] of it"
        return f"{is_a} has no “{name}”; {instead}"
    return f"{is_a} has no “{name}”"


def of_nothing(name: str, names: Iterable[str]) -> str:
    """What is wrong with a name by itself, where these are known."""
    there = sorted(names)
    if name in _OTHERS:
        return f"there is no “{name}”; {_OTHERS[name]}"
    said = f"there is no “{short(name)}”{suggested(name, [*there, *_CONSTANTS])}"
    return f"{said} There are {listed(there)}" if there else said


def hinted(hint: str) -> str:
    """What Jinja2 says of a value that is none, in an editor's words; "" where it says something else."""
    if found := _NO_FIRST.search(hint):
        which = "largest or smallest" if found[1] == "aggregated" else found[1]
        return f"found an empty list, of which there is no {which} item; ask before: {{% if … %}}"
    if "inline if-expression" in hint:
        return "an “if” in {{ }} said no, and there is no “else” in it to say what there is instead"
    if found := re.search("block called '(.*)'", hint):
        return f"there is no parent block “{found[1]}” for super()"
    return ""


def fields(holder: Any) -> list[str]:
    """What a template may read of a value by name."""
    if isinstance(holder, dict):
        return [key for key in holder if isinstance(key, str)]
    if isinstance(holder, LoopContext):
        return list(_OF_LOOPS)
    if isinstance(holder, TemplateModule):
        return sorted(name for name in vars(holder) if not name.startswith("_"))
    if isinstance(holder, Namespace):
        return list(object.__getattribute__(holder, "_Namespace__attrs"))
    return list(getattr(holder, "_fields", ()) or getattr(holder, "__dataclass_fields__", ()))


def suggested(name: str, names: Iterable[str]) -> str:
    """ "; did you mean “x”?", or "." """
    close = nearest(name, names)
    return f"; did you mean “{close}”?" if close else "."


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most like it, "" where none is."""
    wanted = str(name).casefold()
    folded = {one.casefold(): one for one in islice(names, _COMPARED) if len(one) <= _SHORT}
    if len(wanted) > _SHORT:
        return ""
    swapped = [one for one in folded if sorted(one) == sorted(wanted)]
    close = swapped or get_close_matches(wanted, folded, 1, _LIKE)
    return folded[close[0]] if close else ""


def listed(names: Iterable[str]) -> str:
    """The names, or the first of many."""
    found = list(islice(names, _LISTED + 1))
    return ", ".join([*map(short, found[:_LISTED]), *["…"] * (len(found) > _LISTED)]) or "none"


def short(name: Any) -> str:
    """The name, of which not much is told where it is long."""
    text = str(name)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
