"""What is wrong with a template's grammar, told at the place where it begins.

Jinja2 stops where it can't go on: for an {% if %} that nobody closes that is the end of the file, or its own loop's
end. So a template that it can't read is gone through once more here, tag by tag, and what was opened is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from newsletter.render.unknown import nearest

_OPENING = re.compile(r"\{\{|\{%|\{#")
_RAW = re.compile(r"\{%[-+]?\s*raw\s*[-+]?%\}")
_ENDRAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_INSIDE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\{\{|\{%|\{\#|%\}|[{}'"]""", re.DOTALL)
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_WORD = re.compile(r"[-+]?\s*(\w+)")
_BLOCKS = ("autoescape", "block", "call", "filter", "for", "if", "macro", "raw", "with")
_TAGS = (*_BLOCKS, "set", "else", "elif", "include", "import", "from", "extends", "print")
_ENDS = tuple(f"end{block}" for block in (*_BLOCKS, "set"))
#: Characters of a name that is looked for in a line.
LONGEST_WORD = 200
#: Jinja2's names of what it reads.
_TOKENS = {
    "end of print statement": "}}", "end of statement block": "%}", "integer": "a number", "float": "a number",
    "string": "a text", "name": "a name", "template data / text": "the end of the tag", "end of template": "the end",
}  # fmt: skip
#: Characters of other languages, and what is written instead.
_CHARACTERS = {
    "&": "write “and” for &&", "!": "write “not” for !", "?": "write {{ a if … else b }} for … ? a : b",
    "$": "names are written without $", "\\": "a \\ stands only in texts", "#": "a comment is {# … #}",
    "@": "an @ stands only in texts", ";": "a tag needs no ;",
    **dict.fromkeys("“”„‘’‚«»", "write straight quotes, \" or '"),
}  # fmt: skip


class Slip(NamedTuple):
    """What is wrong, and where: from 1, 0 where unknown."""

    reason: str
    line: int
    column: int


class _Open(NamedTuple):
    word: str
    at: int
    #: Whether it has had its {% else %}.
    ended: bool = False


def slip(source: str, message: str, line: int) -> Slip:
    """What is wrong with the source, of which Jinja2 says `message` at `line`."""
    source = re.sub(r"\r\n?", "\n", source)
    found = _structure(source)
    if found and found.line <= line:
        return found
    return _expression(source, message, line)


def _structure(source: str) -> Slip | None:
    """The first tag that is not closed, is none, or closes nothing."""
    stack: list[_Open] = []
    at = 0
    while opening := _OPENING.search(source, at):
        start, kind = opening.start(), opening[0]
        if kind == "{#":
            at = source.find("#}", start) + 2
            if at < 2:
                return _slip(source, start, "the comment that {# begins has no #}")
        elif kind == "{%" and (raw := _RAW.match(source, start)):
            end = _ENDRAW.search(source, raw.end())
            if not end:
                return _slip(source, start, "{% raw %} has no {% endraw %}")
            at = end.end()
        else:
            end_at = _end(source, start)
            if isinstance(end_at, Slip):
                return end_at
            if kind == "{%" and (wrong := _block(source, start, source[start + 2 : end_at - 2], stack)):
                return wrong
            at = end_at
    if stack:
        word = stack[-1].word
        more = "no = and " if word == "set" else ""
        return _slip(source, stack[-1].at, f"{{% {word} %}} has {more}no {{% end{word} %}}")
    return None


def _end(source: str, start: int) -> int | Slip:
    """Where the tag that begins here ends."""
    open_, close = source[start : start + 2], {"{{": "}}", "{%": "%}"}[source[start : start + 2]]
    unclosed = f"the {open_} here has no {close}"
    at, braces = start + 2, 0
    while found := _INSIDE.search(source, at):
        at, piece = found.end(), found[0]
        if piece == close or (piece == "}" and close == "}}" and not braces and source.startswith("}}", found.start())):
            return found.start() + 2
        if piece in ("'", '"'):
            return _slip(source, found.start(), f"the text that {piece} begins has no {piece} at its end")
        if piece == "{":
            braces += 1
        elif piece == "}" and braces:
            braces -= 1
        elif piece[0] not in "'\"":
            if piece == "}":
                unclosed += ", only a }"
            return _slip(source, start, unclosed)
    return _slip(source, start, unclosed)


