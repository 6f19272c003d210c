"""One reading of MJML by expat: what is wrong with it, and what has to be changed for mrml. See `guard`."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from xml.parsers import expat

from newsletter.render import rules
from newsletter.render.attributes import ascii_cdata, ascii_tag, ascii_text, broken, doubtful, needs_ascii
from newsletter.render.components import COMPONENTS
from newsletter.render.faults import Fault
from newsletter.render.sheet import check_sheet
from newsletter.render.source import TAG, Source

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

_INCLUDE = re.compile(TAG.pattern + rb"(?:(?<!/>)\s*</mj-include\s*>)?")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
#: A whole document, where a piece of one could be.
_DOCUMENT = re.compile(r"\s*(?:<!--.*?-->\s*)*<mjml\b", re.DOTALL)
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


class Whole:
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


class Reader:
    """Reads the document, or a file it includes: `chain` names the files, `path` the tags open around it."""

    def __init__(self, whole: Whole, text: str, chain: tuple[str, ...] = (), path: tuple[str, ...] = ()) -> None:
        self._whole, self._chain, self._file = whole, chain, chain[-1] if chain else ""
        piece = bool(chain) and not _DOCUMENT.match(text)
        self._source = Source(text, b"<mj-include>", b"</mj-include>") if piece else Source(text)
        #: Tags around a piece; a document has none around it.
        self._path = path if piece else ()
        self._open: list[str] = []
        #: The tags so far in each open component.
        self._seen: list[set[str]] = [set()]
        #: How many of the innermost open elements are HTML, the one that holds it included.
        self._html = 0
        #: Where the present one of `_SPANS` begins, and where its inside does.
        self._spans: dict[str, tuple[int, int]] = {}
        self._inline = False
        #: Where the inside of head and body begins and ends, once they have been read.
        self._inside: dict[str, tuple[int, int]] = {}
        self._doubtful = doubtful(self._source.data)
        self._broken = self._doubtful and broken(self._source.data)
        self._parser = self._listen(expat.ParserCreate())

    def _listen(self, parser: expat.XMLParserType) -> expat.XMLParserType:
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
        return parser

    def read(self) -> str:
        """The document with every change made; what is wrong with it is among the faults."""
        self._parse()
        if heads := b"".join(self._whole.heads):
            self._put_in_head(heads)
        return self._source.changed(*self._source.inside).decode()

    def read_included(self, parent: str) -> bytes:
        """What takes the place of the mj-include that names this file and stands in `parent`."""
        self._parse()
        if self._path:
            return self._source.changed(*self._source.inside)
        head, body = (self._source.changed(*self._inside.get(tag, (0, 0))) for tag in ("mj-head", "mj-body"))
        if parent == "mj-head":
            return head
        self._whole.heads.append(head)
        return body

    def _put_in_head(self, heads: bytes) -> None:
        start, inside = self._spans.get("mj-head", (0, 0))
        if inside and self._source.data[inside - 2 : inside] != b"/>":
            end = self._inside.get("mj-head", (0, inside))[1]
            self._source.insert(end, end, heads)
        elif "mj-body" in self._spans:
            start = start if inside else self._spans["mj-body"][0]
            self._source.insert(start, inside or start, b"<mj-head>" + heads + b"</mj-head>")

    def _parse(self) -> None:
        data = self._source.data
        if len(data) > MAX_SIZE:
            self._whole.faults.append(Fault(f"longer than {MAX_SIZE:,} bytes ({len(data):,})", 1, 1, self._file))
            return
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            place = self._source.place(self._parser.ErrorByteIndex)
            self._whole.faults.append(Fault(f"not well-formed: {self._explained(error)}", *place, self._file))
        except _Enough:
            pass

    def _explained(self, error: expat.ExpatError) -> str:
        reason = expat.ErrorString(error.code)
        if reason == expat.errors.XML_ERROR_TAG_MISMATCH and self._open:
            return f"{reason}: <{self._open[-1]}> is still open"
        if reason == expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
            name = re.match(rb"[^\s=<>/]*", self._source.data[self._parser.ErrorByteIndex :])
            return f"{reason} “{name[0].decode('utf-8', 'replace') if name else ''}”"
        return reason

    def _fault(self, reason: str, at: int | None = None) -> None:
        """A fault at this byte, or where the event being handled begins."""
        place = self._source.place(self._parser.CurrentByteIndex if at is None else at)
        self._add(Fault(reason, *place, self._file))

    def _add(self, fault: Fault) -> None:
        self._whole.faults.append(fault)
        if len(self._whole.faults) >= MAX_FAULTS:
            raise _Enough

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        opened = self._open
        if len(opened) >= MAX_DEPTH:
            self._fault(f"elements are nested deeper than {MAX_DEPTH}")
            raise _Enough
        if self._html and not tag.startswith("mj"):
            self._html += 1
            opened.append(tag)
            if not self._doubtful:  # most tags of all
                return
        elif self._path and not opened:
            opened += self._path
            self._seen += [set() for _ in self._path]
            self._html = int(rules.holds_html(self._path[-1]))
            return
        else:
            tag = self._component(tag, opened[-1] if opened else "", attributes)
            opened.append(tag)
            if tag in _TAKEN_WHOLE:
                return
        if attributes and self._doubtful:
            self._values(attributes)

    def _component(self, tag: str, parent: str, attributes: dict[str, str]) -> str:
        """Judges the tag, and answers with the one that was meant."""
        reason = rules.misplaced(tag, parent, self._seen[-1], in_html=self._html > 0)
        if reason:
            self._fault(reason)
            tag = rules.meant(tag)
        else:
            for name, reason in rules.faults_of(tag, parent, attributes):
                self._fault(reason, self._source.attribute(self._parser.CurrentByteIndex, name))
            if tag == "mj-class" or "mj-class" in attributes:
                place = self._source.place(self._parser.CurrentByteIndex)
                self._whole.names.note(tag, attributes, Fault("", *place, self._file))
        if self._html or rules.holds_html(tag) or not tag.startswith("mj"):
            self._html += 1
            self._parser.CharacterDataHandler = None  # words may stand there
        if tag.startswith("mj"):
            self._seen.append(set())
        if tag == "mj-include" and not reason:
            self._take_in(attributes, parent)
        elif tag in _SPANS:
            start = self._parser.CurrentByteIndex
            self._spans[tag] = (start, self._source.tag_end(start))
            self._inline = tag == "mj-style" and attributes.get("inline") in ("inline", "true")
        return tag

    def _end(self, name: str) -> None:
        tag = self._open.pop()
        if self._html:
            self._html -= 1
            if not self._html:
                self._parser.CharacterDataHandler = self._text
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
        text = _COMMENT.sub(b"", self._source.data[inside:end])
        self._source.change(inside, end, ascii_text(_CDATA.sub(lambda match: ascii_cdata(match[1]), text)))

    def _values(self, attributes: dict[str, str]) -> None:
        values = "".join(attributes.values())
        if self._broken or needs_ascii(values):
            if len(values) > MAX_VALUES:
                self._fault(f"the attributes of one tag are longer than {MAX_VALUES:,} characters")
            start = self._parser.CurrentByteIndex
            end = self._source.tag_end(start)
            self._source.change(start, end, ascii_tag(self._source.data[start:end]))

    def _take_out(self, start: int, inside: int, end: int) -> None:
        """A style to inline, whose words are from `inside` to `end`; later lines keep their numbers."""
        data = self._source.data
        css = html.unescape(data[inside:end].decode())
        after = end if end == inside else data.index(b">", end) + 1
        self._source.change(start, after, b"\n" * data.count(b"\n", start, after))
        self._whole.css.append(css)
        line = data.count(b"\n", 0, inside)
        for fault in check_sheet(css):
            self._add(Fault(fault.reason, line + fault.line, fault.column, self._file))

    def _take_in(self, attributes: dict[str, str], parent: str) -> None:
        """An mj-include: the file it names, read and judged where it stands."""
        start = self._parser.CurrentByteIndex
        match = _INCLUDE.match(self._source.data, start)
        end = match.end() if match else self._source.tag_end(start)
        try:
            name, text = self._whole.include(attributes["path"], self._file)
        except Fault as fault:
            self._fault(fault.reason)
            return
        if name in self._chain:
            self._fault(f"mj-include of “{name}” includes itself: {' → '.join((*self._chain, name))}")
        elif len(self._chain) >= MAX_CHAIN:
            self._fault(f"mj-include goes deeper than {MAX_CHAIN} files")
        else:
            self._source.change(start, end, self._included(attributes, parent, name, text))

    def _included(self, attributes: dict[str, str], parent: str, name: str, text: str) -> bytes:
        chain, path = (*self._chain, name), (*self._open,)
        kind = attributes.get("type", "mjml")
        if kind == "mjml":
            return Reader(self._whole, text, chain, path).read_included(parent)
        if kind == "html":
            reader = Reader(self._whole, text, chain, (*path, "mj-raw"))
            return b"<mj-raw>" + reader.read_included(parent) + b"</mj-raw>"
        if attributes.get("css-inline") == "inline":
            self._whole.css.append(text)
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
            found = self._source.data.rfind(first.encode(), 0, at)
            shown = " ".join(words.split())
            shown = shown if len(shown) <= 30 else shown[:29] + "…"
            self._fault(f"words in <{self._open[-1]}>, where none can stand: “{shown}”", at if found < 0 else found)

    def _comment(self, _words: str) -> None:
        if not self._html and self._open and self._open[-1] in _NO_COMMENTS:
            start = self._parser.CurrentByteIndex
            if match := _COMMENT.match(self._source.data, start):
                self._source.change(start, match.end(), b"")

    def _cdata(self) -> None:
        start = self._parser.CurrentByteIndex
        if match := _CDATA.match(self._source.data, start):
            self._source.change(start, match.end(), ascii_cdata(match[1]))

    def _doctype(self, *_details: object) -> None:
        self._fault("MJML has no doctype")
        raise _Enough

    def _instruction(self, target: str, _words: str) -> None:
        self._fault(f"MJML has no processing instructions (<?{target} …?>)")
        raise _Enough

    def _declaration(self, *_details: object) -> None:
        self._fault("MJML has no XML declaration")
        raise _Enough
