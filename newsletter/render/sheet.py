"""The CSS that goes into style attributes: judged with line and column, and put in the order of the cascade.

The inliner (css-inline) drops in silence what it can't read, and orders a rule's properties by their first mention, not
by specificity, where a shorthand and a longhand meet (`padding` and `padding-top`). So a sheet is read here first:
every fault is named, and its rules are written again one selector each, the least specific first.

A sheet is the same for every edition of a theme, so what is found is kept by its text.
"""

from __future__ import annotations

from functools import lru_cache

import tinycss2
from cssselect import SelectorError
from cssselect.parser import Selector, parse

from newsletter.render.faults import Fault


@lru_cache(maxsize=64)
def check_sheet(css: str) -> tuple[Fault, ...]:
    """What is wrong with the sheet, each with its line and column in it."""
    return tuple(_read(css)[1])


@lru_cache(maxsize=64)
def in_order(css: str) -> str:
    """The sheet's rules, one selector each, in ascending specificity (Selectors 4, 15), else as they came."""
    rules = _read(css)[0]
    return "\n".join(f"{selector}{{{body}}}" for _, selector, body in sorted(rules, key=lambda rule: rule[0]))


def _read(css: str) -> tuple[list[tuple[tuple[int, int, int], str, str]], list[Fault]]:
    """Rules as specificity, selector and declarations; and faults."""
    rules: list[tuple[tuple[int, int, int], str, str]] = []
    faults: list[Fault] = []
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if node.type == "error":
            faults.append(_fault(node, f"the CSS to inline can't be understood: {node.message}"))
        elif node.type == "at-rule":
            faults.append(_fault(node, f"@{node.at_keyword} can't be inlined: {_why(node.lower_at_keyword)}"))
        elif node.type == "qualified-rule":
            selectors, body = tinycss2.serialize(node.prelude).strip(), _declarations(node, faults)
            try:
                parsed = parse(selectors)
            except SelectorError as error:
                faults.append(_fault(node, f"the CSS to inline can't be understood: {error}"))
                continue
            for selector in parsed:
                if selector.pseudo_element or _stateful(selector):
                    faults.append(_fault(node, f"“{selectors}” can't be inlined: it is a state, not an element"))
                elif body:
                    rules.append((selector.specificity(), selector.canonical(), body))
    return rules, faults


def _why(keyword: str) -> str:
    if keyword == "import":
        return "nothing is fetched while rendering"
    return "a style attribute has no conditions; put it into an mj-style of its own"


def _stateful(selector: Selector) -> bool:
    return any(f":{state}" in selector.canonical() for state in ("hover", "active", "focus", "visited", "link"))


def _declarations(rule: tinycss2.ast.QualifiedRule, faults: list[Fault]) -> str:
    body = []
    for node in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            value = tinycss2.serialize(node.value).strip()
            body.append(f"{node.name}:{value}{' !important' if node.important else ''}")
        else:
            message = node.message if node.type == "error" else "a rule inside a rule"
            faults.append(_fault(node, f"the CSS to inline can't be understood: {message}"))
    return ";".join(body)


def _fault(node: tinycss2.ast.Node, reason: str) -> Fault:
    return Fault(reason, node.source_line, node.source_column)
