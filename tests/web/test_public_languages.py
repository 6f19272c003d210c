"""The public pages speak to a subscriber in the subscriber's language."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pytest
from starlette.testclient import TestClient

from newsletter.bidi import FSI, PDI
from newsletter.errors import LinkError, NotFound, RenderError
from newsletter.models import MembershipState, Printed, UnsubscribePage, WebVersion
from newsletter.resources import folder
from newsletter.web.public import create_app
from newsletter.web.public.pages import Pages

NAMES = sorted(
    path.name
    for path in (folder("templates") / "web" / "public").glob("*.html")
    if path.name not in ("base.html", "parts.html", "issue_bar.html")
)
VALUES = {"list_title": "Native & Layer", "address": "a•••@example.org", "issues": (), "indexed": False}


class Reader:
    """Somebody on a list who reads `language`; fulfils `Audience` for the token "ours"."""

    def __init__(self, language: str | None) -> None:
        self.language = language
        self.state = MembershipState.ACTIVE

    def leaving(self, token: str) -> UnsubscribePage:
        if token != "ours":
            raise LinkError("not ours")
        return UnsubscribePage("Layer", "ada@example.org", self.state, self.language)

    def leave(self, token: str, origin: str) -> bool:
        was, self.state = self.state, MembershipState.UNSUBSCRIBED
        return was is MembershipState.ACTIVE


class Shelf:
    """No edition; fulfils `Archive`."""

    is_indexed = False

    def view(self, token: str) -> WebVersion:
        raise LinkError(token)

    def issues(self) -> list[Printed]:
        return []

    def issue(self, number: int) -> WebVersion:
        raise NotFound("issue", number)


def web(reads: str | None, newsletter: str = "en", templates: tuple[Path, ...] = ()) -> TestClient:
    return TestClient(create_app(Reader(reads), Shelf(), newsletter="Layer", language=newsletter, templates=templates))


def spoken(answer: str) -> tuple[str | None, str | None, str]:
    page = lxml.html.fromstring(answer)
    return page.get("lang"), page.get("dir"), page.xpath("//h1")[0].text_content()


@pytest.mark.parametrize(
    ("reads", "newsletter", "lang", "direction", "title"),
    [
        ("de", "en", "de", "ltr", "Layer abbestellen?"),
        ("de-AT", "en", "de-AT", "ltr", "Layer abbestellen?"),
        (None, "fr", "fr", "ltr", "Se désabonner de Layer\u202f?"),
        ("sv", "pl", "pl", "ltr", "Wypisać się z listy Layer?"),
        ("sv", "fi", "en", "ltr", "Leave Layer?"),
        ("zh-TW", "en", "zh-TW", "ltr", "要取消訂閱《Layer》嗎？"),
        ("pt-PT", "en", "pt-PT", "ltr", "Cancelar a subscrição de Layer?"),
        ("ar", "en", "ar", "rtl", f"إلغاء الاشتراك في {FSI}Layer{PDI}؟"),
        ("not a tag", "he", "he", "rtl", f"להסיר את עצמך מ־{FSI}Layer{PDI}?"),
    ],
)
def test_a_page_speaks_the_subscribers_language_else_the_newsletters(
    reads: str | None, newsletter: str, lang: str, direction: str, title: str
) -> None:
    assert spoken(web(reads, newsletter).get("/u/ours").text) == (lang, direction, title)


def test_every_step_out_is_in_that_language() -> None:
    client = web("nl")
    assert "Afmelden" in client.get("/u/ours").text
    assert "Je bent afgemeld." in client.post("/u/ours").text
    assert "Je was al afgemeld." in client.post("/u/ours").text


def test_where_nobody_is_known_the_newsletters_language_is_spoken() -> None:
    client = web("nl", "es")
    assert spoken(client.get("/u/nobodys").text)[2] == "Este enlace no funciona."
    assert spoken(client.get("/nowhere").text)[2] == "Aquí no hay ninguna página."


@pytest.mark.parametrize(
    "language", ["ar", "de", "es", "fr", "he", "it", "ja", "nl", "pl", "pt", "pt-PT", "zh", "zh-TW"]
)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_its_words_in_every_language(name: str, language: str) -> None:
    pages = Pages((), "Layer")
    for values in (VALUES, VALUES | {"address": ""}):
        english, own = (lxml.html.fromstring(pages.render(name, values, tag)) for tag in ("en", language))
        for ours, theirs in zip(
            own.xpath("//h1 | //main/p[not(@class='name')] | //button"),
            english.xpath("//h1 | //main/p[not(@class='name')] | //button"),
            strict=True,
        ):
            assert ours.text_content().strip() not in ("", theirs.text_content().strip())
            assert not re.search(r"[{}]|&amp;|<", ours.text_content())


def test_what_stands_out_keeps_its_direction() -> None:
    page = lxml.html.fromstring(Pages((), "Layer", "he").render("left.html", VALUES))
    assert [(e.get("dir"), e.text) for e in page.iter("strong")] == [
        ("auto", "a•••@example.org"),
        ("auto", "Native & Layer"),
    ]
    assert page.xpath("//p[@class='name']/bdi")[0].text == "Layer"


def test_a_workspace_may_change_one_sentence_and_bring_a_language(tmp_path: Path) -> None:
    words = tmp_path / "web" / "public" / "words"
    words.mkdir(parents=True)
    (words / "de.toml").write_text('leave_button = "Raus hier"', "utf-8")
    (words / "sv.toml").write_text('leave_title = "Lämna {list}?"', "utf-8")
    assert "Raus hier" in web("de", templates=(tmp_path,)).get("/u/ours").text
    assert spoken(web("sv", templates=(tmp_path,)).get("/u/ours").text) == ("sv", "ltr", "Lämna Layer?")


def test_a_fault_in_the_newsletters_words_is_told_at_the_start(tmp_path: Path) -> None:
    words = tmp_path / "web" / "public" / "words"
    words.mkdir(parents=True)
    (words / "de.toml").write_text('leave = "{adresse} geht"', "utf-8")
    with pytest.raises(RenderError, match=r"leave: found “\{adresse\} geht”"):
        web("en", "de", (tmp_path,))
