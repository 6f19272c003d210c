"""The whole preflight of a digest of ten articles, without network: cold (nothing parsed before) and warm."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from newsletter import ingest, preflight, resources
from newsletter.curate.summarize import summarize
from newsletter.models import Edition, Issue, Pick, Section
from newsletter.preflight import clients, mail
from newsletter.render import Masthead, Renderer

NOW = datetime(2026, 11, 19, tzinfo=UTC)
RUNS = 30


def main() -> None:
    """Print the table."""
    checkup = made()
    _check(checkup)  # what a process does once: imports, the table of mail clients
    cold = _median(lambda: _check(checkup))
    warm = _median(lambda: preflight.check(checkup))
    edition = checkup.edition
    assert edition is not None
    size = preflight.html_bytes(edition.variants[0])
    report = preflight.client_reports(checkup)["default"]
    print("| what | figure |\n| --- | --- |")
    print(f"| checks, bytes of HTML | {len(preflight.catalogue())}, {size:,} |")
    print(f"| the whole preflight, mail parsed anew (median of {RUNS}) | {cold * 1000:.1f} ms |")
    print(f"| the same mail again | {warm * 1000:.1f} ms |")
    print(f"| points over mail clients | {report.score:.1f} of 100 |")


def made(theme: str = "digest", language: str = "en") -> preflight.Checkup:
    """A digest of ten sample articles with long summaries, rendered in one of the program's own themes."""
    found = []
    for path in sorted(resources.folder("samples").iterdir()):
        if path.name != "README.md":
            found += ingest.read(path.read_bytes(), str(path), now=NOW).articles
    articles = {number: replace(article, id=number) for number, article in enumerate(found[:10], 1)}
    picks = tuple(Pick(one.id, one.title, summarize(one, sentences=12)) for one in articles.values())
    issue = Issue(1, "Weekly", "What the loop costs", intro="Hello!", sections=(Section("Read", picks),))
    sender = "Weekly <weekly@example.org>"
    masthead = Masthead("Weekly", sender, "https://example.org", "Street 1, Town", language=language)
    renderer = Renderer([resources.folder("templates") / "email"], theme)
    edition: Edition = renderer.render(issue, articles, masthead, secret=b"s" * 32, date=NOW)
    return preflight.Checkup(
        issue=issue,
        articles=articles,
        edition=edition,
        message_bytes=60_000,
        base_url="https://example.org",
        postal_address="Street 1, Town",
        sender=sender,
        used={},
        now=NOW,
    )


def _check(checkup: preflight.Checkup) -> None:
    mail.opened.cache_clear()
    clients.report_of.cache_clear()
    preflight.check(checkup)


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


if __name__ == "__main__":
    main()
