"""What mjml-python must never see, found first and named with its line.

mrml takes unknown tags and wrong nesting in silence, gives errors no line, and can end the process: SIGSEGV on
elements nested ten thousand deep or on an include that includes itself, a PanicException on an HTML include in the
head. So expat reads the MJML before it does: well-formed, within depth, no includes, no doctype (nor an entity bomb in
one), known tags in known places, one head and one body. Attribute names and values are not judged here.
"""

from __future__ import annotations

from xml.parsers import expat

#: Deeper than any newsletter, far from what the parsers behind (mrml, then libxml2 with 256) can bear.
MAX_DEPTH = 100

_CONTENT = frozenset({"mj-accordion", "mj-button", "mj-carousel", "mj-divider", "mj-image", "mj-navbar", "mj-raw"}) | {
    "mj-social",
    "mj-spacer",
    "mj-table",
    "mj-text",
}
#: MJML's tags and the MJML tags that may stand in each. Tags with None hold HTML.
_CHILDREN: dict[str, frozenset[str] | None] = {
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset({"mj-attributes", "mj-breakpoint", "mj-font", "mj-preview", "mj-raw", "mj-style", "mj-title"}),
    "mj-body": frozenset({"mj-hero", "mj-raw", "mj-section", "mj-wrapper"}),
    "mj-wrapper": frozenset({"mj-hero", "mj-raw", "mj-section"}),
    "mj-section": frozenset({"mj-column", "mj-group", "mj-raw"}),
    "mj-group": frozenset({"mj-column", "mj-raw"}),
    "mj-column": _CONTENT,
    "mj-hero": _CONTENT,
    "mj-accordion": frozenset({"mj-accordion-element", "mj-raw"}),
    "mj-accordion-element": frozenset({"mj-accordion-title", "mj-accordion-text", "mj-raw"}),
    "mj-carousel": frozenset({"mj-carousel-image"}),
    "mj-navbar": frozenset({"mj-navbar-link", "mj-raw"}),
    "mj-social": frozenset({"mj-social-element", "mj-raw"}),
    **dict.fromkeys(
        ("mj-breakpoint", "mj-carousel-image", "mj-divider", "mj-font", "mj-image", "mj-spacer"), frozenset()
    ),
    **dict.fromkeys(("mj-accordion-text", "mj-accordion-title", "mj-button", "mj-navbar-link", "mj-preview")),
    **dict.fromkeys(("mj-raw", "mj-social-element", "mj-style", "mj-table", "mj-text", "mj-title")),
}
_ONCE = frozenset({"mj-head", "mj-body"})


class Fault(Exception):
    """A fault in MJML at a line and column of it, both from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(reason)


def check(mjml: str) -> None:
    """Raises Fault if mjml-python would fail on this, crash on it, or silently do something else with it."""
    _Reader().read(mjml)


class _Reader:
    def __init__(self) -> None:
        self._parser = parser = expat.ParserCreate()
        # HTML's named entities (&nbsp;) are no fault: mrml passes them on. Without a DTD expat would refuse them.
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.XmlDeclHandler = self._declaration
        self._open: list[str] = []
        self._seen: set[str] = set()

    def read(self, mjml: str) -> None:
        try:
            self._parser.Parse(mjml.encode("utf-8"), True)
        except expat.ExpatError as error:
            raise Fault(f"not well-formed: {expat.ErrorString(error.code)}", error.lineno, error.offset + 1) from error

    def _fault(self, reason: str) -> Fault:
        return Fault(reason, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else ""
        if len(self._open) >= MAX_DEPTH:
            raise self._fault(f"elements are nested deeper than {MAX_DEPTH}")
        if tag == "mj-include":
            raise self._fault("mj-include is not used here; write {% include “…” %} in the template")
        if parent != "mj-attributes":
            self._check_place(tag, parent)
        self._open.append(tag)

    def _check_place(self, tag: str, parent: str) -> None:
        if not parent and tag != "mjml":
            raise self._fault(f"<{tag}> is the outermost element, where <mjml> is expected")
        if tag.startswith("mj-") and tag not in _CHILDREN and tag != "mj-attributes":
            raise self._fault(f"there is no MJML tag <{tag}>")
        if tag in _ONCE:
            if tag in self._seen:
                raise self._fault(f"a second <{tag}>")
            self._seen.add(tag)
        allowed = _CHILDREN.get(parent)
        if allowed is not None and tag not in allowed:
            names = ", ".join(sorted(allowed)) or "nothing"
            raise self._fault(f"<{tag}> can't stand in <{parent}>, only {names} can")
        if allowed is None and parent and (tag in _CHILDREN or tag == "mj-attributes"):
            raise self._fault(f"<{tag}> can't stand in <{parent}>, which holds HTML")

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _doctype(self, *_details: object) -> None:
        raise self._fault("MJML has no doctype")

    def _instruction(self, target: str, _data: str) -> None:
        raise self._fault(f"MJML has no processing instructions (<?{target} …?>)")

    def _declaration(self, *_details: object) -> None:
        raise self._fault("MJML has no XML declaration")
