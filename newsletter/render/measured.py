"""The part of `generated` that has a rendering pay: for the rounds of loops, and for lists where they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

#: Nodes of a loop's body that a step pays for.
_NODES = 100


class Measuring(CodeGenerator):
    """Writes what is paid for."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """A round is paid for by all that it may do and write, be it the template's own or written out."""
        fixed = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        cost = [nodes.Const(fixed), nodes.Const(1 + sum(1 for _ in node.find_all(nodes.Node)) // _NODES)]
        body = node.body
        if node.recursive:  # where `loop` is called, only the number of rounds is known
            body = [nodes.ExprStmt(nodes.Filter(nodes.Const("."), "_rounds", cost, [], None, None)), *body]
        items = nodes.Filter(node.iter, "_rounds", cost, [], None, None)
        loop = nodes.For(node.target, items, body, node.else_, node.test, node.recursive, lineno=node.lineno)
        loop.set_environment(self.environment)
        super().visit_For(loop, frame)

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802
        self.sized(super().visit_List, node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        self.sized(super().visit_Dict, node, frame)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802
        visit = super().visit_Tuple
        if node.ctx == "load":
            self.sized(visit, node, frame)
        else:
            visit(node, frame)

    def sized(self, visit: Callable[[Any, Frame], None], node: nodes.Expr, frame: Frame) -> None:
        """What holds other values may hold long ones."""
        self.write("sized(")
        visit(node, frame)
        self.write(")")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """A tuple's item, or a dict's by a number, is read as such; a part is a copy, of which Jinja2 asks nothing."""
        part, key = isinstance(node.arg, nodes.Slice), getattr(node.arg, "value", None)
        if type(key) is int and key >= 0:
            self.write(f"(_v[{key}] if type(_v := ")
            self.visit(node.node, frame)
            self.write(f") is tuple and len(_v) > {key} else environment.getitem(_v, {key}))")
            return
        field = isinstance(node.arg, nodes.Getattr) and isinstance(node.arg.node, nodes.Name)
        if field or isinstance(node.arg, nodes.Name):  # which may be read twice, and is short
            self.write("(_d[_k] if type(_d := ")
            self.visit(node.node, frame)
            self.write(") is dict and type(_k := ")
            self.visit(node.arg, frame)
            self.write(") is int and _k in _d else environment.getitem(_d, ")
            self.visit(node.arg, frame)
            self.write("))")
            return
        self.write("sized(" * part)
        super().visit_Getitem(node, frame)
        self.write(")" * part)
