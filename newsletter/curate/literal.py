"""Any text, written so that the Markdown view of an issue gives back exactly that text.

Two means, both rarely needed: a line that would be taken for structure gets a backslash in front (`\\# not a section`),
and characters that an editor program or a line can't hold (controls, surrounding white space, line breaks in a
headline) are written as numeric references (`&#10;`), as HTML has them.
"""

from __future__ import annotations

import re

#: A line that begins another kind of text.
MARK = re.compile(r"<!--\s*(outro|note|sponsor)\s*-->\s*", re.IGNORECASE)
#: A comment of one word: a mark, or what was meant to be one.
COMMENT = re.compile(r"<!--\s*(\w+)\s*-->\s*")
#: What has a meaning at the start of a line: a section, a headline, a mark.
STRUCTURE = re.compile(rf"#{{1,2}}(?:[ \t]|$)|{COMMENT.pattern}$", re.IGNORECASE)
_ESCAPED = re.compile(rf"\\+(?:{STRUCTURE.pattern})", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(\d{1,7});")
#: Controls but tab and newline, line separators, byte order mark, lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LAST_CODE_POINT = 0x10FFFF


def block(text: str) -> str:
    """A text of several lines as it is written; it begins and ends with what is not white space."""
    lines = _referenced(text).split("\n")
    return "\n".join("\\" + line if STRUCTURE.match(line) or _ESCAPED.match(line) else line for line in lines)


def line(text: str) -> str:
    """A text as it is written on one line."""
    return _referenced(text).replace("\n", "&#10;")


def read_block(lines: list[str]) -> str:
    """The text that `block` wrote, blank lines around it left away."""
    plain = (text[1:] if _ESCAPED.match(text) else text for text in lines)
    return read_line("\n".join(plain))


def read_line(text: str) -> str:
    """The text that `line` wrote, white space around it left away."""
    return _REFERENCE.sub(_character, text.strip())


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
