"""An error that came out of an editor's template, told in an editor's words: template, line, column, what to do.

Anything may come out of one: an undefined name, 1/0, bad UTF-8, Python's own words on any of it. Jinja2 points the
traceback into templates, with the names that each knew, so that what is told may say which there are. All of this is
worked out when a rendering has failed, and costs nothing before.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from jinja2 import TemplateNotFound, TemplatesNotFound, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.utils import missing

from newsletter.errors import RenderError
from newsletter.render import grammar, operands, unknown
from newsletter.render.limits import Unfit
from newsletter.render.sandbox import Sandbox

_NO_FILTER = re.compile(r"No (filter|test) named '(\w+)'")
_NOT_EXPORTED = re.compile(r"the template '(.*)' \(imported on .*\) does not export the requested name '(.*)'")
_NOT_GIVEN = re.compile(r"parameter '(.*)' was not provided")
_NAMING = re.compile(r"\{%[-+]?\s*(?:include|import|from|extends)\b")
#: Places of a traceback that are looked at for what goes round.
_LOOKED_AT = 200
#: Of a way that goes round, so many places are told.
_TOLD = 8


class _Place(NamedTuple):
    """A line of a template that was at work when the error came."""

    template: str
    line: int
    #: The names it knew.
    known: Mapping[str, Any]


def told(error: Exception, environment: Sandbox, name: str) -> RenderError:
    """The error of the template of that name, with its place."""
    try:
        return _Teller(error, environment, name).told()
    except Exception:  # whatever a template made of its names: that it fails is told all the same
        return RenderError(name, "the template fails, and so does saying where")


class _Teller:
    def __init__(self, error: Exception, environment: Sandbox, name: str) -> None:
        self._error, self._environment, self._name = error, environment, name
        self._places = _places(error, environment)
        self._trees: dict[str, nodes.Template | None] = {}

    def told(self) -> RenderError:
        error = self._error
        if isinstance(error, TemplateSyntaxError):
            return self._syntax(error)
        if isinstance(error, RecursionError):
            return self._round()
        if isinstance(error, unknown.Missing):
            return self._missing(error.what)
        if isinstance(error, TemplateNotFound):
            return self._not_found(error)
        if isinstance(error, RenderError):
            return self._at(error.reason)
        if isinstance(error, UndefinedError):
            return self._at(unknown.hinted(str(error)) or str(error))
        if isinstance(error, TemplateRuntimeError) and not isinstance(error, SecurityError):
            return self._runtime(str(error))
        known = self._places[-1].known if self._places else {}
        reason = operands.told(error, known, self._environment.filters)
        if self._places and reason.startswith("expected a list") and _NAMING.search(self._written(self._places[-1])):
            reason = reason.replace("a list", "the name of a template", 1)
        return self._at(reason)

    def _at(self, reason: str, word: str = "", place: _Place | None = None, before: str = r"(?<!\w)") -> RenderError:
        """This reason at the innermost place, or another; a word that stands just once in the line tells the column."""
        place = place or (self._places[-1] if self._places else _Place(self._name, 0, {}))
        at = grammar.column(self._written(place), word, before) if word else 0
        return RenderError(place.template, reason, place.line, at)

    def _source(self, template: str) -> str:
        try:
            return self._environment._loader.get_source(self._environment, template)[0]  # noqa: SLF001 - its own reader
        except (TemplateNotFound, Unfit):
            return ""

    def _tree(self, template: str) -> nodes.Template | None:
        """None for a template that can't be read."""
        if template not in self._trees:
            try:
                self._trees[template] = self._environment.parse(self._source(template))
            except TemplateSyntaxError:
                self._trees[template] = None
        return self._trees[template]

    def _written(self, place: _Place) -> str:
        lines = self._source(place.template).split("\n")
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""

    def _syntax(self, error: TemplateSyntaxError) -> RenderError:
        template, message = _relative(error.name or self._name, self._environment), error.message or ""
        if isinstance(error, Unfit):
            return RenderError(template, message, error.lineno, error.column)
        place = _Place(template, error.lineno, {})
        if found := _NO_FILTER.match(message):
            return self._no_filter(found, place)
        slip = grammar.slip(self._source(template), message, error.lineno)
        return RenderError(template, *slip)

    def _no_filter(self, found: re.Match[str], place: _Place | None = None) -> RenderError:
        noun, word = found[1], found[2]
        there = self._environment.filters if noun == "filter" else self._environment.tests
        reason = grammar.near_missing(word, [one for one in there if one[0] not in "_!<>="], noun)
        if noun == "filter" and word in self._environment.only_text:
            reason = f"the filter “{word}” is for plain text (….txt.j2), and there is none of that name for HTML"
        if noun == "test" and word in ("empty", "None", "null"):
            instead = (
                "{% if not x %} asks whether a list or text is empty" if word == "empty" else "it is written “none”"
            )
            reason = f"there is no test “{word}”; {instead}"
        return self._at(reason, word, place)

    def _runtime(self, message: str) -> RenderError:
        if found := _NO_FILTER.match(message):
            return self._no_filter(found)
        if "non-namespace object" in message:
            reason = "{% set x.y = … %} sets what a namespace holds: {% set x = namespace(y=…) %} makes one"
            for template in dict.fromkeys(place.template for place in reversed(self._places)):
                if found := re.search(r"\{%[-+]?\s*set\s+\w+\.\w+", self._source(template)):
                    return RenderError(template, reason, found.string.count("\n", 0, found.start()) + 1)
            return self._at(reason)
        return self._at(message)

    def _not_found(self, error: TemplateNotFound) -> RenderError:
        if isinstance(error.name, unknown.Unknown):
            return self._missing(error.name)
        several = error.templates if isinstance(error, TemplatesNotFound) else [error.name or ""]
        asked = [unknown.short(one) for one in several]
        there = self._environment.loader.list_templates() if self._environment.loader else []
        what = f"there is no template “{asked[0]}”"
        if len(asked) > 1:
            what = f"there is none of the templates {unknown.listed(asked)}"
        beside = PurePosixPath(self._places[-1].template).parent if self._places else PurePosixPath()
        close = str(beside / asked[0])
        if close not in there:
            close = unknown.nearest(asked[0], there)
        return self._at(f"{what}; did you mean “{close}”?" if close else what, asked[0], before="")

    def _missing(self, what: unknown.Unknown) -> RenderError:
        """A name that there is not, with those that there are."""
        hint, holder, wanted = unknown.sought(what)
        if found := _NOT_GIVEN.match(hint):
            return self._not_given(found[1], what)
        if hint == "No caller defined":
            return self._not_given("caller", what)
        if found := _NOT_EXPORTED.match(hint):
            names = _exported(self._tree(found[1]))
            said = f"“{found[1]}” has no “{found[2]}”{unknown.suggested(found[2], names)}"
            return self._at(f"{said} It has {unknown.listed(names)}", found[2])
        if reason := unknown.hinted(hint):
            return self._at(reason)
        name = str(wanted)
        if holder is missing:
            return self._of_nothing(name)
        said = self._said_before(name) if len(name) <= grammar.LONGEST_WORD else ""
        return self._at(unknown.of_value(holder, wanted, said), name)

    def _said_before(self, name: str) -> str:
        """What the template calls the value of which it wants that name; "" if unknown."""
        written = self._written(self._places[-1]) if self._places else ""
        name = re.escape(name)
        wanted = rf"\.\s*{name}\b|\[\s*['\"]{name}['\"]\s*\]|\[\s*{name}\s*\]"
        found = re.search(rf"(?<![\w.])\.?([A-Za-z_][\w.]*)\s*(?:{wanted})", written)
        return found[1] if found else ""

    def _of_nothing(self, name: str) -> RenderError:
        known = self._places[-1].known if self._places else {}
        for place in reversed(self._places):
            if not isinstance(place.known.get(name, self._error), (unknown.Unknown, Exception)):
                last = self._places[-1]
                reason = f"“{last.template}” does not know “{name}” (line {last.line}); {{% import … with context %}}"
                return self._at(reason, place=place)
        tree = self._tree(self._places[-1].template) if self._places else None
        for loop in tree.find_all(nodes.For) if tree else ():
            targets = (loop.target, *loop.target.find_all(nodes.Name))
            if any(isinstance(target, nodes.Name) and target.name == name for target in targets):
                reason = f"“{name}” is known only between {{% for %}} in line {loop.lineno} and its {{% endfor %}}"
                return self._at(reason)
        own = [one for one in known if not isinstance(known[one], unknown.Unknown)]
        return self._at(unknown.of_nothing(name, [one for one in own if one not in self._environment.globals]), name)

    def _not_given(self, name: str, what: unknown.Unknown) -> RenderError:
        """The macro's caller is told, not the line of the macro that wanted it."""
        inside = next((at for at, place in enumerate(self._places) if place.known.get(name) is what), -1)
        place = self._places[inside] if self._places else _Place(self._name, 0, {})
        macro = self._macro_at(place, name)
        caller = self._places[inside - 1] if inside > 0 else None
        if macro is None:
            return self._at(f"a macro is called without its “{name}”", place=caller)
        if name == "caller":
            reason = f"the macro “{macro.name}” stands around a block: {{% call {macro.name}(…) %}} … {{% endcall %}}"
        else:
            takes = ", ".join(argument.name for argument in macro.args)
            reason = f"the macro “{macro.name}” is called without “{name}”; it takes {macro.name}({takes})"
        return self._at(reason, macro.name, caller)

    def _macro_at(self, place: _Place, parameter: str = "") -> nodes.Macro | None:
        """The macro that this line is in."""
        tree = self._tree(place.template)
        above = [
            macro
            for macro in (tree.find_all(nodes.Macro) if tree else ())
            if macro.lineno
            <= place.line
            <= max((node.lineno for node in macro.find_all(nodes.Node) if node.lineno), default=0)
            and (parameter in ("", "caller") or any(argument.name == parameter for argument in macro.args))
        ]
        return max(above, key=lambda macro: macro.lineno, default=None)

    def _round(self) -> RenderError:
        """What includes or calls itself without end."""
        steps = [(place.template, place.line) for place in self._places[-_LOOKED_AT:]]
        cycle = _cycle(steps)
        if not cycle:
            return self._at("macros or templates go too deep within each other")
        first = next(place for place in self._places if (place.template, place.line) in cycle)
        at = cycle.index((first.template, first.line))
        names = []
        for template, line in [*cycle[at:], *cycle[:at]][:_TOLD]:
            macro = self._macro_at(_Place(template, line, {}))
            names.append(f"macro “{macro.name}” of {template}:{line}" if macro else f"{template}:{line}")
        way = " → ".join([*names, *["…"] * (len(cycle) > _TOLD), names[0]])
        return self._at(f"this goes round without end: {way}", place=first)


