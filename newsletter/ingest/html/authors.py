"""Who wrote a page: declared persons first, then bylines; a role, a reviewer and the site itself are no author."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from newsletter.ingest import dates, names
from newsletter.ingest.html import jsonld
from newsletter.ingest.html.headline import Line
from newsletter.ingest.html.tree import select, text_of

#: All elements that may name an author; of these, each of the kinds below is looked for, best first.
_MARKED = etree.XPath(
    "/descendant::*[@class or @rel or @itemprop]"
    "[@itemprop='author' or contains(@rel, 'author') or contains(@class, 'author') or contains(@class, 'autor')"
    " or contains(@class, 'byline') or contains(@class, 'by-line') or contains(@class, 'Byline')]"
)
_NAMED = etree.XPath("//*[@itemprop='author']//*[@itemprop='name']")
_BLOCK_CLASS = re.compile(r"author[-_]?(?:details|info|meta|block)(?![a-z])", re.IGNORECASE)
_KINDS: tuple[Callable[[etree._Element], bool], ...] = (
    lambda node: node.get("itemprop") == "author",
    lambda node: node.tag == "a" and (node.get("rel") == "author" or "author " in node.get("rel", "")),
    lambda node: any(part in node.get("class", "") for part in ("author-name", "byline__name", "author__name")),
    lambda node: any(part in node.get("class", "") for part in ("byline", "by-line", "Byline")),
    lambda node: "author" in node.get("class", "").split() or "post-author" in node.get("class", ""),
    lambda node: "autor" in node.get("class", ""),
    lambda node: _BLOCK_CLASS.search(node.get("class", "")) is not None,
)
_BY = re.compile(r"^(?:by|von|por|par|di|door)\s*:?\s+", re.IGNORECASE)
_LEAD_ALONE = re.compile(
    r"(?:written |posted |words |story |article )?by:?|authors?:?|von:?|por:?|par:?", re.IGNORECASE
)
_AUTHOR_NAME = re.compile(r"author[-_]*name", re.IGNORECASE)
_AUTHOR_CLASS = re.compile(r"author|byline|writer|contributor|autor", re.IGNORECASE)
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|people|staff|contributors?|profiles?|writers?|team|experts?|autor(?:en)?)/[^/?#]+", re.IGNORECASE
)
#: Words of a line with a date and a byline, and what may stand between them.
_LEAD_WORDS, _LONGEST_BYLINE, _SEPARATORS = 4, 20, " \t,|·•–—-/"
_BIOGRAPHY = re.compile(r"^([^,.;:]{4,40}?)(?:,[^.]{2,40},)? (?:is|was|has been|writes|covers|works) ")
_NOT_AUTHOR = re.compile(
    r"^(?:medically |fact[- ]|expert )*(?:reviewed|checked|edited|updated|translated|photograph\w*|photos?)\b",
    re.IGNORECASE,
)


def find(
    root: etree._Element, declared: jsonld.Node, typed: list[str], listed: list[str], *, near: list[Line], site: str
) -> names.Byline:
    """Names and role. `typed` are JSON-LD's authors, `listed` those of meta elements.

    A declared team or pen name is taken as it is, when nobody has a person's name.
    """
    person = _person(declared)
    role = next(iter(jsonld.texts(person.get("jobTitle"))), "")
    for candidates in (typed, listed):
        if (found := _people(candidates, site)).names:
            return names.Byline(found.names, role or found.role)
    stated = [text for text in typed if names.may_be_pen_name(text)]
    if stated and (jsonld.types(person) == ["Person"] or set(stated) & set(listed)) and not _is_login(stated[0]):
        return names.Byline(tuple(dict.fromkeys(stated))[:3], role)
    for candidates in (*_bylines(root), _near_headline(near), _behind_lead(root)):
        if (found := _people(candidates, site)).names:
            return names.Byline(found.names, role or found.role)
    for candidates in (typed, listed):
        if as_it_is := [text for text in candidates if names.may_be_pen_name(text) and not _is_site(text, site)]:
            return names.Byline(tuple(dict.fromkeys(as_it_is))[:3], role)
    if pen := _pen_names(near, site):
        return names.Byline(tuple(pen), role)
    return names.Byline(tuple(dict.fromkeys(name for name in (*typed, *listed) if names.is_name(name)))[:1], role)


def _bylines(root: etree._Element) -> Iterator[list[str]]:
    """The first element of each kind and its neighbours: further ones belong to other articles."""
    marked = select(_MARKED, root)
    named = select(_NAMED, root) if any(map(_KINDS[0], marked)) else []
    for nodes in (named, *([node for node in marked if kind(node)] for kind in _KINDS)):
        beside = [node for node in nodes[:8] if _are_beside(node, nodes[0]) and not _is_in_review(node)]
        yield [text for node in beside if (text := _line_of(node))]


def _is_in_review(node: etree._Element) -> bool:
    """Whether the element around says that it is about somebody else: "Reviewed by"."""
    parent = node.getparent()
    return parent is not None and _NOT_AUTHOR.match((parent.text or "").strip()) is not None


def _are_beside(one: etree._Element, two: etree._Element) -> bool:
    """Whether two elements stand in one, or in elements of their own in one."""
    return one.getparent() is two.getparent() or (_around(one) is not None and _around(one) is _around(two))


def _line_of(node: etree._Element) -> str:
    """An element's text, with a mark between what only its markup keeps apart ("Ada BrookTom Weld")."""
    text = ""
    for piece in map(str, node.itertext()):
        text += f" · {piece}" if text[-1:].islower() and piece[:1].isupper() else piece
    parts = " ".join(text.split()).split(" · ")
    return " · ".join([parts[0], *(part for part in parts[1:] if not _NOT_AUTHOR.match(part))])


