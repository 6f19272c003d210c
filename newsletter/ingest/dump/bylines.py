"""Who wrote it, and when: bylines as whole-page text has them, told from the names of menus and of other articles.

A line that says "By …" is believed wherever it stands near the title or behind the story. A bare name is believed only
when no word of it is written small anywhere on the page: "Privacy Policy" and "Use Case" have the form of names, but
pages that name them speak of policies and cases, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.ingest import dates, names
from newsletter.ingest.dump import patterns
from newsletter.ingest.dump.labels import Label
from newsletter.ingest.dump.lines import Line
from newsletter.ingest.dump.view import Page, is_date_line
from newsletter.ingest.names import Byline

_LEAD = re.compile(
    r"^(?:article\s+)?(?:(?:written|posted|published|story|words|text|reported)\s+by|by|author[s]?\s*:|von|por|par|di|door|av|af|"
    r"بقلم|كتبت?|लेखक|लेखिका|作者|撰文|(?:取材・)?文(?=[・／＝:：]))(?:\s*[:：・／＝]\s*|\s+)",
    re.IGNORECASE,
)
#: What stands between a name and the rest of its line.
_REST = re.compile(
    r"\s*(?:\b(?:last\s+)?(?:updated|published|posted|modified|aktualisiert|veröffentlicht|publicado|actualizado|publié)\b"
    r"|\s(?:on|am|el|le|at|in)\s*$|\b\d).*$",
    re.IGNORECASE,
)
#: What announces a date, and no name.
_WHEN = re.compile(
    r"^\W*(?:(?:posted|published|written|updated|veröffentlicht|publié)\b\s*)?(?:on|am|le)?\W*$", re.IGNORECASE
)
_SMALL = re.compile(r"(?<![^\W\d_])[a-zß-ÿ][^\W\d_]+")
_ENDS = frozenset({"related_header", "comment", "invitation"})
#: Lines above the title and below the story's beginning that a date or byline of its own may stand on.
_ABOVE, _BELOW, _BEHIND = 6, 5, 14


def byline(text: str) -> Byline:
    """Names and role of a byline that may have a date, before or behind; a lone pen name counts behind "By"."""
    text = " ".join(text.split())[:300]
    text = _beside_date(text)
    has_lead = bool(_LEAD.match(text))
    bare = _REST.sub("", _LEAD.sub("", text, count=1)).strip(" ,|·•–—-:")
    read = names.byline(bare)
    if read.names or not has_lead:
        return read
    pen_name = re.split(r"\s[|·•–—]\s|,", bare)[0].removeprefix("the ")
    is_one = len(pen_name.split()) <= 4 and not pen_name[:1].islower() and names.may_be_pen_name(pen_name)
    return Byline((pen_name,)) if is_one else read


def has_lead(line: Line) -> bool:
    """Whether a line says "By" and a name, and little else."""
    text = line.text
    if line.words > 25 or (line.prose and line.words > 12) or _SENTENCE.search(text):
        return False
    text = _beside_date(text)
    return bool(_LEAD.match(text)) and bool(byline(text).names)


def _beside_date(text: str) -> str:
    """What stands before the date; behind it, where nothing but "posted on" stands before."""
    if not (found := dates.find(text)):
        return text
    before, _, behind = text.partition(found)
    says_who = re.search(r"[^\W\d_]{2}", _WHEN.sub("", before))
    return before if says_who else behind.strip(" ,|·•–—-")


_SENTENCE = re.compile(r"[a-zß-ÿ]{3}[.!?]\s+\w")


def settle(page: Page, title: int | None, labels: dict[int, Label]) -> None:
    """Take bylines from lines that are none, and give one, and a date line, where the page has them (in place)."""
    lines = page.lines
    small = {word for line in lines for word in _SMALL.findall(line.text[:2000])}
    opened = _introductions(lines)
    around = _around(page, title)
    for n, given in labels.items():
        far = given == "byline" and n < page.first and n not in around
        chance = given == "byline" and n < page.first and not has_lead(lines[n]) and not _placed(page, n, opened)
        if given in {"byline", "author_name"} and (far or chance or not _believed(lines[n], small)):
            labels[n] = "nav"
    if not any(given == "byline" and byline(lines[n].text).names for n, given in labels.items()):
        behind = range(page.end, _end_of_box(page))
        led = next((n for n in (*around, *behind) if labels[n] not in {"title", "body"} and has_lead(lines[n])), None)
        alone = _bare_name(page, around, labels, small, opened) if led is None else led
        if alone is not None:
            labels[alone] = "byline"
    if not any(given in {"byline", "date_readtime"} and lines[n].date for n, given in labels.items()):
        for n in around:
            if is_date_line(lines[n]) and lines[n].date and labels[n] != "title":
                labels[n] = "date_readtime"
                break


def _around(page: Page, title: int | None) -> Sequence[int]:
    """The lines about the title and the story's beginning, those behind the title first."""
    at = title if title is not None else page.first
    near = [*range(at, at + _BEHIND), *range(page.first - _BEHIND, page.first + _BELOW), *range(at - _ABOVE, at)]
    return [n for n in dict.fromkeys(near) if 0 <= n < page.end]


def _end_of_box(page: Page) -> int:
    """Where others' articles and comments begin behind the story."""
    ends = (n for n in range(page.end, len(page.lines)) if page.lines[n].meaning in _ENDS)
    return min(next(ends, len(page.lines)), page.end + 25)


def _believed(line: Line, small: set[str]) -> bool:
    found = byline(line.text)
    if has_lead(line) or not found.names:
        return True
    if not any(char.isupper() for char in line.text):  # a script without capitals: any two words have a name's form
        return False
    return all(word.casefold() not in small for name in found.names for word in name.split() if len(word) > 3)


def _bare_name(
    page: Page, around: Sequence[int], labels: dict[int, Label], small: set[str], opened: frozenset[str]
) -> int | None:
    """A name alone on its line near the title, beside a date or a reading time, or introduced in a sentence."""
    lines = page.lines
    for n in around:
        line = lines[n]
        if labels[n] in {"title", "body"} or line.words > (14 if "," in line.text else 8) or line.meaning:
            continue
        if not (found := byline(line.text)).names or not _believed(line, small):
            continue
        beside = (*lines[max(0, n - 2) : n], *lines[n + 1 : n + 3])
        timed = any(is_date_line(other) or patterns.reading_minutes(other.text) for other in (line, *beside))
        if timed or found.names[0] in opened:
            return n
    return None


def _placed(page: Page, n: int, opened: frozenset[str]) -> bool:
    """Whether a bare name stands where bylines do: with a role, beside a date, initials or a header, or introduced."""
    lines = page.lines
    found = byline(lines[n].text)
    beside = (*lines[max(0, n - 2) : n + 1], *lines[n + 1 : n + 3])
    return bool(
        found.role
        or any(is_date_line(line) or line.meaning == "author_header" or names.is_role(line.text) for line in beside)
        or any(patterns.INITIALS.fullmatch(line.text) for line in beside)
        or not opened.isdisjoint(found.names)
    )


def _introductions(lines: Sequence[Line]) -> frozenset[str]:
    """The first two, three and four words of the page's sentences: "Ada Brook writes …" introduces Ada Brook."""
    opened: set[str] = set()
    for line in lines:
        if line.prose:
            words = line.text[:200].split()[:4]
            opened.update(" ".join(words[:count]) for count in (2, 3, 4))
    return frozenset(opened)
