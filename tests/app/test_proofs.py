"""Proofs follow the workspace: what is written, by whomever, is what is shown; and they are shown as anybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.app import proofs as module
from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import ConfigError, NotFound, RenderError
from newsletter.models import NOBODY, Merged

_BODY = "A tokenizer in Rust reads the same text in a tenth of the time that it took before. " * 4
#: Seconds in which a change must be heard of; it takes a tenth.
SOON = 10


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    starter.create(tmp_path)
    with Workspace(tmp_path) as opened:
        opened.library.add(["-"], stdin=f"# A lexer\n\n{_BODY}".encode)
        opened.desk.new(pick=True)
        people = tmp_path / "people.csv"
        people.write_text("email,name,language,town\nada@example.org,Ada,de,Wien\nb@example.org,,,\n", "utf-8")
        opened.audience.import_csv(people, "weekly")
        set_intro(opened, 'Dear {{ subscriber.name | default("reader") }} of {{ subscriber.town | default("here") }},')
        yield opened


def set_intro(workspace: Workspace, intro: str) -> None:
    with workspace.store.begin() as work:
        work.issues.save(replace(work.issues.get(1), intro=intro))


def own(workspace: Workspace, name: str, text: str) -> Path:
    path = workspace.root / "templates" / "email" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


class Ear:
    """Somebody who listens; `hear` waits until there was something, and forgets it."""

    def __init__(self, workspace: Workspace) -> None:
        self._woken = threading.Event()
        self.leave = workspace.proofs.listen(self._woken.set)

    def hear(self) -> bool:
        heard = self._woken.wait(SOON)
        self._woken.clear()
        return heard


@pytest.fixture
def ear(workspace: Workspace) -> Iterator[Ear]:
    ear = Ear(workspace)
    assert ear.hear(), "the first listener is woken at once: nobody watched until now"
    yield ear
    ear.leave()


def test_it_is_shown_as_a_subscriber_with_their_values_or_the_defaults(workspace: Workspace) -> None:
    ada, other = workspace.proofs.readers()
    shown = workspace.proofs.preview(1, ada.id)
    assert "Dear Ada of Wien" in shown.html
    assert shown.reader == ada
    assert (ada.email, ada.language) == ("ada@example.org", "de")
    assert shown.merged[:2] == (
        Merged("subscriber.name", "Ada", is_default=False),
        Merged("subscriber.town", "Wien", is_default=False),
    )
    assert "Dear reader of here" in workspace.proofs.preview(1, other.id).text
    nobody = workspace.proofs.preview(1)
    assert (nobody.reader, nobody.merged[0]) == (NOBODY, Merged("subscriber.name", "reader", is_default=True))
    assert len({page.version for page in (shown, nobody)}) == 2


def test_nothing_of_a_proof_can_unsubscribe_the_reader(workspace: Workspace) -> None:
    ada = workspace.proofs.readers("ada")[0]
    shown = workspace.proofs.preview(1, ada.id)
    assert shown.html.count("/u/sample") == 1
    assert workspace.links.sign("unsubscribe", ada.id, 1) not in shown.html + shown.text


def test_readers_are_found_by_words_and_an_erased_one_is_gone(workspace: Workspace) -> None:
    (ada,) = workspace.proofs.readers("ADA")
    workspace.audience.erase("ada@example.org")
    assert workspace.proofs.readers("ada") == []
    with pytest.raises(NotFound):
        workspace.proofs.preview(1, 99)
    assert "Dear reader of here" in workspace.proofs.preview(1, ada.id).html


def test_a_change_of_the_issue_by_another_process_is_heard_and_shown(workspace: Workspace, ear: Ear) -> None:
    before = workspace.proofs.version(1)
    assert workspace.proofs.preview(1).version == before
    with Workspace(workspace.root) as elsewhere:
        set_intro(elsewhere, "Another beginning.")
    assert ear.hear()
    assert workspace.proofs.version(1) != before
    assert "Another beginning." in workspace.proofs.preview(1).html


def test_a_template_that_is_made_broken_mended_and_removed_is_followed(workspace: Workspace, ear: Ear) -> None:
    footer = own(workspace, "shared/footer.mjml.j2", "<mj-text>First footer</mj-text>")
    assert ear.hear()
    assert "First footer" in workspace.proofs.preview(1).html
    footer.write_text("<mj-text>\n  Second {{ footer</mj-text>\n", "utf-8")
    assert ear.hear()
    with pytest.raises(RenderError) as caught:
        workspace.proofs.preview(1)
    assert (caught.value.template, caught.value.line) == ("shared/footer.mjml.j2", 2)
    lines = workspace.proofs.excerpt(caught.value)
    assert [(line.number, line.at_fault) for line in lines] == [(1, False), (2, True), (3, False)]
    assert lines[1].text == "  Second {{ footer</mj-text>"
    footer.unlink()
    assert ear.hear()
    assert "Unsubscribe" in workspace.proofs.preview(1).html, "the theme's own footer is back"


def test_an_excerpt_shows_templates_and_nothing_else(workspace: Workspace) -> None:
    assert workspace.proofs.excerpt(RenderError("../../newsletter.keys", "x", 1)) == ()
    assert workspace.proofs.excerpt(RenderError("digest/issue.mjml.j2", "x")) == ()


def test_a_change_of_the_settings_is_followed_and_a_broken_file_says_so(workspace: Workspace, ear: Ear) -> None:
    path = workspace.root / "newsletter.toml"
    text = path.read_text("utf-8")
    before = workspace.proofs.preview(1)
    path.write_text(text.replace('theme = "digest"', 'theme = "links"'), "utf-8")
    assert ear.hear()
    after = workspace.proofs.preview(1)
    assert after.html != before.html
    path.write_text("[newsletter\n", "utf-8")
    assert ear.hear()
    for _ in range(2):
        with pytest.raises(ConfigError):
            workspace.proofs.preview(1)
    path.write_text(text, "utf-8")
    assert ear.hear()
    assert workspace.proofs.preview(1).html == before.html


def test_one_version_is_rendered_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = workspace.proofs.preview(1)
    monkeypatch.setattr(workspace.press, "preview", None)
    assert workspace.proofs.preview(1) is first


def test_only_the_last_few_are_kept(workspace: Workspace) -> None:
    for turn in range(module._KEPT + 2):
        set_intro(workspace, f"Turn {turn}")
        workspace.proofs.preview(1)
    assert len(workspace.proofs._kept) == module._KEPT


def test_the_watch_ends_with_its_last_listener(workspace: Workspace) -> None:
    ears = [Ear(workspace), Ear(workspace)]
    assert ears[0].hear()
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "watch"]
    ears[0].leave()
    own(workspace, "shared/x.j2", "x")
    assert ears[1].hear()
    ears[1].leave()
    ears[1].leave()
    thread.join(SOON)
    assert not thread.is_alive()
    again = Ear(workspace)
    again.leave()


def test_where_files_can_not_be_watched_listeners_look_for_themselves(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_paths: object, **_options: object) -> Iterator[set[object]]:
        raise OSError(28, "no inotify watch is left")

    monkeypatch.setattr("newsletter.app.watching.watch", none_left)
    ear = Ear(workspace)
    assert ear.hear()
    ear.leave()


def test_a_version_that_was_just_asked_for_is_not_asked_for_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = workspace.proofs.version(1)
    monkeypatch.setattr(workspace.press, "version", None)
    assert workspace.proofs.preview(1, 0, version).version == version
