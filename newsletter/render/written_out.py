"""Templates written out: the files a template includes and the macros it calls stand where they are used.

Half of a rendering was calling. Before Python is made of a template, an `{% include %}` whose name is known becomes the
included file's own nodes, and a call of a macro the macro's, with its arguments in place of its parameters; what the
theme alone decides (`theme.sizes.margin`) becomes a constant. The other names keep their meaning because each that is
set in a file, a loop or a macro gets one that no template can spell ("3_pick"): nothing is captured, nothing leaks.

A template is written out wholly or not at all. Where a name may be set or not, where names would be seen by something
that stays outside (an include by a computed name), or where order matters (`namespace` in a macro), it is `Entangled`
and runs as Jinja2 has it. `sandbox` tries; an error in a template that was written out is told by one that was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast

from jinja2 import nodes
from jinja2.compiler import find_undeclared

from newsletter.render.folding import folded
from newsletter.render.kept import Reads
from newsletter.render.meanings import (
    SPECIAL,
    UNKNOWN,
    UNSURE,
    Before,
    Entangled,
    Loop,
    Macro,
    Module,
    Names,
    Variable,
    arguments,
    joined,
    names_in,
    scoped,
    set_in,
)

#: Nodes that a template may come to, and macros and files within each other.
MAX_NODES = 20_000
MAX_DEPTH = 16
#: Names that cost as much as a node where they are copied.
_NAMES = 16
_OF_DICT = frozenset(dir(dict))
_PLAIN = (str, int, bool, type(None))


class Found(NamedTuple):
    """A template of that name, and what its text depends on if it is a style sheet that runs once."""

    tree: nodes.Template
    reads: Reads | None


class Writer:
    """Writes one template out."""

    def __init__(
        self, environment: Any, find: Callable[[str], Found | None], fixed: Mapping[str, Any], name: str | None
    ) -> None:
        """`fixed` are values that are the same in every rendering."""
        self._environment, self._find, self._fixed = environment, find, fixed
        #: Files by name and macros by identity: nodes are equal if they only look the same.
        self._open: list[str | int | None] = [name]
        #: Files of macros that are imported no more.
        self._dropped: set[str] = set()
        self._loops: list[Loop] = []
        self._count = 0
        self._left = MAX_NODES

    def write(self, template: nodes.Template) -> nodes.Template:
        """Raises Entangled."""
        names = self._frame(template.body, {}, rename=False)
        written = nodes.Template(self._body(template.body, names), lineno=1)
        for macro in written.find_all(nodes.Macro):
            other = any(macro.find(kind) for kind in (nodes.Include, nodes.Import, nodes.FromImport))
            if self._dropped and (other or not self._dropped.isdisjoint(names_in(macro))):
                raise Entangled("a macro that stays, and may call another file's")
        written.set_lineno(1).set_environment(self._environment)
        return written

    def _unique(self, name: str) -> str:
        self._count += 1
        return f"{self._count}_{name}"

    def _frame(
        self, body: Iterable[nodes.Node], outer: Names, bound: Sequence[str] = (), *, rename: bool = True
    ) -> Names:
        """The names where such a body begins: what it sets is not set yet, but for `bound`."""
        self._pay(len(outer))
        sets = Counter(bound)
        sets.update(set_in(body))
        own = {
            name: Variable(self._unique(name) if rename else name, times == 1, sure=name in bound)
            for name, times in sets.items()
        }
        return {**outer, **own}

    def _body(self, body: Iterable[nodes.Node], names: Names) -> list[nodes.Node]:
        written: list[nodes.Node] = []
        for node in body:
            self._pay()
            write = getattr(self, f"_{type(node).__name__.lower()}", None)
            if write is None:
                raise Entangled(type(node).__name__)
            for part in write(node, names):
                last = written[-1] if written else None
                if isinstance(part, nodes.Output) and isinstance(last, nodes.Output):
                    last.nodes += part.nodes
                else:
                    written.append(part)
        return written

    def _output(self, node: nodes.Output, names: Names) -> list[nodes.Node]:
        written: list[nodes.Node] = []
        for child in node.nodes:
            if isinstance(child, nodes.Call) and (macro := self._macro_of(child, names)):
                written += self._called(macro, child, names)
            elif isinstance(child, nodes.CondExpr) and self._calls(child, names):
                other = [nodes.Output([child.expr2], lineno=child.lineno)] if child.expr2 else []
                branch = nodes.Output([child.expr1], lineno=child.lineno)
                written += self._if(nodes.If(child.test, [branch], [], other, lineno=child.lineno), names)
            else:
                before = Before()
                output = nodes.Output([self._value(child, names, before)], lineno=child.lineno)
                written += scoped([*before, output])
        return written

    def _if(self, node: nodes.If, names: Names) -> list[nodes.Node]:
        before = Before()
        test = self._value(node.test, names, before)
        if isinstance(test := self._folded(test), nodes.Const) and not node.elif_:
            return [*before, *self._body(node.body if test.value else node.else_, names)]
        ways = [(first := dict(names))]
        body = self._body(node.body, first)
        others = []
        for each in node.elif_:
            self._pay(len(names))
            ways.append(way := dict(names))
            others.append(
                nodes.If(self._value(each.test, names), self._body(each.body, way), [], [], lineno=each.lineno)
            )
        ways.append(last := dict(names))
        otherwise = self._body(node.else_, last)
        for name, old in names.items():
            found = [way[name] for way in ways]
            if any(one is not old for one in found):
                names[name] = joined(found)
        return [*before, nodes.If(test, body, others, otherwise, lineno=node.lineno)]

    def _for(self, node: nodes.For, names: Names) -> list[nodes.Node]:
        if node.recursive:
            raise Entangled("recursive")
        before = Before()
        items = self._value(node.iter, names, before)
        inner = self._frame(node.body, names, names_in(node.target))
        target = self._target(node.target, inner)
        test = self._value(node.test, {**inner, "loop": UNSURE}) if node.test else None
        inner["loop"] = loop = Loop()
        self._loops.append(loop)
        body = self._body(node.body, inner)
        self._loops.pop()
        otherwise = self._body(node.else_, self._frame(node.else_, names))
        return [*before, nodes.For(target, items, body, otherwise, test, False, lineno=node.lineno)]

    def _with(self, node: nodes.With, names: Names) -> list[nodes.Node]:
        values = [self._value(value, names) for value in node.values]
        inner = self._frame(node.body, names, [name for target in node.targets for name in names_in(target)])
        targets = [self._target(target, inner) for target in node.targets]
        return [nodes.With(targets, values, self._body(node.body, inner), lineno=node.lineno)]

    def _assign(self, node: nodes.Assign, names: Names) -> list[nodes.Node]:
        before = Before()
        known = self._known(node.node, names)
        value = self._value(node.node, names, before)
        if isinstance(value, nodes.Const):
            known = value.value
        return [*before, nodes.Assign(self._target(node.target, names, known), value, lineno=node.lineno)]

    def _assignblock(self, node: nodes.AssignBlock, names: Names) -> list[nodes.Node]:
        if node.filter is not None:
            raise Entangled("filter")
        body = self._body(node.body, self._frame(node.body, names))
        return [nodes.AssignBlock(self._target(node.target, names), None, body, lineno=node.lineno)]

    def _macro(self, node: nodes.Macro, names: Names) -> list[nodes.Node]:
        own = names[node.name]
        stays = isinstance(own, Variable) and own.name == node.name
        if not isinstance(own, Variable) or not own.once:
            raise Entangled("a macro defined twice")
        names[node.name] = Macro(node, names, stays)
        return [node] if stays else []

    def _callblock(self, node: nodes.CallBlock, names: Names) -> list[nodes.Node]:
        macro = self._macro_of(node.call, names)
        if macro is None:
            raise Entangled("a block for what is no macro")
        return self._called(macro, node.call, names, Macro(node, names))

    def _import(self, node: nodes.Import, names: Names) -> list[nodes.Node]:
        """A module of macros only is not run: its macros stand where they are called."""
        if not node.with_context:
            template = self._value(node.template, names)
            target = self._target(nodes.Name(node.target, "store"), names)
            return [nodes.Import(template, target.name, False, lineno=node.lineno)]
        own = names[node.target]
        files = self._file_names(node.template, names)
        found = self._find(files[0]) if len(files) == 1 else None
        if found is None or not isinstance(own, Variable) or not own.once:
            raise Entangled("a module that is not there, or one of several")
        seen: Names = {
            name: what if not isinstance(what, Variable) or what.once else UNSURE for name, what in names.items()
        }
        seen["loop"] = UNSURE
        macros: dict[str, Macro] = {}
        for part in found.tree.body:
            if isinstance(part, nodes.Macro) and part.name not in macros:
                macros[part.name] = Macro(part, seen)
            elif not isinstance(part, nodes.Output) or not all(isinstance(n, nodes.TemplateData) for n in part.nodes):
                raise Entangled("a module that does more than define macros")
        seen.update(macros)
        if own.name == node.target:
            self._dropped.add(node.target)
        names[node.target] = Module(macros)
        return []

    def _include(self, node: nodes.Include, names: Names) -> list[nodes.Node]:
        if not node.with_context:
            raise Entangled("without context")
        for name in self._file_names(node.template, names):
            if (found := self._find(name)) is None:
                continue
            if found.reads is not None:
                return [nodes.Output([self._sheet(name, found.reads, names)], lineno=node.lineno)]
            inner = self._frame(found.tree.body, {**names, "loop": UNSURE, "caller": UNSURE})
            return scoped(self._within(name, found.tree.body, inner))
        if not node.ignore_missing:
            raise Entangled("a file that is not there")
        return []

    def _sheet(self, name: str, reads: Reads, names: Names) -> nodes.Expr:
        read = {*reads.tables, *reads.derived, *(("issue",) if reads.of_issue else ())}
        values = [nodes.Keyword(n, self._value(nodes.Name(n, "load"), names)) for n in sorted(read)]
        return nodes.Filter(nodes.Const(name), "_sheet", [], values, None, None)

    def _file_names(self, node: nodes.Expr, names: Names) -> list[str]:
        value = self._folded(self._value(node, names))
        found = value.value if isinstance(value, nodes.Const) else None
        files = [found] if isinstance(found, str) else found
        if not isinstance(files, (list, tuple)) or not all(isinstance(name, str) for name in files):
            raise Entangled("a computed name")
        return list(files)

    def _within(self, what: str | int, body: Iterable[nodes.Node], names: Names) -> list[nodes.Node]:
        if what in self._open or len(self._open) > MAX_DEPTH:
            raise Entangled("recursion")
        self._open.append(what)
        written = self._body(body, names)
        self._open.pop()
        return written

    def _called(self, macro: Macro, call: nodes.Call, names: Names, caller: Macro | None = None) -> list[nodes.Node]:
        """The macro's own nodes, with the call's arguments in them."""
        if id(macro.node) in self._open and macro.stays and caller is None:
            return [nodes.Output([self._copy(call, names, None)], lineno=call.lineno)]
        if call.dyn_args or call.dyn_kwargs or any(macro.node.find_all(nodes.NSRef)):
            raise Entangled("arguments, or an order, that only running tells")
        if ("caller" in find_undeclared(macro.node.body, ("caller",))) != (caller is not None):
            raise Entangled("a block that is not asked for, or not there")
        before = Before()
        given = arguments(macro.node, call)
        inner = self._frame(macro.node.body, macro.names, list(given))
        set_within = set(set_in(macro.node.body))
        targets: list[nodes.Expr] = []
        values: list[nodes.Expr] = []
        for name, argument in given.items():
            known = self._known(argument, names)
            value = self._value(argument, names, before)
            own = inner[name]
            if name not in set_within and isinstance(value, nodes.Const):
                inner[name] = Variable("", known=value.value)
            elif name not in set_within and isinstance(value, nodes.Name):
                inner[name] = Variable(value.name, known=known)
            elif isinstance(own, Variable):
                targets.append(nodes.Name(own.name, "param"))
                values.append(value)
        inner.pop("caller", None)
        if caller:
            inner["caller"] = caller
        body = self._within(id(macro.node), macro.node.body, inner)
        return [*before, nodes.With(targets, values, body)] if targets else scoped([*before, *scoped(body)])

    def _macro_of(self, node: nodes.Call, names: Names) -> Macro | None:
        called = node.node
        if isinstance(called, nodes.Name):
            found = names.get(called.name)
            return found if isinstance(found, Macro) else None
        if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name) and called.attr[0] != "_":
            module = names.get(called.node.name)
            return module.macros.get(called.attr) if isinstance(module, Module) else None
        return None

    def _calls(self, node: nodes.Node, names: Names) -> bool:
        return any(self._macro_of(call, names) for call in node.find_all(nodes.Call))

    def _target(self, node: nodes.Node, names: Names, known: Any = UNKNOWN) -> Any:
        """What is set, by its new name; from here on it is."""
        if isinstance(node, nodes.Tuple):
            return nodes.Tuple([self._target(item, names) for item in node.items], node.ctx, lineno=node.lineno)
        own = names.get(node.name) if isinstance(node, (nodes.Name, nodes.NSRef)) else None
        if not isinstance(own, Variable) or not own.name:
            raise Entangled("a target of another kind")
        if isinstance(node, nodes.NSRef):
            if not own.sure:
                raise Entangled(node.name)
            return nodes.NSRef(own.name, node.attr, lineno=node.lineno)
        names[node.name] = replace(own, sure=True, known=known if own.once else UNKNOWN)  # type: ignore[attr-defined]  # of a Name
        return nodes.Name(own.name, "store", lineno=node.lineno)

    def _known(self, node: nodes.Node, names: Names) -> Any:
        """The value that an expression has in every rendering, if that is plain."""
        if isinstance(node, nodes.Name):
            own = names.get(node.name)
            if own is None:
                return self._fixed.get(node.name, UNKNOWN)
            return own.known if isinstance(own, Variable) and own.sure else UNKNOWN
        if isinstance(node, nodes.Getattr) and node.attr not in _OF_DICT:
            table = self._known(node.node, names)
            return table.get(node.attr, UNKNOWN) if type(table) is dict else UNKNOWN
        return UNKNOWN

    def _value(self, node: nodes.Node, names: Names, before: Before | None = None) -> Any:
        """The expression in the new names; macros it calls for certain are called in statements `before` it."""
        if isinstance(node, (nodes.Name, nodes.Getattr)):
            known = self._known(node, names)
            if type(known) in _PLAIN:
                return nodes.Const(known, lineno=node.lineno)
        if isinstance(node, nodes.Name):
            return nodes.Name(self._name(node.name, names), "load", lineno=node.lineno)
        if isinstance(node, nodes.CondExpr):
            test = self._folded(self._value(node.test, names, before))
            if isinstance(test, nodes.Const) and (node.expr2 or test.value):
                return self._value(node.expr1 if test.value else node.expr2, names, before)  # type: ignore[arg-type]  # there is one
            one = self._value(node.expr1, names)
            other = self._value(node.expr2, names) if node.expr2 else None
            return nodes.CondExpr(test, one, other, lineno=node.lineno)
        if isinstance(node, (nodes.And, nodes.Or)):
            left = self._value(node.left, names, before)
            return type(node)(left, self._value(node.right, names), lineno=node.lineno)
        if isinstance(node, nodes.Call) and (macro := self._macro_of(node, names)):
            if before is None and macro.stays:
                return self._copy(node, names, before)
            if before is None or before.closed:
                raise Entangled("a macro that is called perhaps, or late")
            name = self._unique("called")
            before.append(nodes.AssignBlock(nodes.Name(name, "store"), None, self._called(macro, node, names)))
            return nodes.Name(name, "load", lineno=node.lineno)
        if isinstance(node, nodes.Compare) and len(node.ops) > 1:
            before = None  # the second is not looked at where the first says no
        copy = self._copy(node, names, before)
        if before is not None and isinstance(node, nodes.Call):
            before.closed = True
        return copy

    def _name(self, name: str, names: Names) -> str:
        found = names.get(name)
        if found is None and name not in SPECIAL:
            return name
        if isinstance(found, Variable) and found.sure and found.name:
            return found.name
        if isinstance(found, Macro) and found.stays:
            return name
        if isinstance(found, Loop) and self._loops[-1:] == [found]:
            return name
        raise Entangled(name)

    def _copy(self, node: nodes.Node, names: Names, before: Before | None) -> nodes.Node:
        self._pay()

        def copied(field: Any) -> Any:
            if isinstance(field, list):
                return [copied(item) for item in field]
            if isinstance(field, nodes.Expr):
                return self._value(field, names, before)
            return self._copy(field, names, before) if isinstance(field, nodes.Node) else field

        return type(node)(*[copied(getattr(node, field)) for field in node.fields], lineno=node.lineno)

    def _pay(self, names: int = 0) -> None:
        """For a node, and for names that are copied."""
        self._left -= 1 + names // _NAMES
        if self._left < 0:
            raise Entangled("too long")

    def _folded(self, node: nodes.Expr) -> nodes.Node:
        return cast("nodes.Node", folded(node.set_environment(self._environment), self._environment))
