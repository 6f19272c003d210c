"""Elements that say by their name, role or class that they are no part of an article."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

_TAGS = frozenset({"nav", "footer", "form", "dialog", "figcaption", "button"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ROLES = frozenset({"navigation", "contentinfo", "complementary", "banner", "search", "dialog", "alert", "form"})
#: Words of class and id attributes, whole.
_WORDS = frozenset(
    """
    related newsletter newsletters subscribe subscription signup optin promo promos promotion sponsor sponsored advert
    advertisement advertising ads adsense share sharing sharedaddy social socials comments comment respond breadcrumb
    breadcrumbs sidebar cookie cookies consent gdpr popup modal overlay recirc recirculation recommended recommendations
    trending popular pagination pager byline caption captions credit credits cta paywall postmeta authorbox authorbio
    biography disclosure disclaimer copyright footer navbar menu toolbar taboola outbrain relatedposts noprint
    screenreader upsell banner tableofcontents republish republication tooltip footnotes endnotes footnote author
    carousel
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
_PAIRS = re.compile(
    r"(?:about|meet)[-_ ]?(?:the[-_ ]?)?author|"
    r"author[-_ ]?(?:details?|box|bio|info|card|profile|about|desc|block|section)|"
    r"read[-_ ]?(?:more|next|also)(?![a-z])|more[-_ ](?:from|stories|posts|articles|news)|"
    r"you[-_ ]may|up[-_ ]next|see[-_ ]also|post[-_ ]?(?:meta|tags|nav|footer|author)|"
    r"entry[-_ ]?(?:meta|footer)|article[-_ ]?(?:meta|footer|tags)|sr-only|screen-reader|visually-hidden|"
    r"call-to-action|wp-caption-text|table-of-contents|image-credit|photo-credit|skip-link|social-share|mc4wp|hs-cta",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"faq|accordion|question|answer", re.IGNORECASE)
_SPLIT = re.compile(r"[^a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_aside(node: etree._Element) -> bool:
    """Whether an element declares itself navigation, advertising, a form, a caption and the like."""
    if node.tag in _TAGS or node.get("role") in _ROLES or is_hidden(node):
        return True
    name = named(node)
    return len(name) >= 3 and _is_anothers(name)


@lru_cache(maxsize=8192)
def _is_anothers(name: str) -> bool:
    """Whether classes and an id name another part of a page than its article. A site's pages share their names."""
    words = _SPLIT.split(_CAMEL.sub(" ", name).lower())
    return not _WORDS.isdisjoint(words) or _PAIRS.search(name) is not None


def named(node: etree._Element) -> str:
    """An element's classes and id. A heading's id is its words, for links to it, and says nothing of its part."""
    return f"{node.get('class', '')} {'' if node.tag in _HEADINGS else node.get('id', '')}"[:600]


def is_answer(node: etree._Element) -> bool:
    """Whether an element is one of questions and answers, which pages fold up until they are asked for."""
    return _ANSWER.search(f"{node.get('class', '')} {node.get('id', '')} {node.get('itemtype', '')}") is not None


def is_hidden(node: etree._Element) -> bool:
    """Whether an element is not shown."""
    if node.get("hidden") is not None:
        return True
    style = node.get("style")
    if style is None:
        return False
    style = style.replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style
