"""What a page declares about its article: JSON-LD first, then meta elements, then marked-up elements of the page.

Nothing is inferred from the address or from a copyright line; a field that no source states stays empty.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from newsletter import urls
from newsletter.ingest import dates, names
from newsletter.ingest.dates import Moment
from newsletter.ingest.html import jsonld
from newsletter.ingest.html.tree import find_all, text_of

#: Meta names by field, best first (Open Graph, Dublin Core, Highwire, Parse.ly, Sailthru, Twitter).
_META: dict[str, tuple[str, ...]] = {
    name: tuple(keys.split())
    for name, keys in {
        "title": "og:title citation_title twitter:title parsely-title sailthru.title dc.title dcterms.title title",
        "author": "author article:author_name citation_author parsely-author sailthru.author dc.creator "
        "dcterms.creator byl article:author twitter:data1",
        "published": "article:published_time og:published_time datepublished parsely-pub-date sailthru.date "
        "citation_publication_date dc.date.issued dcterms.created dc.date.created dcterms.date dc.date publish-date "
        "publication_date pubdate date",
        "site": "og:site_name application-name citation_journal_title dc.publisher",
        "deck": "og:description description twitter:description dc.description",
        "image": "og:image:secure_url og:image twitter:image twitter:image:src",
        "image_alt": "og:image:alt twitter:image:alt",
        "category": "article:section parsely-section",
        "language": "og:locale content-language dc.language language",
        "url": "og:url",
        "tags": "article:tag keywords news_keywords parsely-tags sailthru.tags",
    }.items()
}
_AUTHOR_PATHS = (
    "//*[@itemprop='author']//*[@itemprop='name']",
    "//*[@itemprop='author']",
    "//a[@rel='author' or contains(@rel, 'author ')]",
    "//*[contains(@class, 'author-name') or contains(@class, 'byline__name') or contains(@class, 'author__name')]",
    "//*[contains(@class, 'byline') or contains(@class, 'by-line') or contains(@class, 'Byline')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' author ') or contains(@class, 'post-author')]",
    "//*[contains(@class, 'autor')]",
)
_DATE_PATHS = (
    "//*[@itemprop='datePublished']",
    "//time[@pubdate or contains(@class, 'publish') or contains(@class, 'entry-date') or contains(@class, 'posted')]",
    "//article//header//time | //main//header//time",
)
_SITE_TAIL = re.compile(r"\s+[|–—·»:\-]+\s+([^|–—·»]{2,60})$")


@dataclass(slots=True)
class Metadata:
    """The fields as declared, uncleaned; "" or empty where the page is silent."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    role: str = ""
    published: Moment | None = None
    site: str = ""
    deck: str = ""
    category: str = ""
    language: str = ""
    image: str = ""
    image_alt: str = ""
    url: str = ""
    tags: list[str] = field(default_factory=list)


def read(root: etree._Element, now: datetime) -> Metadata:
    """The page's metadata. Pure, and total: a malformed declaration counts as none."""
    declared = jsonld.article(root)
    metas = _metas(root)
    first = {name: _first(metas, keys) for name, keys in _META.items()}
    published = _first_date(
        [*_texts(declared, "datePublished"), *_values(metas, "published"), *_dates_on_page(root)], now
    )
    site = first["site"] or _publisher(declared)
    byline = _authors(root, declared, metas, site)
    return Metadata(
        title=_title(root, declared, first["title"], site),
        authors=list(byline.names),
        role=byline.role,
        published=published or _by_htmldate(root, now),
        site=site,
        deck=first["deck"] or next(iter(_texts(declared, "description")), ""),
        category=next(iter(_texts(declared, "articleSection")), "") or first["category"],
        language=next(iter(_texts(declared, "inLanguage")), "") or _html_language(root) or first["language"],
        image=_image(declared) or first["image"],
        image_alt=first["image_alt"],
        url=_address(root, declared, first["url"]),
        tags=_tags(declared, metas),
    )


