"""A rendered variant opened for the checks: filled as for one reader, and parsed once.

Slots are filled with stand-ins of realistic length (their address is under `SLOT_HOST`), so that sizes count them and
link checks can tell them from links that somebody wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from newsletter.models import Part, Slot, Values, Variant, fill
from newsletter.preflight import styles
from newsletter.preflight.conditional import for_outlook

#: Stands in for personal links; reserved by RFC 6761, so no real link has it.
SLOT_HOST = "slot.invalid"
#: A personal link is about this long: base_url, path and a signed token.
_PERSONAL_LINK_LENGTH = 90
#: Mails that are kept parsed: as many as an issue has variants by default. Were they fewer, a second look at an issue
#: with more would parse each of them anew, several times; each takes some 150 KB.
KEPT = 64
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_INLINE = frozenset({"a", "abbr", "b", "code", "em", "font", "i", "img", "small", "span", "strong", "sub", "sup", "u"})


@dataclass(frozen=True, slots=True)
class Link:
    """An `<a href>` as the reader meets it."""

    href: str
    #: Visible text, else the alt text of the pictures inside; white space folded.
    text: str

    @property
    def personal(self) -> bool:
        """A slot: another address for every subscriber."""
        return self.href.startswith(f"https://{SLOT_HOST}/")


class Mail:
    """One variant of the edition. All properties are computed at most once."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self._values = _stand_ins(variant)

    @property
    def html_where(self) -> str:
        """What findings call the HTML part: "html", or "html (NAME)" where there are several variants."""
        return self._where("html")

    @property
    def text_where(self) -> str:
        """What findings call the plain text part."""
        return self._where("text")

    @cached_property
    def subject(self) -> str:
        return self._fill(self.variant.subject)

    @cached_property
    def preheader(self) -> str:
        return self._fill(self.variant.preheader)

    @cached_property
    def html(self) -> str:
        return self._fill(self.variant.html)

    @cached_property
    def text(self) -> str:
        return self._fill(self.variant.text)

    @cached_property
    def html_bytes(self) -> int:
        """Bytes of the decoded HTML part in UTF-8, which is what Gmail counts."""
        return len(self.html.encode("utf-8", "replace"))

    @cached_property
    def view(self) -> View:
        """What every client but Outlook for Windows reads."""
        return View(self.html)

    @cached_property
    def outlook(self) -> View:
        """What Outlook for Windows reads: conditional comments opened, or left out."""
        source = for_outlook(self.html)
        return self.view if source == self.html else View(source)

    @property
    def document(self) -> HtmlElement:
        """The parsed HTML; an empty document where there is none."""
        return self.view.document

    @property
    def elements(self) -> tuple[HtmlElement, ...]:
        """Every element in document order, comments left out."""
        return self.view.elements

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every `<a>` that has an href, in document order."""
        found = (element for element in self.elements if element.tag == "a" and "href" in element.attrib)
        return tuple(Link((element.get("href") or "").strip(), _words(element)) for element in found)

    @cached_property
    def visible_text(self) -> str:
        """The words of the body without code samples; white space folded."""
        return " ".join(_visible(self.document).split())

    def has_slot(self, part: Part, field: str) -> bool:
        """Whether the part is open for that field."""
        return any(isinstance(piece, Slot) and piece.field == field for piece in part)

    def _fill(self, part: Part) -> str:
        return fill(part, self._values)

    def _where(self, part: str) -> str:
        return part if self.variant.name == "default" else f"{part} ({self.variant.name})"


class View:
    """The HTML as one kind of client reads it, parsed once."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._selected: dict[str, tuple[HtmlElement, ...]] = {}
        #: What others have worked out of it, by their own key.
        self.known: dict[object, Any] = {}

    @cached_property
    def document(self) -> HtmlElement:
        """The parsed HTML; an empty document where there is none."""
        source = _CONTROLS.sub("", self._html)
        try:
            return lxml_html.document_fromstring(source, ensure_head_body=True)
        except etree.ParserError:
            return lxml_html.document_fromstring("<html></html>", ensure_head_body=True)

    @cached_property
    def elements(self) -> tuple[HtmlElement, ...]:
        """Every element in document order, comments left out."""
        return tuple(element for element in self.document.iter() if isinstance(element.tag, str))

    @cached_property
    def sheets(self) -> tuple[styles.Sheet, ...]:
        """Every style element, in order."""
        found = (element for element in self.elements if element.tag == "style")
        return tuple(styles.sheet(element.text or "", element.get("media") or "") for element in found)

    @cached_property
    def _names(self) -> frozenset[str]:
        """What a selector may ask for: elements, ".class", "#id" and "[attribute" that are there at all."""
        found: set[str] = {"*"}
        for element in self.elements:
            found.add(element.tag)
            for name, value in element.attrib.items():
                found.add(f"[{name}")
                if name == "class":
                    found.update(f".{word}" for word in value.split())
                elif name == "id":
                    found.add(f"#{value}")
        return frozenset(found)

    def select(self, selector: str) -> tuple[HtmlElement, ...]:
        """The elements that a selector without pseudo-classes finds; none for one that is malformed."""
        found = self._selected.get(selector)
        if found is None:
            path = _path(selector) if self._names.issuperset(_needs(selector)) else None
            found = tuple(cast("list[HtmlElement]", path(self.document))) if path else ()
            self._selected[selector] = found
        return found


_NAME = re.compile(r"[.#\[]?-?[A-Za-z_][\w-]*|\*")
_IN_BRACKETS = re.compile(r"(\[\s*[\w-]+)[^\]]*\]")


@lru_cache(maxsize=1024)
def _needs(selector: str) -> frozenset[str]:
    """What must be in a document for the selector to find anything there."""
    names = _NAME.findall(_IN_BRACKETS.sub(r"\1 ", selector))
    return frozenset(name if name[0] in ".#[" else name.lower() for name in names)


@lru_cache(maxsize=1024)
def _path(selector: str) -> etree.XPath | None:
    try:
        return etree.XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError):
        return None


@lru_cache(maxsize=KEPT)
def opened(variant: Variant) -> Mail:
    """The variant's mail, the same as long as its content is: what was parsed is not parsed again."""
    return Mail(variant)


def html_bytes(variant: Variant) -> int:
    """Bytes of the HTML part as every check counts them, personal links at full length."""
    return opened(variant).html_bytes


def _stand_ins(variant: Variant) -> Values:
    fields = {slot.field for slot in variant.slots() if slot.field.endswith("_url")}
    return {field: f"https://{SLOT_HOST}/{field}/".ljust(_PERSONAL_LINK_LENGTH, "x") for field in fields}


def _words(element: HtmlElement) -> str:
    text = " ".join(_visible(element, code=True).split())
    return text or " ".join(" ".join(str(alt) for alt in element.xpath(".//img/@alt")).split())


def _visible(element: HtmlElement, *, code: bool = False) -> str:
    """Text a reader sees, blocks apart from each other; `code` keeps what is inside <code> and <pre>."""
    pieces: list[str] = []
    skipped = _HIDDEN if code else _HIDDEN | {"code", "pre"}
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event == "start":
            if node.tag in skipped or _NOT_DISPLAYED.search(node.get("style") or ""):
                walker.skip_subtree()
            else:
                pieces.append(node.text or "")
            continue
        if event == "end" and node.tag not in _INLINE:
            pieces.append("\n")
        if node is not element:
            pieces.append(node.tail or "")
    return "".join(pieces)
