"""Themes as an editor chooses, sees and copies them; and what of a story an issue prints."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter import ingest, resources
from newsletter.app import coverage, specimen, starter
from newsletter.app.workspace import Workspace
from newsletter.errors import Conflict, IssueTextError, NotFound, Refused
from newsletter.models import fill
from newsletter.pictures.inspect import inspect

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
KESTREL = ("kestrelint-nativelayer.txt", "kestrelint-lowerhalf.html")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    starter.create(tmp_path)
    with Workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def test_the_list_says_where_each_is_from_and_what_was_changed(workspace: Workspace) -> None:
    own = workspace.root / "templates" / "email"
    workspace.themes.new("ours", "magazine")
    (own / "links").mkdir()
    (own / "links" / "card.mjml.j2").write_text("", "utf-8")
    (own / "digest").mkdir()
    (own / "digest" / "theme.toml").write_text("[light]\nink = 'black'", "utf-8")
    found = {one.name: one for one in workspace.themes.all()}
    assert list(found) == ["digest", "links", "magazine", "ours"]
    assert (found["links"].built_in, found["links"].own_files) == (True, ("card.mjml.j2",))
    assert (found["ours"].built_in, "body.mjml.j2" in found["ours"].own_files) == (False, True)
    assert found["magazine"].about.startswith("A magazine")
    assert [name for name, one in found.items() if one.chosen] == ["digest"]
    assert [name for name, one in found.items() if not one.sound] == ["digest"]
    assert "light.ink" in found["digest"].about


@pytest.mark.parametrize("name", ["digest", "links", "magazine"])
def test_a_preview_needs_no_network_and_shows_every_block(name: str, workspace: Workspace, tmp_path: Path) -> None:
    path, size = workspace.themes.preview(name, tmp_path / "out" / "page.html")
    assert path == tmp_path / "out" / "page.html"
    page = path.read_text("utf-8")
    assert size == len(page.encode())
    assert specimen.PICTURES not in page
    assert ("data:image/png;base64," in page) is (name != "links")
    for block in ("Sponsored", "Editor’s note", "Also covered by", "The Weekly Digest", "Tabellen ohne Kopien"):
        assert block in page


def test_a_preview_goes_below_the_workspaces_build_folder(workspace: Workspace, tmp_path: Path) -> None:
    path, _ = workspace.themes.preview("links")
    assert path == workspace.root / "build" / "preview" / "theme-links.html"
    assert path.is_file()


def test_a_preview_in_arabic_says_that_the_sample_is_in_english(workspace: Workspace) -> None:
    page = workspace.themes.page("digest", "ar")
    assert page.count('<div lang="en" dir="ltr"') == 4, "intro, note, sponsor and outro"
    assert '<div lang="en"' not in workspace.themes.page("digest", "en-GB")


@pytest.mark.parametrize("name", ["digest", "magazine"])
def test_a_previews_pictures_have_their_heights(name: str, workspace: Workspace) -> None:
    tags = re.findall(r"<img[^>]*data:image/png[^>]*>", workspace.themes.page(name))
    assert tags
    for tag in tags:
        sides = [int(found[1]) for side in ("width", "height") if (found := re.search(rf' {side}="(\d+)"', tag))]
        data = base64.b64decode(re.search(r"base64,([^\"]*)", tag)[1])  # type: ignore[index]  # findall's pattern has it
        own = inspect(data)
        assert sides[1] == round(sides[0] * own.height / own.width)


def test_a_copy_renders_as_its_source_until_it_is_changed(workspace: Workspace) -> None:
    folder = workspace.themes.new("ours", "links")
    assert workspace.themes.page("ours") == workspace.themes.page("links")
    card = folder / "card.mjml.j2"
    card.write_text(card.read_text("utf-8").replace('class="no"', 'class="no ours"'), "utf-8")
    assert "no ours" in workspace.themes.page("ours")


def test_a_copy_never_writes_over_anything(workspace: Workspace) -> None:
    for taken in ("digest", "magazine"):
        with pytest.raises(Conflict):
            workspace.themes.new(taken, "links")
    (workspace.root / "templates" / "email" / "mine").mkdir(parents=True)
    with pytest.raises(Conflict):
        workspace.themes.new("mine")
    for bad in ("../x", "Big", "", "shared", "words"):
        with pytest.raises(Refused):
            workspace.themes.new(bad)
    with pytest.raises(NotFound, match=r"did you mean digest\? built in: digest, links, magazine"):
        workspace.themes.new("ours", "digets")


def test_an_issue_may_have_a_look_of_its_own(workspace: Workspace) -> None:
    workspace.library.add([str(resources.folder("samples") / KESTREL[0])], stdin=bytes)
    issue = workspace.desk.new(pick=True, theme="links").issue
    assert 'class="bar"' in fill(workspace.press.edition(issue).variants[0].html, {})
    text = workspace.desk.markdown(issue.number)
    changed = workspace.desk.save_markdown(issue.number, text.replace("theme: links", "theme: magazine"))
    assert 'class="band"' in fill(workspace.press.edition(changed).variants[0].html, {})
    plain = workspace.desk.save_markdown(issue.number, text.replace("\ntheme: links\n", "\n"))
    assert 'class="rule"' in fill(workspace.press.edition(plain).variants[0].html, {})


def test_a_theme_that_there_is_not_is_refused_and_nothing_is_saved(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        workspace.desk.new(theme="linsk")
    assert workspace.desk.issues() == []
    issue = workspace.desk.new().issue
    text = workspace.desk.markdown(issue.number).replace("\nsubject:", "\ntheme: linsk\nsubject:", 1)
    line = text.split("\n").index("theme: linsk") + 1
    with pytest.raises(IssueTextError, match=rf"line {line}: .*did you mean links\? built in: digest, links, magazine"):
        workspace.desk.save_markdown(issue.number, text)
    with pytest.raises(IssueTextError, match=f"line {line}: "):
        workspace.desk.save_markdown(issue.number, text.replace("theme:", "'theme' :"))
    assert workspace.desk.get(issue.number).theme == ""


def test_the_newsletters_settings_change_every_theme(workspace: Workspace) -> None:
    toml = workspace.root / "newsletter.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("[database]", '[theme.light]\naccent = "#abcdef"\n\n[database]'), "utf-8"
    )
    assert "#abcdef" in workspace.themes.page("digest")
    workspace.library.add([str(resources.folder("samples") / KESTREL[0])], stdin=bytes)
    issue = workspace.desk.new(pick=True).issue
    found = [finding for finding in workspace.press.check(issue.number) if "contrast" in finding.id]
    assert [finding.where for finding in found] == ["theme, light"], "one slip, one finding"
    assert "accent #abcdef is too close to paper" in found[0].message


def test_other_outlets_of_a_story_are_printed_but_not_what_came_after_the_issue(workspace: Workspace) -> None:
    """Or a report that comes in between would let the approval lapse."""
    samples = resources.folder("samples")
    (first,) = ingest.read((samples / KESTREL[0]).read_bytes(), KESTREL[0], now=NOW).articles
    head = "url: https://nativelayer.example/kestrelint\nsite: Native Layer\ndate: 2026-11-18"
    text = f"---\n{head}\n---\n\n# {first.title}\n\n{first.body_text}\n"
    workspace.library.add(["-"], stdin=text.encode)
    issue = workspace.desk.new(pick=True).issue
    approved = workspace.press.approve(issue.number)
    with Workspace(workspace.root, clock=lambda: NOW + timedelta(hours=1)) as late:
        late.library.add([str(samples / KESTREL[1])], stdin=bytes)
        with late.store.read() as work:
            articles = work.articles.many([1, 2])
            assert articles[1].story == articles[2].story is not None
            assert coverage.others(work, issue, {1: articles[1]}) == {1: ()}
        assert late.press.approved(issue.number) == approved
        late.desk.refill(issue.number)
        html = fill(late.press.edition(late.desk.get(issue.number)).variants[0].html, {})
        assert "Also covered by" in html
        assert 'href="https://nativelayer.example/kestrelint"' in html


def test_a_language_that_there_is_not_is_refused_by_its_tag(workspace: Workspace) -> None:
    with pytest.raises(Refused, match="no language is known by the tag “tlh”"):
        workspace.themes.page("digest", "tlh")


@pytest.mark.parametrize(
    ("name", "says"), [("Our Look", "alone, such as our-look"), ("é!", "alone$"), ("shared", "choose another name")]
)
def test_a_name_that_is_none_is_refused_with_one_that_would_do(workspace: Workspace, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        workspace.themes.new(name)


def test_a_slip_in_a_block_that_the_issue_has_not_is_a_finding_of_the_theme(workspace: Workspace) -> None:
    folder = workspace.themes.new("ours", "digest")
    lead = folder / "lead.mjml.j2"
    text = "A headline without an address\n\n" + "The parser took nine seconds before it was moved down. " * 20
    (number,) = workspace.library.add(["-"], stdin=text.encode).added
    issue = workspace.desk.new(theme="ours", pick=True).issue
    assert [pick.article for pick in issue.picks] == [number]
    assert "rendering.sample" not in {one.id for one in workspace.press.check(issue.number)}
    lead.write_text(lead.read_text("utf-8").replace("mj-button", "mj-buton"), "utf-8")
    (found,) = (one for one in workspace.press.check(issue.number) if one.id == "rendering.sample")
    assert found.severity == "warning"
    assert "ours/lead.mjml.j2:" in found.message
    assert "did you mean mj-button" in found.message