def _near_headline(near: list[Line]) -> list[str]:
    """Lines that begin as bylines do, or whose class or link says that they name an author."""
    before = ""
    named: list[Line] = []
    for line in near:
        words = len(line.text.split())
        text = _line_of(line.node) if line.text == text_of(line.node) else line.text
        _, date, behind = line.text.partition(dates.find(line.text) or "\n")
        if words <= 12 and (names.has_lead(line.text) or (_LEAD_ALONE.fullmatch(before) and words <= 8)):
            return [text]
        if date and words <= _LONGEST_BYLINE and names.has_lead(behind.strip(_SEPARATORS)):
            return [behind.strip(_SEPARATORS)]
        if _names_author(line.node) and not _NOT_AUTHOR.match(line.text) and not _NOT_AUTHOR.match(before):
            named.append(line)
        before = line.text
    people = [line for line in named if names.byline(_person_part(line.text, "")).names]
    return [line.text for line in people if _around(line.node) is _around(people[0].node)]


def _around(node: etree._Element) -> etree._Element | None:
    parent = node.getparent()
    return parent.getparent() if parent is not None else None


def _names_author(node: etree._Element) -> bool:
    around = (node, *list(node.iterancestors())[:2])
    return any(
        _AUTHOR_CLASS.search(f"{one.get('class') or ''} {one.get('id') or ''}")
        or _AUTHOR_LINK.search(one.get("href") or "")
        for one in around
    )


def _pen_names(near: list[Line], site: str) -> list[str]:
    """What stands as a team's or pen name where an author does: "by ibby", or in an element of that class."""
    for line in near:
        rest = _BY.sub("", line.text)
        if (
            not names.may_be_pen_name(rest)
            or _is_site(rest, site)
            or names.is_role(rest)
            or _LEAD_ALONE.fullmatch(rest)
        ):
            continue
        is_named = _AUTHOR_NAME.search(line.node.get("class") or "") or _AUTHOR_LINK.search(line.node.get("href") or "")
        if (rest != line.text and len(rest.split()) <= _LEAD_WORDS) or is_named:
            return [rest]
    return []


def _behind_lead(root: etree._Element) -> list[str]:
    """The name in the element behind one that says just "Written by", wherever they stand, if there is but one."""
    leads = [
        node for node in root.iter() if node.text and len(node.text) < 20 and _LEAD_ALONE.fullmatch(node.text.strip())
    ]
    behind = [node.getnext() for node in leads if not (node.tail or "").strip()]
    return [_line_of(node) for node in behind if node is not None] if len(behind) == 1 else []


def _people(candidates: list[str], site: str) -> names.Byline:
    lines = [names.byline(_person_part(text, site)) for text in candidates if not _NOT_AUTHOR.match(text)]
    people = dict.fromkeys(name for line in lines for name in line.names if not _is_site(name, site))
    return names.Byline(tuple(people)[:12], next((line.role for line in lines if line.role), ""))


def _person_part(text: str, site: str) -> str:
    """The part of a text that can hold a name: the beginning of a biography, and nothing of the site's name."""
    if text.startswith("http"):
        return ""
    if about := _BIOGRAPHY.match(text):
        return about[1]
    if len(text) >= 300:
        return ""
    text = " ".join(text.split())
    return text[: -len(site)].rstrip(" ,|-–—") if site and text.casefold().endswith(f" {site.casefold()}") else text


def _is_site(name: str, site: str) -> bool:
    one, two = (text.casefold().removeprefix("the ").strip() for text in (name, site))
    return one == two


def _is_login(name: str) -> bool:
    return bool(re.search(r"[._\d@]|^admin", name)) or (name.islower() and len(name) > 12)


def _person(declared: jsonld.Node) -> dict[str, Any]:
    author = declared.get("author")
    author = author[0] if isinstance(author, list) and author else author
    return dict(author) if isinstance(author, dict) else {}
