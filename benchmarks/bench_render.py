"""A digest of ten articles rendered whole, beside MJML (npm) and juice; and personal messages cut from it.

Every rendering is of an issue never rendered before, but for the row that says otherwise: what a renderer keeps is its
theme's. Times are medians after a warm-up, as processor time (which other programs on the machine hardly change) and by
the clock. The peers get the same MJML and the same CSS, in the same run; what is theirs is compiling and inlining, so
that is what is compared first. `NEWSLETTER_PEERS` names the folder they are installed in (default: benchmarks/peers).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from newsletter import ingest, resources
from newsletter.curate.summarize import summarize
from newsletter.deliver import message
from newsletter.deliver.message import Letterhead
from newsletter.models import Article, Claim, Edition, Issue, Pick, Section, Values, fill
from newsletter.render import Masthead, Renderer, renderer
from newsletter.render import mjml as compiler
from newsletter.render.guard import check
from newsletter.render.inline import inline_css
from newsletter.render.mjml import compile_mjml
from newsletter.render.stencils import pour

NOW = datetime(2026, 11, 19, tzinfo=UTC)
RUNS, WARM_UP = 100, 80
MESSAGES = 20_000
PEERS = Path(__file__).parent / "peers"
MASTHEAD = Masthead("Weekly", "Weekly <weekly@example.org>", "https://example.org", "Street 1, Town")
LETTERHEAD = Letterhead("Weekly <weekly@example.org>", "Weekly", list_name="weekly", base_url="https://example.org")

Times = tuple[float, float]


def main() -> None:
    """Print the table; with --cut N, cut N messages and print the peak of the memory in KiB."""
    render = _renderer()
    edition = render()
    program = message.compile(edition.variants[0], LETTERHEAD, date=NOW)
    if sys.argv[1:2] == ["--cut"]:
        for claim, values in _claims(int(sys.argv[2])):
            program.message(claim, values)
        print(_peak_here())
        return
    mjml = _mjml(render)
    whole, compiled, linted = _median(_fresh()), _median(lambda: compile_mjml(mjml)), _median(lambda: check(mjml))
    rates = [_rate(program) for _ in range(5)]
    rate = (statistics.median(r[0] for r in rates), statistics.median(r[1] for r in rates))
    small, large = (_peak(messages) for messages in (1_000, 1_000_000))
    html = fill(edition.variants[0].html, {}).encode()
    print("| what | processor | clock |\n| --- | --- | --- |")
    _row("full render: templates, MJML, lint, inlining, both parts, slots", whole)
    for theme in ("links", "magazine"):
        _row(f"the same in the theme {theme}", _median(_fresh(theme)))
    _row("the same of one issue, over and over", _median(render))
    _row("of it, words poured into layout", _median(_pouring(mjml)))
    _row("once for a layout: the MJML linted, compiled and inlined", compiled)
    _row("of it, the lint", linted)
    _row("of it, the inlining", _median(_inlining(mjml)))
    _peers(mjml, whole, compiled)
    print(f"| personal messages cut, headers included, no DKIM | {rate[0]:,.0f}/s | {rate[1]:,.0f}/s |")
    print(f"| beside rendering each of them | {rate[0] * whole[0]:,.0f} × | {rate[1] * whole[1]:,.0f} × |")
    print(f"| peak of memory for 1,000 and 1,000,000 messages | {small / 1024:.1f} MB | {large / 1024:.1f} MB |")
    print(f"| HTML of the digest | {len(html):,} bytes | {len(mjml.encode()):,} of MJML |")


def _renderer(theme: str = "digest") -> Callable[[], Edition]:
    articles = _articles()
    issue = _issue(articles)
    press = Renderer([resources.folder("templates") / "email"], theme)
    return lambda: press.render(issue, articles, MASTHEAD, secret=b"s" * 32, date=NOW)


def _issue(articles: dict[int, Article]) -> Issue:
    picks = tuple(Pick(a.id, a.title, summarize(a)) for a in articles.values())
    sections = (Section("", picks),)
    return Issue(1, "Weekly", "What the loop costs", intro="Hello {{ subscriber.name }}!", sections=sections)


def _fresh(theme: str = "digest") -> Callable[[], Edition]:
    """Each time other headlines, summaries, addresses and intro, so that nothing kept by an article's text helps."""
    articles = _articles()
    issue = _issue(articles)
    press = Renderer([resources.folder("templates") / "email"], theme)

    def one(number: int) -> tuple[Issue, dict[int, Article]]:
        own = f" {number}"
        picks = tuple(
            replace(pick, headline=pick.headline + own, summary=replace(pick.summary, text=pick.summary.text + own))
            for pick in issue.picks
        )
        changed = replace(issue, intro=issue.intro + own, sections=(Section("", picks),))
        sources = {key: replace(each, url=f"{each.url}?{own.strip()}") for key, each in articles.items()}
        return changed, sources

    ready = [one(number) for number in range(1000, 1000 + RUNS + WARM_UP)]

    def render() -> Edition:
        changed, sources = ready.pop()
        return press.render(changed, sources, MASTHEAD, secret=b"s" * 32, date=NOW)

    return render


