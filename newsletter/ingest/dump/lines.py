"""A page's text → Lines with what can be measured on each, and on the page as a whole.

Text wrapped at a column (mail, terminals) is joined to paragraphs first: a Line then stands for several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsletter.ingest import chrome, dates
from newsletter.ingest.chrome import Meaning
from newsletter.text import clean

#: Function words of en, de, es, pt, it, fr and nl.
_STOPWORDS = frozenset(
    """
    the a an and or but of to in on at for from with by as is are was were be been has have had it its this that
    these those which who what when how not no than then so if will would can could may we you they he she i their
    his her our your my there into out up about after more most some any all one der die das den dem des ein eine
    einen einem einer und oder aber von zu im am auf für mit bei als ist sind war waren hat haben wird werden nicht
    sich es er sie wir ihr dass wie auch nach aus um über noch nur el la los las un una unos y o pero de del al en
    con por para como son fue ser se su sus que lo le les más sin sobre e os uma do da dos em com não ao à il gli
    che di per non si sono è une et ou dans pour par sur avec est sont été qui ne pas ce cette au aux het een van
    voor met niet op aan zijn te dat
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
#: Known function words in the running text of other languages are chance: below this share.
_FEW_STOPS = 0.1
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d.,]*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f]")
_ENDED = re.compile(r"[.!?…。！？।؟](?:[\"”’»)\]*\d]|\s»)*$")
_BULLET = re.compile(r"^\s*(?:[-*•▪‣◦·–]|\d{1,2}[.)])\s+\S")
_QUOTED = re.compile(r"^[“\"„«‘].{20,}[”\"“»’][.,]?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, or a paragraph joined from wrapped ones, and what was measured on it."""

    text: str
    #: Number of its first line, from 0, and how many lines it spans.
    first: int
    span: int
    #: Words; two characters of a script without spaces count as one.
    words: int
    #: Share of function words, 0 to 1; of words of up to three letters where the page's language is none of those
    #: whose function words are known; 0.4 for scripts without spaces.
    stops: float
    #: Whether it ends as sentences do.
    ended: bool
    #: Share of the longer words, the first left out, that begin with a capital.
    capitals: float
    meaning: Meaning | None
    #: The date in it, as printed.
    date: str | None
    blank_before: bool
    blank_after: bool
    #: Whether the same text stood before it, and whether it comes again.
    again: bool
    repeated: bool
    bullet: bool
    quoted: bool

    @property
    def prose(self) -> bool:
        """Whether it reads as running text: sentences, not a name, a title or a list of links."""
        return self.ended and self.words >= 5 and (self.stops >= 0.15 or self.words >= 25)


def measure(text: str) -> list[Line]:
    """The lines of `text` that are not blank."""
    raw = [clean.one_line(line) for line in text.split("\n")]
    bullets = [bool(_BULLET.match(line)) for line in text.split("\n")]
    groups = _paragraphs(raw, bullets) if _is_wrapped(raw) else [(n, 1) for n, line in enumerate(raw) if line]
    counts: dict[str, int] = {}
    joined = [" ".join(raw[first : first + span]) for first, span in groups]
    for line in joined:
        counts[line] = counts.get(line, 0) + 1
    seen: set[str] = set()
    share = _stops if _is_known(joined) else _short_words
    lines = []
    for (first, span), line in zip(groups, joined, strict=True):
        lines.append(
            _line(
                line,
                first,
                span,
                before=first == 0 or not raw[first - 1],
                after=first + span >= len(raw) or not raw[first + span],
                again=line in seen,
                repeated=counts[line] > 1,
                bullet=bullets[first],
                share=share,
            )
        )
        seen.add(line)
    return lines


def _line(
    text: str,
    first: int,
    span: int,
    *,
    before: bool,
    after: bool,
    again: bool,
    repeated: bool,
    bullet: bool,
    share: Callable[[Sequence[str]], float],
) -> Line:
    words = _WORD.findall(text)
    wide = len(_WIDE.findall(text))
    is_wide = wide * 2 > len(text)
    long = [word for word in words[1:] if len(word) > 3]
    return Line(
        text=text,
        first=first,
        span=span,
        words=wide // 2 + 1 if is_wide else len(words),
        stops=0.4 if is_wide else share(words),
        ended=bool(_ENDED.search(text)),
        capitals=sum(word[0].isupper() for word in long) / len(long) if long else 0.0,
        meaning=chrome.meaning(text),
        date=dates.find(text) if len(words) <= 25 else None,
        blank_before=before,
        blank_after=after,
        again=again,
        repeated=repeated,
        bullet=bullet,
        quoted=bool(_QUOTED.match(text)),
    )


def _stops(words: Sequence[str]) -> float:
    return sum(word.lower() in _STOPWORDS for word in words) / max(len(words), 1)


def _short_words(words: Sequence[str]) -> float:
    """Function words are short in every language that parts its words."""
    return sum(len(word) <= 3 and word.isalpha() for word in words) / max(len(words), 1)


def _is_known(texts: Sequence[str]) -> bool:
    """Whether the page's sentences have function words that are known: its language is one of those."""
    words = [word for text in texts if len(text) > 60 for word in _WORD.findall(text[:2000])]
    return not words or _stops(words) >= _FEW_STOPS


def _is_wrapped(raw: list[str]) -> bool:
    """Whether paragraphs were broken at a column: inner lines of about one length that end within a sentence."""
    inner = [line for line, following in pairwise(raw) if line and following]
    if len(inner) < 4:
        return False
    lengths = sorted(map(len, inner))
    broken = sum(1 for line in inner if not _ENDED.search(line) and len(line) > 40)
    return lengths[-1] <= 110 and lengths[len(lengths) // 2] >= 50 and broken > 0.6 * len(inner)


def _paragraphs(raw: list[str], bullets: list[bool]) -> list[tuple[int, int]]:
    """Runs of lines without a blank one; a bullet begins a new one, and so does the line after a short one."""
    width = max(map(len, raw))
    groups: list[tuple[int, int]] = []
    for n, line in enumerate(raw):
        if not line:
            continue
        goes_on = n > 0 and raw[n - 1] and not bullets[n] and len(raw[n - 1]) > 0.6 * width
        if goes_on and groups:
            first, span = groups[-1]
            groups[-1] = (first, span + 1)
        else:
            groups.append((n, 1))
    return groups
