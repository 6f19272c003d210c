"""A digest of ten articles rendered whole, and personal messages cut from it, beside rendering one for each reader."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from newsletter import ingest, resources
from newsletter.curate.summarize import summarize
from newsletter.deliver import message
from newsletter.deliver.message import Letterhead
from newsletter.models import Article, Claim, Issue, Pick, Section, fill
from newsletter.render import Masthead, Renderer

NOW = datetime(2026, 11, 19, tzinfo=UTC)
RUNS = 50
MESSAGES = 20_000


def main() -> None:
    """Print the table."""
    articles = _articles()
    picks = tuple(Pick(a.id, a.title, summarize(a)) for a in articles.values())
    issue = Issue(
        1, "Weekly", "What the loop costs", intro="Hello {{ subscriber.name }}!", sections=(Section("", picks),)
    )
    renderer = Renderer([resources.folder("templates") / "email"])
    masthead = Masthead("Weekly", "Weekly <weekly@example.org>", "https://example.org", "Street 1, Town")

    def render() -> object:
        return renderer.render(issue, articles, masthead, secret=b"s" * 32, date=NOW)

    edition = renderer.render(issue, articles, masthead, secret=b"s" * 32, date=NOW)
    whole = _median(render)
    letterhead = Letterhead("Weekly <weekly@example.org>", "Weekly", list_name="weekly", base_url="https://example.org")
    program = message.compile(edition.variants[0], letterhead, date=NOW)
    rate = _rate(program)
    html = fill(edition.variants[0].html, {})
    print("| what | figure |\n| --- | --- |")
    print(f"| articles in the digest, bytes of HTML | {len(articles)}, {len(html.encode()):,} |")
    print(f"| full render: templates, MJML, inlining, both parts, slots (median of {RUNS}) | {whole * 1000:.1f} ms |")
    print(f"| personal messages cut from it, headers included, no DKIM | {rate:,.0f} a second |")
    print(f"| rendering each message instead | {1 / whole:,.0f} a second |")
    print(f"| ratio | {rate * whole:,.0f} |")


def _articles() -> dict[int, Article]:
    found: list[Article] = []
    for path in sorted(resources.folder("samples").iterdir()):
        if path.name != "README.md":
            found += ingest.read(path.read_bytes(), str(path), now=NOW).articles
    from dataclasses import replace

    return {number: replace(article, id=number) for number, article in enumerate(found[:10], 1)}


def _median(run: Callable[[], object]) -> float:
    for _ in range(5):
        run()
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _rate(program: message.Program) -> float:
    begin = time.perf_counter()
    for number in range(MESSAGES):
        email = f"reader{number}@example.org"
        claim = Claim(number, number, email, f"Reader {number}", "en", {}, "default", 1, f"{number}.x@example.org", 1)
        values = {
            "unsubscribe_url": f"https://example.org/u/{number}",
            "view_url": "https://example.org/v/x",
            "subscriber.name": claim.name,
            "subscriber.email": email,
        }
        program.message(claim, values)
    return MESSAGES / (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