def _pouring(mjml: str) -> Callable[[], str]:
    """Each time with other words."""
    ready = [re.sub(r"(?<=[a-z])\.(?=<)", f" {number}.", mjml) for number in range(RUNS + WARM_UP)]
    return lambda: pour(ready.pop())


def _inlining(mjml: str) -> Callable[[], str]:
    seen: list[tuple[str, str]] = []
    compiler.inline_css = lambda page, css: seen.append((page, css)) or inline_css(page, css)
    try:
        compile_mjml(mjml)
    finally:
        compiler.inline_css = inline_css
    return lambda: inline_css(*seen[0])


def _articles() -> dict[int, Article]:
    found: list[Article] = []
    for path in sorted(resources.folder("samples").iterdir()):
        if path.name != "README.md":
            found += ingest.read(path.read_bytes(), str(path), now=NOW).articles
    return {number: replace(article, id=number) for number, article in enumerate(found[:10], 1)}


def _mjml(render: Callable[[], Edition]) -> str:
    """The MJML that the theme's templates make of the digest."""
    seen: list[str] = []
    poured = renderer.pour
    renderer.pour = lambda mjml, include: seen.append(mjml) or poured(mjml, include)
    try:
        render()
    finally:
        renderer.pour = poured
    return seen[0]


def _median(run: Callable[[], object]) -> Times:
    """Milliseconds of processor and clock."""
    for _ in range(WARM_UP):
        run()
    cpu, wall = [], []
    for _ in range(RUNS):
        begin, clock = time.process_time(), time.perf_counter()
        run()
        cpu.append(time.process_time() - begin)
        wall.append(time.perf_counter() - clock)
    return statistics.median(cpu) * 1000, statistics.median(wall) * 1000


def _row(what: str, times: Times) -> None:
    print(f"| {what} | {times[0]:.2f} ms | {times[1]:.2f} ms |")


def _peers(mjml: str, whole: Times, compiled: Times) -> None:
    folder = Path(os.environ.get("NEWSLETTER_PEERS", PEERS))
    node = shutil.which("node")
    if not node or not (folder / "node_modules/mjml").is_dir() or not (folder / "node_modules/juice").is_dir():
        print("| MJML (npm) and juice: skipped; node and `npm install --prefix benchmarks/peers` bring them | | |")
        return
    sound = check(mjml)
    job = json.dumps({"mjml": sound.mjml, "css": sound.css, "runs": RUNS})
    command = [node, str(PEERS / "compile.cjs"), str(folder.resolve())]
    done = subprocess.run(command, input=job, capture_output=True, text=True, check=True, timeout=120)
    theirs = json.loads(done.stdout)
    _row(f"MJML {theirs['version']} (npm) and juice, the same MJML and CSS", (theirs["cpu"], theirs["wall"]))
    for what, ours in (("compiling and inlining", compiled), ("the full render", whole)):
        print(f"| theirs beside {what} | {theirs['cpu'] / ours[0]:.1f} × | {theirs['wall'] / ours[1]:.1f} × |")


def _claims(messages: int) -> Iterator[tuple[Claim, Values]]:
    """Subscribers as lists have them: every fifth name is not ASCII, and links are as long as signed ones."""
    for number in range(messages):
        email = f"reader{number}@example.org"
        name = f"Reader {number}" if number % 5 else f"Zoë Łęcka {number}"
        claim = Claim(number, number, email, name, "en", {}, "default", 1, f"{number}.x@example.org", 1)
        token = f"{number:010}" * 9
        yield (
            claim,
            {
                "unsubscribe_url": f"https://example.org/u/{token}",
                "view_url": f"https://example.org/v/{token}",
                "subscriber.name": name,
                "subscriber.email": email,
            },
        )


def _rate(program: message.Program) -> Times:
    claims = list(_claims(MESSAGES))
    cpu, wall = time.process_time(), time.perf_counter()
    for claim, values in claims:
        program.message(claim, values)
    return MESSAGES / (time.process_time() - cpu), MESSAGES / (time.perf_counter() - wall)


def _peak_here() -> int:
    """KiB at most in this process. Not ru_maxrss: that starts at what the parent had."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0])


def _peak(messages: int) -> int:
    """KiB at most in a process that cuts so many messages."""
    command = [sys.executable, __file__, "--cut", str(messages)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout)


if __name__ == "__main__":
    main()