def _block(source: str, start: int, inside: str, stack: list[_Open]) -> Slip | None:
    """What is wrong with this tag among those that are open."""
    word = found[1] if (found := _WORD.match(inside)) else ""
    last = stack[-1] if stack else None
    if word in _ENDS:
        if last and word == f"end{last.word}":
            stack.pop()
            return None
        return _slip(
            source, start, f"found {{% {word} %}}, but {_still(source, last) or 'nothing is open that it could close'}"
        )
    if word in ("else", "elif"):
        if last is None or last.word not in ("if", "for") or last.ended or (word, last.word) == ("elif", "for"):
            still = _still(source, last) or "there is no {% if %} before it"
            return _slip(source, start, f"found {{% {word} %}}, but {still}")
        if re.match(r"[-+]?\s*else\s+if\b", inside):
            return _slip(source, start, "found {% else if … %}, which is written {% elif … %}")
        if word == "else":
            stack[-1] = last._replace(ended=True)
    elif word in _BLOCKS or (word == "set" and "=" not in _STRING.sub("", inside)):
        stack.append(_Open(word, start))
    elif word and word not in _TAGS:
        return _slip(source, start, f"there is no tag {{% {word} %}}{_meant(word, last)}")
    return None


def _still(source: str, last: _Open | None) -> str:
    if last is None:
        return ""
    return f"{{% {last.word} %}} of line {_line(source, last.at)} is open: expected {{% end{last.word} %}}"


def _meant(word: str, last: _Open | None) -> str:
    if word in ("elseif", "elsif"):
        return "; did you mean {% elif %}?"
    if word == "end" and last:
        return f"; did you mean {{% end{last.word} %}}?"
    close = nearest(word, (*_TAGS, *_ENDS))
    return f"; did you mean {{% {close} %}}?" if close else f"; there are {', '.join(sorted(_TAGS))}"


def _expression(source: str, message: str, line: int) -> Slip:
    """What is wrong within a tag."""
    written = source.split("\n")[line - 1] if 0 < line <= source.count("\n") + 1 else ""
    if found := re.match(r"unexpected char (['\"])(.*)\1 at (\d+)", message):
        character, at = found[2].replace("\\\\", "\\"), int(found[3])
        instead = _CHARACTERS.get(character)
        return _slip(source, at, f"found {character}{f'; {instead}' if instead else ', which says nothing there'}")
    if "||" in written:
        return Slip("found ||; write “or” for it", line, column(written, "||"))
    if found := re.match(r"expected token '(.*)', got '(.*)'", message):
        expected, got = _token(found[1]), _token(found[2])
        more = "; to compare, write ==" if found[2] == "=" and re.search(r"\{%-?\s*(el)?if\b", written) else ""
        return Slip(f"expected {expected}, found {got}{more}", line, column(written, found[2]))
    if found := re.fullmatch(r"unexpected '(.+?)'(?:, expected '(.+?)')?", message):
        closing = found[1] in list(")]}")
        expected = f"expected {_token(found[2])}, " if found[2] else "" if closing else "expected a name or a value, "
        more = ", which closes nothing" if closing and not found[2] else ""
        return Slip(f"{expected}found {_token(found[1])}{more}", line, column(written, found[1]))
    return _other(message, written, line)


def _other(message: str, written: str, line: int) -> Slip:
    if found := re.match("Expected an expression, got '(.*)'", message):
        return Slip(f"expected a name or a value, found {_token(found[1])}", line, 0)
    if found := re.match("can't assign to '(.*)'", message):
        return Slip("expected a name to set, found a value or a word that has a meaning of its own", line, 0)
    if "special loop variable" in message:
        return Slip("“loop” counts a loop's rounds; give the variable another name", line, column(written, "loop"))
    if found := re.match("block '(.*)' defined twice", message):
        return Slip(f"there are two {{% block {found[1]} %}}", line, 0)
    if message == "expected name or number":
        return Slip("expected a name behind the dot", line, column(written, ".."))
    return Slip(message, line, 0)


def _token(name: str) -> str:
    said = _TOKENS.get(name, name)
    return said if said.startswith(("a ", "the ")) else f"“{said}”"


def column(written: str, word: str, before: str = r"(?<![\w])") -> int:
    """Where the word stands in the line, from 1; 0 if it does not just once, or is none that a person writes."""
    if len(word) > LONGEST_WORD:
        return 0
    edges = (before, r"(?!\w)") if word[:1].isalnum() or word[:1] == "_" else ("", "")
    places = [found.start(1) + 1 for found in re.finditer(f"{edges[0]}({re.escape(word)}){edges[1]}", written)]
    return places[0] if word and len(places) == 1 else 0


def near_missing(word: str, names: Iterable[str], noun: str) -> str:
    """There is no such filter or test."""
    close = nearest(word, names)
    return f"there is no {noun} “{word}”{f'; did you mean “{close}”?' if close else ''}"


def _slip(source: str, at: int, reason: str) -> Slip:
    return Slip(reason, _line(source, at), at - source.rfind("\n", 0, at))


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1
