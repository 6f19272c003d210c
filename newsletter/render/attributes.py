"""Every MJML attribute value as ASCII with numeric character references.

mrml writes attribute values with Rust's `{:?}`: a no-break space, the joiners in emoji, Hindi, Arabic and Hebrew marks,
a backslash or a newline come out as `\\u{200d}` or `\\n`, and a double quote in a single-quoted value ends the value.
ASCII with references passes unchanged, and HTML parsers turn it back. One pass over well-formed MJML (see `guard`) does
it for MJML's own attributes and for those of the HTML in mj-text alike; the title is included, since mrml copies it
into an aria-label. CDATA sections, which mrml can't read, become escaped text on the way.
"""

from __future__ import annotations

import html
import re

_PIECE = re.compile(
    r"""<!--.*?-->
    | <!\[CDATA\[(?P<cdata>.*?)\]\]>
    | (?P<title_open><mj-title\b[^>]*>)(?P<title>[^<]*)(?=</mj-title)
    | <[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*>""",
    re.VERBOSE | re.DOTALL,
)
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
#: Whatever is not printable ASCII, and what Rust's debug format or the quotes around the value would trip over.
_UNSAFE = re.compile(r"""[^ !#-&(-\[\]-~]""")

#: A tag without any of these needs no look at its values.
_RISKY = re.compile(r"""[^ !-&(-\[\]-~]""")


def ascii_attributes(mjml: str) -> str:
    """The same MJML with every attribute value (and the title) as printable ASCII without quotes or backslashes."""
    return _PIECE.sub(_piece, mjml)


def _piece(match: re.Match[str]) -> str:
    if match["cdata"] is not None:
        return html.escape(match["cdata"])
    if match["title"] is not None:
        return match["title_open"] + _UNSAFE.sub(_reference, match["title"])
    tag = match[0]
    if tag.startswith("<!--") or not _RISKY.search(tag):
        return tag
    return _VALUE.sub(_value, tag)


def _value(match: re.Match[str]) -> str:
    value = match[1] if match[1] is not None else match[2]
    return f'="{_UNSAFE.sub(_reference, value)}"'


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
