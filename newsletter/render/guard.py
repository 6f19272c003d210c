"""What mjml-python must never see, found first and named with its line: a lint over MJML.

mrml takes unknown tags, unknown attributes, values that are none and wrong nesting in silence, gives errors no line,
and can end the process: SIGSEGV on elements nested ten thousand deep or on an include that includes itself, a
PanicException on an HTML include in the head. So expat reads the MJML before it does, once, and `rules` judges every
component: well-formed, within depth and size, no doctype (nor an entity bomb in one), known tags with known attributes
in known places, one head and one body. All faults are found; the first is raised and counts the others.

On the same way it does what mrml needs done: attribute values become ASCII (`attributes`), CDATA sections text,
comments go where mrml stumbles over them, the CSS to inline is taken out, and an mj-include becomes the file it names.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from newsletter.render import rules
from newsletter.render.attributes import ascii_cdata, ascii_tag, ascii_text, needs_ascii
from newsletter.render.components import COMPONENTS
from newsletter.render.faults import Fault
from newsletter.render.sheet import check_sheet

#: Deeper than any newsletter, far from what the parsers behind (mrml, then the inliner) can bear.
MAX_DEPTH = 100
#: Bytes; Gmail cuts a mail off at a twentieth of it.
MAX_SIZE = 2_000_000
#: Characters of one tag's attribute values together.
MAX_VALUES = 20_000
#: After so many faults nobody reads on.
MAX_FAULTS = 50
#: Files that may include one another in a row.
MAX_CHAIN = 10

#: An opening tag; attribute values may hold ">".
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_INCLUDE = re.compile(_TAG.pattern + rb"(?:(?<!/>)\s*</mj-include\s*>)?")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
#: A whole document, where a piece of one could be.
_DOCUMENT = re.compile(rb"\s*(?:<!--.*?-->\s*)*<mjml\b", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
#: Where mrml takes a comment for an error.
_NO_COMMENTS = {tag for tag, c in COMPONENTS.items() if c.holds == "text" or (c.holds == "mjml" and not c.children)} | {
    "mj-accordion", "mj-accordion-element", "mj-carousel", "mj-navbar", "mj-social",
}  # fmt: skip

#: Tags that something is done with as a whole.
_SPANS = frozenset({"mj-head", "mj-body", "mj-title", "mj-style"})
#: Tags whose attributes mrml never sees.
_TAKEN_WHOLE = frozenset({"mj-include", "mj-style", "mj-title"})

#: Reads an included file: (path, the file that includes it, or "") → its name and text. Raises Fault without a place.
Include = Callable[[str, str], tuple[str, str]]


class Sound(NamedTuple):
    """MJML that mjml-python may have, and the CSS of its `<mj-style inline="inline">`, which has been taken out."""

    mjml: str
    css: str


def check(mjml: str, include: Include | None = None) -> Sound:
    """The MJML as mjml-python may have it.

    Raises Fault if mjml-python would fail on it, crash on it, or silently do something else with it.
    """
    reader = _Reader(_Whole(include or _no_folder))
    text = reader.read(mjml)
    faults = [*reader.whole.faults, *reader.whole.names.faults()]
    if faults:
        first = faults[0]
        raise Fault(first.reason, first.line, first.column, first.file, len(faults) - 1)
    return Sound(text, "\n".join(reader.whole.css))


def _no_folder(path: str, _base: str) -> tuple[str, str]:
    raise Fault(f"mj-include can't find “{path}”: there is no theme folder to look in", 0, 0)


class _Whole:
    """What the readers of a document and of the files it includes share."""

    def __init__(self, include: Include) -> None:
        self.include = include
        self.faults: list[Fault] = []
        self.names = rules.ClassNames()
        self.css: list[str] = []
        #: What included documents bring for the head.
        self.heads: list[bytes] = []


class _Enough(Exception):
    """There is no use in reading on; the reason is among the faults."""


class _Reader:
    """Reads the document, or a file it includes: `chain` names the files, `path` the tags open around it."""

    def __init__(self, whole: _Whole, chain: tuple[str, ...] = (), path: tuple[str, ...] = ()) -> None:
        self.whole = whole
        self._chain, self._path = chain, path
        self._file = chain[-1] if chain else ""
        self._parser = parser = expat.ParserCreate()
        # HTML's named entities (&nbsp;) are no fault: mrml passes them on. Without a DTD expat would refuse them.
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        parser.StartCdataSectionHandler = self._cdata
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.XmlDeclHandler = self._declaration
        self._open: list[str] = []
        #: How many of the innermost open elements are HTML, the one that holds it included.
        self._html = 0
        self._seen: list[set[str]] = [set()]
        #: Bytes (and columns) put before an included piece, so that it has one root.
        self._shift = 0
        self._data = b""
        self._patches: list[tuple[int, int, bytes]] = []
        #: Where the present one of these begins, and where its inside does.
        self._spans: dict[str, tuple[int, int]] = {}
        self._inline = False
        #: Where the inside of head and body begins and ends, once they have been read.
        self._inside: dict[str, tuple[int, int]] = {}

    def read(self, mjml: str) -> str:
        """The text with every patch applied; what is wrong with it is among the faults."""
        self._parse(mjml.encode("utf-8", "replace"))
        heads = b"".join(self.whole.heads)
        if heads and "mj-head" in self._inside:
            at = self._inside["mj-head"][1]
            self._patches.append((at, at, heads))
        elif heads and "mj-body" in self._inside:
            at = self._data.rfind(b"<mj-body", 0, self._inside["mj-body"][0])
            self._patches.append((at, at, b"<mj-head>" + heads + b"</mj-head>"))
        return self._patched(0, len(self._data)).decode()

    def read_included(self, text: str, parent: str) -> bytes:
        """What takes the place of the mj-include that names this file and stands in `parent`."""
        data = text.encode("utf-8", "replace")
        if not _DOCUMENT.match(data):
            self._shift = len(b"<mj-include>")
            self._parse(b"<mj-include>" + data + b"</mj-include>")
            return self._patched(self._shift, self._shift + len(data))
        self._path = ()
        self._parse(data)
        head, body = (self._patched(*self._inside.get(tag, (0, 0))) for tag in ("mj-head", "mj-body"))
        if parent == "mj-head":
            return head
        self.whole.heads.append(head)
        return body

    def _parse(self, data: bytes) -> None:
        self._data = data
        if len(data) > MAX_SIZE:
            self.whole.faults.append(Fault(f"longer than {MAX_SIZE:,} bytes ({len(data):,})", 1, 1, self._file))
            return
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = f"not well-formed: {self._explained(error)}"
            self.whole.faults.append(Fault(reason, error.lineno, error.offset + 1, self._file))
        except _Enough:
            pass

    def _patched(self, start: int, stop: int) -> bytes:
        pieces, end = [], start
        for at, until, replacement in sorted(self._patches):
            if start <= at and until <= stop:
                pieces += [self._data[end:at], replacement]
                end = until
        return b"".join([*pieces, self._data[end:stop]])

    def _explained(self, error: expat.ExpatError) -> str:
        reason = expat.ErrorString(error.code)
        if reason == expat.errors.XML_ERROR_TAG_MISMATCH and self._open:
            return f"{reason}: <{self._open[-1]}> is still open"
        if reason == expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
            name = re.match(rb"[^\s=<>/]*", self._data[self._parser.ErrorByteIndex :])
            return f"{reason} “{name[0].decode('utf-8', 'replace') if name else ''}”"
        return reason

    def _fault(self, reason: str, at: int | None = None) -> None:
        """A fault at this byte, or where the event being handled begins."""
        at = self._parser.CurrentByteIndex if at is None else at
        start = self._data.rfind(b"\n", 0, at) + 1
        line = self._data.count(b"\n", 0, at) + 1
        column = len(self._data[start:at].decode("utf-8", "replace")) + 1
        self._add(Fault(reason, line, column - (self._shift if line == 1 else 0), self._file))

    def _add(self, fault: Fault) -> None:
        self.whole.faults.append(fault)
        if len(self.whole.faults) >= MAX_FAULTS:
            raise _Enough

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        opened = self._open
        if len(opened) >= MAX_DEPTH:
            self._fault(f"elements are nested deeper than {MAX_DEPTH}")
            raise _Enough
        if self._html and not tag.startswith("mj"):
            self._html += 1
            opened.append(tag)
        elif self._shift and not opened:
            opened += self._path
            self._seen += [set() for _ in self._path]
            self._html = int(rules.holds_html(self._path[-1]))
            return
        else:
            tag = self._component(tag, opened[-1] if opened else "", attributes)
            opened.append(tag)
            if tag in _TAKEN_WHOLE:
                return
        if attributes:
            self._values(attributes)

    def _component(self, tag: str, parent: str, attributes: dict[str, str]) -> str:
        """Judges the tag, and answers with the one that was meant."""
        reason = rules.misplaced(tag, parent, self._seen[-1], in_html=self._html > 0)
        if reason:
            self._fault(reason)
            tag = rules.meant(tag)
        else:
            for name, why in rules.attribute_faults(tag, parent, attributes):
                self._fault(why, self._attribute_at(name))
            line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
            self.whole.names.note(tag, attributes, Fault("", line, column, self._file))
        if self._html or rules.holds_html(tag) or not tag.startswith("mj"):
            self._html += 1
        if tag.startswith("mj"):
            self._seen.append(set())
        if tag == "mj-include" and not reason:
            self._take_in(attributes, parent)
        elif tag in _SPANS:
            self._spans[tag] = (self._parser.CurrentByteIndex, self._tag_end())
            self._inline = tag == "mj-style" and attributes.get("inline") in ("inline", "true")
        return tag

    def _end(self, name: str) -> None:
        tag = self._open.pop()
        if self._html:
            self._html -= 1
        if name.startswith("mj"):
            self._seen.pop()
            if tag in self._spans:
                start, inside = self._spans[tag]
                # An empty element ends where it begins.
                end = max(self._parser.CurrentByteIndex, inside)
                if tag == "mj-title":
                    self._plain_title(inside, end)
                elif tag == "mj-style" and self._inline:
                    self._take_out(start, inside, end)
                elif tag not in self._inside:
                    self._inside[tag] = (inside, end)

    def _plain_title(self, inside: int, end: int) -> None:
        self._patches = [patch for patch in self._patches if patch[0] < inside]
        text = _CDATA.sub(lambda match: ascii_cdata(match[1]), _COMMENT.sub(b"", self._data[inside:end]))
        self._patch(inside, end, ascii_text(text))

    def _tag_end(self) -> int:
        match = _TAG.match(self._data, self._parser.CurrentByteIndex)
        return match.end() if match else self._parser.CurrentByteIndex

    def _attribute_at(self, name: str) -> int:
        """Where this attribute of the present tag is ("": the tag itself)."""
        start = self._parser.CurrentByteIndex
        pattern = re.compile(rb"\s(" + re.escape(name.encode()) + rb")\s*=")
        found = pattern.search(self._data, start, self._tag_end()) if name else None
        return found.start(1) if found else start

    def _patch(self, start: int, end: int, replacement: bytes) -> None:
        self._patches.append((start, end, replacement))

    def _values(self, attributes: dict[str, str]) -> None:
        values = "".join(attributes.values())
        if needs_ascii(values):
            if len(values) > MAX_VALUES:
                self._fault(f"the attributes of one tag are longer than {MAX_VALUES:,} characters")
            start, end = self._parser.CurrentByteIndex, self._tag_end()
            self._patch(start, end, ascii_tag(self._data[start:end]))

    def _take_out(self, start: int, inside: int, end: int) -> None:
        """A style to inline, whose words are from `inside` to `end`."""
        css = html.unescape(self._data[inside:end].decode())
        after = end if end == inside else self._data.index(b">", end) + 1
        # Comments in it are gone with it; later lines keep their numbers.
        self._patches = [patch for patch in self._patches if patch[0] < start]
        self._patch(start, after, b"\n" * self._data.count(b"\n", start, after))
        self.whole.css.append(css)
        line = self._data.count(b"\n", 0, inside)
        for fault in check_sheet(css):
            self._add(Fault(fault.reason, line + fault.line, fault.column, self._file))

    def _take_in(self, attributes: dict[str, str], parent: str) -> None:
        """An mj-include: the file it names, read and judged where it stands."""
        start = self._parser.CurrentByteIndex
        match = _INCLUDE.match(self._data, start)
        end = match.end() if match else self._tag_end()
        try:
            name, text = self.whole.include(attributes["path"], self._file)
        except Fault as fault:
            self._fault(fault.reason)
            return
        if name in self._chain:
            self._fault(f"mj-include of “{name}” includes itself: {' → '.join((*self._chain, name))}")
        elif len(self._chain) >= MAX_CHAIN:
            self._fault(f"mj-include goes deeper than {MAX_CHAIN} files")
        else:
            self._patch(start, end, self._included(attributes, parent, name, text))

    def _included(self, attributes: dict[str, str], parent: str, name: str, text: str) -> bytes:
        chain, path = (*self._chain, name), (*self._open,)
        kind = attributes.get("type", "mjml")
        if kind == "mjml":
            return _Reader(self.whole, chain, path).read_included(text, parent)
        if kind == "html":
            reader = _Reader(self.whole, chain, (*path, "mj-raw"))
            return b"<mj-raw>" + reader.read_included(text, parent) + b"</mj-raw>"
        if attributes.get("css-inline") == "inline":
            self.whole.css.append(text)
            for fault in check_sheet(text):
                self._add(Fault(fault.reason, fault.line, fault.column, name))
            return b""
        if found := re.search("[<&]", text):
            before = text[: found.start()]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            self._add(Fault(f"mrml can't take “{found[0]}” in a style", line, column, name))
        return b"<mj-style>" + text.encode("utf-8", "replace") + b"</mj-style>"

    def _text(self, words: str) -> None:
        if self._html or not self._open or words.isspace():
            return
        holder = COMPONENTS.get(self._open[-1])
        if holder and holder.holds == "mjml":
            first, at = words.split(maxsplit=1)[0], self._parser.CurrentByteIndex
            found = self._data.rfind(first.encode(), 0, at)
            shown = " ".join(words.split())
            shown = shown if len(shown) <= 30 else shown[:29] + "…"
            self._fault(f"words in <{self._open[-1]}>, where none can stand: “{shown}”", at if found < 0 else found)

    def _comment(self, _words: str) -> None:
        if not self._html and self._open and self._open[-1] in _NO_COMMENTS:
            start = self._parser.CurrentByteIndex
            if match := _COMMENT.match(self._data, start):
                self._patch(start, match.end(), b"")

    def _cdata(self) -> None:
        start = self._parser.CurrentByteIndex
        if match := _CDATA.match(self._data, start):
            self._patch(start, match.end(), ascii_cdata(match[1]))

    def _doctype(self, *_details: object) -> None:
        self._fault("MJML has no doctype")
        raise _Enough

    def _instruction(self, target: str, _data: str) -> None:
        self._fault(f"MJML has no processing instructions (<?{target} …?>)")
        raise _Enough

    def _declaration(self, *_details: object) -> None:
        self._fault("MJML has no XML declaration")
        raise _Enough
