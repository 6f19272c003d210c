"""The CSS that goes into style attributes: judged with line and column, and put in the order of the cascade.

premailer and cssutils drop in silence what they can't read, and count specificity crudely. So a sheet is read here
first: every fault is named, and its rules are put in order one selector each, the least specific first.

A sheet is the same for every edition of a theme, so what is found is kept by its text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from cssselect import SelectorError
from cssselect.parser import Selector, parse

from newsletter.render.faults import Fault

#: As CSS has it.
_LINE_END = re.compile("\r\n|[\n\r\f]")
_UNREAD = "the CSS to inline can't be understood"


class Rule(NamedTuple):
    """One selector, and what it sets: "name:value;name:value !important"."""

    selector: Selector
    body: str


def check_sheet(css: str) -> tuple[Fault, ...]:
    """What is wrong with the sheet, each with its line and column in it."""
    return _read(css)[1]


def in_order(css: str) -> list[Rule]:
    """The sheet's rules, one selector each, in ascending specificity (Selectors 4, 15), else as they came."""
    return sorted(_read(css)[0], key=lambda rule: rule.selector.specificity())


@lru_cache(maxsize=64)
def _read(css: str) -> tuple[tuple[Rule, ...], tuple[Fault, ...]]:
    rules: list[Rule] = []
    faults: list[Fault] = []
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if node.type == "error":
            faults.append(_unfinished(css) if "EOF" in node.message else _fault(node, f"{_UNREAD}: {node.message}"))
        elif node.type == "at-rule":
            faults.append(_fault(node, f"@{node.at_keyword} can't be inlined: {_why(node.lower_at_keyword)}"))
        elif node.type == "qualified-rule":
            selectors, body = tinycss2.serialize(node.prelude).strip(), _declarations(node, faults)
            try:
                parsed = parse(selectors)
            except SelectorError as error:
                faults.append(_fault(node, f"{_UNREAD}: {error}"))
                continue
            for selector in parsed:
                if selector.pseudo_element or _stateful(selector):
                    faults.append(_fault(node, f"“{selectors}” can't be inlined: it is a state, not an element"))
                elif ":contains(" in selector.canonical():
                    # lxml's function for it reads freed memory when a selector is used again; CSS never got it.
                    faults.append(_fault(node, f"{_UNREAD}: {selectors} is no selector"))
                elif body:
                    rules.append(Rule(selector, body))
    return tuple(rules), tuple(faults)


def _unfinished(css: str) -> Fault:
    """The last rule, which has no block: told where it begins, not at the sheet's end."""
    first: Any = None
    for node in tinycss2.parse_component_value_list(css, skip_comments=True):
        if node.type == "{} block":
            first = None
        elif node.type != "whitespace" and first is None:
            first = node
    if first is None:
        return Fault(f"{_UNREAD}: a rule has no {{ }}", 0, 0)
    found = _LINE_END.split(css)[first.source_line - 1][first.source_column - 1 :][:40].strip()
    reason = "a } that closes nothing" if found[:1] == "}" else f"“{found}” has no {{ }}, as a rule has"
    return Fault(f"{_UNREAD}: {reason}", first.source_line, first.source_column)


def _why(keyword: str) -> str:
    if keyword == "import":
        return "nothing is fetched while rendering"
    return "a style attribute has no conditions; put it into an mj-style of its own"


def _stateful(selector: Selector) -> bool:
    return any(f":{state}" in selector.canonical() for state in ("hover", "active", "focus", "visited", "link"))


def declared(style: str) -> list[tuple[str, str]]:
    """The declarations of a style attribute or a rule's body, names in lower case; what is none is passed over."""
    nodes = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    return [_declaration(node) for node in nodes if node.type == "declaration"]


def _declarations(rule: tinycss2.ast.QualifiedRule, faults: list[Fault]) -> str:
    body = []
    for node in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            body.append(":".join(_declaration(node)))
        else:
            message = node.message if node.type == "error" else "a rule inside a rule"
            if "EOF" in message:
                message = "found no declaration, expected NAME: VALUE;"
            faults.append(_fault(node, f"{_UNREAD}: {message}"))
    return ";".join(body)


def _declaration(node: tinycss2.ast.Declaration) -> tuple[str, str]:
    name = node.name if node.name.startswith("--") else node.lower_name
    return name, tinycss2.serialize(node.value).strip() + (" !important" if node.important else "")


def _fault(node: tinycss2.ast.Node, reason: str) -> Fault:
    return Fault(reason, node.source_line, node.source_column)
