"""Each check, failing and passing. A check without its pair here makes the suite fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newsletter import preflight
from newsletter.models import Article, Block, Section, Slot, Sponsor, Summary
from newsletter.preflight import Checkup
from tests.preflight.pairs import FURTHER, FURTHER_GRADES, Make, Pair, body, issue, link, setting, summary


def template_article(b: Any) -> Checkup:
    """An article about templates, printed as it is."""
    about = b.article(1, blocks=(Block("paragraph", "Write {{ user }} and the engine fills it in, 12 times."),))
    return replace(b.body("<p>Write {{ user }} and the engine fills it in</p>"), articles=b.articles(about).articles)


DARK = {
    "paper": "#121110",
    "sheet": "#1b1a18",
    "ink": "#ebe6dd",
    "soft": "#a8a197",
    "accent": "#f0a08a",
    "rule": "#3b3833",
    "tint": "#262421",
    "button": "#f0a08a",
    "on_button": "#1b1a18",
}

PAIRS: dict[str, Pair] = {
    "rendering.failed": Pair(
        setting(edition=None, render_error="digest.mjml:4: unknown tag"), setting(), "error", "digest.mjml:4"
    ),
    "rendering.sample": Pair(
        setting(sample_error="ours/lead.mjml.j2:4:9: no tag"), setting(), "warning", "lead.mjml.j2:4"
    ),
    "rendering.language": Pair(setting(untranslated="sv"), setting(), "note", "no words in “sv”"),
    "size.clipped": Pair(body(f"<p>{'x' * 110_000}</p>"), body(f"<p>{'x' * 10_000}</p>"), "error", "cut off"),
    "size.style": Pair(
        body(f"<style>{'p { margin: 0 }' * 1_200}</style>"),
        body(f"<style>{'p { margin: 0 }' * 900}</style>"),
        "warning",
        "18,000",
    ),
    "size.message": Pair(setting(message_bytes=11_000_000), setting(message_bytes=1_000_000), "error", "11,000,000"),
    "links.missing": Pair(
        lambda b: b.articles(b.article(1, url=None)), lambda b: b.articles(b.article(1)), "warning", "no address"
    ),
    "links.repeated": Pair(
        lambda b: b.articles(b.article(2, url="https://lowerhalf.press/1?utm_source=feed#top")),
        lambda b: b.articles(b.article(2, url="https://lowerhalf.press/1?page=2")),
        "warning",
        "2 picks",
    ),
    "links.unusable": Pair(link("/about"), link("mailto:desk@lowerhalf.press"), "error", "relative"),
    "links.anchor": Pair(
        link("#built"), body('<h2 id="built">Built</h2><a href="#built">Go there</a>'), "warning", "#built"
    ),
    "links.insecure": Pair(link("http://lowerhalf.press/9"), link("https://lowerhalf.press/9"), "warning", "uses http"),
    "links.again": Pair(
        body('<a href="https://other.press/">one</a> <a href="https://other.press/">two</a>'),
        body('<a href="https://lowerhalf.press/1">its headline</a> <a href="https://lowerhalf.press/1">read more</a>'),
        "note",
        "2 links",
    ),
    "links.disguised": Pair(
        link("https://elsewhere.press/", "www.lowerhalf.org"),
        link("https://news.lowerhalf.org/9", "lowerhalf.org/9"),
        "warning",
        "elsewhere.press",
    ),
    "links.placeholder": Pair(
        link("https://www.example.com/x"), link("https://exampleworks.press/x"), "warning", "example.com"
    ),
    "links.shortener": Pair(link("https://bit.ly/3xYz"), link("https://orbit.ly.press/3xYz"), "warning", "bit.ly"),
    "content.subject_empty": Pair(issue(subject="  "), issue(), "error", "empty"),
    "content.subject_default": Pair(
        lambda b: b.variant(subject=(Slot("subscriber.name", "header"),)),
        lambda b: b.variant(subject=(Slot("subscriber.name", "header", "Reader"),)),
        "error",
        "without the field",
    ),
    "content.subject_long": Pair(
        issue(subject="word " * 15 + "and"),
        issue(subject='{{ subscriber.name | default("dear reader") }}: ' + "word " * 7),
        "warning",
        "78 characters",
    ),
    "content.subject_shouts": Pair(
        issue(subject="BREAKING PARSER NEWS"), issue(subject="CPYTHON 3.14"), "warning", "capitals"
    ),
    "content.preheader": Pair(issue(preheader=""), issue(), "warning", "none"),
    "content.empty": Pair(issue(sections=(), intro=""), issue(), "error", "nothing in it"),
    "content.empty_section": Pair(
        lambda b: b.issue(sections=(Section("Measured", (b.pick(1),)), Section("Built"))), issue(), "warning", "empty"
    ),
    "content.headline": Pair(
        lambda b: b.picks(b.pick(1, headline=" ")), lambda b: b.picks(b.pick(1)), "error", "no headline"
    ),
    "content.summary": Pair(summary(""), summary("A parser moved down."), "warning", "no summary"),
    "content.picked_twice": Pair(
        lambda b: b.picks(b.pick(1), b.pick(1)), lambda b: b.picks(b.pick(1), b.pick(2)), "warning", "twice"
    ),
    "content.used_before": Pair(setting(used={2: 9}), setting(used={2: 12, 77: 9}), "warning", "issue 9"),
    "wording.template_mark": Pair(
        body("<p>Hello {{ subscriber.nmae }}</p>"),
        body("<p>Write <code>{{ user }}</code></p>"),
        "error",
        "subscriber.nmae",
    ),
    "wording.comment": Pair(
        body("<p>&lt;!-- ask Ada --&gt;</p>"),
        body("<p><code>&lt;!-- x --&gt;</code></p>"),
        "warning",
        "<!-- ask Ada -->",
    ),
    "wording.placeholder": Pair(
        issue(intro="Lorem ipsum dolor"), issue(intro="A tbd list is not one"), "error", "stand-in"
    ),
    "wording.number": Pair(
        summary("It got 21 times faster."), summary("It got 12 times faster, with 1 200 lines."), "warning", "21"
    ),
    "wording.mojibake": Pair(
        summary("Itâ€™s a cafÃ©."), summary("It’s a café in „GRÖẞE“, NÃO longe."), "warning", "damaged"
    ),
    "wording.invisible": Pair(
        issue(subject="The parser\u202egnp.exe"),
        issue(subject="می\u200cخواهم 👩\u200d💻", intro="مع \u2068Ada \u2067(ב)\u2069\u2069 هنا"),
        "warning",
        "U+202E",
    ),
    "access.alt": Pair(
        body('<img src="https://x.press/a.png">'), body('<img src="https://x.press/a.png" alt="">'), "warning", "a.png"
    ),
    "access.language": Pair(
        lambda b: b.variant(html=b.html(head='<html lang="und"><head><title>t</title></head><body>')),
        lambda b: b.variant(html=b.html(head='<html lang="de"><head><title>t</title></head><body>')),
        "warning",
        "language",
    ),
    "access.headings": Pair(body("<h2>Measured</h2><h4>Too deep</h4>"), body("<h2>A</h2><h3>B</h3>"), "warning", "h4"),
    "access.link_text": Pair(
        body('<a href="https://x.press/"><img src="https://x.press/a.png" alt=""></a>'),
        body('<a href="https://x.press/"><img src="https://x.press/a.png" alt="A chart"></a>'),
        "warning",
        "no words",
    ),
    "access.layout_tables": Pair(
        body("<table><tr><td>laid out</td></tr></table>"),
        body("<table><tr><th>real</th></tr></table>"),
        "warning",
        "1 layout table ",
    ),
    "access.title": Pair(
        lambda b: b.variant(html=b.html(head='<html lang="en"><head><title> </title></head><body>')),
        setting(),
        "note",
        "title",
    ),
    "deliverability.unsubscribe": Pair(
        lambda b: b.variant(text=("Unsubscribe: https://news.lowerhalf.press/u/everybody\n" + "words " * 100,)),
        setting(),
        "error",
        "unsubscribe",
    ),
    "deliverability.base_url": Pair(
        setting(base_url=""), setting(base_url="https://news.lowerhalf.press"), "error", "not set"
    ),
    "deliverability.postal_address": Pair(setting(postal_address=" "), setting(), "warning", "not set"),
    "deliverability.postal_address_missing": Pair(
        setting(postal_address="99 Other Street, Leeds"),
        setting(postal_address="Native Layer Press\n12 Mill Lane\nBristol"),
        "warning",
        "not printed",
    ),
    "deliverability.sender": Pair(
        setting(sender="Native Layer Weekly"), setting(sender="digest@lowerhalf.press"), "error", "no address"
    ),
    "deliverability.text_part": Pair(
        lambda b: b.variant(text=("Read it online: ", Slot("unsubscribe_url", "text"))),
        setting(),
        "warning",
        "of what the HTML",
    ),
    "deliverability.active_content": Pair(
        body('<p onclick="go()">x</p>'), body("<p>onclick=go() is written out</p>"), "error", "onclick"
    ),
    "themes.contrast": Pair(
        setting(colours={"dark": {**DARK, "accent": "#555555"}}),
        setting(colours={"dark": DARK}),
        "warning",
        "accent #555555 is too close to paper #121110 (2.52 : 1), ",
    ),
}

PAIRS |= FURTHER


def test_every_registered_check_has_its_pair():
    assert set(PAIRS) == {entry.id for entry in preflight.catalogue()}


@pytest.mark.parametrize("check_id", PAIRS)
def test_the_check_finds_the_fault(check_id, bench):
    found = [finding for finding in preflight.check(PAIRS[check_id].fails(bench)) if finding.id == check_id]
    assert found, "the fault was not found"
    assert found[0].severity == PAIRS[check_id].severity
    assert PAIRS[check_id].says in found[0].message
    assert found[0].where
    assert found[0].mend


@pytest.mark.parametrize("check_id", PAIRS)
def test_the_check_is_silent_about_what_is_sound(check_id, bench):
    assert [finding for finding in preflight.check(PAIRS[check_id].passes(bench)) if finding.id == check_id] == []


LOOPBACK = "http://127.0.0.1:8025"

MORE: list[tuple[str, Make, str, str]] = [
    ("rendering.failed", setting(edition=None), "note", "not rendered"),
    ("size.clipped", body(f"<p>{'x' * 94_000}</p>"), "warning", "of what Gmail shows"),
    ("size.clipped", body(f"<p>{'x' * 60_000}</p>"), "note", "of what Gmail shows"),
    ("size.message", setting(message_bytes=2_000_000), "warning", "slow on a phone"),
    ("links.missing", lambda b: b.sound(articles={}), "warning", "no longer in the store"),
    ("links.unusable", link(""), "error", "empty"),
    ("links.unusable", link("javascript:alert(1)"), "error", "no address that a mail client opens"),
    ("links.unusable", link("https:///nowhere"), "error", "no address that a mail client opens"),
    ("links.unusable", link("http://[::1"), "error", "leads nowhere"),
    ("links.placeholder", link("http://localhost:8000/x"), "error", "own machine"),
    ("links.placeholder", link("http://[::1]/x"), "error", "own machine"),
    ("links.placeholder", link("http://0.0.0.0/x"), "error", "own machine"),
    ("links.placeholder", link("https://192.168.1.7/x"), "warning", "your network only"),
    ("links.placeholder", link("https://wiki.internal/x"), "warning", "your network only"),
    ("content.subject_shouts", issue(subject="A parser!!"), "warning", "punctuation"),
    ("content.preheader", issue(preheader="The parser that got ten times FASTER"), "warning", "repeats"),
    ("content.preheader", issue(preheader="More inside"), "note", "11 characters"),
    ("content.preheader", issue(preheader="word " * 40), "note", "199 characters"),
    ("content.empty", issue(sections=()), "warning", "no article"),
    ("wording.template_mark", link("https://lowerhalf.press/%7B%7B%20url%20%7D%7D"), "error", "%7B%7B"),
    ("wording.template_mark", lambda b: b.variant(subject=("Hello *|FNAME|*",)), "error", "*|FNAME|*"),
    ("wording.template_mark", template_article, "warning", "the article has it"),
    ("wording.placeholder", issue(outro="Thanks to [insert sponsor]"), "warning", "[insert sponsor]"),
    ("wording.number", lambda b: b.picks(b.pick(1, headline="50 ways down")), "warning", "the headline says 50"),
    ("access.headings", body("<h1>A second one</h1>"), "warning", "2 headings"),
    ("access.link_text", link("https://lowerhalf.press/9", "Click here!"), "note", "does not say"),
    ("deliverability.base_url", setting(base_url=LOOPBACK), "warning", "this machine"),
    (
        "deliverability.base_url",
        setting(base_url=LOOPBACK, relay_hosts=("::1", "localhost")),
        "warning",
        "this machine",
    ),
    (
        "deliverability.base_url",
        setting(base_url=LOOPBACK, relay_hosts=("mx.lowerhalf.press",)),
        "error",
        "this machine",
    ),
    ("deliverability.base_url", setting(base_url="https://10.0.0.7"), "warning", "your network only"),
    ("deliverability.base_url", setting(base_url="http://news.lowerhalf.press"), "warning", "not https"),
    ("deliverability.base_url", setting(base_url="news.lowerhalf.press"), "error", "is no address"),
    ("deliverability.base_url", setting(base_url="https://news.example.org"), "warning", "reserved"),
    ("deliverability.sender", setting(sender="Me <me@gmail.com>"), "warning", "gmail.com"),
    ("deliverability.text_part", lambda b: b.variant(text=("\n",)), "error", "empty"),
    ("deliverability.active_content", body("<script>go()</script>"), "error", "<script>"),
    *FURTHER_GRADES,
]


@pytest.mark.parametrize(("check_id", "make", "severity", "says"), MORE, ids=[f"{m[0]}: {m[3]}" for m in MORE])
def test_the_checks_other_grades(check_id, make, severity, says, bench):
    found = [finding for finding in preflight.check(make(bench)) if finding.id == check_id]
    assert [(f.severity, says in f.message) for f in found][:1] == [(severity, True)]


def test_a_clipped_issue_says_how_many_articles_must_go_and_a_half_full_one_how_many_fit(bench):
    """Two articles of about 50 KB each do not fit; beside two of about 25 KB there is room for one more."""

    def mend(size: int) -> str:
        checkup = replace(bench.body(f"<p>{'x' * size}</p>"), issue=bench.picks(bench.pick(1), bench.pick(2)).issue)
        return next(finding.mend for finding in preflight.check(checkup) if finding.id == "size.clipped")

    assert mend(107_000) == "drop about 1 of the 2 articles"
    assert mend(57_000) == "about 1 more article fits"


def found_by(check_id, checkup):
    return [(finding.where, finding.message) for finding in preflight.check(checkup) if finding.id == check_id]


def test_a_section_of_headlines_alone_is_a_list_of_links_but_not_the_leads(bench):
    bare = Summary("", "editor")
    lead, others = bench.pick(1, summary=bare), (bench.pick(2, summary=bare), bench.pick(3, summary=bare))
    listed = bench.issue(sections=(Section("Empty"), Section("Measured", (lead,)), Section("In brief", others)))
    assert [where for where, _ in found_by("content.summary", listed)] == ["article 1"]
    mixed = bench.issue(sections=(Section("Measured", (bench.pick(1),)), Section("Built", (others[0], bench.pick(3)))))
    assert [where for where, _ in found_by("content.summary", mixed)] == ["article 2"]


def test_a_sponsors_own_link_may_say_where_a_reader_came_from(bench):
    address = "https://x.press/?utm_source=digest&utm_campaign=nov"
    made = bench.body(f'<a href="{address.replace("&", "&amp;")}">Bread</a>')
    assert len(found_by("links.tracking", made)) == 1
    paid = replace(made.issue, sponsors=(Sponsor(f"[Bread]({address})"),))
    assert found_by("links.tracking", replace(made, issue=paid)) == []


def test_a_contrast_that_is_too_low_is_not_rounded_to_one_that_is_enough(bench):
    ((_, said),) = found_by("access.contrast", bench.body('<p style="color:#777777">Grey on white</p>'))
    assert said.endswith("a contrast of 4.4, 4.5 is needed")


def test_colours_that_the_settings_have_too_close_are_told_of_once(bench):
    made = bench.body('<p style="color:#bbbbbb;background:#ffffff">a</p><p style="color:#cccccc">b</p>')
    light = dict.fromkeys(DARK, "#ffffff") | {"ink": "#000000", "soft": "#bbbbbb", "accent": "#000000"}
    light |= {"on_button": "#000000"}
    found = preflight.check(replace(made, colours={"light": light}))
    assert [one.where for one in found if one.id == "themes.contrast"] == ["theme, light"]
    assert [one.message[:20] for one in found if one.id == "access.contrast"] == ["“b” is #cccccc on #f"]


def test_an_ideograph_takes_the_room_of_two_letters_in_an_inbox(bench):
    ((_, said),) = found_by("content.subject_long", bench.issue(subject="組版" * 11 + "の進化"))
    assert said == "50 characters; an iPhone shows about 41: “" + "組版" * 10 + "…”"
    assert found_by("content.subject_long", bench.issue(subject="組版" * 10)) == []
    assert found_by("content.preheader", bench.issue(preheader="組版" * 10)) == []


@pytest.mark.parametrize(
    "typed", ["[here](#top)", "[here](page.html)", "[a (b)](//x.press/a_(b))", r"\![a](chart.png)"]
)
def test_a_link_that_markdown_leaves_as_it_was_typed_is_found(typed, bench):
    """What stands in code, or behind a backslash, is meant as it stands."""
    checkup = replace(bench.body(f"<p>See {typed}</p>"), issue=bench.issue(intro=f"See\n{typed}").issue)
    ((where, said),) = found_by("links.unusable", checkup)
    assert (where, said.endswith("is printed as it was typed: a mail can't lead there")) == ("intro", True)
    for sound in (f"See `{typed}`", "See \\" + typed.removeprefix("\\!"), "[here](https://x.press/)"):
        shown = "<code>" + typed + "</code>" if "`" in sound else typed
        quoted = replace(bench.body(f"<p>See {shown}</p>"), issue=bench.issue(intro=sound).issue)
        assert found_by("links.unusable", quoted) == []


def test_a_word_that_an_article_only_contains_does_not_hide_a_placeholder(bench):
    spanish = bench.article(1, title="Todo sobre Tkinter")
    checkup = replace(bench.issue(intro="TODO, and a figure TK"), articles={1: spanish})
    assert [said for _, said in found_by("wording.placeholder", checkup)] == ["“TODO” looks like a stand-in"]
    theirs = replace(checkup, articles={1: bench.article(1, title="Every TODO has an owner")})
    assert [said for _, said in found_by("wording.placeholder", theirs)] == ["“TK” looks like a stand-in"]


def test_what_an_article_says_is_no_placeholder(bench):
    """An article about "lorem ipsum" may be summed up with its words."""
    about = Article(id=1, title="Where lorem ipsum comes from", source="x", key="x", url="https://lowerhalf.press/1")
    checkup = replace(
        bench.picks(bench.pick(1, headline="Where lorem ipsum comes from", summary=Summary("Old.", "editor"))),
        articles={1: about},
    )
    assert "wording.placeholder" not in {finding.id for finding in preflight.check(checkup)}
