"""Paths that stay inside, and pages that stand alone."""

from __future__ import annotations

import base64

import pytest

from newsletter.models import Enclosed, is_path, standing_alone


@pytest.mark.parametrize("text", ["a.png", "img/a b.png", "./a.png", "bilder/größe.png"])
def test_a_path_below_a_folder(text: str) -> None:
    assert is_path(text)


@pytest.mark.parametrize(
    "text",
    ["", "/a.png", "../a.png", "a/../../b", "a//b", "C:\\a.png", "a\\b", "https://x.example/a", "data:x", "a\n.png"],
)
def test_what_is_none_or_could_lead_out(text: str) -> None:
    assert not is_path(text)


def test_a_page_gets_the_pictures_it_names_and_no_other() -> None:
    picture = Enclosed("ab12@newsletter", "image/png", base64.b64encode(b"xyz").decode())
    html = '<img src="cid:ab12@newsletter"><img src="cid:cd34@newsletter">'
    assert standing_alone(html, [picture]) == '<img src="data:image/png;base64,eHl6"><img src="cid:cd34@newsletter">'
    assert picture.size == 3
