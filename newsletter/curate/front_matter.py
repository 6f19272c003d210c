"""The YAML head of an issue's Markdown view: title, subject, preheader and, where it has one, theme; each a string.

Every scalar is read as the text it is (`title: 2026` is no number, `title: The Weekly #1` no comment); other keys and
other shapes are refused with their line.
"""

from __future__ import annotations

import re

import yaml

from newsletter.errors import IssueTextError
from newsletter.text.unquoted import Unquoted

KEYS = ("title", "subject", "preheader", "theme")
_LISTED = ", ".join(KEYS)
#: Free text; a theme is a name.
_TEXTS = frozenset({"title", "subject", "preheader"})
#: May be left out, and is empty then.
_OPTIONAL = frozenset({"preheader", "theme"})
_QUOTED = re.compile(r"""^[ \t]*\w+[ \t]*:[ \t]+(?=(['"]))""", re.MULTILINE)
#: A quoted text as YAML reads it, with nothing but a comment behind it; and what to do where it is not so.
_QUOTES = {
    "'": (
        re.compile(r"'(?:[^']|'')*'[ \t]*(?:#.*)?$", re.MULTILINE),
        "an apostrophe ends a text in '…'; write two for one ('It''s here'), or \"…\" around the text",
    ),
    '"': (
        re.compile(r'"(?:[^"\\]|\\[\s\S])*"[ \t]*(?:#.*)?$', re.MULTILINE),
        'a " ends a text in "…"; write \\" for one within it, or \'…\' around the text',
    ),
}


def dump(values: dict[str, str]) -> str:
    """The YAML lines of these values, ending in a newline; a theme that is "" is left out."""
    values = {name: value for name, value in values.items() if value or name != "theme"}
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10**9)


def load(lines: list[str], first_line: int) -> dict[str, str]:
    """The values of KEYS in YAML lines, the first of which is line `first_line` of the text.

    Raises IssueTextError for YAML that does not parse, an unknown, doubled or missing key, and a value that is no text.
    """
    typed = Unquoted(lines, _TEXTS)
    try:
        node = yaml.compose(typed.text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise _unreadable(error, lines, first_line) from error
    except RecursionError:
        raise IssueTextError(first_line, "the front matter nests too deep; put the value in quotes") from None
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise IssueTextError(
            first_line, f"found no keys in the front matter, expected {', '.join(KEYS)}, as in 'title: …'"
        )
    values: dict[str, str] = {}
    for key, value in node.value if node is not None else ():
        name, line = str(key.value), first_line + key.start_mark.line
        if name not in KEYS:
            raise IssueTextError(line, f"unknown key {name!r} in the front matter, expected {_LISTED}")
        if name in values:
            raise IssueTextError(line, f"{name!r} stands twice in the front matter; keep one")
        if not isinstance(value, yaml.ScalarNode):
            raise IssueTextError(line, f"{name!r} is not a text; put its value in quotes")
        values[name] = typed.meant(str(value.value))
    for name in KEYS:
        if name not in values and name not in _OPTIONAL:
            raise IssueTextError(
                first_line, f"the front matter lacks {name!r}; write '{name}: …' between its --- lines"
            )
    return {name: values.get(name, "") for name in KEYS}


def _unreadable(error: yaml.YAMLError, lines: list[str], first_line: int) -> IssueTextError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    at, mend = mark.line if mark else 0, "put the value in quotes"
    head = "\n".join(lines)
    for quoted in _QUOTED.finditer(head):
        line = head.count("\n", 0, quoted.end())
        whole, said = _QUOTES[quoted[1]]
        if line <= at and not whole.match(head, quoted.end()):
            at, mend = line, said
            break
    return IssueTextError(first_line + at, f"the front matter is not readable as YAML ({problem}); {mend}")
