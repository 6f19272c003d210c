"""Picking at the desk: what an issue remembers of it, what gives way to what, and what the editor is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from newsletter import config
from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import NotFound, Refused
from newsletter.models import Issue

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
_WORDS = (
    "harbour tide ferry anchor lighthouse mooring pilot cargo",
    "violin sonata rehearsal conductor orchestra bow encore quartet",
    "glacier moraine crevasse summit altitude rope icefall ridge",
    "loaf sourdough oven flour crumb proofing bakery rye",
    "kernel scheduler mutex syscall driver interrupt paging socket",
    "meadow beetle pollen hive nectar thistle clover moth",
    "verdict tribunal appeal witness statute counsel bench plea",
)
Add = Callable[..., int]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    starter.create(tmp_path)
    with Workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def add(workspace: Workspace) -> Add:
    """Adds an article on one of seven subjects; `days` is its age."""

    figures = count(101)  # other figures make another article of one outlet's like words

    def make(subject: int, *, days: float = 1, title: str = "") -> int:
        words = _WORDS[subject].split()
        text = " ".join(f"The {one} met the {two} near {subject}." for one in words[:4] for two in words[4:])
        text += f" {next(figures)}."
        date = f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        name = title or f"{words[0].title()} and {words[1]} in the news"
        source = f"---\ntitle: {name}\ndate: {date}\nsite: Site {subject}\n---\n\n{text}\n"
        return workspace.library.add(["-"], stdin=source.encode).added[0]

    return make


def set_topics(workspace: Workspace, toml: str) -> None:
    path = workspace.root / config.FILE
    path.write_text(path.read_text().replace("rust = 1.0\npython = 1.0", toml))
    workspace.__dict__.pop("settings", None)


def articles(issue: Issue) -> list[int]:
    return [pick.article for pick in issue.picks]


def test_why_goes_by_the_span_and_words_of_the_pick(workspace: Workspace, add: Add) -> None:
    old, older = add(0, days=200), add(1, days=500)
    issue = workspace.desk.new(pick=True, since=timedelta(days=400), words=["harbour"]).issue
    assert articles(issue) == [old]
    assert "matches 'harbour' in the title" in workspace.desk.why(1, old).sentence
    assert "older than the 400-day window by 100 days" in workspace.desk.why(1, older).sentence
    assert workspace.desk.get(1).asked == issue.asked


def test_a_new_pick_asks_as_the_last_one_did(workspace: Workspace, add: Add) -> None:
    old = add(0, days=200)
    workspace.desk.new(pick=True, since=timedelta(days=400), maximum=3)
    newer = add(1, days=300)
    assert articles(workspace.desk.refill(1).issue) == [old, newer]


def test_why_tells_of_what_came_in_later_and_of_what_was_sent(workspace: Workspace, add: Add) -> None:
    first = add(0)
    workspace.desk.new(pick=True)
    workspace.clock = lambda: NOW + timedelta(hours=2)
    workspace.library._clock = workspace.clock
    later = add(1)
    assert "it came in after issue 1 was picked" in workspace.desk.why(1, later).sentence
    with workspace.store.begin() as work:
        work.issues.mark_sent(1)
    workspace.desk.new()
    assert "printed before in issue 1" in workspace.desk.why(2, first).sentence
    workspace.desk.drop(1, [first])
    assert "a new pick would take it" in workspace.desk.why(1, first).sentence


def test_what_another_draft_has_is_picked_and_said(workspace: Workspace, add: Add) -> None:
    one, two = add(0), add(1, days=2)
    workspace.desk.new(pick=True, maximum=1)
    issue = workspace.desk.new(pick=True).issue
    assert articles(issue) == [one, two]
    (other,) = workspace.desk.elsewhere(issue)
    assert (other.issue, other.words, other.articles) == (1, "issue 1, a draft", (one,))
    assert workspace.desk.why(2, one).sentence.endswith(" · also in issue 1, a draft")
    assert "also in" not in workspace.desk.why(2, two).sentence
    workspace.desk.discard(1)
    assert "also in" not in workspace.desk.why(2, one).sentence


def test_what_an_approved_issue_has_is_passed_over_unless_it_is_pinned(workspace: Workspace, add: Add) -> None:
    one, two = add(0), add(1, days=2)
    workspace.desk.new(pick=True, maximum=1)
    workspace.press.approve(1, forced="a test")
    draft = workspace.desk.new(pick=True)
    assert articles(draft.issue) == [two]
    assert [(left.article.id, left.kind) for left in draft.left_out] == [(one, "promised")]
    assert "not picked: in issue 1, which is approved and will print it" in workspace.desk.why(2, one).sentence
    pinned = workspace.desk.pin(2, [one])
    assert one in articles(pinned)
    assert workspace.desk.why(2, one).sentence.endswith(" · also in issue 1, which is approved")
    assert one in articles(workspace.desk.refill(2).issue)
    workspace.desk.drop(2, [one])
    workspace.desk.veto(2, [two])
    with pytest.raises(Refused, match="1 in other issues that are approved"):
        workspace.desk.refill(2)
    assert articles(workspace.desk.refill(1).issue) == [one]  # its own is no other's


def test_what_says_the_same_as_an_approved_issue_s_article_is_passed_over_too(workspace: Workspace, add: Add) -> None:
    one, rewrite, two = add(0), add(0, days=2, title="The same once more"), add(1, days=2)
    workspace.desk.new()
    workspace.desk.add(1, [one])
    workspace.press.approve(1, forced="a test")
    assert articles(workspace.desk.new(pick=True).issue) == [two]
    why = workspace.desk.why(2, rewrite).sentence
    assert f"not picked: says what {one} “Harbour and tide in the news” said, which issue 1 will print; pin it" in why
    with workspace.store.begin() as work:
        work.issues.mark_sent(1)
    assert "said, printed in issue 1; pin it" in workspace.desk.why(2, rewrite).sentence


def test_why_of_an_article_that_is_not_there(workspace: Workspace, add: Add) -> None:
    add(0)
    workspace.desk.new(pick=True)
    with pytest.raises(NotFound):
        workspace.desk.why(1, 99)


def test_a_veto_takes_an_article_out_and_keeps_it_out(workspace: Workspace, add: Add) -> None:
    one, two = add(0), add(1, days=2)
    workspace.desk.new(pick=True)
    issue = workspace.desk.veto(1, [one])
    assert (articles(issue), issue.vetoed) == ([two], (one,))
    assert articles(workspace.desk.refill(1).issue) == [two]
    assert "issue veto 1 1 --off" in workspace.desk.why(1, one).sentence
    workspace.desk.veto(1, [one], off=True)
    assert articles(workspace.desk.refill(1).issue) == [one, two]
    with pytest.raises(NotFound):
        workspace.desk.veto(1, [99])


def test_adding_a_vetoed_article_lifts_the_veto(workspace: Workspace, add: Add) -> None:
    one = add(0)
    workspace.desk.new()
    workspace.desk.veto(1, [one])
    assert workspace.desk.add(1, [one]).vetoed == ()


def test_a_pin_brings_in_what_a_pick_left_out_and_keeps_it(workspace: Workspace, add: Add) -> None:
    ids = [add(subject, days=1 + subject / 2) for subject in range(4)]
    old = add(5, days=400)
    workspace.desk.new(pick=True, maximum=2)
    assert articles(workspace.desk.get(1)) == ids[:2]
    workspace.desk.veto(1, [ids[3]])
    pinned = workspace.desk.pin(1, [old, ids[3], ids[0]])
    assert articles(pinned) == [ids[0], ids[1], old, ids[3]]
    assert [pick.pinned for pick in pinned.picks] == [True, False, True, True]
    assert pinned.vetoed == ()
    assert workspace.desk.why(1, old).sentence.startswith("pinned by the editor · 400 days old")
    assert articles(workspace.desk.refill(1).issue) == [ids[0], old, ids[3]]
    with pytest.raises(NotFound, match="no article 99; `newsletter articles`"):
        workspace.desk.pin(1, [99])
    with pytest.raises(NotFound, match="article 2 is not in issue 1, which has"):
        workspace.desk.pin(1, [ids[1]], pinned=False)


class TestReplace:
    def test_the_next_best_stands_in_its_place_and_it_does_not_come_back(self, workspace: Workspace, add: Add) -> None:
        ids = [add(subject, days=1 + subject / 2) for subject in range(6)]
        workspace.desk.new(pick=True, maximum=3)
        assert articles(workspace.desk.get(1)) == ids[:3]
        offered = [picked.article.id for picked in workspace.desk.offers(1, ids[1])]
        assert offered == ids[3:]
        assert articles(workspace.desk.get(1)) == ids[:3], "an offer changes nothing"
        assert articles(workspace.desk.replace(1, ids[1])) == [ids[0], ids[3], ids[2]]
        assert articles(workspace.desk.replace(1, ids[3])) == [ids[0], ids[4], ids[2]]

    def test_it_keeps_the_balance_of_topics(self, workspace: Workspace, add: Add) -> None:
        set_topics(workspace, 'sea = {words = ["ferry"], max = 1}\nmusic = {words = ["sonata"]}')
        sea = add(0, days=1)
        music = add(1, days=1.1)
        add(0, days=0.5, title="Another ferry with a cargo")
        glacier = add(2, days=3)
        workspace.desk.new(pick=True, maximum=2)
        issue = workspace.desk.get(1)
        assert music in articles(issue)
        kept = next(article for article in articles(issue) if article != music)
        assert kept in (sea, 3)
        assert articles(workspace.desk.replace(1, music)) == [
            article if article != music else glacier for article in articles(issue)
        ]

    def test_when_nothing_is_left_nothing_changes(self, workspace: Workspace, add: Add) -> None:
        one = add(0)
        workspace.desk.new(pick=True)
        with pytest.raises(
            Refused, match=r"of the last 7 days is left to stand in the place of article 1; .* add 1 ARTICLE`"
        ):
            workspace.desk.replace(1, one)
        assert articles(workspace.desk.get(1)) == [one]
        with pytest.raises(NotFound):
            workspace.desk.replace(1, 99)


def test_sections_are_filled_by_topic_and_pins_stay_where_they_are(workspace: Workspace, add: Add) -> None:
    set_topics(
        workspace,
        'bread = {words = ["sourdough"], section = "Table"}\nsea = {weight = 2, words = ["ferry"], section = "Coast"}',
    )
    glacier, sea, bread = add(2), add(0), add(3)
    issue = workspace.desk.new(pick=True).issue
    found = {section.title: [pick.article for pick in section.picks] for section in issue.sections}
    assert list(found.items()) == [("Table", [bread]), ("Coast", [sea]), ("Also worth reading", [glacier])]
    workspace.desk.pin(1, [glacier])
    workspace.desk.veto(1, [bread])
    issue = workspace.desk.refill(1).issue
    found = {section.title: [pick.article for pick in section.picks] for section in issue.sections}
    assert found == {"Also worth reading": [glacier], "Coast": [sea]}


def test_nothing_to_pick_names_the_reasons(workspace: Workspace, add: Add) -> None:
    with pytest.raises(Refused, match="there are no articles yet"):
        workspace.desk.new(pick=True)
    add(0, days=9.5)
    add(1, days=30)
    used = add(2, days=1)
    workspace.desk.new()
    workspace.desk.add(1, [used])
    with workspace.store.begin() as work:
        work.issues.mark_sent(1)
    with pytest.raises(Refused) as caught:
        workspace.desk.new(pick=True)
    assert str(caught.value) == (
        "nothing to pick in the last 7 days: 2 older than that (--since 10d would take in the newest); 1 printed before"
    )
    assert articles(workspace.desk.new(pick=True, since=timedelta(days=10)).issue) == [1]
    assert [issue.number for issue in workspace.desk.issues()] == [2, 1]


def test_topics_show_what_they_catch(workspace: Workspace, add: Add) -> None:
    set_topics(workspace, f"sea = 0.5\nlike = {{articles = [{add(4, days=100)}]}}")
    like = add(4, title="Something else")
    ferry = add(0, title="Sea air")
    window, caught = workspace.desk.topics()
    assert window == timedelta(days=7)
    sea, likeness = caught.topics
    assert [article.id for article, _ in sea.articles] == [ferry]
    values = {article.id: value for article, value in likeness.articles}
    assert values[like] > 0.8 > 0.5 > values.get(ferry, 0.0)
