"""Whatever the bytes are, the answer is an article or a SourceError that says what was found and what to do."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter import ingest
from newsletter.errors import SourceError
from newsletter.models import Article

Read = Callable[..., Article]

_NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_SUFFIXES = ("txt", "html", "md", "xml", "atom", "bin")
_SENTENCE = "Native code does the counting, and Python says what is to be counted in the end. "
_SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples").glob("*.*"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "only white space"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"%PDF-1.7 and so on", "a PDF file"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (bytes(500), "binary"),
        (bytes(range(256)) * 10, "binary"),
        (b"a" * (ingest.MAX_BYTES + 1), "20 MiB"),
        (gzip.compress(bytes(ingest.MAX_BYTES + 1), mtime=0), "20 MiB"),
        (gzip.compress(bytes(range(32, 127)) * 9, mtime=0)[:60], "ends in the middle"),
        (b"\x1f\x8b\x08rubbish", "damaged gzip"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b'{"version": "https://jsonfeed.example/1", "items": []}', "JSON"),
        (b"word " * 400_000, "split it"),
        (b"Menu\nHome\nAbout\n", "no article text"),
    ],
)
def test_what_is_no_article_is_refused_with_what_was_found(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        ingest.read(data, "a.txt", now=_NOW)
    assert caught.value.source == "a.txt"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "windows-1252"]
)
def test_text_is_read_in_every_usual_encoding(encoding: str, read_one: Read) -> None:
    text = "Müde Bären über der Brücke\n\nDie Bären gingen früh über die Brücke, und es war schön für alle, die sahen."
    article = read_one(text.encode(encoding), "b.txt")
    assert article.title == "Müde Bären über der Brücke"
    assert "früh über die Brücke" in article.body_text


def test_gzip_is_unpacked(read_one: Read) -> None:
    assert read_one(gzip.compress(f"A packed title\n\n{_SENTENCE}".encode()), "a.txt.gz").title == "A packed title"


def test_a_few_broken_bytes_cost_only_themselves(read_one: Read) -> None:
    data = (
        f"Grüße über alles hinweg\n\n{_SENTENCE}".encode() + b"caf\xe9 \xff " + "schöne späte Grüße überall.".encode()
    )
    assert "schöne späte Grüße" in read_one(data, "a.txt").body_text


def test_control_and_direction_characters_are_cleaned_away(read_one: Read) -> None:
    article = read_one(f"A \x1b[31mred\x07 title\u202e\n\n{_SENTENCE}\x08", "a.txt")
    assert not [char for char in article.title + article.body_text if ord(char) < 32 and char != "\n"]
    assert "\u202e" not in article.title


def test_a_control_character_written_as_a_reference_does_not_cost_the_page(read_one: Read) -> None:
    article = read_one(f"<html><body><p>Some &#1;words.</p><nav>x</nav>\x02 &#x1F; {_SENTENCE}</body></html>", "a.html")
    assert "Some words." in article.body_text


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
def test_template_marks_are_literal_text(suffix: str, read_one: Read) -> None:
    marks = "{{ 7*7 }} {% raw %} &lt;/mj-text&gt;" if suffix == "html" else "{{ 7*7 }} {% raw %} </mj-text><mj-raw>"
    text = (
        f"<html><body><p>{_SENTENCE}{marks}</p></body></html>" if suffix == "html" else f"# T\n\n{_SENTENCE}{marks}\n"
    )
    body = read_one(text, f"a.{suffix}").body_text
    assert "{{ 7*7 }} {% raw %} </mj-text>" in body


@pytest.mark.parametrize("opening", ["<div>", "<table><tr><td>", "<b>", "<ul><li>", "<blockquote>"])
def test_deeply_nested_html_ends_in_a_clear_error(opening: str) -> None:
    with pytest.raises(SourceError, match=r"nested|elements|no article text"):
        ingest.read(b"<html><body>" + opening.encode() * 100_000 + b"words", "a.html", now=_NOW)


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"> " * 5_000 + b"x", "a.md"),
        (b"[" * 30_000, "a.md"),
        (b"---\na: " + b"[" * 5_000 + b"\n---\nWords here.", "a.md"),
        (b"<" * 200_000, "a.xml"),
        (b'<a "' * 50_000, "a.xml"),
        (b"<![CDATA[" * 100_000, "a.xml"),
        (b"<!--" * 100_000, "a.html"),
        (b"<p " + b"a" * 1_000_000, "a.html"),
        (b"\r" * 100_000 + b"words", "a.txt"),
        ("“".encode() * 100_000, "a.txt"),
        (b"1." * 100_000, "a.txt"),
        ("© 2026 ".encode() + b"." * 500_000 + b"x", "a.txt"),
        (b"Home A" + b"&A" * 40 + b"a.\n", "a.txt"),
        (b"By " + b"A-" * 200_000, "a.txt"),
        (b"<ul><li><div>" * 60 + b"words " * 50_000, "a.html"),
        (b"<table><tr><td>" * 60 + b"words " * 5_000, "a.html"),
        (b"<table><tr><td><p>a</p>" * 60 + b"words " * 5_000, "a.html"),
        (b"<title>" + b"-" * 500_000 + b"</title><p>" + _SENTENCE.encode(), "a.html"),
        (b'<script type="application/ld+json">' + b" " * 500_000 + b"x</script>", "a.html"),
        (b'<script type="application/ld+json">' + b'[{"a":' * 50_000, "a.html"),
    ],
    ids=lambda value: value[:12].decode("utf-8", "replace") if isinstance(value, bytes) else value,
)
@pytest.mark.timeout(15)
def test_pathological_input_neither_hangs_nor_crashes(data: bytes, source: str) -> None:
    _reads_or_refuses(data, source, net=True)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=400), suffix=st.sampled_from(_SUFFIXES))
def test_random_bytes_raise_only_source_errors(data: bytes, suffix: str) -> None:
    _reads_or_refuses(data, f"a.{suffix}")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=400), suffix=st.sampled_from(_SUFFIXES))
def test_random_text_raises_only_source_errors(text: str, suffix: str) -> None:
    _reads_or_refuses(text.encode("utf-8", "surrogatepass"), f"a.{suffix}")


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.name)
def test_mutated_samples_raise_only_source_errors(path: Path) -> None:
    rng = random.Random(path.name)
    original = path.read_bytes()
    for _ in range(8):
        _reads_or_refuses(_mutated(original, rng), path.name)


def _mutated(data: bytes, rng: random.Random) -> bytes:
    """The data with a few pieces cut, doubled, swapped or overwritten."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(out) or 1)
        end = min(len(out), start + rng.randint(1, 400))
        piece = bytes(out[start:end])
        match rng.randrange(4):
            case 0:
                del out[start:end]
            case 1:
                out[start:start] = piece * rng.randint(1, 5)
            case 2:
                out[start:end] = piece[::-1]
            case _:
                out[start:end] = rng.randbytes(len(piece))
    return bytes(out)


