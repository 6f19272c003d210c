"""Any text, written so that the Markdown view of an issue gives back exactly that text.

Two means, both rarely needed: what would be taken for structure gets a backslash in front (`\\# not a section`, a mark
within a line), and characters that an editor program or a line can't hold (controls, surrounding white space, line
breaks in a headline) are written as numeric references (`&#10;`), as HTML has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

#: A line that begins another kind of text.
MARK = re.compile(r"<!--\s*(outro|note|sponsor)\s*-->\s*", re.IGNORECASE)
#: A comment of one word: a mark, or what was meant to be one.
COMMENT = re.compile(r"<!--\s*(\w+)\s*-->\s*")
#: What has a meaning at the start of a line: a section, a headline, a mark.
STRUCTURE = re.compile(rf"#{{1,2}}(?:[ \t]|$)|{COMMENT.pattern}$", re.IGNORECASE)
_ESCAPED = re.compile(rf"\\+(?:{STRUCTURE.pattern})", re.IGNORECASE)
_ALONE = re.compile(rf"\\*{COMMENT.pattern}")
#: A mark, or what was meant to be one, within a line.
_WITHIN = re.compile(r"<!--\s*(\w+|article[ \t]+\d+(?:[ \t]+pinned)?)\s*-->", re.IGNORECASE)
_HEADING = re.compile(r"\\*\s*#")
_FENCE = re.compile(r"\s*(~{3,}|`{3,}(?!.*`))")
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_INDENTED = ("    ", "\t")
_REFERENCE = re.compile(r"&#(\d{1,7});")
#: Controls but tab and newline, line separators, byte order mark, lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LAST_CODE_POINT = 0x10FFFF


def block(text: str) -> str:
    """A text of several lines as it is written; it begins and ends with what is not white space."""
    lines = _referenced(text).split("\n")
    lines = ["\\" + line if STRUCTURE.match(line) or _ESCAPED.match(line) else line for line in lines]
    return "\n".join(_with_marks(lines, lambda before: before + "\\"))


def line(text: str) -> str:
    """A text as it is written on one line."""
    return _referenced(text).replace("\n", "&#10;")


def heading(text: str) -> str:
    """A headline or a section's title as it is written."""
    return _with_marks([line(text)], lambda before: before + "\\")[0]


def read_block(lines: Sequence[str]) -> str:
    """The text that `block` wrote, blank lines around it left away."""
    lines = _with_marks(lines, lambda before: before.removesuffix("\\"))
    plain = (text[1:] if _ESCAPED.match(text) else text for text in lines)
    return read_line("\n".join(plain))


def read_line(text: str) -> str:
    """The text that `line` wrote, white space around it left away."""
    return _REFERENCE.sub(_character, text.strip())


def read_heading(text: str) -> str:
    """The text that `heading` wrote."""
    return read_line(_with_marks([text.strip()], lambda before: before.removesuffix("\\"))[0])


def misplaced(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Marks that do not stand on a line of their own: the line's index, the mark, and what it says."""
    for at, found in _within(lines):
        if not lines[at].endswith("\\", 0, found.start()):
            yield at, found[0], " ".join(found[1].lower().split())


def _within(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Marks within lines, in order, but for those shown as code and an article's in a heading (told as a slip)."""
    fence = ""
    for at, text in enumerate(lines):
        if found := _FENCE.match(text):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence) and not text[found.end() :].strip():
                fence = ""
        elif not fence and "<!--" in text and not text.startswith(_INDENTED) and not _ALONE.fullmatch(text):
            heading = _HEADING.match(text)
            for mark in _WITHIN.finditer(_CODE.sub(lambda code: "`" * len(code[0]), text)):
                if not (heading and mark[1].split()[1:]):
                    yield at, mark


def _with_marks(lines: Sequence[str], change: Callable[[str], str]) -> list[str]:
    """The lines, with what stands before each mark within them changed."""
    changed = list(lines)
    for at, marks in groupby(_within(lines), itemgetter(0)):
        cuts = [0, *(mark.start() for _, mark in marks)]
        pieces = [change(lines[at][begin:end]) for begin, end in pairwise(cuts)]
        changed[at] = "".join(pieces) + lines[at][cuts[-1] :]
    return changed


def _referenced(text: str) -> str:
    text = _REFERENCE.sub(r"&#38;#\1;", text)
    core = text.strip()
    lead = text[: len(text) - len(text.lstrip())]
    tail = text[len(lead) + len(core) :]
    return _numbers(lead) + _UNSAFE.sub(lambda found: _numbers(found.group()), core) + _numbers(tail)


def _numbers(text: str) -> str:
    return "".join(f"&#{ord(c)};" for c in text)


def _character(found: re.Match[str]) -> str:
    number = int(found.group(1))
    return chr(number) if number <= _LAST_CODE_POINT else found.group()
