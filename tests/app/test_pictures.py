"""Pictures of a workspace: found, fitted, enclosed, fetched; and what is hostile is a finding, never part of a mail."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from newsletter.app import starter
from newsletter.app.workspace import Workspace
from newsletter.errors import Refused
from newsletter.models import Article, Finding
from tests.net.site import Site, answer
from tests.pictures import samples

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
WORDS = "A parser in Rust reads in six minutes what took an hour. Nobody had to learn anything new for it."


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "workspace"
    starter.create(root)
    with Workspace(root, clock=lambda: NOW) as opened:
        yield opened


def told(workspace: Workspace, settings: str) -> Workspace:
    """The workspace opened again, with more in its settings."""
    path = workspace.root / "newsletter.toml"
    path.write_text(settings + path.read_text("utf-8").replace("[newsletter]", "\n[newsletter]", 1), "utf-8")
    return Workspace(workspace.root, clock=lambda: NOW)


def add(workspace: Workspace, picture: str, *, title: str = "The parser", folder: str = "articles") -> Article:
    """An article from a Markdown file that shows `picture`, added to the library."""
    file = workspace.root.parent / folder / f"{title.lower().replace(' ', '-')}.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"# {title}\n\n![What it shows]({picture})\n\n{WORDS}\n", "utf-8")
    report = workspace.library.add([str(file)], stdin=bytes)
    return workspace.library.get((*report.added, *report.updated)[0])


def beside(workspace: Workspace, name: str, data: bytes, folder: str = "articles") -> Path:
    path = workspace.root.parent / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def issue(workspace: Workspace, *articles: Article) -> int:
    """An issue with these articles."""
    number = workspace.desk.new().issue.number
    workspace.desk.add(number, [article.id for article in articles])
    return number


def mail(workspace: Workspace, number: int, folder: Path) -> EmailMessage:
    files = workspace.press.render(number, folder)
    parsed = message_from_bytes(files.eml.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def said(findings: list[Finding]) -> list[str]:
    return [f"{found.id} {found.where}: {found.message}" for found in findings if found.id.startswith("images.")]


def enclosed(parsed: EmailMessage) -> list[EmailMessage]:
    return [part for part in parsed.walk() if part.get_content_maintype() == "image"]  # type: ignore[misc]


class TestFiles:
    def test_a_file_beside_the_article_travels_with_the_mail(self, workspace: Workspace, tmp_path: Path) -> None:
        beside(workspace, "images/photo.jpg", samples.saved(samples.photograph(2400, 1500), "JPEG"))
        article = add(workspace, "images/photo.jpg")
        assert article.image is not None
        assert article.image.startswith("pictures/photo-")
        number = issue(workspace, article)
        parsed = mail(workspace, number, tmp_path / "out")
        (part,) = enclosed(parsed)
        body = parsed.get_body(("html",))
        assert body is not None
        html = body.get_content()
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in html
        assert 'alt="What it shows" width="520" height="325"' in html
        assert Image.open(BytesIO(part.get_content())).size == (1040, 650)
        page = (tmp_path / "out" / "issue.html").read_text("utf-8")
        assert 'src="data:image/jpeg;base64,' in page
        assert "cid:" not in page
        assert said(workspace.press.check(number)) == []

    def test_a_card_picture_is_sharp_where_a_phone_shows_it_as_wide_as_the_text(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        beside(workspace, "photo.jpg", samples.saved(samples.photograph(2400, 1500), "JPEG"))
        lead = beside(workspace, "lead.md", b"# The lead\n\nNothing of what is said here is said anywhere else.\n")
        (lead_id,) = workspace.library.add([str(lead)], stdin=bytes).added
        number = workspace.desk.new(theme="magazine").issue.number
        workspace.desk.add(number, [lead_id, add(workspace, "photo.jpg").id])
        parsed = mail(workspace, number, tmp_path / "out")
        (part,) = enclosed(parsed)
        body = parsed.get_body(("html",))
        assert body is not None
        assert 'width="164"' in body.get_content()
        assert Image.open(BytesIO(part.get_content())).width == 960

    def test_it_is_rendered_twice_to_the_same_bytes_with_and_without_the_cache(self, workspace: Workspace) -> None:
        beside(workspace, "a.webp", samples.saved(samples.photograph(), "WEBP"))
        number = issue(workspace, add(workspace, "a.webp"))
        first = workspace.press.edition(workspace.desk.get(number))
        assert workspace.press.edition(workspace.desk.get(number)) == first
        for file in (workspace.root / "cache" / "pictures").iterdir():
            file.unlink()
        assert workspace.press.edition(workspace.desk.get(number)).content_hash == first.content_hash

    def test_an_approved_edition_keeps_its_pictures_and_lapses_when_they_change(self, workspace: Workspace) -> None:
        beside(workspace, "a.png", samples.saved(samples.drawing(), "PNG"))
        article = add(workspace, "a.png")
        number = issue(workspace, article)
        frozen = workspace.press.approve(number)
        assert workspace.press.approved(number) == frozen
        assert frozen.variants[0].pictures
        shown = workspace.archive.view(workspace.links.sign("view", frozen.id))
        assert "data:image/png;base64," in shown.body
        assert "cid:" not in shown.head + shown.body
        version = workspace.press.version(number)
        assert article.image
        (workspace.root / article.image).write_bytes(samples.saved(samples.photograph(), "PNG"))
        assert workspace.press.version(number) != version
        with pytest.raises(Refused, match="lapsed"):
            workspace.press.approved(number)

    def test_never_leaves_files_out_and_says_so(self, workspace: Workspace, tmp_path: Path) -> None:
        beside(workspace, "a.png", samples.saved(samples.drawing(), "PNG"))
        number = issue(workspace, add(workspace, "a.png"))
        with told(workspace, '[images]\nembed = "never"\n') as changed:
            assert not enclosed(mail(changed, number, tmp_path / "out"))
            (only,) = said(changed.press.check(number))
        assert "it is a file, and pictures are only linked" in only

    def test_a_small_picture_is_shown_at_its_own_size(self, workspace: Workspace, tmp_path: Path) -> None:
        beside(workspace, "a.png", samples.saved(samples.drawing(300, 500), "PNG"))
        number = issue(workspace, add(workspace, "a.png"))
        body = mail(workspace, number, tmp_path / "out").get_body(("html",))
        assert body is not None
        assert 'width="300" height="500"' in body.get_content()
        assert [line.partition(" ")[0] for line in said(workspace.press.check(number))] == ["images.shape"]

    def test_a_heavy_animation_is_a_finding_and_counts_in_the_message(self, workspace: Workspace) -> None:
        noise = [Image.effect_noise((700, 500), 90 + turn).convert("P") for turn in range(5)]
        made = samples.saved(noise[0], "GIF", save_all=True, append_images=noise[1:], duration=90)
        beside(workspace, "a.gif", made)
        findings = workspace.press.check(issue(workspace, add(workspace, "a.gif")))
        assert "an animation" in next(found.message for found in findings if found.id == "images.heavy")
        assert "of them pictures" in next(found.message for found in findings if found.id == "size.message")

    def test_a_logo_may_be_a_file_of_the_workspace(self, workspace: Workspace, tmp_path: Path) -> None:
        (workspace.root / "logo.png").write_bytes(samples.saved(samples.drawing(640, 160), "PNG"))
        beside(workspace, "a.png", samples.saved(samples.photograph(), "PNG"))
        number = issue(workspace, add(workspace, "a.png"))
        with told(workspace, '[theme.logo]\nlight = "logo.png"\n') as changed:
            body = mail(changed, number, tmp_path / "out").get_body(("html",))
        assert body is not None
        assert 'width="160" height="40"' in body.get_content()

    def test_a_logo_that_is_missing_is_mended_in_the_settings(self, workspace: Workspace) -> None:
        beside(workspace, "a.png", samples.saved(samples.photograph(), "PNG"))
        number = issue(workspace, add(workspace, "a.png"))
        with told(workspace, '[theme.logo]\nlight = "gone.png"\n') as changed:
            (found,) = [one for one in changed.press.check(number) if "no such file" in one.message]
        assert (found.where, found.mend[:49]) == ("logo", "name a whole PNG or JPEG under [theme.logo] in ne")


HOSTILE = {
    "bomb.png": (samples.bomb(), "10,000 by 10,000 pixels"),
    "cut.jpg": (samples.saved(samples.photograph(), "JPEG")[:5000], "damaged"),
    "drawing.svg": (samples.SVG, "an SVG drawing"),
    "page.png": (samples.PAGE, "a web page, not a picture"),
    "missing.png": (None, "no such file"),
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_what_can_not_be_shown_is_a_finding_and_not_in_the_mail(
        self, name: str, workspace: Workspace, tmp_path: Path
    ) -> None:
        data, says = HOSTILE[name]
        if data is not None:
            beside(workspace, name, data)
        number = issue(workspace, add(workspace, name))
        parsed = mail(workspace, number, tmp_path / "out")
        assert not enclosed(parsed)
        body = parsed.get_body(("html",))
        assert body is not None
        assert "<img" not in body.get_content()
        (only,) = said(workspace.press.check(number))
        assert says in only

    @pytest.mark.parametrize("stated", ["../private.png", "{outside}/private.png", "way.png"])
    def test_no_way_leads_out_of_the_workspace_and_the_articles_folder(
        self, stated: str, workspace: Workspace, tmp_path: Path
    ) -> None:
        private = samples.saved(samples.drawing(), "PNG")
        (tmp_path / "private.png").write_bytes(private)
        beside(workspace, "way.png", b"").unlink()
        (tmp_path / "articles" / "way.png").symlink_to(tmp_path / "private.png")
        article = add(workspace, stated.format(outside=tmp_path))
        assert not (workspace.root / "pictures").exists()
        number = issue(workspace, article)
        assert not enclosed(mail(workspace, number, tmp_path / "out"))
        (only,) = said(workspace.press.check(number))
        assert "left out" in only

    def test_a_link_in_the_workspace_that_leads_out_of_it_is_not_followed(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        (tmp_path / "private.png").write_bytes(samples.saved(samples.drawing(), "PNG"))
        (workspace.root / "way.png").symlink_to(tmp_path / "private.png")
        article = add(workspace, "x.png")
        sheet = workspace.library.sheet(article.id).replace("image: x.png", "image: way.png")
        article = workspace.library.save_sheet(article.id, sheet)
        (only,) = said(workspace.press.check(issue(workspace, article)))
        assert "outside the workspace" in only

    def test_no_other_file_beside_an_article_is_ever_copied(self, workspace: Workspace) -> None:
        beside(workspace, "id_rsa", b"secret")
        article = add(workspace, "id_rsa")
        assert not (workspace.root / "pictures").exists()
        (only,) = said(workspace.press.check(issue(workspace, article)))
        assert "no such file" in only

    def test_a_file_of_the_workspace_that_is_no_picture_does_not_leak(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        article = add(workspace, "x.png")
        sheet = workspace.library.sheet(article.id).replace("image: x.png", "image: newsletter.keys")
        number = issue(workspace, workspace.library.save_sheet(article.id, sheet))
        assert not enclosed(mail(workspace, number, tmp_path / "out"))
        (only,) = said(workspace.press.check(number))
        assert "not a picture" in only

    @pytest.mark.parametrize(
        ("stated", "says"),
        [
            ("data:image/png;base64,AAAA", "written into the page"),
            ("file:///etc/passwd", "neither https:// nor a file"),
            ("javascript:alert(1)", "neither https:// nor a file"),
        ],
    )
    def test_an_address_that_is_none_is_a_finding(self, stated: str, says: str, workspace: Workspace) -> None:
        beside(workspace, "a.md", f"---\ntitle: A\nimage: {stated!r}\n---\n\n{WORDS}\n".encode())
        report = workspace.library.add([str(workspace.root.parent / "articles" / "a.md")], stdin=bytes)
        article = workspace.library.get(report.added[0])
        assert "AAAA" not in (article.image or "")
        (only,) = said(workspace.press.check(issue(workspace, article)))
        assert says in only


class TestTheWeb:
    def remote(self, workspace: Workspace, address: str) -> int:
        return issue(workspace, add(workspace, address))

    def test_nothing_is_fetched_unless_asked_for(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        number = self.remote(workspace, "https://pictures.example/a.png")

        def closed(*_: object) -> None:
            raise AssertionError("a socket was opened")

        monkeypatch.setattr(socket.socket, "connect", closed)
        edition = workspace.press.edition(workspace.desk.get(number))
        assert re.search(r'alt="What it shows" width="520"(?! height)', str(edition.variants[0].html))
        (only,) = said(workspace.press.check(number))
        assert only.startswith("images.size_unknown article")

    @pytest.mark.parametrize("embed", ["local", "all"])
    def test_what_was_asked_for_has_its_size_from_then_on(self, embed: str, workspace: Workspace, site: Site) -> None:
        site.routes = {"/a.webp": answer(200, samples.saved(samples.photograph(1600, 1000), "WEBP"))}
        number = self.remote(workspace, site.url("/a.webp"))
        with told(workspace, f'[images]\nembed = "{embed}"\n[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            first = changed.press.examine(number, links=True).findings
            again = changed.press.examine(number).findings
            variant = changed.press.edition(changed.desk.get(number)).variants[0]
        assert said(first) == said(again)
        assert 'width="520" height="325"' in str(variant.html)
        assert len(site.asked("/a.webp")) == 1
        if embed == "all":
            assert [picture.kind for picture in variant.pictures] == ["image/jpeg"]
            assert said(again) == []
        else:
            assert not variant.pictures
            assert "WebP, which Outlook" in said(again)[0]

    def test_an_approval_does_not_lapse_because_somebody_checks_links(self, workspace: Workspace, site: Site) -> None:
        site.routes = {"/a.png": answer(200, samples.saved(samples.drawing(), "PNG"))}
        number = self.remote(workspace, site.url("/a.png"))
        with told(workspace, '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            frozen = changed.press.approve(number)
            changed.press.examine(number, links=True)
            assert changed.press.approved(number) == frozen

    def test_a_private_host_is_not_asked(self, workspace: Workspace, site: Site) -> None:
        number = self.remote(workspace, site.url("/a.png"))
        findings = workspace.press.examine(number, links=True).findings
        assert not site.requests
        assert any(found.id == "reach.picture" and "not asked for" in found.message for found in findings)

    @pytest.mark.parametrize("url", [None, "https://public.example/a"])
    @pytest.mark.parametrize("beside_a_file", [False, True])
    def test_what_came_over_the_web_is_not_led_to_a_host_that_is_allowed(
        self, url: str | None, beside_a_file: bool, workspace: Workspace, site: Site
    ) -> None:
        """[net] allow is for what a person names: neither a page nor a feed's item without a page may use it."""
        site.routes = {"/a.png": answer(200, samples.saved(samples.drawing(), "PNG"))}
        article = add(workspace, site.url("/a.png"))
        strange = Article("B", "https://public.example/feed.xml", "item:1", url, image=article.image)
        with workspace.store.begin() as work:
            _, number = work.articles.add(strange, NOW)
        articles = [workspace.library.get(number), *([article] if beside_a_file else [])]
        with told(workspace, '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            findings = changed.press.examine(issue(changed, *articles), links=True).findings
        assert not site.asked("/a.png")
        assert any(found.id == "reach.picture" and "not asked for" in found.message for found in findings)

    @pytest.mark.parametrize("source", ["https://public.example/feed.xml", "HTTP://public.example/page"])
    def test_what_states_an_allowed_host_as_its_own_address_is_not_led_there(
        self, source: str, workspace: Workspace, site: Site
    ) -> None:
        """An item's link and a page's rel=canonical are words of whoever wrote them; where it was read from counts."""
        site.routes = {"/a.png": answer(200, samples.saved(samples.drawing(), "PNG"))}
        stated = Article("B", source, "item:1", site.url("/page"), image=site.url("/a.png"))
        with workspace.store.begin() as work:
            _, number = work.articles.add(stated, NOW)
        with told(workspace, '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            findings = changed.press.examine(issue(changed, workspace.library.get(number)), links=True).findings
        assert not site.asked("/a.png")
        assert any(found.id == "reach.picture" and "not asked for" in found.message for found in findings)

    def test_what_was_read_from_an_allowed_host_may_show_its_pictures(self, workspace: Workspace, site: Site) -> None:
        site.routes = {"/a.png": answer(200, samples.saved(samples.drawing(), "PNG"))}
        own = Article("B", site.url("/feed.xml"), "item:1", site.url("/page"), image=site.url("/a.png"))
        with workspace.store.begin() as work:
            _, number = work.articles.add(own, NOW)
        with told(workspace, '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            changed.press.examine(issue(changed, workspace.library.get(number)), links=True)
        assert len(site.asked("/a.png")) == 1

    def test_what_calls_itself_a_picture_and_is_none_is_left_out(self, workspace: Workspace, site: Site) -> None:
        site.routes = {"/a.png": answer(200, samples.PAGE, Content_Type="image/png")}
        number = self.remote(workspace, site.url("/a.png"))
        with told(workspace, '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            (only,) = said(changed.press.examine(number, links=True).findings)
            assert "<img" not in str(changed.press.edition(changed.desk.get(number)).variants[0].html)
        assert "a web page" in only

    def test_one_that_is_too_large_is_not_read_to_its_end(self, workspace: Workspace, site: Site) -> None:
        site.routes = {"/a.png": answer(200, b"", length=50_000_000)}
        number = self.remote(workspace, site.url("/a.png"))
        with told(workspace, '[net]\nallow = ["127.0.0.1"]\ndelay = 0.0\n') as changed:
            found = changed.press.examine(number, links=True).findings
        assert any(one.id == "reach.picture" and "10.0 MB" in one.message for one in found)

    def test_a_fault_is_asked_about_again_after_ten_minutes(self, workspace: Workspace, site: Site) -> None:
        from newsletter.app import picture_fetch

        wanted = {site.url("/gone.png"): None}
        rules = replace(workspace.fetch_policy(), allow=frozenset({"127.0.0.1"}), delay=0.0)
        for later in (0, 9, 11):
            now = NOW + timedelta(minutes=later)
            found = picture_fetch.fetch(wanted, rules, workspace.pictures.cache, size=10_000, now=now)
        assert found[site.url("/gone.png")].status == 404
        assert len(site.asked("/gone.png")) == 2