def _metas(root: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        key = (
            (node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv") or "")
            .strip()
            .lower()
        )
        value = (node.get("content") or "").strip()
        if key and value:
            found.setdefault(key, []).append(value)
    return found


def _values(metas: dict[str, list[str]], name: str) -> list[str]:
    return [value for key in _META[name] for value in metas.get(key, ())]


def _first(metas: dict[str, list[str]], keys: Iterable[str]) -> str:
    return next((metas[key][0] for key in keys if key in metas), "")


def _texts(declared: jsonld.Node, key: str) -> list[str]:
    return [html.unescape(text).strip() for text in jsonld.texts(declared.get(key)) if text.strip()]


def _title(root: etree._Element, declared: jsonld.Node, meta: str, site: str) -> str:
    """The heading that the page shows, where it is the only one or agrees with the declared title; else that."""
    headings = list(dict.fromkeys(text for node in root.iter("h1") if (text := text_of(node)) and len(text) <= 300))
    page = text_of(next(root.iter("title"), None))
    declared_title = next(iter(_texts(declared, "headline")), "") or meta
    if len(headings) == 1 and len(headings[0].split()) >= 3 and not _same(headings[0], site):
        return headings[0]
    for heading in headings:
        if any(_same(heading, title) for title in (declared_title, page, meta)):
            return heading
    return without_site(declared_title or page, site) or next(iter(headings), "")


def _same(heading: str, title: str) -> bool:
    """Whether one is the beginning of the other, blind to case and signs (a site's name may follow a title)."""
    one, two = (re.sub(r"\W+", " ", text).casefold().strip() for text in (heading, title))
    return len(one) > 7 and len(two) > 7 and (two.startswith(one) or one.startswith(two))


def without_site(title: str, site: str) -> str:
    """The title without the name of the site behind a bar or dash."""
    title = " ".join(title.split())[:1000]
    if tail := _SITE_TAIL.search(title):
        head = title[: tail.start()].strip()
        is_site = site and tail[1].casefold().strip() in {site.casefold(), f"the {site.casefold()}"}
        if (
            is_site
            or ("|" in tail[0] and len(head.split()) >= 3)
            or (len(head.split()) >= 4 and len(tail[1].split()) <= 3 and ": " not in tail[0])
        ):
            return head
    return title


def _authors(root: etree._Element, declared: jsonld.Node, metas: dict[str, list[str]], site: str) -> names.Byline:
    """Who is declared as author, else who stands in the byline; a declared team or pen name is taken as it is."""
    role = next(iter(jsonld.texts(_person(declared).get("jobTitle"))), "")
    typed = _texts(declared, "author") or _texts(declared, "creator")
    listed = _values(metas, "author")
    for candidates in (typed, listed, *_bylines(root)):
        found = _people(candidates, site)
        if found.names:
            return names.Byline(found.names, role or found.role)
    as_it_is = (
        text for text in (*typed, *listed) if names.may_be_pen_name(text) and text.casefold() != site.casefold()
    )
    return names.Byline(tuple(dict.fromkeys(as_it_is))[:3], role)


def _bylines(root: etree._Element) -> Iterator[list[str]]:
    for path in _AUTHOR_PATHS:
        yield [text for node in list(find_all(root, path))[:8] if (text := text_of(node))]
    below_title = list(find_all(root, "//h1/following::*[self::p or self::span or self::div or self::a]"))[:60]
    texts = (text_of(node) for node in below_title)
    yield [text for text in texts if len(text.split()) <= 12 and names.has_lead(text)][:1]


def _people(candidates: list[str], site: str) -> names.Byline:
    lines = [names.byline(text) for text in candidates if len(text) < 300 and not text.startswith("http")]
    people = dict.fromkeys(name for line in lines for name in line.names if name.casefold() != site.casefold())
    return names.Byline(tuple(people)[:12], next((line.role for line in lines if line.role), ""))


def _person(declared: jsonld.Node) -> dict[str, Any]:
    author = declared.get("author")
    author = author[0] if isinstance(author, list) and author else author
    return dict(author) if isinstance(author, dict) else {}


def _publisher(declared: jsonld.Node) -> str:
    return next(iter(_texts(declared, "publisher")), "")


def _first_date(candidates: Iterable[str], now: datetime) -> Moment | None:
    return next((moment for text in candidates if (moment := dates.parse(text, now))), None)


def _dates_on_page(root: etree._Element) -> Iterable[str]:
    for path in _DATE_PATHS:
        for node in list(find_all(root, path))[:3]:
            yield node.get("datetime") or node.get("content") or text_of(node)


def _by_htmldate(root: etree._Element, now: datetime) -> Moment | None:
    """htmldate knows more places where pages put dates; without its extensive search, which guesses."""
    from htmldate import find_date

    try:
        found = find_date(root, extensive_search=False, original_date=True, max_date=now.strftime("%Y-%m-%d"))
    except Exception:
        return None
    moment = dates.parse(found, now)
    return moment if moment and _states(root, moment) else None


def _states(root: etree._Element, moment: Moment) -> bool:
    """Whether the page has that date unambiguously: htmldate takes 03/04/2026 for the third of April."""
    digits = re.compile(rf"{moment.at:%Y}([-/.]?)0?{moment.at.month}\1?0?{moment.at.day}(?!\d)|{moment.at:%Y%m%d}")
    for node in root.iter():
        for text in (node.text, node.tail, *node.attrib.values()):
            if not text or len(text) > 5000 or f"{moment.at:%Y}" not in text:
                continue
            if digits.search(text) or dates.parse(dates.find(text), moment.at) == moment:
                return True
    return False


def _html_language(root: etree._Element) -> str:
    return (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()


def _image(declared: jsonld.Node) -> str:
    value = declared.get("image") or declared.get("thumbnailUrl")
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return value if isinstance(value, str) else ""


def _address(root: etree._Element, declared: jsonld.Node, meta: str) -> str:
    links = [
        node.get("href", "") for node in root.iter("link") if "canonical" in (node.get("rel") or "").lower().split()
    ]
    page = declared.get("mainEntityOfPage")
    page = page.get("@id") if isinstance(page, dict) else page
    for address in (*links, meta, declared.get("url"), page):
        if isinstance(address, str) and urls.canonical(address):
            return address
    return ""


def _tags(declared: jsonld.Node, metas: dict[str, list[str]]) -> list[str]:
    texts = _texts(declared, "keywords") or _values(metas, "tags")
    return [tag.strip() for text in texts for tag in re.split(r"[,;]", text) if tag.strip()]
