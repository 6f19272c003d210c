"""Mails and web archives as sources."""

from __future__ import annotations

import contextlib
import gzip
import quopri
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter import ingest
from newsletter.errors import SourceError
from newsletter.models import Article

Read = Callable[..., Article]

_NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_TEXT = "Native code does the counting, and Python says what is to be counted, which is as it should be in a program."
_PAGE = (
    f"<html lang='de'><body><article><h1>Zählen</h1><p>Über alles: {_TEXT}</p><p>{_TEXT}</p></article></body></html>"
)


def _mail(charset: str = "utf-8", sender: str = "Ada Brook <ada@example.org>") -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = "Fwd: Grüße aus dem Zählwerk"
    message["Date"] = "Tue, 03 Nov 2026 09:00:00 +0100"
    message.set_content("In short, see the page.")
    message.add_alternative(_PAGE, subtype="html", charset=charset)
    return message


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252"])
def test_a_mail_gives_its_page_and_what_its_headers_state(charset: str, read_one: Read) -> None:
    article = read_one(bytes(_mail(charset)), "news.eml")
    assert article.title == "Grüße aus dem Zählwerk"
    assert article.authors == ("Ada Brook",)
    assert article.published == datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    assert "Über alles: Native code" in article.body_text
    assert "In short" not in article.body_text


def test_a_sender_that_is_no_person_is_the_site(read_one: Read) -> None:
    article = read_one(bytes(_mail(sender="The Counting House News <n@example.org>")), "-")
    assert (article.site, article.authors) == ("The Counting House News", ())


def test_a_mail_without_html_is_read_as_text(read_one: Read) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "Counting far below"
    message.set_content(f"{_TEXT}\n\n{_TEXT}\n")
    article = read_one(gzip.compress(bytes(message)), "news.eml.gz")
    assert article.title == "Counting far below"
    assert "Native code" in article.body_text


def test_a_web_archive_knows_its_address_and_is_not_dated_by_its_saving(read_one: Read) -> None:
    body = quopri.encodestring(_PAGE.encode()).decode()
    archive = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a/counting\r\n"
        "Subject: Counting\r\nDate: Tue, 03 Nov 2026 09:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--x"\r\n\r\n'
        "----x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Location: https://example.org/a/counting\r\n\r\n{body}\r\n"
        "----x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----x--\r\n"
    )
    article = read_one(archive.encode(), "page.mhtml")
    assert article.key == "url:https://example.org/a/counting"
    assert article.title == "Zählen"
    assert article.published is None
    assert article.authors == ()
    assert "Über alles" in article.body_text


def test_a_message_without_text_is_refused() -> None:
    data = b"MIME-Version: 1.0\nFrom: a@example.org\nContent-Type: image/png\n\niVBORw0KGgo="
    with pytest.raises(SourceError, match="without a text or HTML part"):
        ingest.read(data, "a.eml", now=_NOW)


def test_a_text_that_begins_with_a_word_and_a_colon_is_no_mail(read_one: Read) -> None:
    assert "Subject" in read_one(f"Subject: a word of it\n\n{_TEXT}\n\nThe Subject of this: {_TEXT}", "a.txt").body_text


@settings(max_examples=80)
@given(cut=st.integers(0, 1500), junk=st.binary(max_size=60))
def test_broken_messages_raise_only_source_errors(cut: int, junk: bytes) -> None:
    data = bytes(_mail())
    with contextlib.suppress(SourceError):
        assert ingest.read(data[:cut] + junk + data[cut + len(junk) :], "a.eml", now=_NOW).articles


@pytest.mark.parametrize("field", ["Subject: " + "=?utf-8?q?a?= " * 60_000, "From: " + '"' * 400_001])
def test_a_field_without_an_end_takes_no_time(field):
    mail = f"MIME-Version: 1.0\nFrom: a@b.example\nContent-Type: text/plain\n{field}\n\nThe words of a mail are here.\n"
    begin = time.process_time()
    with contextlib.suppress(SourceError):
        ingest.read(mail.encode(), "a.eml", now=_NOW)
    assert time.process_time() - begin < 5  # a minute and more by the square
