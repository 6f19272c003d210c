"""What mrml can't copy faithfully, as ASCII with numeric character references.

mrml writes attribute values with Rust's `{:?}`: a no-break space, the joiners in emoji, Hindi, Arabic and Hebrew marks,
a backslash or a newline come out as `\\u{200d}` or `\\n`, and a double quote in a single-quoted value ends the value.
ASCII with references passes unchanged, and HTML parsers turn it back. `guard` finds the tags that need it while it
reads: those of MJML and those of the HTML in mj-text alike. The title is included, since mrml copies it into an
aria-label. CDATA sections, which mrml can't read, become escaped text. All is bytes in UTF-8, as expat counts them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
#: Whatever is not printable ASCII, and what Rust's debug format or the quotes around the value would trip over.
_UNSAFE = re.compile(r"""[^ !#-&(-\[\]-~]""")
#: In MJML as bytes, the beginning of a value that may need it: in single quotes, or with more than plain ASCII in it.
_DOUBTFUL = re.compile(rb"""=\s*(?:'|"(?:[ !#-%(-\[\]-~]++|&amp;)*+[^"])""")

#: In MJML as bytes, a value up to a line end or a tab in it.
_BROKEN = re.compile(rb"""=\s*(?:"[^"<]*|'[^'<]*)[\t\n\r]""")


def doubtful(mjml: bytes) -> bool:
    """Whether any tag may have a value that `needs_ascii`; where not, there is no need to ask for each."""
    return _DOUBTFUL.search(mjml) is not None


def broken(mjml: bytes) -> bool:
    """Whether any tag may have a value with a line end or a tab in it, which expat gives as a blank."""
    return _BROKEN.search(mjml) is not None


def needs_ascii(values: Iterable[str]) -> bool:
    """Whether a tag with these (decoded) attribute values has to go through `ascii_tag`."""
    return _UNSAFE.search("".join(values)) is not None


def ascii_tag(tag: bytes) -> bytes:
    """An opening tag with every value as printable ASCII, without quotes or backslashes in it."""
    return _VALUE.sub(_value, tag.decode()).encode()


def ascii_text(text: bytes) -> bytes:
    """Text in which that is done to every character; its own references stay."""
    return _UNSAFE.sub(_reference, text.decode()).encode()


def ascii_cdata(text: bytes) -> bytes:
    """The inside of a CDATA section as text."""
    return html.escape(text.decode()).encode()


def _value(match: re.Match[str]) -> str:
    value = match[1] if match[1] is not None else match[2]
    return f'="{_UNSAFE.sub(_reference, value)}"'


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
