"""What an editor does between sends: drafts thrown away, members looked at, corrections, what was sent left alone."""

from __future__ import annotations

from tests.acceptance.conftest import Program, Sink


def test_a_draft_can_be_thrown_away_and_its_number_is_given_again(ready: Program) -> None:
    assert ready("issue", "new", "--json").json["number"] == 2
    ready("issue", "discard", "2")
    assert [issue["number"] for issue in ready("issue", "list", "--json").json] == [1]
    assert ready("issue", "new", "--json").json["number"] == 2


def test_what_was_sent_is_not_thrown_away_and_an_edit_says_what_it_changes(ready: Program, sink: Sink) -> None:
    ready("send", "1", "--list", "weekly", "--yes")
    assert "was sent" in ready("issue", "discard", "1", code=1).err
    article = ready("issue", "show", "1", "--json").json["sections"][0]["picks"][-1]["article"]
    assert "was sent already" in ready("issue", "drop", "1", article).err
    assert len(sink.mails()) == 5


def test_members_are_listed_with_how_they_stand(ready: Program) -> None:
    ready("subscribers", "unsubscribe", "ada@example.org")
    rows = ready("subscribers", "list", "--list", "weekly", "--json").json
    assert {row["email"]: row["state"] for row in rows}["ada@example.org"] == "unsubscribed"
    assert len(rows) == 5
    gone = ready("subscribers", "list", "--list", "weekly", "--state", "unsubscribed").out
    assert gone.startswith("ada@example.org\tAda Lovelace\tunsubscribed")
    assert "unsubscribed since" in ready("subscribers", "show", "ada@example.org").out


def test_an_editor_brings_somebody_back_and_a_file_does_not(ready: Program) -> None:
    ready("subscribers", "unsubscribe", "ada@example.org")
    ready("subscribers", "import", "subscribers/weekly.csv", "--list", "weekly")
    assert ready("lists", "--json").json[0]["members"]["active"] == 4
    ready("subscribers", "add", "ada@example.org", "--list", "weekly")
    assert ready("lists", "--json").json[0]["members"]["active"] == 5


def test_an_article_comes_with_a_summary_of_its_own_sentences(ready: Program) -> None:
    for short in ready("articles", "--json").json:
        article = ready("article", "show", short["id"], "--json").json
        assert article["summary"]["sentences"]
        for sentence in article["summary"]["sentences"]:
            if sentence["start"] is not None:
                assert article["body_text"][sentence["start"] : sentence["end"]] == sentence["text"]


def test_a_failing_editor_loses_nothing_and_leaves_nothing(ready: Program) -> None:
    before = ready("issue", "show", "1", "--json").json
    assert "failed with code 1" in ready("issue", "edit", "1", code=1, EDITOR="false", VISUAL="").err
    assert "can't be started" in ready("issue", "edit", "1", code=1, EDITOR="no-such-editor", VISUAL="").err
    assert ready("issue", "show", "1", "--json").json == before


def test_a_wrong_span_names_its_option(ready: Program) -> None:
    assert "--since" in ready("articles", "--since", "soon", code=2).err
