"""Slips in what an editor types: each is found where it stands, and what is meant is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter import preflight
from newsletter.models import Sponsor


def found_by(check_id, checkup):
    return [(finding.where, finding.message) for finding in preflight.check(checkup) if finding.id == check_id]


def test_another_port_of_this_machine_is_not_where_the_public_pages_are(bench):
    pages = '<a href="http://127.0.0.1:8025/archive">archive</a>'
    strange = replace(bench.body(pages + '<a href="http://127.0.0.1:39871/">x</a>'), base_url="http://127.0.0.1:8025")
    ((_, said),) = found_by("links.placeholder", strange)
    assert said.startswith("http://127.0.0.1:39871/ ")
    public = bench.body('<a href="http://news.example.org/x">x</a>')
    assert found_by("links.placeholder", replace(public, base_url="https://news.example.org")) == []


def test_every_place_with_a_field_that_has_no_default_is_named(bench):
    said = "Hello {{ subscriber.name }}, {{subscriber.city}} and {{ subscriber.name }}"
    checkup = bench.picks(bench.pick(1, note=said))
    checkup = replace(checkup, issue=replace(checkup.issue, subject="For {{ subscriber.name }}"))
    known = frozenset({"name", "email", "language"})
    found = found_by("content.no_default", replace(checkup, fields=known | {"city"}))
    assert [where for where, _ in found] == ["subject", "note on article 1", "note on article 1"]
    assert [where for where, _ in found_by("content.no_default", replace(checkup, fields=known))] == [
        "subject",
        "note on article 1",
    ]
    meant = bench.issue(
        subject="{{ subscriber.name }}", intro=r"\{{ subscriber.name }} {{ subscriber.name | default('') }}"
    )
    assert found_by("content.no_default", meant) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("![a cat](https://x.press/cat.png)", "only its words are printed: “a cat”"),
        ("So![a *cat*][c]\n\n[c]: https://x.press/cat.png", "only its words are printed: “a *cat*”"),
        ("![a cat](cat.png)", "it is printed as it was typed: “a cat”"),
    ],
)
@pytest.mark.parametrize("place", ["intro", "outro", "note on article 1", "sponsor"])
def test_a_picture_in_the_editors_words_is_found(place, typed, said, bench):
    def at(words):
        if place.startswith("note"):
            return bench.picks(bench.pick(1, note=words))
        return bench.issue(**({"sponsors": (Sponsor(words),)} if place == "sponsor" else {place: words}))

    assert found_by("images.out_of_place", at(typed)) == [(place, f"a picture can't stand here, {said}")]
    printed = replace(bench.body(f"<p>{typed}</p>"), issue=at(typed).issue)
    assert found_by("links.unusable", printed) == []
    for sound in (
        f"`{typed[:12]}`",
        f"```\n{typed}\n```",
        "\\![a](https://x.press/)",
        "[a cat](https://x.press/cat.png)",
    ):
        assert found_by("images.out_of_place", at(sound)) == []
    assert found_by("images.out_of_place", bench.issue(subject="![a](https://x.press)")) == []


def test_a_comment_that_readers_see_is_named_where_it_stands(bench):
    typed = "Hello. <!-- remember to ask Ada --> Bye."
    seen = "<p>Hello. &lt;!-- remember to ask Ada --&gt; Bye.</p>"
    printed = replace(bench.body(seen), issue=bench.issue(intro=typed).issue)
    assert found_by("wording.comment", printed) == [
        ("intro", "“<!-- remember to ask Ada -->” is printed as it stands"),
    ]
    shown = "<p>Write <code>&lt;!-- note --&gt;</code>.</p><!-- of the theme's own -->"
    assert found_by("wording.comment", bench.body(shown)) == []
    endless = "<p>&lt;!-- " + "remember " * 20 + "</p>"
    ((_, said),) = found_by("wording.comment", bench.body(endless))
    assert len(said) < 80