def _places(error: BaseException, environment: Sandbox) -> list[_Place]:
    """The lines of templates that were at work, the innermost last."""
    found = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if (template := _relative(file, environment)) != file:
            found.append(_Place(template, line, frame.f_locals))
    return found


def _relative(file: str, environment: Sandbox) -> str:
    """The template that this file is; the same where it is none, or a template's name already."""
    folders: list[str] = getattr(environment.loader, "searchpath", [])
    within = [folder for folder in folders if file.startswith(folder.rstrip("/\\") + "/")]
    return file[len(within[0]) :].lstrip("/\\") if within else file


def _cycle(steps: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The places that come again and again at the end, each once."""
    for last in range(len(steps), max(len(steps) - 8, 0), -1):
        for length in range(1, len(steps) // 2):
            turn = steps[last - length : last]
            if last >= 2 * length and turn == steps[last - 2 * length : last - length]:
                return list(dict.fromkeys(turn))
    return []


def _exported(tree: nodes.Template | None) -> list[str]:
    """The names that a file of macros gives to who imports them."""
    if tree is None:
        return []
    set_here = [node.target for node in tree.body if isinstance(node, nodes.Assign)]
    names = [macro.name for macro in tree.find_all(nodes.Macro)]
    return sorted(names + [target.name for target in set_here if isinstance(target, nodes.Name)])
