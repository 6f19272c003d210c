"""Where templates run: no way to Python's insides, and bounds for what a template can take.

A workspace's templates are its editor's, or copied from somewhere. Jinja2's sandbox (immutable: they can't change what
they are given) refuses private and unsafe attributes; this adds what it leaves open. A rendering has a budget of steps
(rounds of loops and calls), of characters and of seconds, numbers and texts in it have a size, and `range` and text
operators can't make more than that. All of it ends as an ordinary error that `templates` gives its template and line.

Reading attributes is much of what a template does. The sandbox's answer depends on type and name alone, so it is kept.
Templates are written out (`written_out`) where they can be; they become Python in the same way (`generated`), and so
have the same bounds. A template is looked up once in a rendering, and so stays the same throughout it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from functools import wraps
from types import BuiltinMethodType, CodeType, MethodType
from typing import Any, cast

from jinja2 import TemplateNotFound, Undefined, nodes, pass_context
from jinja2.environment import Template, TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.loaders import BaseLoader
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from newsletter.render.bounds import LONG_TESTS, WORKING, check_call, check_format, check_test, formatted, huge
from newsletter.render.budget import BUDGET, MAX_TEXT, UNSPELLED, Budget, check_spelled, look, sized
from newsletter.render.folding import folded
from newsletter.render.generated import Generator, OwnContext, OwnMacro, OwnTemplate, rounds, sheet
from newsletter.render.kept import Kept, Reads, reads
from newsletter.render.limits import check_source, check_tree, too_deep, too_large
from newsletter.render.unknown import Unknown
from newsletter.render.written_out import Found, Writer

_OF_DICT = frozenset(dir(dict))
#: Texts that are joined before their sum is known to be no text beyond all bounds.
_FEW = 16
#: Filters that take no longer for a long text.
_QUICK = frozenset({"count", "d", "default", "first", "last", "length"})

#: The Python of templates as they are, and what their texts depend on, by their source.
_CODES: dict[tuple[Any, ...], tuple[Any, Reads | None]] = {}
_MOST_CODES = 256


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a rendering can neither reach out nor run away; render by `run`."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    code_generator_class = Generator
    context_class = OwnContext
    template_class = OwnTemplate

    def __init__(self, loader: BaseLoader, *, autoescape: bool, fixed: Mapping[str, Any] | None = None) -> None:
        """`fixed` are values that all renderings have; with them, templates are written out where they can be."""
        super().__init__(
            loader=loader, autoescape=autoescape, undefined=Unknown, trim_blocks=True, lstrip_blocks=True,
            finalize=_spelled, auto_reload=False, optimized=False,
        )  # fmt: skip
        self.globals.pop("lipsum")
        self.filters |= {name: _modest(name, own) for name, own in self.filters.items() if name not in _QUICK}
        self.filters["join"] = _short_ways(self.filters["join"])
        self.filters |= {"_rounds": _looped, "_sized": sized, "_spelled": _spelled, "_sheet": sheet}
        self.tests |= {name: _modest_test(own) for name, own in self.tests.items() if name in LONG_TESTS}
        self.globals["namespace"] = OwnNamespace
        self._safe: set[tuple[type, str]] = set()
        self._reads: dict[str | None, Reads | None] = {}
        #: Texts of templates that say the same in every issue.
        self.kept: dict[Template, Kept] = {}
        self._fixed = fixed
        self._loader = loader
        self._trees: dict[str, Found] = {}
        #: Templates that were asked for, by name.
        self.loaded: dict[str, Template] = {}
        self._absent: set[str] = set()
        #: Filters whose answer is a text, which the template's code pays for.
        self.texts: frozenset[str] = frozenset()
        #: Filters that templates of another kind have.
        self.only_text: frozenset[str] = frozenset()
        #: Functions of the program's own types that a template called, and may.
        self.callable: set[Callable[..., Any]] = set()

    def run(self, name: str, values: dict[str, Any], budget: Budget | None = None) -> str:
        """The template rendered within its budget."""
        token = BUDGET.set(budget or Budget())
        try:
            template = self.get_template(name)
            try:
                return BUDGET.get().joined(template.root_render_func(template.new_context(values)))
            except Exception:
                self.handle_exception()  # raises it, with the template's lines in its traceback
        finally:
            BUDGET.reset(token)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - as there
        found = self.loaded.get(name)
        if found is None:
            if name in self._absent:
                raise TemplateNotFound(name)
            look()
            try:
                found = super()._load_template(name, globals)
            except TemplateNotFound as error:
                if error.name == name:
                    self._absent.add(name)
                raise
            self.loaded[name] = found
            if what := self._reads.get(name):
                self.kept[found] = Kept(what)
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template, in which texts and lists are measured before `~` joins them, or they are compared."""
        check_source(source, name)
        try:
            template = super()._parse(source, name, filename)
        except RecursionError:
            raise too_deep(name) from None
        except ValueError:  # Python reads no number of that many digits
            raise too_large(name) from None
        check_tree(template, name)
        self._reads[name] = reads(template)
        for joined in template.find_all(nodes.Concat):
            joined.nodes = [
                node if isinstance(node, nodes.Const) else _through("_spelled", node) for node in joined.nodes
            ]
        for compared in template.find_all(nodes.Compare):
            sides: list[Any] = [compared, *compared.ops]
            inside = any(operand.op in ("in", "notin") for operand in compared.ops)
            if inside or not any(
                isinstance(side.expr, nodes.Const) for side in sides
            ):  # what is short is soon compared
                for side in sides:
                    side.expr = _through("_sized", side.expr)
        return cast("nodes.Template", folded(template, self))

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError):  # what Python's own compiler can't take
            raise too_deep(None) from None

    def compile(
        self, source: Any, name: str | None = None, filename: str | None = None, *args: Any, **named: Any
    ) -> Any:
        """The template's code: of the template written out where that goes, or else of the template as it is."""
        if self._fixed is None and isinstance(source, str) and not (args or named or self.extensions):
            return self._compiled(source, name, filename)
        if self._fixed is not None and isinstance(source, str):
            try:
                found = self._trees.get(name or "") or Found(self._parse(source, name, filename), self._reads[name])
                once = found.reads is not None
                tree = found.tree if once else Writer(self, self._found, self._fixed, name).write(found.tree)
                return super().compile(tree if once else folded(tree, self), name, filename)
            except Exception:  # noqa: S110 - whatever it is, the ordinary way does without, or has it too and tells where
                pass
        return super().compile(source, name, filename, *args, **named)

    def _compiled(self, source: str, name: str | None, filename: str | None) -> Any:
        """The code of a template as it is: the same for every theme that has it, and kept until its source changes."""
        key = (source, name, filename, self.autoescape)
        if key not in _CODES:
            code = super().compile(source, name, filename)
            if len(_CODES) >= _MOST_CODES:
                _CODES.clear()
            _CODES[key] = (code, self._reads[name])
            return code
        code, self._reads[name] = _CODES[key]
        return code

    def _found(self, name: str) -> Found | None:
        if name not in self._trees:
            look()
            try:
                source, filename, _ = self._loader.get_source(self, name)
            except TemplateNotFound:
                return None
            self._trees[name] = Found(self._parse(source, name, filename), self._reads[name])
        return self._trees[name]

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]` in a template; a list is no key, and an error would spell it."""
        if isinstance(argument, UNSPELLED):
            raise SecurityError("a list is no key")
        return super().getitem(obj, argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute` in a template; the same as the sandbox's own, which asks ten questions each time."""
        kind = type(obj)
        if kind is dict and attribute in obj and attribute not in _OF_DICT:
            return obj[attribute]
        if (kind, attribute) in self._safe:
            return getattr(obj, attribute)
        if kind is TemplateModule and type(macro := obj.__dict__.get(attribute)) is OwnMacro and attribute[0] != "_":
            return macro
        value = super().getattr(obj, attribute)
        # Only the program's own types, and no texts (whose `format` comes wrapped each time).
        ours = kind is LoopContext or (kind.__module__.startswith("newsletter.") and not issubclass(kind, str))
        if ours and not isinstance(value, Undefined) and hasattr(kind, attribute):
            self._safe.add((kind, attribute))
        return value

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as in Jinja2
        """A call in a template: counted, and without huge numbers for what is built in."""
        BUDGET.get().step()
        if type(__obj) is OwnMacro:
            for own in ("_block_vars", "_loop_vars"):  # for functions that are passed the context
                kwargs.pop(own, None)
            return sized(__obj(__context.eval_ctx, *args, **kwargs))
        if type(__obj) is LoopContext and args:
            args = (rounds(BUDGET.get(), args[0]), *args[1:])
        elif isinstance(__obj, BuiltinMethodType) or (type(__obj) is MethodType and isinstance(__obj.__self__, str)):
            given = (__obj.__self__, *args, *kwargs.values())
            check_call(__obj.__name__, given)
            for value in given:
                sized(value)
        elif isinstance(text := getattr(getattr(__obj, "__wrapped__", None), "__self__", None), str):
            check_format(text, *args, *kwargs.values())
        value = sized(super().call(__context, __obj, *args, **kwargs))
        if type(__obj) is MethodType and type(__obj.__self__).__module__.startswith("newsletter."):
            __self.callable.add(__obj.__func__)
        return value

    def call_filter(self, name: str, value: Any, *args: Any, **named: Any) -> Any:
        """A filter that another (`map`) calls."""
        return sized(super().call_filter(name, sized(value), *args, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operator that can make much of little."""
        if operator == "+" and type(left) is type(right) is int:
            return left + right
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, (str, list, tuple)) and isinstance(other, int) and len(one) * other > MAX_TEXT:
                    raise SecurityError(f"a text longer than {MAX_TEXT:,} characters")
        if operator == "**" and isinstance(right, (int, float)) and abs(right) > 64:
            raise SecurityError("a power higher than 64")
        if operator in ("*", "**") and huge(left, 10**18) | huge(right, 10**18):
            raise SecurityError("a number longer than 18 digits")
        if operator == "%" and isinstance(left, str):
            check_format(left, *formatted(right))
        return sized(super().call_binop(context, operator, left, right))


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=node.environment)


@pass_context  # so that it is no constant: Jinja2 would work it out, and pay, once for all rounds around it
def _looped(context: OwnContext, items: Iterable[Any], fixed: int, steps: int) -> Iterable[Any]:
    return rounds(context.budget, items, fixed, steps)


def _spelled(value: Any) -> Any:
    if type(value) is not str:
        check_spelled(value)
    return sized(value)


class OwnNamespace(Namespace):
    """A namespace that does not spell out what it holds, which may be itself."""

    def __repr__(self) -> str:
        return "<Namespace>"


def _modest_test(own: Any) -> Callable[..., bool]:
    """A test that pays for what is long."""

    @wraps(own)
    def tested(value: Any, *args: Any) -> bool:
        check_test(value, *args)
        return bool(own(value, *args))

    return tested


def _modest(name: str, own: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses to make much of little; long texts that it is given, or makes, are paid for."""
    bounded = name in WORKING

    @wraps(own)  # with the marks that say whether it is passed the context
    def filtered(*args: Any, **kwargs: Any) -> Any:
        if bounded:
            check_call(name, [*args, *kwargs.values()])
        for value in (*args, *kwargs.values()):
            sized(value)
        return sized(own(*args, **kwargs))

    return filtered


def _short_ways(own: Callable[..., Any]) -> Callable[..., Any]:
    """The filter `join`, without questions where it joins a few short texts by one."""

    @wraps(own)
    def join(context: nodes.EvalContext, value: Any, d: Any = "", attribute: Any = None) -> Any:
        if attribute is not None:
            value = map(make_attrgetter(context.environment, attribute), value)
        if not isinstance(value, (str, list, tuple, Undefined)):
            value = list(value)  # to be measured
        plain = type(value) is tuple and len(value) <= _FEW and type(d) is str
        if plain and {*map(type, value)} <= {str}:
            return sized(d.join(value))
        return own(context, value, d)

    return join
