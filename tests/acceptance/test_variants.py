"""An edition for each group of readers: two hundred people, three languages, two topics, by real mail to the sink."""

from __future__ import annotations

from collections import Counter

import pytest

from newsletter.app.workspace import Workspace
from newsletter.models import DeliveryState
from tests.acceptance.conftest import Program, Sink
from tests.acceptance.test_kill import run_and_kill

LANGUAGES = ("en", "de-AT", "ar")
TOPICS = ("", "Rust", "fish, rust", "python;rust")
PEOPLE = 200


@pytest.fixture
def grouped(ready: Program) -> Program:
    rows = "".join(f'r{n}@example.org,{LANGUAGES[n % 3]},"{TOPICS[n // 3 % 4]}"\n' for n in range(PEOPLE))
    (ready.folder / "people.csv").write_text(f"email,language,topics\n{rows}")
    ready("subscribers", "import", "people.csv", "--list", "readers")
    ready.set("[summaries]", '[variants]\nby = ["language", "topics"]\nmin_articles = 1\n\n[summaries]')
    return ready


def due(n: int) -> str:
    """The variant of a reader, by their number."""
    language = ("", "de", "ar")[n % 3]
    if n // 3 % 4 in (1, 2):
        return f"{language or 'default'}/rust"
    return language or "default"


def test_everybody_gets_their_variant_once(grouped: Program, sink: Sink) -> None:
    shown = grouped("render", "1", "--variants", "--list", "readers", "--json").json
    expected = Counter(due(n) for n in range(PEOPLE))
    assert {one["name"]: one["subscribers"] for one in shown["variants"]} == expected
    assert len(expected) == 6
    done = grouped("send", "1", "--list", "readers", "--yes", "--json").json
    assert done["accepted"] == PEOPLE
    articles = {one["name"]: one["articles"] for one in shown["variants"]}
    assert articles["default/rust"] < articles["default"]
    mails = sink.mails()
    assert len(mails) == len({mail["to"] for mail in mails}) == PEOPLE
    words = {"de": 'lang="de"', "ar": 'lang="ar"', "default": 'lang="en"'}
    left_out = _left_out(grouped)
    for mail in mails:
        n = int(mail["to"].partition("@")[0].removeprefix("r"))
        html = mail.get_body(("html",)).get_content()
        language, _, topic = due(n).partition("/")
        assert words[language] in html[: html.index("<body")]
        assert (left_out in html) is not bool(topic)


def test_a_send_killed_and_resumed_keeps_what_was_frozen(grouped: Program, sink: Sink) -> None:
    grouped.set('tls = "none"', 'tls = "none"\nper_second = 150')
    assert run_and_kill(grouped, ["send", "1", "--list", "readers", "--yes"], after=0.2, already=0, sink=sink)
    with Workspace(grouped.folder) as workspace:
        before = {row.email: row.variant for row in workspace.dispatch.deliveries(1)}
    assert before == {f"r{n}@example.org": due(n) for n in range(PEOPLE)}
    (grouped.folder / "later.csv").write_text(
        "email,language,topics\n" + "".join(f"r{n}@example.org,fr,python\n" for n in range(PEOPLE))
    )
    grouped("subscribers", "import", "later.csv", "--list", "readers")
    grouped("resume", "1", code=None)
    with Workspace(grouped.folder) as workspace:
        rows = workspace.dispatch.deliveries(1)
    assert {row.email: row.variant for row in rows} == before
    assert {row.state for row in rows} <= {DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN}
    got = Counter(mail["to"] for mail in sink.mails())
    assert max(got.values()) == 1
    assert {row.email for row in rows if row.state is DeliveryState.ACCEPTED} <= set(got)
    for mail in sink.mails():
        html = mail.get_body(("html",)).get_content()
        assert ('<html lang="ar"' in html) is before[mail["to"]].startswith("ar")


def test_a_test_copy_shows_one_variant(grouped: Program, sink: Sink) -> None:
    grouped("send", "1", "--to", "me@example.org", "--variant", "de")
    grouped("send", "1", "--to", "me@example.org")
    german, plain = (mail.get_body(("html",)).get_content() for mail in sink.mails())
    assert {'<html lang="de"' in html for html in (german, plain)} == {True, False}
    assert "de/rust" in grouped("send", "1", "--to", "me@example.org", "--variant", "pl", code=1).err


def _left_out(program: Program) -> str:
    """A headline that readers who follow Rust alone are not shown."""
    whole = program("issue", "show", "1", "--json").json
    program("render", "1", "--variants", "-o", "out")
    narrow = " ".join((program.folder / "out" / "default" / "rust" / "issue.txt").read_text().split())
    headlines = [pick["headline"] for section in whole["sections"] for pick in section["picks"]]
    return next(headline for headline in headlines if " ".join(headline.split()[:4]) not in narrow)
