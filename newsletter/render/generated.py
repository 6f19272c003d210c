"""The Python that Jinja2 makes of a template, with short ways for what templates do most; see `sandbox`.

A template reads an attribute, calls a macro or prints a value a thousand times in a rendering, and each time Jinja2's
sandbox asks what it asked before. Answers that depend on a type alone are written into the code: a field of the
program's own frozen values is read as such, and a dict's entry too; a macro is called as the function it is; a text is
escaped only where there is something to escape; an included template's pieces do not pass through those around it one
by one. Whatever else comes takes the sandbox's own way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MethodType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

from newsletter.render.asides import Aside
from newsletter.render.budget import BUDGET, MAX_TEXT, Budget, check_spelled, sized, too_long
from newsletter.render.context import Piece, PrintedIssue, PrintedPick, PrintedSection
from newsletter.render.kept import Kept

_OF_DICT = frozenset(dir(dict))
_OF_LOOPS = ("first", "last", "index", "index0", "length")
_SPECIAL = re.compile("[&<>\"']").search


def _holders() -> Mapping[str, frozenset[type]]:
    found: dict[str, set[type]] = {name: {LoopContext} for name in _OF_LOOPS}
    for kind in (Aside, Piece, PrintedIssue, PrintedPick, PrintedSection):
        for name in kind.__match_args__:  # the fields of a dataclass or a named tuple
            found.setdefault(name, set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}


#: Attribute → the types that have it as plain data. A template can't make values of these types, nor change them.
HOLDERS = _holders()


class OwnContext(Context):
    """A template's names, and the budget of the rendering."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.budget = BUDGET.get()


class OwnTemplate(Template):
    """A template that runs anew for each rendering that imports it: what it sets, and its budget, are that one's."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 - as there
        modules = BUDGET.get().modules
        if self not in modules:
            modules[self] = self.make_module()
        return modules[self]


class OwnMacro(Macro):
    """A macro that knows whether it takes nothing but its own arguments. Templates can't read names with `_`."""

    def __init__(self, environment: Any, func: Any, name: str, arguments: Any, *special: bool) -> None:
        super().__init__(environment, func, name, arguments, *special)
        self._takes, self._plain = len(arguments), not any(special[:3])


class Generator(CodeGenerator):
    """Writes templates as Python, for an environment that is a sandbox and not asynchronous."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja2's names
        super().visit_Template(node, frame)
        self.writeline(f"from {__name__} import HOLDERS, OwnMacro, call, in_html, in_text, included", extra=1)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        name = node.attr
        if name.startswith("_") or (name in _OF_DICT and name not in HOLDERS):
            super().visit_Getattr(node, frame)
            return
        read, test = (f"_v.{name}", f"in HOLDERS[{name!r}]")
        if name not in HOLDERS:
            read, test = (f"_v[{name!r}]", f"is dict and {name!r} in _v")
        self.write(f"({read} if type(_v := ")
        self.visit(node.node, frame)
        self.write(f") {test} else environment.getattr(_v, {name!r}))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("call(environment, context, ")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
        if not node.with_context:
            super().visit_Include(node, frame)
            return
        self.writeline("try:", node)
        self.indent()
        self.writeline("template = environment.get_or_select_template(")
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        self.outdent()
        self.writeline("except TemplateNotFound:")
        self.indent()
        self.writeline("pass" if node.ignore_missing else "raise")
        self.outdent()
        self.writeline("else:")
        self.indent()
        self.simple_write(f"included(environment, context, template, {self.dump_local_context(frame)})", frame)
        self.outdent()

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("concat = context.budget.joined")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        self.write("Own")
        super().macro_def(macro_ref, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"{'in_html' if frame.eval_ctx.autoescape else 'in_text'}(context.budget, ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")


def call(environment: Any, context: OwnContext, target: Any, /, *args: Any, **named: Any) -> Any:
    """A call in a template."""
    if type(target) is MethodType and target.__func__ in environment.callable:
        context.budget.step()
        return sized(target(*args, **named))
    if type(target) is OwnMacro and target._plain and not named and len(args) <= target._takes:  # noqa: SLF001
        context.budget.step()
        text = target._func(*args, *(missing,) * (target._takes - len(args)))  # noqa: SLF001
        return str.__new__(Markup, text) if context.eval_ctx.autoescape else text
    return environment.call(context, target, *args, **named)


def included(environment: Any, context: OwnContext, template: Template, own: Mapping[str, Any]) -> str:
    """What an included template writes, which knows what is known where it is included."""
    context.budget.step()
    set_here = {name: value for name, value in own.items() if value is not missing}
    values = {**context.parent, **context.vars, **set_here}
    kept: Kept | None = environment.kept.get(template)
    key = kept.key(values) if kept else None
    text = kept.find(key, values) if kept and key is not None else None
    if text is None:
        inner = OwnContext(environment, values, template.name, template.blocks)
        text = context.budget.joined(template.root_render_func(inner))
        if kept and key is not None:
            kept.keep(key, values, text)
    return text


def in_html(budget: Budget, value: Any) -> str:
    """A value as a template prints it into markup."""
    kind = type(value)
    if kind is str:
        text = escape(value) if _SPECIAL(value) else value
    elif kind is Markup:
        text = value
    else:
        check_spelled(value)
        text = escape(value)
    budget.printed += len(text)
    if budget.printed > MAX_TEXT:
        raise too_long()
    return text


def in_text(budget: Budget, value: Any) -> str:
    """A value as a template prints it where there is no markup."""
    check_spelled(value)
    text = str(value)
    budget.printed += len(text)
    if budget.printed > MAX_TEXT:
        raise too_long()
    return text
