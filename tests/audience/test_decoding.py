"""A subscriber file's letters come in right, whatever the program that wrote it."""

from __future__ import annotations

import pytest

from newsletter.audience import decoding, read_csv
from newsletter.audience.decoding import encoding_of
from newsletter.errors import ImportFileError

TEXT = "email,name\njorge@example.org,Jorge Núñez\nzoe@example.org,Zoë “Z” Ångström\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_names_with_accents_survive_every_usual_encoding(encoding: str) -> None:
    reading = read_csv(TEXT.encode(encoding), "x.csv")
    assert [person.name for person in reading.subscribers] == ["Jorge Núñez", "Zoë “Z” Ångström"]
    assert bool(reading.notes) == (encoding == "cp1252")


def test_a_russian_code_page_is_guessed_and_the_guess_is_said() -> None:
    text = "email,name\n" + "".join(
        f"p{number}@example.org,{name}\n"
        for number, name in enumerate(["Жанна Орлова", "Николай Гоголь", "Анна Каренина", "Фёдор Достоевский"])
    )
    reading = read_csv(text.encode("cp1251"), "x.csv")
    assert reading.subscribers[0].name == "Жанна Орлова"
    assert "cp1251" in reading.notes[0]


def test_a_few_broken_bytes_do_not_turn_the_rest_into_another_encoding() -> None:
    reading = read_csv("email,name\na@example.org,Zoë Ångström\n".encode() + b"b@example.org,Bob\n,\xff\n", "x.csv")
    assert [person.name for person in reading.subscribers] == ["Zoë Ångström", "Bob"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"PK\x03\x04rest of a workbook", "Excel or OpenDocument workbook, not CSV; save it as"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x7fELF\x02\x01\x01" + b"\x00\x00\x00abcdefghi" * 9, "is no text"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(ImportFileError, match=reason):
        encoding_of(data, "x.csv")


def test_a_file_over_the_limit_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 1 << 20)
    with pytest.raises(ImportFileError, match="has 2 MiB, and 1 is the most; split it"):
        encoding_of(b"x" * (2 << 20), "x.csv")


def test_a_character_cut_by_a_chunks_end_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_CHUNK", 7)
    assert encoding_of(TEXT.encode(), "x.csv") == decoding.Encoding("utf-8")
