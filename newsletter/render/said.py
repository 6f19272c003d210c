"""What MJML says, apart from how that is laid out; and how the compilers write it into HTML.

In: a piece of MJML. Out: its layout, and in order the texts, addresses and pictures' words that were cut out of it.
`encoded` gives them as guard, mrml, premailer's rules and lxml's serialiser would: most pass as they are. What is not
sure to is Doubtful, and has to be compiled where it stands.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from lxml import etree

#: What a body says: texts, addresses, a picture's words and size. Blanks, no-break spaces and dots before are layout.
_SAID = re.compile(
    r"""(>(?!<)[\s·]*+(?:&\#160;[\s·]*+)*+|\ (?=[ahsw])(?:href|src|alt|(?:height|width)(?=="[0-9]+"))=")
        ([^<>"\s](?:[^<>"]*[^<>"\s])?)""",
    re.VERBOSE,
)
#: What the head says.
_SAID_IN_HEAD = re.compile(r'(<mj-(?:title|preview)>\s*+)([^<>"\s](?:[^<>"]*[^<>"\s])?)(?=\s*<)')

#: Characters that pass as they are, and references that are understood.
_PLAIN = " -~\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
_STRANGE = re.compile(rf"[^\t\n{_PLAIN}]|&(?!(?:amp|lt|gt|quot|#34|#39|#160);)").search
_ODD_WORDS = re.compile(rf"[^{_PLAIN}]|&(?!amp;)").search
_ODD_ADDRESS = re.compile(r"[^!-~]|&(?!amp;)").search
_ADDRESS = ('href="', 'src="')
#: What guard has nothing against in an address.
_OPENED = ("https://", "http://", "mailto:", "cid:")
#: How a script that guard refuses may begin, behind a blank perhaps that is written as a reference.
_SCRIPTS = "jJvV&"
#: Characters of an attribute that guard need not be asked about.
_LONG = 2_000


class Doubtful(Exception):
    """This has to be compiled where it stands."""


class Parted(NamedTuple):
    """A piece of MJML, parted into layout and what it says."""

    #: Its tags, and at odd places of what "\0" parts, what stands before each thing said.
    layout: str
    before: list[str]
    said: list[str]

    def encoded(self) -> list[str]:
        """What it says, as it stands in HTML; attributes with their quotes. Raises Doubtful."""
        return [
            (text if text.isprintable() and "&" not in text else in_text(text))
            if before[0] == ">"
            else in_attribute(before, text)
            for before, text in zip(self.before, self.said, strict=True)
        ]


def of_body(mjml: str) -> Parted:
    """What the body says."""
    return _read(_SAID.split(mjml))


def of_head(mjml: str) -> Parted:
    """What all up to the body says."""
    return _read(_SAID_IN_HEAD.split(mjml))


def _read(parts: list[str]) -> Parted:
    before, said = parts[1::3], parts[2::3]
    del parts[2::3]
    return Parted("\0".join(parts), before, said)


def in_text(said: str) -> str:
    """What is said, as it stands between tags. Raises Doubtful."""
    if "&" not in said and said.replace("\u00a0", " ").isprintable():
        return said
    if _STRANGE(said):
        raise Doubtful
    return html.escape(html.unescape(said), quote=False)


def in_attribute(before: str, said: str) -> str:
    """What is said behind this, as it stands in an attribute, with its quotes. Raises Doubtful."""
    if len(said) > _LONG:
        raise Doubtful
    if not before.endswith(_ADDRESS):
        return _serialised("alt", said) if _ODD_WORDS(said) else f'"{said}"'
    if not said.startswith(_OPENED) and (":" in said or said[0] in _SCRIPTS):
        raise Doubtful
    return _serialised("href", said) if _ODD_ADDRESS(said) else f'"{said}"'


def _serialised(name: str, said: str) -> str:
    """An attribute's value in quotes, as lxml writes it."""
    if _STRANGE(said) or "\n" in said or "\t" in said or len(said) > _LONG:
        raise Doubtful
    (element,) = etree.HTML(f'<p {name}="{said}">').iter("p")
    written: str = etree.tostring(element, method="html", encoding="unicode")
    return written.removeprefix(f"<p {name}=").removesuffix("></p>")