def _reads_or_refuses(data: bytes, source: str, *, net: bool = False) -> None:
    """Articles are whole, refusals have a reason; `net` allows that of the last net, where faults of ours end."""
    articles, reason = _outcome(data, source)
    assert articles or reason is not None
    if reason is not None:
        assert reason
        assert net or "could not be read (" not in reason
    for article in articles:
        assert article.title
        assert article.key
        assert article.reading_minutes >= 1
        assert article.published is None or article.published.tzinfo is UTC


def _outcome(data: bytes, source: str) -> tuple[tuple[Article, ...], str | None]:
    try:
        reading = ingest.read(data, source, now=_NOW)
    except SourceError as fault:
        return (), fault.reason
    return reading.articles, "; ".join(rejected.reason for rejected in reading.rejected) or None


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"<rss><channel><item><title>a</title><description>%s words</description></item></channel></rss>", "a.rss"),
        (b"<rss><channel><title>%s words</title><item><title>a</title></item></channel></rss>", "a.rss"),
        (b"# A title\n\n%s words\n", "a.md"),
    ],
)
def test_a_piece_nested_too_deeply_is_refused_by_its_source_name(data: bytes, source: str) -> None:
    """Feeds' items and HTML inside Markdown are parsed as pieces; the refusal is not that of the last net."""
    nested = b"<div>" * 300 if source == "a.md" else b"&lt;div&gt;" * 300
    try:
        reading = ingest.read(data.replace(b"%s", nested), source, now=_NOW)
    except SourceError as refused:
        said = (refused.source, refused.reason)
    else:  # an item is rejected alone
        said = (reading.rejected[0].source.partition("#")[0], reading.rejected[0].reason)
    assert said[0] == source
    assert said[1].startswith("nested")
