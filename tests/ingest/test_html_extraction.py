"""trafilatura asked in fewer steps says what it says by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import document_fromstring
from trafilatura import bare_extraction, core, main_extractor
from trafilatura.settings import Extractor
from trafilatura.xpaths import OVERALL_DISCARD_XPATH

from newsletter.ingest.html import candidates, extraction, stamps
from newsletter.ingest.html.asking import Asked
from newsletter.ingest.html.extraction import Extraction

_STORY = "".join(
    f"<p>Native code does the counting of {thing}, and Python says what is to be counted in the end.</p>"
    for thing in ("words", "pages", "threads", "sockets", "handshakes", "allocations", "doors", "windows")
)
_NAMES = st.lists(st.sampled_from("story share-bar comments cookie x related hidden widget main".split()), max_size=3)  # noqa: SIM905
_TAGS = st.sampled_from(["div", "p", "span", "section", "o:p", "li"])
_ELEMENTS = st.lists(st.tuples(_TAGS, _NAMES, _NAMES, st.booleans()), min_size=1, max_size=12)


def _page(*parts: str) -> etree._Element:
    return document_fromstring(f"<html><head><title>Counting</title></head><body>{''.join(parts)}</body></html>")


@given(_ELEMENTS)
def test_a_path_asked_once_for_each_name_leads_to_the_same_elements(
    elements: list[tuple[str, list[str], list[str], bool]],
) -> None:
    said = ""
    for tag, classes, ids, id_first in elements:
        named = [f'class="{" ".join(classes)}"' if classes else "", f'id="{" ".join(ids)}"' if ids else ""]
        said += f"<{tag} {' '.join(named[::-1] if id_first else named)}>words<b>of it</b></{tag}>"
    page = _page(said)
    for path in OVERALL_DISCARD_XPATH:
        asked = Asked(path)
        assert asked(page) == path(page)
        assert asked(page) == path(page)  # from memory


@pytest.mark.parametrize(
    "beside",
    [
        "",
        "<div class='comments' id='comments'><p>A reader says that counting is best done by hand, slowly.</p></div>",
        "<div class='infinite-scroll'><p>Another story that follows without end and is not this one.</p></div>",
        "<div class='share-bar'><p>Share what you have read here with everyone whom you know, and at once.</p></div>",
    ],
)
def test_the_fast_way_finds_what_trafilatura_finds(beside: str) -> None:
    page = _page(f"<article><h1>Counting</h1>{_STORY}{beside}</article>{beside}")
    before = etree.tostring(page)
    document = bare_extraction(page, options=Extractor(output_format="python", fast=True, comments=False))
    assert document is not None
    assert Extraction(page).fast() == document.text
    assert etree.tostring(page) == before


_MENU = "".join(f"<div>Go on to page {number} of this very long list of things</div>" for number in range(200))
_SHORT = f"<p>{'A story of a few words only. ' * 12}</p>"
_THREAD = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'


@pytest.mark.parametrize(
    "body",
    [
        f"<article><h1>Counting</h1>{_STORY}</article>",
        f"<article>{_SHORT}</article>{_MENU}",
        f"<article>{_SHORT}</article><div class='big-teaser'>{_STORY}</div>{_MENU}",
        f"<article><p>Few words.</p><div class='teaser'>{_SHORT}</div></article><div><p>More of them.</p></div>",
        f"<div><div class='other'>{_STORY}</div></div><article>{_SHORT}</article>{_MENU}",
        f"<article>{_SHORT}<div id='comments'>{_STORY}</div></article>{_MENU}",
        f"{_THREAD}<article>{_SHORT}<div id='comments'>{_STORY}</div></article>{_MENU}",
        f"<table><tr><td>{_STORY}</td></tr></table><aside>{_STORY}</aside>",
        "<article><p>Few words.</p></article>",
        "",
    ],
)
def test_the_slower_ways_go_on_to_find_what_trafilatura_finds(body: str) -> None:
    page = _page(body)
    before = etree.tostring(page)
    document = bare_extraction(page, options=Extractor(output_format="python", comments=False))
    found = Extraction(page)
    found.fast()
    assert found.slow() == (document.text if document else "")
    assert etree.tostring(page) == before


def test_too_little_is_left_to_the_slower_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _page(f"<article>{_SHORT}</article>", _MENU)
    asked: list[etree._Element] = []
    monkeypatch.setattr(Extraction, "slow", lambda found: asked.append(found._root) or "")
    assert Extraction(page).fast() is None
    candidates.vote(page)
    assert asked == [page]


def test_names_without_end_are_found_and_not_remembered() -> None:
    endless = "share-bar " + "x" * 600
    page = _page(f"<div class='{endless}'>words</div><div class='share-bar'>of it</div><p class='{endless[10:]}'>x</p>")
    for path in OVERALL_DISCARD_XPATH:
        asked = Asked(path)
        assert asked(page) == asked(page) == path(page)
        assert all(len(value) < 600 for _, said in asked._known for _, value in said)
    stamps._is_known_date.cache_clear()
    assert stamps._has_date("date" + "x" * 600)
    assert stamps._has_date("date")
    assert stamps._is_known_date.cache_info().currsize == 1


def test_trafilatura_stays_as_it_is_for_everybody_else() -> None:
    page = _page(f"<article><h1>Counting</h1>{_STORY}</article>")
    found = Extraction(page)
    assert found.fast() == found.slow()
    assert core.extract_content is main_extractor.extract_content
    assert main_extractor.OVERALL_DISCARD_XPATH is OVERALL_DISCARD_XPATH
    assert not any(isinstance(path, Asked) for path in OVERALL_DISCARD_XPATH)
    paths = extraction._steps().core.extract_content.__globals__["OVERALL_DISCARD_XPATH"]
    assert all(isinstance(path, Asked) for path in paths)


def test_threads_that_come_first_at_once_all_find_it() -> None:
    page = etree.tostring(_page(f"<article><h1>Counting</h1>{_STORY}<div class='share-bar'>Share it</div></article>"))
    for _ in range(5):
        extraction._steps.cache_clear()
        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(lambda data: Extraction(document_fromstring(data)).fast(), [page] * 4))
        assert len(found) == 1
        assert "allocations" in str(found)


def test_a_release_that_lacks_a_step_is_told_apart_from_odd_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "_NEEDED", extraction._NEEDED | {"a_step_of_old"})
    extraction._steps.cache_clear()
    with pytest.raises(ImportError, match="a_step_of_old"):
        Extraction(_page(_STORY)).fast()
