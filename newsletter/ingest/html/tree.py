"""HTML text → lxml tree, safely: nesting is capped by libxml2 (256), comments and instructions are dropped."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newsletter.errors import SourceError

#: Control characters, raw and as references: libxml2 reads them, and lxml then refuses to set the text they stand in.
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])|0*(?:[0-8]|1[124-9]|2\d|3[01]))(?:;|(?![0-9a-f]))", re.IGNORECASE
)
#: Elements in one page; the largest articles seen have 20,000.
MAX_ELEMENTS = 60_000
_IS_BOUNDED = etree.XPath(f"count(descendant-or-self::*) <= {MAX_ELEMENTS}")
#: One class for all elements, found in C: lxml.html's own lookup asks Python at every element that is looked at.
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def parse(text: str, source: str) -> HtmlElement:
    """The document's root. Raises SourceError when there is no element in it, or it is nested too deeply."""
    parser = HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False, no_network=True, encoding="utf-8")
    parser.set_element_class_lookup(_CLASSES)
    declaration = _XML_DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    data = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for character in _NONCHARACTERS:
        data = data.replace(character, b"")
    try:
        root = document_fromstring(_REFERENCE.sub(b"", data), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as fault:
        raise SourceError(source, f"not readable as HTML ({fault}); save the page again") from None
    if any("depth" in entry.message for entry in parser.error_log):
        raise SourceError(source, "nested more than 256 elements deep; expected a page; save only the article")
    if not _IS_BOUNDED(root):
        raise SourceError(source, f"more than {MAX_ELEMENTS:,} elements; expected a page; save only the article")
    _put_streamed_in_place(root)
    return root


def _put_streamed_in_place(root: HtmlElement) -> None:
    """React streams late parts of a page to its end, hidden (`S:1`), for a script to move to their place (`B:1`)."""
    places = list(root.iter("template"))
    divs = root.iter("div") if places else ()
    late = {node.get("id", "")[2:]: node for node in divs if (node.get("id") or "").startswith("S:")}
    for place in places if late else ():
        node = late.get((place.get("id") or "")[2:])
        if node is not None and place.get("id", "")[:2] in {"B:", "P:"} and place not in node.iter():
            place.addnext(node)
            node.attrib.pop("hidden", None)


def drop_unread(root: HtmlElement) -> None:
    """Drops styles and scripts, but for data in JSON: the copies that are made of the tree cost less then."""
    etree.strip_elements(root, "style", with_tail=False)
    for script in list(root.iter("script")):
        if "json" not in (script.get("type") or ""):
            script.drop_tree()


def text_of(node: etree._Element | None) -> str:
    """All text in an element, folded to one line."""
    return " ".join("".join(map(str, node.itertext())).split()) if node is not None else ""


def select(path: etree.XPath, root: etree._Element) -> list[etree._Element]:
    """The elements that a path leads to, in the order of the page (never strings)."""
    nodes = path(root)
    return [node for node in nodes if etree.iselement(node)] if isinstance(nodes, list) else []
