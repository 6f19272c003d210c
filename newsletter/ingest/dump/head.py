"""Labels for what stands above the story: navigation, category, title, deck, byline, date, lead picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsletter.ingest import names
from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import Page, is_date_line

#: What chrome patterns mean above a story.
BY_MEANING: dict[str, Label] = {
    "nav": "nav", "cta": "cta", "comment": "comment", "invitation": "cta", "copyright": "copyright",
    "related_header": "related_header",
    "related_title": "related_title", "sources_header": "nav", "takeaways_header": "takeaways_header",
    "disclaimer": "disclaimer", "author_header": "author_header", "credit": "image_credit",
}  # fmt: skip
#: What a bare name stands beside when it is a byline; any two capitalised words may be something else.
_BESIDE_NAMES = frozenset({"author_initials", "date_readtime", "author_header"})
#: How many lines above a title a date may stand that is the article's own.
_NEAR = 3
#: What stands between an article's title and its site's name.
_BETWEEN = re.compile(r"\s+(?:[|·•»–—-]|::)\s+")
_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class TitleScore:
    """Points for a line as the article's title."""

    why: str
    points: float
    test: Callable[[Line], bool]


TITLE_SCORES: tuple[TitleScore, ...] = (
    TitleScore("as long as titles are", 2.0, lambda line: 4 <= line.words <= 20),
    TitleScore("short for a title", 0.5, lambda line: 2 <= line.words <= 3),
    TitleScore("one word", -2.0, lambda line: line.words < 2),
    TitleScore("too long", -3.0, lambda line: line.words > 30),
    TitleScore("a sentence", -2.0, lambda line: line.ended and line.text[-1] in ".…"),
    TitleScore("chrome", -6.0, lambda line: line.meaning is not None or patterns.is_nav_bar(line.text)),
    TitleScore("a date line", -3.0, is_date_line),
    TitleScore("a byline", -3.0, lambda line: names.has_lead(line.text)),
    TitleScore("a name", -1.2, lambda line: names.is_name(line.text) or bool(names.byline(line.text).role)),
    TitleScore("a role", -1.5, lambda line: line.words <= 5 and names.is_role(line.text)),
    TitleScore("stands apart", 2.5, lambda line: line.blank_before and line.blank_after),
    TitleScore("the usual length", 0.9, lambda line: 5 <= line.words <= 14),
    TitleScore("in title case", 0.8, lambda line: line.capitals >= 0.6),
    TitleScore("a bullet", -1.5, lambda line: line.bullet),
)  # fmt: skip


def find_title(page: Page) -> int | None:
    """The line that is the title, or None: among those above the story and those before its first sentences."""
    lines, story = page.lines, page.lines[page.first : page.end]
    inside = (n for n in range(page.first, page.end) if lines[n].prose and not lines[n].text.endswith("?"))
    reach = next(inside, page.first)
    said = Counter(_CONTENT_WORD.findall(" ".join(line.text for line in story).casefold()))
    prose = set(_CONTENT_WORD.findall(" ".join(line.text for line in story if line.prose).casefold()))
    named = page_names(lines)
    best, best_points = None, 2.5
    for n in range(reach):
        points = _named(lines[n], n, named)
        points += sum(entry.points for entry in TITLE_SCORES if entry.test(lines[n])) + _overlap(lines[n], said, prose)
        points += _place(page, n) - min(0.1 * (reach - n), 2.5)
        if points > best_points:
            best, best_points = n, points
    return best


def page_names(lines: Sequence[Line]) -> list[str]:
    """What the page's first line may call the article: whole, then without the site's name behind a bar or dash.

    Saved pages begin with what the window's title said. Empty where the first line is navigation.
    """
    if not lines or lines[0].meaning or lines[0].words < 2 or patterns.is_nav_bar(lines[0].text):
        return []
    whole = lines[0].text
    cuts = [whole[: found.start()] for found in _BETWEEN.finditer(whole)]
    return [whole, *(cut for cut in reversed(cuts) if len(cut.split()) >= 2 or len(cut) > 12)]


def without_site(lines: Sequence[Line], title: int) -> str:
    """The title's text; the window's title loses the site's name at its end."""
    named = page_names(lines) if title == 0 else []
    return named[1] if len(named) > 1 and len(named[1].split()) >= 3 else lines[title].text


def _named(line: Line, n: int, named: Sequence[str]) -> float:
    """Points for a line that says what the window's title says: little else is said twice in the same words."""
    text = line.text.casefold()
    if not n:
        return 5.0 if len(named) > 1 else 0.0
    return 15.0 if line.words >= 3 and any(text == name.casefold() for name in named) else 0.0


