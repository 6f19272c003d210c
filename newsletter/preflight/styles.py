"""A mail's CSS read: style sheets as rules, style attributes as declarations. Parsed once for each content.

The parser is tinycss2 (CSS Syntax Module Level 3), which never fails: what is broken is left out, as clients leave it
out. What `@media` and its kin enclose keeps the conditions it stands under.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2


@dataclass(frozen=True, slots=True)
class Declaration:
    """`name: value`, both in lower case but for strings and addresses."""

    name: str
    value: str
    important: bool
    #: As written, for what differs by the way it is written ("!important" without a space before).
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A style rule. `conditions` are the at-rules around it, outermost first: ("@media (max-width: 480px)",)."""

    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One style element."""

    rules: tuple[Rule, ...]
    #: Every at-rule with its prelude, in order: "@media (prefers-color-scheme: dark)", "@import url(…)".
    at_rules: tuple[str, ...]


@lru_cache(maxsize=256)
def sheet(css: str, media: str = "") -> Sheet:
    """The rules of a style element; `media` is its media attribute."""
    rules: list[Rule] = []
    at_rules: list[str] = []
    conditions = (f"@media {media}",) if media.strip() else ()
    at_rules += conditions
    _read(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), conditions, rules, at_rules)
    return Sheet(tuple(rules), tuple(at_rules))


@lru_cache(maxsize=4096)
def declarations(css: str) -> tuple[Declaration, ...]:
    """The declarations of a style attribute, in order."""
    return _declarations(tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True))


def _read(nodes: list[Any], conditions: tuple[str, ...], rules: list[Rule], at_rules: list[str]) -> None:
    for node in nodes:
        if node.type == "qualified-rule":
            found = _declarations(tinycss2.parse_blocks_contents(node.content, True, True))
            rules.append(Rule(_selectors(node.prelude), found, conditions))
        elif node.type == "at-rule":
            name = f"@{node.lower_at_keyword} {_text(node.prelude)}".strip()
            at_rules.append(name)
            if node.content is not None and node.lower_at_keyword in ("media", "supports", "layer", "container"):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                _read(inner, (*conditions, name), rules, at_rules)


def _declarations(nodes: list[Any]) -> tuple[Declaration, ...]:
    return tuple(
        Declaration(node.lower_name, _text(node.value).lower(), node.important, node.serialize())
        for node in nodes
        if node.type == "declaration"
    )


def _selectors(prelude: list[Any]) -> tuple[str, ...]:
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(filter(None, (_text(part) for part in parts)))


def _text(tokens: list[Any]) -> str:
    return " ".join(tinycss2.serialize([token for token in tokens if token.type != "comment"]).split())
