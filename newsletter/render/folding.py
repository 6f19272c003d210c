"""What a template computes of constants alone, computed once; before Python is made of the template.

Jinja2 folds constants wherever it meets an expression, and looks at each again for every expression around it, which
takes the cube of its depth; and it calls any filter, a thousand times over, before a rendering has a budget. Here each
expression is looked at once, from the inside out, and no filter or test is called but those that take no time.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from newsletter.render.limits import unwritable

#: Filters whose answer is no longer than what they are given.
_CHEAP = frozenset({"count", "d", "default", "e", "escape", "first", "int", "last", "length", "_sized", "_spelled"})
#: What has no value of its own.
_PARTS = (nodes.Operand, nodes.Pair, nodes.Keyword, nodes.Slice)


def folded(node: nodes.Node, environment: Any) -> Any:
    """The node, or what it comes to; the constants in it are changed in place."""
    return _Folding(environment).visit(node)


class _Folding(NodeTransformer):
    def __init__(self, environment: Any) -> None:
        self._environment = environment

    def visit_ScopedEvalContextModifier(self, node: nodes.Node) -> nodes.Node:  # noqa: N802 - Jinja2's names
        """In an `{% autoescape %}` texts may come to something else."""
        return node

    def generic_visit(self, node: nodes.Node, *_: Any, **__: Any) -> nodes.Node:
        node = super().generic_visit(node)
        if not isinstance(node, nodes.Expr) or isinstance(node, (nodes.Const, nodes.TemplateData, nodes.Name)):
            return node
        if isinstance(node, nodes.CondExpr) and isinstance(node.test, nodes.Const):
            chosen = node.expr1 if node.test.value else node.expr2
            return chosen or node
        if isinstance(node, nodes.Test) or (isinstance(node, nodes.Filter) and node.name not in _CHEAP):
            return node
        if not all(_constant(child) for child in node.iter_child_nodes()):
            return node
        try:
            value = node.as_const()
            if unwritable(value):
                return node
            return nodes.Const.from_untrusted(value, lineno=node.lineno, environment=self._environment)
        except (nodes.Impossible, TypeError):  # a list is no key of a table; that is told where it stands
            return node


def _constant(node: nodes.Node) -> bool:
    if isinstance(node, _PARTS):
        return all(isinstance(child, nodes.Const) for child in node.iter_child_nodes())
    return isinstance(node, nodes.Const)
