"""The Python that Jinja2 makes of a template, with short ways for what templates do most; see `sandbox`.

A template reads an attribute, calls a macro or prints a value a thousand times in a rendering, and each time Jinja2's
sandbox asks what it asked before. Answers that depend on a type alone are written into the code: a field of the
program's own frozen values is read as such, and a dict's entry too; a macro is called as the function it is; a text is
escaped only where there is something to escape; an included template's pieces do not pass through those around it one
by one. Whatever else comes takes the sandbox's own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MethodType
from typing import Any

from jinja2 import Undefined, nodes, pass_context
from jinja2.compiler import Frame, MacroRef
from jinja2.environment import Template, TemplateModule
from jinja2.idtracking import VAR_LOAD_PARAMETER
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

from newsletter.render.asides import Aside
from newsletter.render.budget import BUDGET, MAX_TEXT, SHORT, Budget, check_spelled, sized, too_long
from newsletter.render.context import Piece, PrintedIssue, PrintedPick, PrintedSection
from newsletter.render.kept import Kept
from newsletter.render.limits import MAX_PYTHON, too_much
from newsletter.render.measured import Measuring

_OF_DICT = frozenset(dir(dict))
_OF_LOOPS = ("first", "last", "index", "index0", "length")
#: Names that Jinja2 binds where it finds them.
_BOUND = ("caller", "kwargs", "loop", "self", "super", "varargs")
#: A variable of `written_out`, which has a value wherever it is read.
_CERTAIN = re.compile("l_[0-9]+_[0-9]").match


#: A text as the markup it is.
marked = partial(str.__new__, Markup)


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


class Generator(Measuring):
    """Writes templates as Python, for an environment that is a sandbox and not asynchronous."""

    #: Whether a template has no blocks: its function then returns a list of what it wrote.
    _whole = False
    #: Names that are read somewhere in a whole template and set nowhere.
    _given: Sequence[str] = ()
    #: Characters of Python so far.
    _written = 0

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja2's names
        self._read: set[str] = set()
        self._whole = not (node.find(nodes.Block) or node.find(nodes.Extends))
        if self._whole:
            self._given = sorted(given(node))
        super().visit_Template(node, frame)
        names = "HOLDERS, OwnMacro, call, in_html, in_text, included, marked, rounds, sized"
        self.writeline(f"from {__name__} import {names}", extra=1)
        for name in sorted(self._read):
            kinds = f"HOLDERS[{name!r}]"
            self.writeline(f"of_{name} = {kinds if len(HOLDERS[name]) > 1 else f'next(iter({kinds}))'}")

    def write(self, x: str) -> None:
        self._written += len(x)
        if self._written > MAX_PYTHON:
            raise too_much(self.name)
        super().write(x)

    def enter_frame(self, frame: Frame) -> None:
        """What the template is given is looked up once, where it begins."""
        loads = frame.symbols.loads
        loads.update({own: (VAR_LOAD_PARAMETER, None) for own in loads if _CERTAIN(own)})
        if not (frame.rootlevel and self._whole):
            super().enter_frame(frame)
            return
        for name in self._given:
            frame.symbols.load(name)
        super().enter_frame(frame)
        for name in self._given:
            own = frame.symbols.ref(name)
            self.writeline(f"if {own} is missing: {own} = undefined(name={name!r})")
            loads[own] = (VAR_LOAD_PARAMETER, None)
        self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        if not with_python_scope and (left := [own for own in frame.symbols.loads if not _CERTAIN(own)]):
            self.writeline(f"{' = '.join(left)} = missing")
        if frame.rootlevel and self._whole:
            self.writeline(f"return {frame.buffer}")

    def write_commons(self) -> None:
        self.writeline("resolve = context.resolve_or_missing")
        self.writeline("undefined = environment.undefined")
        self.writeline("cond_expr_undefined = Undefined")
        self.writeline("budget = context.budget")
        self.writeline("concat = budget.joined")
        if not self._whole:
            self.writeline("if 0: yield None")

    def _certain(self, node: nodes.Node, frame: Frame) -> str | None:
        """The variable that a name stands for, if it is never without a value; `written_out` makes such names."""
        if not isinstance(node, nodes.Name) or node.ctx != "load":
            return None
        ref = frame.symbols.ref(node.name)
        load = frame.symbols.find_load(ref)
        bound = load is not None and load[0] == VAR_LOAD_PARAMETER and not self.parameter_is_undeclared(ref)
        return ref if bound or node.name[0].isdigit() else None

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:  # noqa: N802
        if node.name in ("kwargs", "varargs") and node.ctx == "load":
            self.sized(super().visit_Name, node, frame)
        elif ref := self._certain(node, frame):
            self.write(ref)
        else:
            super().visit_Name(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        name = node.attr
        if name.startswith("_") or name in _OF_DICT:
            super().visit_Getattr(node, frame)
            return
        ref = self._certain(node.node, frame)
        value = ref or "_v"

        def tested() -> None:
            self.write(f" if type({value}")
            if ref is None:
                self.write(" := ")
                self.visit(node.node, frame)
            self.write(")")

        self.write("(")
        if name in HOLDERS:
            self._read.add(name)
            self.write(f"{value}.{name}")
            tested()
            self.write(f" {'in' if len(HOLDERS[name]) > 1 else 'is'} of_{name}")
        else:
            self.write(f"{value}[{name!r}]")
            tested()
            self.write(f" is dict and {name!r} in {value}")
        self.write(f" else environment.getattr({value}, {name!r}))")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802
        if node.name != "_rounds":
            texts = node.name in getattr(self.environment, "texts", ())
            self.write("(_v if len(_v := " * texts)
            super().visit_Filter(node, frame)
            self.write(f") < {SHORT} else sized(_v))" * texts)
            return
        self.write("rounds(budget, ")
        if node.node is not None:
            self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:  # noqa: N802
        made = isinstance(node.target, nodes.Name) and node.target.name[0].isdigit()
        if node.filter is not None or frame.eval_ctx.volatile or not made:
            super().visit_AssignBlock(node, frame)
            return
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        text = f"concat({inner.buffer})"
        self.newline(node)
        self.visit(node.target, frame)
        self.write(f" = {f'marked({text})' if frame.eval_ctx.autoescape else text}")
        self.leave_frame(inner)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("call(environment, context, ")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
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
        if node.with_context:
            self.simple_write(f"included(environment, context, template, {self.dump_local_context(frame)})", frame)
        else:  # Jinja2 would write `yield from`, in a macro too
            self.simple_write("concat(template._get_default_module()._body_stream)", frame)
        self.outdent()

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        self.write("Own")
        super().macro_def(macro_ref, frame)

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if not isinstance(node, (nodes.Const, nodes.TemplateData)):  # what is constant has been folded before
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"{'in_html' if frame.eval_ctx.autoescape else 'in_text'}(budget, ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")


def given(template: nodes.Template) -> set[str]:
    """The names that a template reads, and sets nowhere."""
    read: set[str] = set()
    set_ = set(_BOUND)
    for node in template.find_all((nodes.Name, nodes.NSRef, nodes.Macro, nodes.Import, nodes.FromImport)):
        if isinstance(node, nodes.Macro):
            set_.add(node.name)
        elif isinstance(node, nodes.Import):
            set_.add(node.target)
        elif isinstance(node, nodes.FromImport):
            set_.update(name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, (nodes.Name, nodes.NSRef)):
            (read if getattr(node, "ctx", "load") == "load" else set_).add(node.name)
    return read - set_


def rounds(budget: Budget, items: Iterable[Any], fixed: int = 0, steps: int = 1) -> Iterable[Any]:
    """What a loop goes over, paid for in advance where its length is known; `fixed` characters are written a round."""
    try:
        count = len(items)  # type: ignore[arg-type]  # asked, not assumed
    except TypeError:
        return _paid(items, budget, steps)
    budget.step(count * steps)
    if count * fixed > MAX_TEXT:
        raise too_long()
    return items


def _paid(items: Iterable[Any], budget: Budget, steps: int) -> Iterator[Any]:
    for item in items:
        budget.step(steps)
        yield item


def call(environment: Any, context: OwnContext, target: Any, /, *args: Any, **named: Any) -> Any:
    """A call in a template."""
    if type(target) is MethodType and target.__func__ in environment.callable:
        context.budget.step()
        return sized(target(*args, **named))
    if type(target) is OwnMacro and target._plain and not named and len(args) <= target._takes:  # noqa: SLF001
        context.budget.step()
        text = target._func(*args, *(missing,) * (target._takes - len(args)))  # noqa: SLF001
        return marked(text) if context.eval_ctx.autoescape else text
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


@pass_context
def sheet(context: OwnContext, name: str, /, **values: Any) -> str:
    """What a style sheet says; the values are those it reads."""
    environment: Any = context.environment
    context.budget.step()
    template = environment.loaded.get(name) or environment.get_template(name)
    kept: Kept = environment.kept[template]
    key = kept.key(values)
    text = kept.find(key, values) if key is not None else None
    if text is None:
        known = {name: value for name, value in values.items() if not isinstance(value, Undefined)}
        inner = OwnContext(environment, {**context.parent, **known}, template.name, template.blocks)
        text = context.budget.joined(template.root_render_func(inner))
        if key is not None:
            kept.keep(key, values, text)
    return marked(text) if context.eval_ctx.autoescape else text


def in_html(budget: Budget, value: Any) -> str:
    """A value as a template prints it into markup."""
    kind = type(value)
    if kind is str:
        special = "&" in value or "<" in value or ">" in value or '"' in value or "'" in value
        text = escape(value) if special else value
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
    if type(value) is str:
        text = value
    else:
        check_spelled(value)
        text = str(value)
    budget.printed += len(text)
    if budget.printed > MAX_TEXT:
        raise too_long()
    return text
