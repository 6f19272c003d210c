"""Whether an element of a page belongs to its article, or to what stands around it: comments, other articles, events.

What holds the headline holds the article. An element belongs to something else when one of the elements around it,
below those that hold the headline, says so by its name, or is a card: a few words about another page.
"""

from __future__ import annotations

import re

from lxml import etree

from newsletter.ingest.html import flags
from newsletter.ingest.html.tree import text_of

_TAGS = frozenset({"nav", "aside", "form", "dialog"})
_ROLES = frozenset({"navigation", "complementary", "contentinfo", "search", "dialog"})
#: Words of classes and ids, whole, that name a part of a page which is not its article's.
_WORDS = frozenset(
    """
    comment comments commentlist gistcomment respond reply replies disqus related recommended recommendation
    recommendations recirc recirculation trending popular recent latest upcoming sidebar promo teaser teasers
    carousel slider slide ticker event events calendar hours opening pagination pager navbar nav menu newsletter
    reviews ratings cookie testimonial testimonials disclaimer copyright weather
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_PAIRS = re.compile(
    r"more[-_ ]?(?:from|stories|posts|articles|news)|you[-_ ]may|up[-_ ]?next|see[-_ ]also|"
    r"read[-_ ]?(?:next|also|more)|(?:next|prev(?:ious)?)[-_ ]?(?:post|article|story)|post[-_ ]?nav|"
    r"most[-_ ]?(?:read|viewed)|other[-_ ]?(?:posts|articles)|(?<![\w-])widget(?:[_\s]|$)|widget-area",
    re.IGNORECASE,
)
#: Classes that WordPress makes of an article's categories and tags.
_SUBJECTS = re.compile(r"(?<!\S)(?:tag|category|cat|topic|term|tax)-\S+")
_SPLIT = re.compile(r"[^a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Characters in a card, and words in the link or the heading that it is about.
_CARD, _ABOUT = 600, 4
#: Characters in an aside that stands in the article for its byline and date.
_LINE = 300


def words_of(node: etree._Element) -> frozenset[str]:
    """The words of an element's classes, id and other names, without case."""
    said = " ".join(
        filter(None, (_SUBJECTS.sub(" ", flags.named(node)), node.get("itemprop"), node.get("data-testid")))
    )
    return frozenset(_SPLIT.split(_CAMEL.sub(" ", said).lower())) - {""}


def short_text(node: etree._Element, most: int) -> str | None:
    """An element's text, folded to one line; None where it is longer than so many characters (at small cost)."""
    pieces, length = [], 0
    for piece in map(str, node.itertext()):
        pieces.append(piece)
        length += len(piece) if piece.strip() else 0
        if length > 2 * most or len(pieces) > most:
            return None
    text = " ".join("".join(pieces).split())
    return text if len(text) <= most else None


class Article:
    """The elements that hold a page's headline; without one, those that hold everything."""

    def __init__(self, root: etree._Element, heading: etree._Element | None) -> None:
        if heading is None:
            mains = list(root.iter("main", "article"))
            heading = mains[0] if len(mains) == 1 else next(root.iter("body"), root)
        self._holding = {heading, *heading.iterancestors()}
        #: What was found of the elements that were looked at; they are alive as long as this is.
        self._known: dict[etree._Element, bool] = {}

    def owns(self, node: etree._Element) -> bool:
        """Whether an element belongs to the article, as far as its place tells."""
        for above in (node, *node.iterancestors()):
            if above in self._holding:
                return True
            if above not in self._known:
                self._known[above] = self._is_anothers(above)
            if self._known[above]:
                return False
        return True

    def _is_anothers(self, node: etree._Element) -> bool:
        if node.tag == "aside" and self._is_of_headline(node):
            return short_text(node, _LINE) is None
        if node.tag in _TAGS or node.get("role") in _ROLES or flags.is_hidden(node):
            return True
        if node.tag == "footer" and next(node.iterancestors("article", "main"), None) is None:
            return True
        return not _WORDS.isdisjoint(words_of(node)) or bool(_PAIRS.search(flags.named(node))) or _is_card(node)

    def _is_of_headline(self, aside: etree._Element) -> bool:
        """Whether an aside may hold a byline: it stands with the headline, without its own, or is named for that."""
        parent = aside.getparent()
        stands_with = parent is not None and parent.tag != "body" and parent in self._holding
        return (stands_with and next(aside.iter(*HEADINGS), None) is None) or "meta" in words_of(aside)


def _is_card(node: etree._Element) -> bool:
    """Whether an element is a short text about another page."""
    if node.tag not in {"li", "article", "a", "tr", "div", "section"} or short_text(node, _CARD) is None:
        return False
    headed = next(node.iter(*HEADINGS), None)
    if headed is not None and _links(headed) and len(text_of(headed).split()) >= _ABOUT:
        return True
    if node.tag in {"div", "section"}:
        return False
    return any(len(text_of(link).split()) > _ABOUT for link in node.iter("a"))


def _links(heading: etree._Element) -> bool:
    return next(heading.iter("a"), None) is not None or next(heading.iterancestors("a"), None) is not None
