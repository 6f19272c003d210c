"""What a page declares about its article: JSON-LD first, then meta elements, then marked-up elements of the page.

Nothing is inferred from a copyright line; a field that no source states stays empty.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from newsletter import urls
from newsletter.ingest.dates import Moment
from newsletter.ingest.html import authors, headline, jsonld, moments
from newsletter.ingest.html.tree import text_of

#: Meta names by field, best first (Open Graph, Dublin Core, Highwire, Parse.ly, Sailthru, Twitter).
_META: dict[str, tuple[str, ...]] = {
    name: tuple(keys.split())
    for name, keys in {
        "title": "og:title citation_title twitter:title parsely-title sailthru.title dc.title dcterms.title title",
        "author": "author article:author_name citation_author parsely-author sailthru.author dc.creator "
        "dcterms.creator byl article:author twitter:data1",
        "published": "article:published_time og:published_time datepublished parsely-pub-date sailthru.date "
        "citation_publication_date dc.date.issued dcterms.issued dcterms.created dc.date.created article:published "
        "article:published_date article.published og:article:published_time og:pubdate datecreated "
        "publish-date publish_date published-date published_date publishdate published_time "
        "publication_date publicationdate pubdate bt:pubdate rnews:datepublished cxenseparse:recs:publishtime "
        "article_date_original date_published originalpublicationdate citation_date citation_online_date",
        "undecided": "date dc.date dcterms.date displaydate timestamp",
        "modified": "article:modified_time og:updated_time datemodified last-modified dcterms.modified "
        "dc.date.modified updated",
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
_SITE_TAIL = re.compile(r"\s+[|–—·•»:\-]+\s+([^|–—·•»]{2,60})$")
#: What stands behind a bar at the end of a headline: the section that it appeared in ("Opinion").
_SECTION_TAIL = re.compile(r"\s+\|\s+\w+$")

#: Words of a headline that has a section behind it.
_SECTIONED = 6


@dataclass(slots=True)
class Metadata:
    """The fields as declared, uncleaned; "" or empty where the page is silent."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    role: str = ""
    published: Moment | None = None
    modified: Moment | None = None
    site: str = ""
    deck: str = ""
    category: str = ""
    language: str = ""
    image: str = ""
    image_alt: str = ""
    url: str = ""
    tags: list[str] = field(default_factory=list)
    #: Whether the page declares that it is not free to read.
    closed: bool = False


def read(root: etree._Element, now: datetime) -> Metadata:
    """The page's metadata. Pure, and total: a malformed declaration counts as none."""
    declared = jsonld.article(root)
    metas = _metas(root)
    first = {name: _first(metas, keys) for name, keys in _META.items()}
    site = first["site"] or _publisher(declared)
    title = _title(root, declared, first["title"], site)
    heading = headline.find(root, title)
    near = headline.lines(heading)
    language = next(iter(_texts(declared, "inLanguage")), "") or _html_language(root) or first["language"]
    address = _address(root, declared, first["url"])
    is_home = _is_home(address) and not jsonld.is_article(declared) and "article" not in metas.get("og:type", ())
    stated = moments.Declared(
        [*_texts(declared, "datePublished"), *_values(metas, "published")] if not is_home else [],
        [*_texts(declared, "dateModified"), *_values(metas, "modified")],
        _values(metas, "undecided") if not is_home else [],
    )
    when = moments.read(stated, root, heading, near, now, language=_html_language(root) or language, address=address)
    typed = _texts(declared, "author") or _texts(declared, "creator")
    byline = authors.find(root, declared, typed, _values(metas, "author"), near=near, site=site)
    return Metadata(
        title=title,
        authors=list(byline.names),
        role=byline.role,
        published=when.published,
        modified=when.modified,
        site=site,
        deck=first["deck"] or next(iter(_texts(declared, "description")), ""),
        category=next(iter(_texts(declared, "articleSection")), "") or first["category"],
        language=language,
        image=_image(declared) or first["image"],
        image_alt=first["image_alt"],
        url=address,
        tags=_tags(declared, metas),
        closed=jsonld.is_closed(declared)
        or _first(metas, ("article:content_tier",)).casefold() in {"locked", "metered"},
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
    shown = (text for node in root.iter("h1") if (text := text_of(node)) and len(text) <= 300)
    headings = list(dict.fromkeys(text for text in shown if headline.fold(text) != headline.fold(site)))
    page = text_of(next(root.iter("title"), None))
    headline_said = next(iter(_texts(declared, "headline")), "")
    whole = len(headings) == 1 and len(headings[0].split()) >= 3
    for heading in headings:
        if whole or any(_same(heading, title) for title in (headline_said, page, meta)):
            return _SECTION_TAIL.sub("", heading) if len(heading.split()) > _SECTIONED else heading
    return without_site(headline_said or _named(page, meta), site) or next(iter(headings), "")


def _named(page: str, meta: str) -> str:
    """The meta elements' title where it is in the page's own, else that one: a title of its own is made for sharing."""
    return meta if meta and (not page or headline.fold(meta) in headline.fold(page)) else page


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


def _publisher(declared: jsonld.Node) -> str:
    return next(iter(_texts(declared, "publisher")), "")


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


def _is_home(address: str) -> bool:
    """Whether an address is a site's own: what its front page declares is when that page was set up."""
    return bool(address) and urlsplit(address).path in {"", "/"} and not urlsplit(address).query


def _tags(declared: jsonld.Node, metas: dict[str, list[str]]) -> list[str]:
    texts = _texts(declared, "keywords") or _values(metas, "tags")
    return [tag.strip() for text in texts for tag in re.split(r"[,;]", text) if tag.strip()]
