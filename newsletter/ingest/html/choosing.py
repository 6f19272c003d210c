"""From votes to a body: what stands in other parts of the page is left, what stands between is taken."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from newsletter.ingest import chrome
from newsletter.ingest.html import flags
from newsletter.ingest.html.candidates import Candidate, weight, weights
from newsletter.models import WORD_TYPES

#: An element that holds more than this share of the found words is the article, whatever it calls itself.
_ARTICLE_SHARE = 0.45
#: The same for hidden elements: what is shown nowhere else may be shown by a script.
_HIDDEN_SHARE = 0.6
#: The share of found words that the article's element holds.
_MAIN_SHARE = 0.85
#: Words of a whole paragraph, and of one that makes its parent a home of text.
_WHOLE, _SETTLED = 12, 10
#: The share of a piece that the page declares as its text, above which it is an answer.
_DECLARED = 0.8
#: The share of links above which a paragraph is one of navigation.
_LINKED = 0.5


def choose(walked: list[Candidate]) -> None:
    """Takes and leaves pieces until the taken ones are the article."""
    _leave_asides(walked)
    main = _main(walked)
    if main is None:
        return
    _keep_inside(walked, main)
    _fill(walked, main)
    _take_headings(walked, main)


def _leave_asides(walked: list[Candidate]) -> None:
    """Marks what stands in an element that calls itself something else, and takes it no longer."""
    counted, total = weights(walked), weight(walked)
    known: dict[etree._Element, bool] = {}
    for one in walked:
        one.aside = _stands_aside(one.node, counted, total, known)
        one.taken = one.taken and not one.aside


def _stands_aside(
    node: etree._Element, counted: Counter[etree._Element], total: int, known: dict[etree._Element, bool]
) -> bool:
    """Whether an element or one around it is no part of an article, by its name."""
    if node not in known:
        limit = _HIDDEN_SHARE if flags.is_hidden(node) else _ARTICLE_SHARE
        parent = node.getparent()
        known[node] = (flags.is_aside(node) and counted[node] <= limit * total) or (
            parent is not None and _stands_aside(parent, counted, total, known)
        )
    return known[node]


def _main(walked: list[Candidate]) -> etree._Element | None:
    """The smallest element that holds nearly all taken words."""
    total = weight(walked)
    full = [node for node, words in weights(walked).items() if words >= _MAIN_SHARE * total]
    return max(full, key=lambda node: sum(1 for _ in node.iterancestors()), default=None)


def _keep_inside(walked: list[Candidate], main: etree._Element) -> None:
    """Takes no longer what stands outside the article's element, but for whole paragraphs that lead up to it."""
    inside = [_is_inside(one.node, main) for one in walked]
    first = next((place for place, one in enumerate(walked) if inside[place] and one.taken), 0)
    title = max((place for place in range(first) if walked[place].node.tag == "h1"), default=-1)
    for place, one in enumerate(walked):
        if not inside[place]:
            leading = title < place < first and one.block.type in WORD_TYPES and len(one.words) >= _WHOLE
            one.taken = one.taken and leading and _linked(one.node) < _LINKED


def _fill(walked: list[Candidate], main: etree._Element) -> None:
    """Takes what stands beside taken pieces: lists and paragraphs of the same element, answers, pictures."""
    places = [place for place, one in enumerate(walked) if one.taken]
    if not places:
        return
    homes = {_home(walked[place].node) for place in places if len(walked[place].words) >= _SETTLED}
    _take_opening(walked[: places[0]], homes)
    for place in range(places[0], len(walked)):
        one = walked[place]
        if one.taken or one.aside or one.block.type == "heading" or not _is_inside(one.node, main):
            continue
        if one.is_media:
            one.taken = place < places[-1]
        elif one.declared >= _DECLARED or _is_answer(one, main):
            one.taken = True
        elif place > places[-1]:
            one.taken = one.block.type == "list" and _home(one.node) in homes and _follows(walked, place)
        else:
            one.taken = _is_at_home(one, homes)


def _take_opening(above: list[Candidate], homes: set[etree._Element]) -> None:
    """Takes text without an element of its own right above the first taken piece."""
    for one in reversed(above):
        if one.aside or one.block.type != "paragraph" or len(one.words) < _WHOLE or one.node not in homes:
            return
        one.taken = _linked(one.node) < _LINKED


def _is_at_home(one: Candidate, homes: set[etree._Element]) -> bool:
    """Whether an untaken piece between taken ones stands where paragraphs of the article stand."""
    home = _home(one.node)
    if one.block.type == "list":
        return (home in homes or _home(home) in homes) and not _is_contents(one.node)
    if one.block.type in {"table", "code"}:
        return home in homes
    return (home in homes or one.node in homes) and _linked(one.node) < _LINKED


def _is_answer(one: Candidate, main: etree._Element) -> bool:
    """Whether a piece is an answer of the article's questions, which pages fold up and extractors miss."""
    if one.block.type not in {"paragraph", "list"} or len(one.words) < 8 or _linked(one.node) > 0.4:
        return False
    return any(flags.is_answer(node) for node in (one.node, *one.node.iterancestors()) if _is_inside(node, main))


def _follows(walked: list[Candidate], place: int) -> bool:
    """Whether a list stands directly under taken text or under the heading of the article's sources."""
    above = walked[place - 1]
    return above.taken if above.block.type != "heading" else chrome.meaning(above.block.text) == "sources_header"


def _take_headings(walked: list[Candidate], main: etree._Element) -> None:
    """Takes headings under which something taken stands, from the last to the first."""
    first = next((place for place, one in enumerate(walked) if one.taken), len(walked))
    for place in range(len(walked) - 1, first - 1, -1):
        one = walked[place]
        if one.block.type == "heading" and not (one.taken or one.aside) and _is_inside(one.node, main):
            one.taken = _leads(walked, place)


def _leads(walked: list[Candidate], place: int) -> bool:
    level = walked[place].block.level or 2
    for one in walked[place + 1 : place + 6]:
        if one.block.type == "heading" and (one.block.level or 2) <= level:
            return False
        if one.taken and not one.is_media:
            return True
    return False


def _is_contents(node: etree._Element) -> bool:
    """Whether a list only leads to places on the same page."""
    links = [link.get("href") or "" for link in node.iter("a")]
    return len(links) > 1 and sum("#" in link for link in links) > 0.8 * len(links)


def _home(node: etree._Element) -> etree._Element:
    parent = node.getparent()
    return node if parent is None else parent


def _is_inside(node: etree._Element, main: etree._Element) -> bool:
    return node is main or any(above is main for above in node.iterancestors())


def _linked(node: etree._Element) -> float:
    """The share of an element's characters that are links."""
    linked = sum(len("".join(map(str, link.itertext()))) for link in node.iter("a"))
    return linked / (len("".join(map(str, node.itertext()))) or 1)
