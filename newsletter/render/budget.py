"""What one rendering may take: rounds of loops and calls, characters, seconds. `sandbox` and what it runs spend it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from itertools import chain
from types import BuiltinFunctionType, FunctionType, MethodType, NoneType
from typing import Any

from jinja2.environment import Environment, Template, TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import _GroupTuple  # what `groupby` answers
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Macro
from markupsafe import Markup

#: Rounds of loops, calls of macros and methods, and inclusions; a digest of ten articles takes some 300.
MAX_STEPS = 100_000
#: Characters a rendering may write, and one text in it may have.
MAX_TEXT = 2_000_000
#: Items that a list may have with those of the lists in it.
MAX_NESTED = 200_000
#: Seconds a rendering may take, looked at after so many steps.
MAX_SECONDS = 10.0
_LOOK = 16
#: Characters that a step pays for where a text is made or worked on; an item of a list is as many as `_ITEM`.
SHORT, _ITEM = 1_000, 10
#: What is short or long, and what holds other values; lists that a template can put in each other.
_TEXTS = (str, bytes)
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_HOLDING: Any = (list, tuple, dict, range, *_VIEWS)
_NESTING = frozenset({list, tuple, dict, _GroupTuple, *_VIEWS})
#: What is not made a text as a whole.
UNSPELLED = (list, tuple, dict, set, *_VIEWS)
_SERIES: Any = (*UNSPELLED, range, Iterator)
#: What would be spelled as Python has it; and what has no other spelling, but may be: filters are passed contexts.
_CALLED: Any = (Macro, LoopContext, FunctionType, MethodType, BuiltinFunctionType, type)
_PLAIN: Any = (int, float, NoneType, Context, EvalContext, Environment)
#: Most of all that is printed.
_SPELLED = frozenset({str, int, float, bool, NoneType, Markup})
_CALL = "a macro or function can't be printed; call it with ( )"
_FIELDS = "this is no text, and can't be printed; print what is in it, such as its title"
#: Pieces that may be joined before they are measured: each is at most `MAX_TEXT` long.
_FEW = 64


class OutOfTime(SecurityError):
    """A rendering has had its seconds."""


class Budget:
    """What is left to one rendering."""

    __slots__ = ("_end", "_look", "_steps", "_text", "modules", "printed")

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._steps, self._end = MAX_STEPS, time.monotonic() + seconds
        self._look = MAX_STEPS
        self._text = MAX_TEXT
        #: Characters of values that were printed. Looked at as they are: a loop's would fill the memory before it ends.
        self.printed = 0
        #: Templates that were imported, as they ran in this rendering.
        self.modules: dict[Template, TemplateModule] = {}

    def step(self, count: int = 1) -> None:
        self._steps -= count
        if self._steps < 0:
            raise SecurityError(f"the template takes more than {MAX_STEPS:,} rounds of loops and calls")
        if self._steps < self._look:
            self._look = self._steps - _LOOK
            self.look()

    def look(self) -> None:
        """At the clock."""
        if time.monotonic() > self._end:
            raise OutOfTime(f"the template takes longer than {MAX_SECONDS:.0f} seconds")

    def joined(self, pieces: Iterable[str]) -> str:
        """What a template, a macro or a block has written, as one text; paid for before it is made."""
        written = pieces if type(pieces) is list else list(pieces)
        if len(written) > _FEW and sum(map(len, written)) > self._text:
            raise too_long()
        text = "".join(written)
        self._text -= len(text)
        if self._text < 0:
            raise too_long()
        return text


BUDGET: ContextVar[Budget] = ContextVar("budget of the rendering")


def look() -> None:
    """At the clock of the rendering, if there is one: templates may be compiled outside of it."""
    if budget := BUDGET.get(None):
        budget.look()


def too_long() -> SecurityError:
    return SecurityError(f"the template writes more than {MAX_TEXT:,} characters")


def sized(value: Any) -> Any:
    """The value, if it is not a text or list beyond all bounds; a long one is paid for."""
    kind = type(value)
    if kind is str or kind is int:  # most of all
        if kind is str and len(value) > SHORT:
            _pay(len(value), SHORT)
    elif isinstance(value, _TEXTS):
        if len(value) > SHORT:
            _pay(len(value), SHORT)
    elif isinstance(value, _HOLDING):
        long = len(value)
        if long and kind is not range and not _NESTING.isdisjoint(map(type, _items(value))):
            long = _whole(value)
        if long > SHORT:
            _pay(long, SHORT // _ITEM)
    return value


def _pay(long: int, step: int) -> None:
    if long > MAX_TEXT:
        raise SecurityError(f"a text or list longer than {MAX_TEXT:,} characters or items")
    BUDGET.get().step(long // step)


def _items(value: Any) -> Iterable[Any]:
    return chain(value, value.values()) if type(value) is dict else value


def _whole(value: Any) -> int:
    """The items of a list and of the lists in it: one that holds another twice, which holds another twice, has no end.

    To compare, hash or print it would take for ever, in one step of Python's own.
    """
    count = 0
    left: list[Any] = [value]
    while left:
        one = left.pop()
        count += len(one)
        if count > MAX_NESTED:
            raise SecurityError(f"a list that has more than {MAX_NESTED:,} items with those of the lists in it")
        left += [item for item in _items(one) if type(item) in _NESTING]
    return count


def check_spelled(*values: Any) -> None:
    """A list is not made a text as a whole: it may hold a long text, or another list, a million times."""
    for value in values:
        if type(value) in _SPELLED:
            continue
        if isinstance(value, _CALLED):
            raise SecurityError(_CALL)
        if isinstance(value, _SERIES):
            if isinstance(value, dict) or getattr(value, "_fields", None):
                raise SecurityError(f"a table or an article can't be printed, but what is in it: {_first(value)}")
            raise SecurityError("a list can't be printed; join its items, or loop over them")
        if not _printed(value):
            raise SecurityError(_CALL if callable(value) else _FIELDS)


def _printed(value: object) -> bool:
    kind = type(value)
    if kind.__str__ is object.__str__:  # it has no spelling but its class's name, or Python's own
        return isinstance(value, _PLAIN)
    return kind is not bytes and not hasattr(value, "__dataclass_fields__")


def _first(value: Any) -> str:
    names = [name[:40] for name in (value if isinstance(value, dict) else value._fields) if isinstance(name, str)]
    return ", ".join(names[:8])
