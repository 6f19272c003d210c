"""What names stand for while a template is written out; see `written_out`.

A name is a variable (which may not be set yet), a macro, a file of macros, or a loop's own `loop`. A name of which
nothing is said is one that the template is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from jinja2 import nodes

UNKNOWN = object()
#: Names that Jinja2 binds where it finds them.
SPECIAL = frozenset({"caller", "kwargs", "loop", "self", "super", "varargs"})


class Entangled(Exception):
    """The template can't be written out."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a name stands for: a variable of this name in the Python; for certain once it has been set."""

    name: str
    #: Whether one statement sets it.
    once: bool = True
    sure: bool = True
    known: Any = UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    """A macro, or the block that a macro is called with."""

    node: nodes.Macro | nodes.CallBlock
    #: What its free names stand for.
    names: Names
    #: Whether it stays where it is defined, and can be called.
    stays: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A file of macros, imported with context."""

    macros: Mapping[str, Macro]


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """The `loop` of a loop."""


Names: TypeAlias = "dict[str, Variable | Macro | Module | Loop]"
UNSURE = Variable("", sure=False)


class Before(list[nodes.Node]):
    """Statements that an expression's macro calls become. Nothing that was called before may come behind them."""

    closed = False


def set_in(body: Iterable[nodes.Node]) -> Iterable[str]:
    """The names that a body sets for itself, one for each statement that does."""
    for node in body:
        if isinstance(node, (nodes.Assign, nodes.AssignBlock)):
            yield from names_in(node.target)
        elif isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.If):
            for part in (node.body, node.elif_, node.else_):
                yield from set_in(part)


def scoped(body: list[nodes.Node]) -> list[nodes.Node]:
    """Without a scope of its own where nothing is set: Jinja2 keeps account of what loops and files set."""
    return [nodes.Scope(body)] if any(True for _ in set_in(body)) else body


def names_in(node: nodes.Node) -> list[str]:
    """The names in it."""
    return [name.name for name in (node, *node.find_all(nodes.Name)) if isinstance(name, nodes.Name)]


def joined(found: Sequence[Any]) -> Any:
    """What a name stands for after ways that differ on it."""
    if all(isinstance(one, Variable) and one.name == found[0].name for one in found):
        return replace(found[0], sure=all(one.sure for one in found), known=UNKNOWN)
    return UNSURE


def arguments(macro: nodes.Macro | nodes.CallBlock, call: nodes.Call) -> dict[str, nodes.Expr]:
    """Parameter → argument or default. Raises Entangled where they don't fit, or a default is no constant."""
    parameters = [each.name for each in macro.args]
    given = dict(zip(parameters, call.args, strict=False))
    for keyword in call.kwargs:
        if keyword.key in given or keyword.key not in parameters:
            raise Entangled("arguments that do not fit")
        given[keyword.key] = keyword.value
    defaults = dict(zip(reversed(parameters), reversed(macro.defaults), strict=False))
    missing = [name for name in parameters if name not in given]
    if len(call.args) > len(parameters) or not all(isinstance(defaults.get(name), nodes.Const) for name in missing):
        raise Entangled("arguments that do not fit")
    return {name: given.get(name) or defaults[name] for name in parameters}
