"""How much a template may be before anything is made of it: characters, nodes, depth, and the Python it becomes.

A rendering's budget sees a template when it runs. Reading, parsing and compiling come before, in Jinja2's and Python's
own compilers, which take time by the square or cube of some of it, and end on too many loops within each other. All
bounds are far above what the built-in themes come to.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from newsletter.render.bounds import huge

#: Characters of a template; the longest of ours has 7,000.
MAX_SOURCE = 256 * 1024
#: Expressions, tags and texts; ours have 800 at most.
MAX_NODES = 4_000
#: Tags and expressions within each other; ours go 11 deep.
MAX_DEPTH = 64
#: `{% elif %}` of one `{% if %}`.
MAX_ELIFS = 200
#: Loops within each other: Python has no more than twenty such blocks.
MAX_LOOPS = 12
#: Characters of Python, which names and includes can multiply.
MAX_PYTHON = 1_000_000
#: A number that stands in a template.
MAX_NUMBER = 10**18


class Unfit(TemplateSyntaxError):
    """A template of which nothing is made: what was found, and what is expected."""

    def __init__(self, reason: str, name: str | None, line: int = 0, column: int = 0) -> None:
        super().__init__(reason, line, name)
        self.column = column


def check_source(source: str, name: str | None) -> None:
    """Raises Unfit for a template that is too long to be read."""
    check_length(len(source), name)


def check_length(length: int, name: str | None) -> None:
    """The same, of so many characters."""
    if length > MAX_SOURCE:
        raise Unfit(
            f"the template has {length / 1024:,.0f} KB, more than the {MAX_SOURCE // 1024} KB that a template may have;"
            " make several of it, and {% include %} them",
            name,
        )


def check_tree(template: nodes.Template, name: str | None) -> None:
    """Raises Unfit where the template is too large or too deep to be compiled."""
    count = 0
    left: list[tuple[Iterator[nodes.Node], int, int, int]] = [(iter((template,)), 1, 0, 1)]
    while left:
        nodes_here, depth, loops, above = left[-1]
        node = next(nodes_here, None)
        if node is None:
            left.pop()
            continue
        count += 1
        line = node.lineno or above  # helpers have none
        loops += isinstance(node, nodes.For)
        if count > MAX_NODES:
            raise Unfit(
                f"the template has more than the {MAX_NODES:,} tags, expressions and texts that one may have;"
                " make several of it, and {% include %} them",
                name,
                line,
            )
        if depth > MAX_DEPTH:
            raise too_deep(name, line)
        if isinstance(node, nodes.If) and len(node.elif_) > MAX_ELIFS:
            raise Unfit(
                f"more than {MAX_ELIFS} {{% elif %}} of one {{% if %}}; look the value up in a table", name, line
            )
        if loops > MAX_LOOPS:
            raise Unfit(
                f"{loops} loops within each other; {MAX_LOOPS} are as many as may be. Put the inner ones into a macro",
                name,
                line,
            )
        if isinstance(node, nodes.Const) and unwritable(node.value):
            raise too_large(name, line)
        left.append((node.iter_child_nodes(), depth + 1, loops, line))


def unwritable(value: object) -> bool:
    """Whether it is a number that does not stand in Python as it is: 1e999 would be the name `inf`."""
    return huge(value, MAX_NUMBER) or (isinstance(value, float) and not isfinite(value))


def too_large(name: str | None, line: int = 0) -> Unfit:
    """For a number that no mail has."""
    return Unfit("a number longer than 18 digits", name, line)


def too_much(name: str | None) -> Unfit:
    """For what becomes too much Python."""
    return Unfit("the template has too many names and includes to be compiled; make several of it", name)


def too_deep(name: str | None, line: int = 0) -> Unfit:
    """For what is nested so deep that it ends the compiler."""
    return Unfit(
        f"tags or expressions stand more than {MAX_DEPTH} deep within each other;"
        " {% set %} parts of them before, or make {% elif %} of {% else %}{% if %}",
        name,
        line,
    )
