"""The web version: in every theme nothing of one reader's is left, and hostile words stay words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import lxml.html
import pytest
from lxml.html import HtmlElement

from newsletter.links import Links
from newsletter.models import Slot, Variant, WebVersion, fill
from newsletter.render import Renderer, theme
from newsletter.render.public import About, web_version, words
from newsletter.resources import folder

if TYPE_CHECKING:
    from .conftest import Digest

BUILT_IN = folder("templates") / "email"
THEMES = theme.names([BUILT_IN])
SENT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ABOUT = About("The Native Layer", "https://letter.example.org/archive/12", SENT, index=True)
HOSTILE = [
    "</title><script>document.title='ran'</script>",
    '"><img src=x onerror=alert(1)> \' onload=alert(2) x="',
    "{{ subscriber.email }} {% raw %} about:one-reader",
    "<!-- --><!--[if mso]> <base href=//evil.example>",
    "עִבְרִית & 日本語 👩‍👩‍👧 \u2028 end",
]
LINKS = Links([b"a key for these tests, long enough"])
ADDRESS = "ada.lovelace@reader.example"
VALUES = {
    "unsubscribe_url": f"https://letter.example.org/u/{LINKS.sign('unsubscribe', 7, 1)}",
    "view_url": f"https://letter.example.org/v/{LINKS.sign('view', 3)}",
    "subscriber.email": ADDRESS,
    "subscriber.name": "Ada Lovelace",
}


def rendered(digest: Digest, name: str = "digest") -> Variant:
    renderer = Renderer([BUILT_IN], name)
    return renderer.render(digest.issue, digest.articles, digest.masthead, secret=b"s", date=SENT).variants[0]


def page(version: WebVersion) -> HtmlElement:
    return lxml.html.document_fromstring(version.head + version.body)


def of(*html: str | Slot, subject: str = "Subject", preheader: str = "") -> WebVersion:
    part = ("<html lang=en><head><title>x</title></head><body>", *html, "</body></html>")
    return web_version(Variant("default", (subject,), (preheader,), part, ("",)), ABOUT)


def named(root: HtmlElement) -> dict[str, str]:
    return {meta.get("name") or meta.get("property"): meta.get("content") for meta in root.iter("meta")}


@pytest.mark.parametrize("name", THEMES)
def test_no_token_address_or_link_of_a_person_is_left_in_any_theme(digest: Digest, name: str) -> None:
    hello = 'Dear {{ subscriber.name | default("reader") }} at {{ subscriber.email | default("your address") }},'
    variant = rendered(digest.with_issue(intro=hello, subject='For {{ subscriber.name | default("you") }}'), name)
    mail, version = fill(variant.html, VALUES), web_version(variant, ABOUT)
    html, root = version.head + version.body, page(version)
    assert ADDRESS in mail
    assert VALUES["unsubscribe_url"] in mail
    for own in (*VALUES.values(), "Ada", "/u/", "/v/", "about:one-reader", 'href=""'):
        assert own not in html
    assert not re.search(r"z[a-z2-7]{16}\d{3}", html), "a slot's token"
    assert "Dear reader at your address," in root.text_content()
    assert "subscribed to" not in root.text_content()
    assert "Unsubscribe" not in root.text_content()
    assert not [p for p in root.iter("p") if p.text_content().strip(" \u00a0\n") in ("", "·")]
    assert "12 Compiler Street" in root.text_content()


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_words_in_every_place_of_the_page(digest: Digest, name: str, text: str) -> None:
    pick = digest.issue.sections[0].picks[0]
    hostile = replace(pick, headline=f"Begin {text}", summary=replace(pick.summary, text=f"Begin {text}"))
    sections = (replace(digest.issue.sections[0], title=f"Begin {text}", picks=(hostile,)),)
    escaped = text.replace("{{", "\\{{")
    version = web_version(
        rendered(digest.with_issue(sections=sections, subject=f"Begin {escaped}", preheader=escaped), name), ABOUT
    )
    root = page(version)
    assert not list(root.iter("script", "base", "iframe", "object"))
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    words_ = " ".join(text.split())
    assert len(root.findall(".//title")) == 1
    assert root.findtext(".//title") == f"Begin {words_} · The Native Layer"
    assert named(root)["og:title"] == f"Begin {words_}"
    assert named(root)["description"] == words_
    assert " ".join(root.find("body").text_content().split()).count(f"Begin {words_}") >= 2


@pytest.mark.parametrize("name", THEMES)
def test_the_page_says_what_it_is(digest: Digest, name: str) -> None:
    version = web_version(rendered(digest, name), ABOUT)
    root, said = page(version), named(page(version))
    assert (root.get("lang"), root.get("dir")) == ("en", "ltr")
    assert root.findtext(".//title") == "The parser that became ten times faster · The Native Layer"
    assert [link.get("href") for link in root.xpath("//link[@rel='canonical']")] == [ABOUT.url]
    assert said["robots"] == "index, follow"
    assert said["description"] == "Forty lines of Rust, eleven wheels, and a loop that nobody needed"
    assert (said["og:type"], said["og:url"], said["og:site_name"]) == ("article", ABOUT.url, "The Native Layer")
    assert said["article:published_time"] == "2026-11-20T09:00:00+00:00"
    shown = root.xpath("//img[@src='https://nativelayer.example/images/parser.png']")
    assert said.get("og:image") == (shown[0].get("src") if shown else None)
    assert len(root.xpath("//meta[@charset='utf-8']")) == 1
    assert "<!--" not in version.head + version.body
    assert version.head.endswith(">")
    assert version.head.rpartition("<")[2].startswith("body")


def test_out_of_the_archive_there_is_no_canonical_address_and_search_engines_are_kept_off() -> None:
    version = web_version(Variant("default", ("S",), ("",), ("<p>x</p>",), ("",)), About("N"))
    root = page(version)
    assert root.xpath("//link[@rel='canonical'] | //meta[@property='og:url']") == []
    assert named(root)["robots"] == "noindex"


def test_the_same_edition_gives_the_same_page(digest: Digest) -> None:
    variant = rendered(digest)
    assert web_version(variant, ABOUT) == web_version(variant, ABOUT)


UNSUBSCRIBE, VIEW = Slot("unsubscribe_url", "url"), Slot("view_url", "url")


@pytest.mark.parametrize(
    ("html", "left"),
    [
        (('<p>a</p><p><a href="', UNSUBSCRIBE, '">Leave</a> · <a href="', VIEW, '">View</a></p>'), "<p>a</p>"),
        (('<p><a href="', UNSUBSCRIBE, '">Leave</a> · <a href="/x">Ours</a></p>'), '<p><a href="/x">Ours</a></p>'),
        (
            ('<p><a href="/x">A</a> | <a href="', VIEW, '">View</a> | <a href="/y">B</a></p>'),
            '<p><a href="/x">A</a> · <a href="/y">B</a></p>',
        ),
        (('<p>You can <a href="', UNSUBSCRIBE, '">leave</a> at any time.</p>'), "<p>You can leave at any time.</p>"),
        (('<p class="a mail-only">why</p><p>stays</p>',), "<p>stays</p>"),
        (('<div style="display: none; font-size:1px">preheader</div><p>stays</p>',), "<p>stays</p>"),
        (("<p>a<!-- for Outlook -->b</p>",), "<p>ab</p>"),
        (('<p><a href="', Slot("click_url", "url", "https://x.example/a"), '">A</a></p>'),
         '<p><a href="https://x.example/a">A</a></p>'),
        (('<img src="', Slot("open_url", "url"), '" width="1"><p>stays</p>'), "<p>stays</p>"),
    ],
)  # fmt: skip
def test_what_is_one_readers_goes_and_its_surroundings_close(html: tuple[str | Slot, ...], left: str) -> None:
    assert of(*html).body == f"{left}</body></html>"


def test_a_subject_is_shown_with_its_defaults() -> None:
    part = ("Good morning, ", Slot("subscriber.name", "header", "reader"), "\n")
    assert words(part) == "Good morning, reader"


NAME = Slot("subscriber.name", "header", "Liebe Leserin")


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ((NAME, ": drei Schleifen"), "Drei Schleifen"),
        ((NAME, ", iPhone news"), "iPhone news"),
        (("Dear ", NAME, " – three loops"), "Three loops"),
        (("Good morning, ", NAME, "! Three loops"), "Three loops"),
        ((Slot("subscriber.name", "header", "皆"), "さん、今週の要約"), "今週の要約"),
        ((Slot("subscriber.name", "header"), ", three loops for ", Slot("subscriber.city", "header", "you")),
         "Three loops for you"),
        (("Three loops for ", NAME, ", and a parser"), "Three loops for Liebe Leserin, and a parser"),
        (("What a week, ", NAME, ", it was"), "What a week, Liebe Leserin, it was"),
        ((NAME, "-Tag"), "Liebe Leserin-Tag"),
        ((NAME, " has news"), "Liebe Leserin has news"),
        ((NAME, ": "), "Liebe Leserin:"),
        ((NAME,), "Liebe Leserin"),
        (("Three loops",), "Three loops"),
        ((), ""),
    ],
)  # fmt: skip
def test_the_address_to_the_reader_that_a_subject_begins_with_goes(part: tuple[str | Slot, ...], shown: str) -> None:
    assert words(part) == shown
    variant = Variant("default", part, (), ("<html><head></head><body></body></html>",), ())
    assert f"<title>{shown + ' · ' if shown else ''}L</title>" in web_version(variant, About("L")).head
