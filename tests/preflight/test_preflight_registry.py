"""The registry: every check is documented, tried both ways elsewhere, and its findings come errors first."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from newsletter import preflight
from newsletter.models import Edition
from newsletter.preflight import registry
from newsletter.preflight.checkup import Checkup


def test_a_sound_issue_has_no_findings(bench):
    assert preflight.check(bench.sound()) == []


def test_every_check_says_what_why_and_how_to_mend():
    for entry in preflight.catalogue():
        assert entry.id == f"{entry.family}.{entry.id.partition('.')[2]}"
        assert len(entry.docs.split("\n\n")) >= 2, f"{entry.id}: a first sentence, then why and how to mend"
        assert "Mend" in entry.docs or entry.id == "links.again", f"{entry.id} does not say how to mend it"


def test_a_family_is_a_file():
    files = {module.__name__.rpartition(".")[2] for module in preflight.FAMILIES}
    assert files == {entry.family for entry in preflight.catalogue()}


def test_errors_come_before_warnings_and_warnings_before_notes(bench):
    checkup = replace(bench.issue(subject="", preheader="Short"), postal_address="")
    severities = [finding.severity for finding in preflight.check(checkup)]
    assert set(severities) == {"error", "warning", "note"}
    assert severities == sorted(severities, key=("error", "warning", "note").index)


def test_the_same_checkup_gives_the_same_findings(bench):
    checkup = replace(bench.issue(subject="", preheader=""), used={1: 3, 2: 4})
    assert preflight.check(checkup) == preflight.check(checkup)


def test_what_variants_share_is_said_once_and_the_rest_names_its_variant(bench):
    checkup = bench.body("<img src='https://lowerhalf.press/x.png'>")
    first = checkup.edition.variants[0]
    bare = replace(first, name="fr", html=("<img src='https://lowerhalf.press/y.png'>", *first.html))
    all_three = Edition(12, (first, replace(first, name="de", text=("",)), bare))
    found = preflight.check(replace(checkup, edition=all_three))
    assert [f.where for f in found if f.id == "access.alt"] == ["html", "html (fr)"]
    assert {f.where for f in found if f.id == "deliverability.text_part"} == {"text (de)"}


def test_without_an_edition_the_issues_own_words_are_still_checked(bench):
    checkup = replace(bench.issue(subject=""), edition=None, render_error="digest.mjml:4: unknown tag mj-colum")
    found = {finding.id: finding for finding in preflight.check(checkup)}
    assert "digest.mjml:4" in found["rendering.failed"].message
    assert "content.subject_empty" in found


def test_an_id_is_registered_once():
    def twice(_checkup: Checkup) -> list[registry.Fault]:
        """Never registered."""
        return []

    with pytest.raises(ValueError, match=r"content\.empty"):
        registry.on_issue("content.empty")(twice)


def test_a_check_without_docs_is_not_registered():
    with pytest.raises(ValueError, match="docstring"):
        registry.on_issue("content.undocumented")(lambda _checkup: [])


@pytest.mark.parametrize(
    "markup", ["", "<", "<p>" * 5_000, "\x00\x01<a href='http://[::1'>x</a>", "<!-- only a comment -->"]
)
def test_hostile_html_is_checked_without_a_crash(bench, markup):
    preflight.check(bench.variant(html=(markup,)))


def test_a_ten_article_digest_is_checked_in_50_ms(bench):
    """The best of five: what a busy machine adds is not the checks' own."""
    cards = "".join(
        f"<h2><a href='https://lowerhalf.press/{n}'>Part {n}</a></h2><p>{'word ' * 900}</p>" for n in range(10)
    )
    checkup = replace(bench.body(cards), articles={n: bench.article(n) for n in range(1, 11)})
    checkup = replace(
        checkup, issue=replace(checkup.issue, sections=(bench.picks(*map(bench.pick, range(1, 11))).issue.sections))
    )
    assert len("".join(str(piece) for piece in checkup.edition.variants[0].html)) > 45_000

    def once() -> float:
        start = time.perf_counter()
        preflight.check(checkup)
        return time.perf_counter() - start

    assert min(once() for _ in range(5)) < 0.05


def test_each_variant_is_parsed_and_weighed_once(bench):
    (one,) = bench.sound().edition.variants
    names = ["default", *(f"v{number}" for number in range(20))]
    checkup = bench.sound(edition=Edition(12, tuple(replace(one, name=name) for name in names)))
    opened, report_of = preflight.mail.opened, preflight.clients.report_of
    opened.cache_clear()
    report_of.cache_clear()
    for _ in range(2):
        preflight.check(checkup)
        preflight.client_reports(checkup)
    assert (opened.cache_info().misses, report_of.cache_info().misses) == (len(names), len(names))
