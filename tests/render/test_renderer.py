"""The whole rendering: the same every time, open at its slots, and errors that name their place."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.errors import RenderError
from newsletter.models import Slot, Variant, fill
from newsletter.render import Renderer
from newsletter.resources import folder

if TYPE_CHECKING:
    from .conftest import Digest, Render, RenderWith

    Rendered = Callable[[Digest], Variant]


def test_the_same_input_gives_the_same_edition(digest: Digest, render: Render) -> None:
    assert render(digest) == render(digest)
    assert render(digest).content_hash == render(digest).content_hash


def test_eight_threads_render_the_same(digest: Digest, render: Render) -> None:
    with ThreadPoolExecutor(8) as pool:
        hashes = {edition.content_hash for edition in pool.map(render, [digest] * 16)}
    assert len(hashes) == 1


def test_a_changed_word_gives_another_hash(digest: Digest, render: Render) -> None:
    assert render(digest).content_hash != render(digest.with_issue(outro="Bye.")).content_hash


def test_each_part_has_its_slots_in_its_own_context(digest: Digest, variant: Rendered) -> None:
    greeting = 'Hello {{ subscriber.name | default("you") }}'
    parts = variant(digest.with_issue(subject=greeting, preheader=greeting))
    assert parts.subject == ("Hello ", Slot("subscriber.name", "header", "you"))
    assert parts.preheader == ("Hello ", Slot("subscriber.name", "text", "you"))
    slots = [(slot.field, slot.context) for slot in parts.html if isinstance(slot, Slot)]
    assert slots == [
        ("subscriber.name", "html"),
        ("subscriber.name", "html"),
        ("subscriber.email", "html"),
        ("unsubscribe_url", "url"),
        ("view_url", "url"),
    ]


def test_no_token_is_left_in_any_part(digest: Digest, variant: Rendered) -> None:
    """Two secrets, one issue: the parts are equal, so no token is in them."""
    renderer = Renderer([folder("templates") / "email"])
    other = renderer.render(
        digest.issue,
        digest.articles,
        digest.masthead,
        secret=b"another secret",
        date=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )
    assert other.variants[0] == variant(digest)


def test_fields_of_the_subscribers_own_may_be_merged(digest: Digest, variant: Rendered) -> None:
    text = 'News from {{ subscriber.city | default("your town") }}'
    with pytest.raises(RenderError, match=r"unknown merge field “subscriber\.city”"):
        variant(digest.with_issue(intro=text))
    rendered = variant(replace(digest.with_issue(intro=text), fields=("city",)))
    assert "News from Sevilla &amp; more" in fill(rendered.html, {"subscriber.city": "Sevilla & more"})
    assert "News from your town" in fill(rendered.text, {"subscriber.city": "  "})


@pytest.mark.parametrize("place", ["subject", "preheader", "intro", "outro"])
def test_a_wrong_field_is_named_with_its_place(place: str, digest: Digest, variant: Rendered) -> None:
    with pytest.raises(RenderError, match=f"{place}:1:4: unknown merge field “subscriber.nmae”"):
        variant(digest.with_issue(**{place: "Hi {{ subscriber.nmae }}"}))


def test_a_merge_field_in_a_links_address_is_refused(digest: Digest, variant: Rendered) -> None:
    with pytest.raises(RenderError, match="intro: a merge field can't stand in a link's address"):
        variant(digest.with_issue(intro="[x](https://x.example/{{ subscriber.email }})"))


def test_a_merge_field_may_stand_in_strong_words_and_link_text(digest: Digest, variant: Rendered) -> None:
    intro = "**{{ subscriber.name }}** [for {{ subscriber.name }}](https://x.example/)"
    rendered = variant(digest.with_issue(intro=intro))
    assert "<strong>Zoë &lt;3</strong>" in fill(rendered.html, {"subscriber.name": "Zoë <3"})
    assert "for Zoë <3 <https://x.example/>" in fill(rendered.text, {"subscriber.name": "Zoë <3"})


def test_line_ends_and_controls_in_a_subject_are_one_line(digest: Digest, variant: Rendered) -> None:
    assert variant(digest.with_issue(subject="a\r\nBcc: x\x00\ud800 b")).subject == ("a Bcc: x b",)


@pytest.mark.parametrize("place", ["intro", "outro"])
def test_nuls_and_lone_surrogates_do_no_harm(place: str, digest: Digest, variant: Rendered) -> None:
    rendered = variant(digest.with_issue(**{place: "one\x00\ud800two\x1b\ufffe"}).with_article(1, site="a\x00\udfffb"))
    rendered_html = fill(rendered.html, {})
    assert "onetwo" in rendered_html
    assert "<bdi>ab</bdi>" in rendered_html
    rendered_html.encode()
    fill(rendered.text, {}).encode()


def test_the_date_is_the_newsletters_own_day(digest: Digest, variant: Rendered) -> None:
    tokyo = replace(digest, masthead=replace(digest.masthead, timezone="Pacific/Kiritimati", language="en-GB"))
    assert "No. 12 · 20 November 2026" in fill(variant(tokyo).text, {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"timezone": "Mars/Olympus"}, "timezone: .*Mars"), ({"language": "??"}, r"language: .*\?\?")],
)
def test_an_unknown_zone_or_language_is_an_error(
    change: dict[str, str], reason: str, digest: Digest, variant: Rendered
) -> None:
    with pytest.raises(RenderError, match=reason):
        variant(replace(digest, masthead=replace(digest.masthead, **change)))


def test_a_theme_that_nobody_has_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="brutal: no such theme; there are digest"):
        Renderer([tmp_path, folder("templates") / "email"], "brutal")


#: A workspace's footer, and the line and reason of the error it leads to.
_FOOTERS = [
    ("{% if %}", 1, "{% if %} has no {% endif %}"),
    ("\n{{ nothing.at.all }}", 2, "there is no “nothing”"),
    ("\n\n{{ masthead.__class__ }}", 3, "can't be used in a template"),
    ("{{ 1 / 0 }}", 1, "division by 0"),
    ("{{ slot('subscriber.shoe') }}", 1, "unknown slot"),
    ("\n{% include 'gone.j2' %}", 2, "no template “gone.j2”"),
    ("<mj-text>\n  <p>{{ masthead.name }}\n</mj-text>", 3, "mismatched tag"),
    ("<mj-text>\n{% for _ in 'ab' %}\n<p>ok</p>\n<br>\n{% endfor %}\n</mj-text>", 6, "mismatched tag"),
    ("<mj-text>x</mj-text>\n\n<mj-txt>x</mj-txt>", 3, "no MJML tag"),
    ('<mj-text><a href="https://x.example/{{ slot("view_url") }}">x</a></mj-text>', 0, "must be all of it"),
]


@pytest.mark.parametrize(("footer", "line", "reason"), _FOOTERS)
def test_a_fault_in_a_workspaces_template_names_template_and_line(
    footer: str, line: int, reason: str, tmp_path: Path, digest: Digest, render_with: RenderWith
) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "footer.mjml.j2").write_text(footer, "utf-8")
    with pytest.raises(RenderError) as caught:
        render_with(tmp_path)(digest)
    assert reason in caught.value.reason
    if line:
        assert (caught.value.template, caught.value.line) == ("digest/footer.mjml.j2", line)


def test_a_template_that_is_not_utf_8_is_an_error(tmp_path: Path, digest: Digest, render_with: RenderWith) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "footer.mjml.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(RenderError, match="UTF-8"):
        render_with(tmp_path)(digest)


def test_a_workspaces_settings_and_words_lie_over_the_shipped_ones(
    tmp_path: Path, digest: Digest, render_with: RenderWith
) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "digest" / "theme.toml").write_text('[light]\naccent = "#014489"\n', "utf-8")
    (tmp_path / "words" / "en.toml").write_text('unsubscribe = "Leave"\n', "utf-8")
    html = fill(render_with(tmp_path)(digest).variants[0].html, {})
    assert "#014489" in html
    assert "#9a3324" in html  # the button keeps its own colour
    assert ">Leave</a>" in html
    assert "Read in your browser" in html


def test_a_broken_settings_file_is_named(tmp_path: Path, render_with: RenderWith) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "theme.toml").write_text("[light\n", "utf-8")
    with pytest.raises(RenderError, match=r"digest/theme\.toml: .*line 1"):
        render_with(tmp_path)
