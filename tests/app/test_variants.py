"""What an issue is rendered for: groups of readers come to shapes, shapes to variants, and approvals hold for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import NotFound, Refused
from newsletter.models import Edition, Variant

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
BOTH = 'by = ["language", "topics"]\nmin_articles = 1'
EDITORS = """
[preflight]
two_person = true
[[editor]]
name = "Ada"
email = "ada@example.org"
[[editor]]
name = "Grace"
email = "grace@example.org"
"""
ABOUT = {
    "A borrow checker explained": "The Rust compiler refuses it, and Rust is right: two borrows of one value. ",
    "Indexes that pay": "A database without an index reads all of it; databases with one read a page. ",
    "Ponies": "A pony eats grass on a meadow in the north, all day and in every season of the year. ",
}
Open = Callable[..., Workspace]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """A workspace with an issue of three articles: about Rust, about databases, about neither."""
    made: list[Workspace] = []

    def open_with(settings: str, *people: str, more: str = "") -> Workspace:
        starter.create(tmp_path)
        path = tmp_path / "newsletter.toml"
        text = path.read_text("utf-8").replace("python = 1.0", '"data+bases" = {words = ["database"]}\nai = 1.0')
        text = text.replace("max_per_source = 2", "max_per_source = 3")
        path.write_text(f"{text}\n[variants]\n{settings}\n{more}", "utf-8")
        workspace = Workspace(tmp_path, clock=lambda: NOW)
        made.append(workspace)
        for title, words in ABOUT.items():
            article = f"# {title}\n\n{words * 4}".encode()
            workspace.library.add(["-"], stdin=lambda article=article: article)
        workspace.desk.new(pick=True)
        enrol(workspace, *people)
        return workspace

    yield open_with
    for workspace in made:
        workspace.close()


def enrol(workspace: Workspace, *people: str) -> None:
    """Put people on the list: "language:topic,topic"."""
    rows = ["email,language,topics"]
    for person in people:
        language, _, topics = person.partition(":")
        rows.append(f'r{person.encode().hex()}@example.org,{language},"{topics}"')
    path = workspace.root / "people.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    workspace.audience.import_csv(path, "weekly")


def titles(workspace: Workspace, name: str) -> set[str]:
    shape = workspace.variants.named(workspace.desk.get(1), name)
    return {pick.headline for pick in shape.issue.picks}


def test_groups_come_to_named_shapes_each_once(opened: Open) -> None:
    workspace = opened(
        BOTH,
        "en",
        "en-GB:",
        "de-AT",
        "de",
        "de: Rust",
        "de-CH:rust;fish",
        ":RUST , ai",
        ":data+bases,rust",
        ":data+bases",
        "xx",
        "ar:ai",
    )
    found, plan = workspace.press.variants(1, "weekly")
    assert {one.name: one.subscribers for one in found} == {
        "default": 4,  # en, en-GB, xx, and who follows all there is
        "ar/general": 1,
        "de": 2,
        "de/rust": 2,
        "default/data%2Bbases": 1,
        "default/rust": 1,
    }
    assert [one.name for one in found] == ["default", *sorted(one.name for one in found[1:])]
    assert plan.beyond == 0
    assert titles(workspace, "de/rust") == {"A borrow checker explained", "Ponies"}
    assert titles(workspace, "ar/general") == {"Ponies"}


def test_who_follows_too_little_of_an_issue_gets_all_of_it(opened: Open) -> None:
    workspace = opened('by = ["topics"]\nmin_articles = 2', ":rust", ":ai")
    found, _ = workspace.press.variants(1)
    assert [(one.name, one.subscribers, one.articles) for one in found] == [("default", 1, 3), ("rust", 1, 2)]


def test_a_suggested_subject_is_of_an_article_that_is_there(opened: Open) -> None:
    workspace = opened('by = ["topics"]\nmin_articles = 1', ":ai")
    issue = workspace.desk.get(1)
    assert workspace.variants.named(issue, "general").issue.subject == "Ponies"
    written = replace(issue, subject="What the editor wrote")
    assert workspace.variants.named(written, "general").issue.subject == "What the editor wrote"


def test_beyond_the_limit_the_smallest_get_the_nearest_and_a_finding_says_so(opened: Open) -> None:
    people = "de", "de-AT", "de-CH", "de:rust", "fr", "fr-CA", "it"
    workspace = opened(f"{BOTH}\nmost = 3", *people)
    found, plan = workspace.press.variants(1)
    assert {one.name: one.subscribers for one in found} == {"default": 1, "de": 4, "fr": 2}
    assert (plan.beyond, plan.beyond_subscribers) == (2, 2)
    (finding,) = [f for f in workspace.press.check(1) if f.id == "rendering.variants"]
    assert finding.message.startswith("2 more variants would be beyond the limit: 2 subscribers get")
    workspace.dispatch.start(1, "weekly", forced="the example addresses")
    assert sorted(row.variant for row in workspace.dispatch.deliveries(1)) == sorted(
        ["default", *["de"] * 4, "fr", "fr"]
    )


def test_an_approval_outlives_new_readers_who_get_the_nearest_and_lapses_with_the_issue(opened: Open) -> None:
    workspace = opened(BOTH, "en", "de", "de:rust")
    frozen = workspace.press.approve(1, forced="example addresses")
    assert [variant.name for variant in frozen.variants] == ["default", "de", "de/rust"]
    enrol(workspace, "de:data+bases", "fr", "fr:rust")
    assert workspace.press.approved(1) == frozen
    send = workspace.dispatch.start(1, "weekly", forced="example addresses")
    rows = workspace.dispatch.deliveries(send.id)
    assert (send.edition, [row.variant for row in rows]) == (
        frozen.id,
        ["default", "de", "de/rust", "de", *["default"] * 2],
    )
    workspace.desk.veto(1, [next(workspace.desk.get(1).picks).article])
    with pytest.raises(Refused, match="lapsed"):
        workspace.press.approved(1)


def test_an_approval_lapses_with_the_words_of_one_variant(opened: Open) -> None:
    workspace = opened(BOTH, "de")
    workspace.press.approve(1, forced="example addresses")
    own = workspace.root / "templates" / "email" / "words" / "de.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('unsubscribe = "Auf Wiedersehen"\n', "utf-8")
    with pytest.raises(Refused, match="lapsed"):
        workspace.press.approved(1)


def test_the_second_editor_approves_what_the_first_did_though_readers_came(opened: Open) -> None:
    workspace = opened(BOTH, "en", "de", more=EDITORS)
    first = workspace.press.approve(1, forced="example addresses", by="Ada")
    enrol(workspace, "fr")
    assert workspace.press.approve(1, forced="example addresses", by="Grace") == first
    workspace.press.second_person(1, first)


def test_a_planned_send_freezes_the_variants_of_who_is_there_when_it_begins(opened: Open) -> None:
    workspace = opened(BOTH, "en", "de")
    send = workspace.schedule.plan(1, "weekly", NOW.replace(hour=9, tzinfo=None), forced="example addresses")
    enrol(workspace, "de-AT:rust")
    workspace.clock = lambda: NOW + timedelta(hours=3)
    workspace.schedule.begin(send)
    assert [row.variant for row in workspace.dispatch.deliveries(send.id)] == ["default", "de", "de"]


def test_the_preview_is_the_readers_own_variant(opened: Open) -> None:
    workspace = opened(BOTH, "en", "ar:rust")
    with workspace.store.begin() as work:
        work.issues.save(replace(work.issues.get(1), intro="Good morning!"))
        arab = next(person for person in work.audience.like("", 9) if person.language == "ar")
    shown = workspace.proofs.preview(1, arab.id)
    assert shown.variant == "ar/rust"
    assert '<html lang="ar" dir="rtl"' in shown.html
    assert "Indexes that pay" not in shown.html
    assert '<div lang="en" dir="ltr"' in shown.html.partition("Good morning!")[0][-400:]
    assert workspace.proofs.preview(1).variant == "default"


def test_the_preview_of_a_reader_beyond_the_limit_is_what_they_would_get(opened: Open) -> None:
    workspace = opened(f"{BOTH}\nmost = 2", "de", "de-AT", "de:rust", "fr")
    with workspace.store.read() as work:
        people = {(p.language, p.fields.get("topics", "")): p.id for p in work.audience.like("", 9)}
    shown = {who: workspace.proofs.preview(1, number).variant for who, number in people.items()}
    assert shown == {("de", ""): "de", ("de-AT", ""): "de", ("de", "rust"): "de", ("fr", ""): "default"}


def test_an_unknown_variant_is_refused_with_those_there_are(opened: Open) -> None:
    workspace = opened(BOTH, "de")
    with pytest.raises(NotFound, match="default, de"):
        workspace.variants.named(workspace.desk.get(1), "pl")


def test_without_variants_an_edition_is_what_it_was(opened: Open) -> None:
    workspace = opened("by = []", "de:rust", "ar")
    assert [(one.name, one.subscribers) for one in workspace.press.variants(1)[0]] == [("default", 2)]
    edition = Edition(7, (Variant("default", ("S",), ("P",), ("<p>H</p>",), ("T",)),))
    assert edition.content_hash == "530c43115e08355e247fa58f9d2a370dfeb92d64bc7688e5416c96f5828fc4c0"
