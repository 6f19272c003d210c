"""An edition as a page of the Web, the same for everybody: what is one reader's is left out or takes its default.

In: a frozen variant, and what the page says of itself. Out: a WebVersion. The finished HTML is read again, so that this
works for any theme, also for editions that were frozen by older ones:

- merge fields take their defaults, and a subject loses the address to the reader that it begins with; a link that is
  one reader's own (unsubscribe, preferences, this very view) goes, with the dots around it, and with its paragraph when
  nothing else stands there; in a sentence its words stay
- what a theme marks with the class `mail-only` goes, as do comments (they speak to Outlook) and the hidden preheader
- the head gets a title, a description, a canonical address, Open Graph's properties and a word to search engines

Nothing is fetched; the same edition gives the same page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from newsletter.models import Part, Slot, Variant, WebVersion, fill
from newsletter.render.literal import line, web_url

#: Stands for a link that is one reader's own until it is taken out; no article or editor can write such an address.
_OWN = "about:one-reader"
_DOTS, _SPACE = "·|•–—", " \t\r\n\u00a0"
_TWICE = re.compile(rf"[\s\u00a0]*[{_DOTS}][\s\u00a0]*[{_DOTS}][\s\u00a0]*")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
#: Words before a reader's name in a salutation, and what parts the two from the rest.
_GREETING = re.compile(r"\s*(?:[^\W\d_]+,?\s+){0,2}")
_ADDRESSED = re.compile(r"(?:さん|様|님)?(?:\s*[,:;!،]\s+|\s*[，：！、]\s*|\s+[-–—]\s+)")
#: What a mail's head may say that this page says itself, or must not say.
_REPLACED = (
    "title | base | link[@rel='canonical'] | meta[@charset or @http-equiv or @property]"
    " | meta[@name='description' or @name='robots']"
)


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself."""

    newsletter: str
    #: Where the page may be found by everybody; None where it stands in no archive.
    url: str | None = None
    #: Aware; when the issue was sent.
    sent: datetime | None = None
    #: Whether search engines may list it.
    index: bool = False


def web_version(variant: Variant, about: About) -> WebVersion:
    """The page, without a reader's data in it."""
    root = lxml.html.document_fromstring("".join(_public(piece) for piece in variant.html))
    for name in ("xmlns", "xmlns:v", "xmlns:o"):  # for Outlook
        if name in root.attrib:
            del root.attrib[name]
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    _leave_out(root)
    subject, preheader = words(variant.subject), words(variant.preheader)
    _describe(root, subject, preheader, about)
    html = str(lxml.html.tostring(root, encoding="unicode", doctype="<!doctype html>"))
    start = _BODY.search(html)
    cut = start.end() if start else 0
    return WebVersion(html[:cut], html[cut:])


def words(part: Part) -> str:
    """A subject or preheader as everybody may read it: merge fields take their defaults.

    An address to the reader that it begins with goes: "Dear reader: three loops", a mail's salutation, reads badly as a
    page's title, so that it becomes "Three loops". Where nothing follows it stays.
    """
    return line(fill(_unaddressed(part), {}))


def _unaddressed(part: Part) -> Part:
    at = next((at for at, piece in enumerate(part) if isinstance(piece, Slot)), len(part))
    before, after = part[:at], part[at + 1 :]
    if not _GREETING.fullmatch("".join(map(str, before))) or not after or isinstance(after[0], Slot):
        return part
    ended = _ADDRESSED.match(after[0])
    if ended is None or not fill((after[0][ended.end() :], *after[1:]), {}).strip():
        return part
    rest, first = after[0][ended.end() :], after[0][ended.end() :].partition(" ")[0]
    return (rest[:1].upper() + rest[1:] if first.islower() else rest, *after[1:])


def _public(piece: str | Slot) -> str:
    if isinstance(piece, str):
        return piece
    if piece.field.startswith("subscriber.") or piece.default:
        return piece.fill(None)
    return _OWN if piece.context == "url" else ""


def _leave_out(root: HtmlElement) -> None:
    for element in root.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' mail-only ')]"):
        element.drop_tree()
    for link in root.xpath("//*[@href=$own or @src=$own or @action=$own]", own=_OWN):
        around = link.getparent()
        if any(char.isalnum() for text in _texts(around) for char in text):
            link.drop_tag()
        else:
            link.drop_tree()
            _tidy(around)
    body = root.find("body")
    for child in list(body) if body is not None else ():
        if _HIDDEN.search(child.get("style", "")):
            child.drop_tree()


def _texts(around: HtmlElement) -> list[str]:
    """What stands in an element between its children."""
    return [around.text or "", *(child.tail or "" for child in around)]


def _tidy(around: HtmlElement) -> None:
    """Dots that part nothing any more go, and a paragraph that holds nothing else."""
    if len(around) == 0 and not (around.text or "").strip(_DOTS + _SPACE):
        if around.tag in ("p", "div", "li", "span"):
            above = around.getparent()
            around.drop_tree()
            if above.tag in ("div", "ul") and not len(above) and not (above.text or "").strip():
                above.drop_tree()
        return
    texts = [_TWICE.sub(" · ", text) for text in _texts(around)]
    texts[0] = texts[0].lstrip(_DOTS + _SPACE)
    texts[-1] = texts[-1].rstrip(_DOTS + _SPACE)
    around.text = texts[0]
    for child, tail in zip(around, texts[1:], strict=True):
        child.tail = tail


def _describe(root: HtmlElement, subject: str, preheader: str, about: About) -> None:
    head = root.find("head")
    if head is None:
        head = etree.SubElement(root, "head")
        root.insert(0, head)
    for element in head.xpath(_REPLACED):
        element.drop_tree()
    title = etree.SubElement(head, "title")
    title.text = f"{subject} · {about.newsletter}" if subject else about.newsletter
    head.insert(0, etree.Element("meta", charset="utf-8"))
    described = {"description": preheader, "robots": "index, follow" if about.index else "noindex"}
    for name, content in described.items():
        if content:
            etree.SubElement(head, "meta", name=name, content=content)
    if about.url:
        etree.SubElement(head, "link", rel="canonical", href=about.url)
    graph = {
        "og:type": "article",
        "og:site_name": about.newsletter,
        "og:title": subject,
        "og:description": preheader,
        "og:url": about.url or "",
        "og:image": _picture(root),
        "og:locale": root.get("lang", "").replace("-", "_"),
        "article:published_time": about.sent.isoformat(timespec="seconds") if about.sent else "",
    }
    for name, content in graph.items():
        if content:
            etree.SubElement(head, "meta", property=name, content=content)


def _picture(root: HtmlElement) -> str:
    """The address of the first picture that has words of its own: not a logo's spacer or a rule."""
    found = (web_url(image.get("src")) for image in root.iter("img") if image.get("alt"))
    return next((address for address in found if address), "")
