"""A label for every line of a page's text: the story is found first, then what stands above, in and behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from newsletter.ingest.dump import bylines, head, lines, middle, story, tail
from newsletter.ingest.dump.labels import PLAIN, Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import Page

#: Words of a paragraph at least.
_PARAGRAPH = 12


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line (or a paragraph joined from wrapped lines) and what it is."""

    label: Label
    line: Line


def labelled(text: str) -> list[Labelled]:
    """The lines that are not blank, in order, each with its label."""
    measured = lines.measure(text)
    found = story.find(measured)
    page = Page(measured, found.first, found.end)
    title = head.find_title(page)
    if title is not None and title >= found.first:
        page = replace(page, first=title + 1)
    if page.first and measured[page.first - 1].meaning == "takeaways_header" and not measured[page.first - 1].repeated:
        page = replace(page, first=page.first - 1)
    above = head.label(page, title)
    decks = {measured[n].text for n, given in above.items() if given == "deck"}
    inside = middle.label(page, decks, measured[title].text if title is not None else "")
    doubted = [n for n, given in inside.items() if given in PLAIN and found.doubts(n, heads=given == "heading")]
    inside.update({n: _doubted(measured[n]) for n in doubted})
    given = {**above, **inside, **tail.label(page)}
    given.update({n: "body" for n in given if n not in inside and _stray(measured[n], given[n]) and found.claims(n)})
    bylines.settle(page, title, given)
    if title is not None:
        measured[title] = replace(measured[title], text=head.without_site(measured, title))
    return [Labelled(given[n], line) for n, line in enumerate(measured)]


def _stray(line: Line, given: Label) -> bool:
    """Whether a line around the story is a paragraph that nothing says more of, as behind a box that parts a story."""
    return given in {"nav", "cta", "related_title"} and line.meaning is None and line.prose and line.words >= _PARAGRAPH


def _doubted(line: Line) -> Label:
    """What a line in the story's midst is that the model takes for chrome."""
    return head.BY_MEANING[line.meaning] if line.meaning else "cta"


def label(text: str) -> list[Label]:
    """One label for each line of `text` (split at "\\n"; a newline at its very end begins no further line)."""
    count = text.count("\n") + (0 if text.endswith("\n") or not text else 1)
    labels: list[Label] = ["blank"] * count
    for item in labelled(text):
        for n in range(item.line.first, item.line.first + item.line.span):
            labels[n] = item.label
    return labels