def _overlap(line: Line, story: Counter[str], prose: set[str]) -> float:
    """0 to about 6: how much of the line the story speaks of, and how often."""
    words = set(_CONTENT_WORD.findall(line.text.casefold()))
    if not words:
        return 0.0
    often = sum(min(story[word], 4) / 4 for word in words)
    return 3.5 * len(words & prose) / len(words) + often / len(words) + 0.1 * often


def _place(page: Page, n: int) -> float:
    """Titles stand above bylines and dates, and pictures' descriptions below them."""
    below = page.lines[n + 1 : n + 6]
    above = page.lines[max(0, n - 3) : n]
    points = 1.8 if any(_is_credit(line) for line in below) else 0.0
    return points - (1.2 if any(_is_credit(line) for line in above) else 0.0)


def _is_credit(line: Line) -> bool:
    return is_date_line(line) or names.has_lead(line.text) or bool(names.byline(line.text).role)


def label(page: Page, title: int | None) -> dict[int, Label]:
    """Labels of the lines above the story."""
    labels: dict[int, Label] = {}
    deck: str | None = None
    for n in range(page.first):
        line = page.lines[n]
        before = labels.get(n - 1)
        if n == title:
            labels[n] = "title"
        elif title is not None and line.text == page.lines[title].text:
            labels[n] = "title" if n < title else "nav"
        elif line.text == deck:
            labels[n] = "deck_duplicate"
        else:
            labels[n] = _one(page, n, title, before, deck)
            if labels[n] == "deck":
                deck = line.text
    _only_one_title(labels, title)
    return labels


def _names_date(line: Line | None) -> bool:
    return line is not None and (is_date_line(line) or (line.words <= 8 and names.is_role(line.text)))


def _only_one_title(labels: dict[int, Label], title: int | None) -> None:
    """A title that stands twice (breadcrumb, then heading) is the title where it was found; the other is navigation."""
    for n, given in labels.items():
        if given == "title" and n != title:
            labels[n] = "nav"


def _one(page: Page, n: int, title: int | None, before: Label | None, deck: str | None) -> Label:
    line = page.lines[n]
    if line.meaning and not (line.meaning == "nav" and title == n + 1 and line.words <= 2 and line.text[-1].isalpha()):
        return BY_MEANING[line.meaning]
    if patterns.is_nav_bar(line.text):
        return "nav"
    if is_date_line(line):
        far = title is not None and n < title - _NEAR
        return "related_date" if before == "related_title" or far else "date_readtime"
    if names.has_lead(line.text):
        return "byline"
    following = page.lines[n + 1] if n + 1 < len(page.lines) else None
    if patterns.INITIALS.fullmatch(line.text) and following is not None and _is_person(following):
        return "author_initials"
    if title is None or n < title:
        return _above_title(page, n, title, before)
    if _is_person(line) and (before in _BESIDE_NAMES or names.byline(line.text).role or _names_date(following)):
        return "byline"
    return _below_title(line, before, deck)


def _above_title(page: Page, n: int, title: int | None, before: Label | None) -> Label:
    line = page.lines[n]
    if n + 1 == title and line.words <= 4 and not line.ended and not _in_menu(page, n):
        return "category"
    if n == 0 and title is not None and line.words <= 4 and line.capitals in {0.0, 1.0} and not line.ended:
        return "site" if line.words > 1 or not _is_link(page.lines[1]) or _holds_rights(page, line) else "nav"
    return "related_title" if before in {"related_header", "related_date"} and line.words >= 4 else "nav"


def _in_menu(page: Page, n: int) -> bool:
    """Whether the line above a title is the last link of a menu: one stands above it, at the same distance."""
    above = page.lines[n - 1] if n else None
    return above is not None and _is_link(above) and above.blank_before == page.lines[n].blank_before


def _is_link(line: Line) -> bool:
    """Whether a line may be a menu's link: a few words that nothing is known of."""
    return line.words <= 3 and line.meaning is None and not line.ended and line.date is None


def _holds_rights(page: Page, line: Line) -> bool:
    """Whether the page's copyright line names what the line says."""
    name = line.text.casefold()
    return any(other.meaning == "copyright" and name in other.text.casefold() for other in page.lines)


def _below_title(line: Line, before: Label | None, deck: str | None) -> Label:
    if line.words <= 8 and names.is_role(line.text):
        return "author_role"
    if line.prose or (line.words >= 10 and line.stops >= 0.2):
        if before in {"author_role", "author_name", "author_bio"}:
            return "author_bio"
        return "deck" if deck is None and line.words <= 80 else "cta"
    return "image_caption" if line.words >= 3 else "nav"


def _is_person(line: Line) -> bool:
    """A name, alone or with a role behind it."""
    found = names.byline(line.text)
    words = sum(len(name.split()) for name in found.names) + len(found.role.split())
    return bool(found.names) and line.words <= 14 and line.words <= words + 3 and not line.ended
