"""Included templates that say the same in every issue of a theme and language: its style sheets. They run once.

Whether a template is of that kind is read from its code, not declared: it may read the theme's settings, what the page
derives from them, and three facts of the language; it may call nothing but its own macros and include nothing. Its text
then depends on these values alone, and is kept by them. All that an issue says is out of its reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, NamedTuple

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import TrackingCodeGenerator

#: Tables of settings, kept by identity.
_TABLES = frozenset({"theme", "light"})
#: What pages set from them: short words and numbers.
_DERIVED = frozenset({"air", "end", "label", "margin", "rtl", "start"})
_OF_ISSUE = frozenset({"direction", "language", "slanted"})
_FORBIDDEN: tuple[type[nodes.Node], ...] = (
    nodes.Block,
    nodes.Extends,
    nodes.FromImport,
    nodes.Import,
    nodes.Include,
    nodes.CallBlock,
)
_KINDS = frozenset({str, int, bool})
#: Texts kept for one template; there is one for each language of a newsletter's variants.
_MOST = 64


class Reads(NamedTuple):
    """What a template of that kind reads."""

    tables: tuple[str, ...]
    derived: tuple[str, ...]
    of_issue: tuple[str, ...]


def reads(template: nodes.Template) -> Reads | None:
    """What the template's text depends on; None where that may be more than theme and language."""
    macros = {macro.name for macro in template.find_all(nodes.Macro)}
    if any(template.find_all(_FORBIDDEN)) or any(f.name == "random" for f in template.find_all(nodes.Filter)):
        return None
    if any(not (isinstance(c.node, nodes.Name) and c.node.name in macros) for c in template.find_all(nodes.Call)):
        return None
    try:
        free = _free(template)
    except TemplateSyntaxError:  # an unknown filter; compiling says so, with its place
        return None
    attributes = template.find_all(nodes.Getattr)
    facts = [n.attr for n in attributes if isinstance(n.node, nodes.Name) and n.node.name == "issue"]
    mentioned = sum(name.name == "issue" for name in template.find_all(nodes.Name))
    if not free <= _TABLES | _DERIVED | {"issue"} or not _OF_ISSUE.issuperset(facts) or mentioned != len(facts):
        return None
    return Reads(tuple(sorted(free & _TABLES)), tuple(sorted(free & _DERIVED)), tuple(sorted(set(facts))))


class _Names(TrackingCodeGenerator):
    """Jinja2's own, which folds no constants: they say no names, and may take long."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.optimizer = None

    def _output_child_to_const(self, *_: Any) -> str:
        raise nodes.Impossible


def _free(template: nodes.Template) -> set[str]:
    """The names that the template is given."""
    names = _Names(template.environment)
    names.visit(template)
    return names.undeclared_identifiers


class Kept:
    """The texts of one template, by what it reads."""

    def __init__(self, what: Reads) -> None:
        self._what = what
        self._texts: dict[tuple[Any, ...], tuple[list[Any], str]] = {}

    def key(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """What the text is kept by; None where a value is not what it always is."""
        facts = [values.get(name) for name in self._what.derived]
        if self._what.of_issue:
            issue = values.get("issue")
            facts += [getattr(issue, name, None) for name in self._what.of_issue]
        kinds = [type(fact) for fact in facts]
        if not _KINDS.issuperset(kinds):
            return None
        for name in self._what.tables:
            if type(values.get(name)) not in (dict, NoneType):
                return None  # a namespace stays the same and says something else
        return (*facts, *kinds)

    def find(self, key: tuple[Any, ...], values: Mapping[str, Any]) -> str | None:
        """The text for these values, if it is known."""
        tables, text = self._texts.get(key, (None, ""))
        if tables is None or any(a is not values.get(b) for a, b in zip(tables, self._what.tables, strict=True)):
            return None
        return text

    def keep(self, key: tuple[Any, ...], values: Mapping[str, Any], text: str) -> None:
        """Keeps the text, and the tables, so that another can't come to stand in the same place."""
        if len(self._texts) >= _MOST:
            self._texts.clear()
        self._texts[key] = ([values.get(name) for name in self._what.tables], text)
