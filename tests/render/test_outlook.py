"""What Outlook for Windows is given: with its conditional comments opened, tables nest and none is too wide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from newsletter.models import Sponsor, fill
from newsletter.preflight.conditional import for_outlook
from newsletter.render import Renderer
from newsletter.resources import folder

if TYPE_CHECKING:
    from .conftest import Digest

WIDTHS = {"digest": 600, "links": 640, "magazine": 640}
#: What a table, its sections and its rows may stand in.
INSIDE = {"td": {"tr"}, "tr": {"table", "tbody"}, "tbody": {"table"}}


class Tables(HTMLParser):
    """Follows tables and divisions as they open and close; notes what stands in the wrong place, and all widths."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.widths: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"table", "tbody", "tr", "td", "div"}:
            return
        if tag in INSIDE and (not self.open or self.open[-1] not in INSIDE[tag]):
            self.faults.append(f"{tag} in {self.open[-1:]} at {self.getpos()}")
        self.open.append(tag)
        if tag == "table" and (width := dict(attrs).get("width")) and width.isdigit():
            self.widths.add(int(width))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"table", "tbody", "tr", "td", "div"} and (not self.open or self.open.pop() != tag):
            self.faults.append(f"/{tag} at {self.getpos()}")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", WIDTHS)
def test_tables_are_closed_where_they_were_opened_and_are_as_wide_as_the_theme(
    name: str, language: str, digest: Digest
) -> None:
    full = digest.with_pick(2, note="A note.").with_issue(sponsors=(Sponsor("Paid.", 0), Sponsor("Paid.", 3)))
    full = full.with_article(3, image="https://x.example/3.png")
    masthead = replace(full.masthead, language=language)
    renderer = Renderer([folder("templates") / "email"], name)
    date = datetime(2026, 11, 20, tzinfo=UTC)
    edition = renderer.render(full.issue, full.articles, masthead, secret=b"s", date=date)
    html = for_outlook(fill(edition.variants[0].html, {}))
    assert "<!--[if" not in html
    tables = Tables()
    tables.feed(html)
    assert (tables.faults, tables.open) == ([], [])
    assert tables.widths == {WIDTHS[name]}
