"""What follows stories on pages, made up for training: comments, customers' words and teasers, in many layouts.

Of a corpus's pages few have comments, and each site sets its own out its own way. Here a page's story is followed by
boxes whose sentences come from stories, its own and others': that they are chrome can only be told from how they are
set out, which is what the model is to learn. Names, headers and layouts are ours.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_FIRST = "Ada Ben Carla Dmitri Elena Frank Grace Hugo Ines Jamal Karin Liam Mona Nils Olga Paul Rosa Sven Tara Umar Wei"
_LAST = "Adler Brook Castillo Dunn Evans Fischer Gupta Haddad Ito Jensen Kowalski Lopez Miller Novak Okafor Patel Smith"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_COMMENTS = (
    "{n} Comments", "Comments", "Comments ({n})", "{n} Responses to “{title}”", "{n} thoughts on “{title}”",
    "Reader Comments", "Discussion", "{n} Replies", "Join the conversation", "Kommentare", "", "",
)  # fmt: skip
_GREETINGS = ("Great post!", "Thanks for sharing!", "Hi,", "I agree.", "Love this!", "Nice article.")
_ANSWERS = ("Reply", "Reply", "Like", "Share", "Report", "Antworten", "", "")
_FORMS = (
    ("Leave a Reply", "Your email address will not be published. Required fields are marked *"),
    ("Leave a comment", "Name", "Email", "Website"),
    ("Post Comment",),
    ("Log in to comment",),
    (),
    (),
)
_REVIEWS = (
    "Reviews", "Testimonials", "What our customers say", "What people are saying", "Customer reviews",
    "What our clients say", "", "",
)  # fmt: skip
_CUSTOMERS = ("Manager", "Customer", "Director of Marketing", "Owner", "Teacher", "CEO")
_TEASERS = (
    "Related posts", "Recent Articles", "More from the blog", "Blog", "You may also like", "Latest news",
    "Latest posts", "Related Articles", "Read next", "Further reading", "News", "Featured", "", "",
)  # fmt: skip
_TOPICS = ("Guides", "News", "Marketing", "Health", "Technology", "Tips")
_LINKS = ("Read more", "Continue reading", "Read more »", "Read article", "Learn more")
#: How often teasers have a topic, a title, a date, an excerpt, an author and a link.
_OFTEN = (0.25, 0.95, 0.5, 0.6, 0.25, 0.35)


@dataclass(frozen=True)
class Told:
    """A page's story: its title and its sentences."""

    title: str
    sentences: Sequence[str]


def sentences(paragraphs: Sequence[str]) -> list[str]:
    """The sentences of 4 to 60 words."""
    found = [part for text in paragraphs for part in re.split(r"(?<=[.!?])\s+", text)]
    return [part for part in found if 4 <= len(part.split()) <= 60]


def tail(story: Told, others: Sequence[Told], dice: random.Random) -> list[str]:
    """One or two boxes, as lines; half of them with a blank line behind each, as between paragraphs."""
    borrowed = dice.choice(others).sentences if dice.random() < 0.5 else ()
    own = Told(story.title, [*story.sentences, *borrowed])
    boxes: list[Callable[[], list[str]]] = [
        lambda: _comments(own, dice),
        lambda: _reviews(own, dice),
        lambda: _teasers(others, dice),
    ]
    lines = [line for box in dice.sample(boxes, dice.choice((1, 1, 2))) for line in (*box(), "")]
    if dice.random() < 0.5:
        lines = [each for line in lines if line for each in (line, "")]
    return lines


def _comments(story: Told, dice: random.Random) -> list[str]:
    count = dice.randint(2, 14)
    lines = [dice.choice(_COMMENTS).format(n=count, title=story.title)]
    layout, answer = dice.randrange(7), dice.choice(_ANSWERS)
    for _ in range(count):
        who, when = _name(dice), _when(dice)
        said = [_words(story, dice, (1, 1, 2, 2, 3, 4)) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
        if dice.random() < 0.2:
            said.insert(0, dice.choice((*_GREETINGS, f"@{_name(dice)}")))
        layouts = (
            [f"{who} says:", when, *said], [who, when, *said], [*said, who, when],
            [f"Posted by {who} on {when}", *said], [f"{who} {when}", *said], [when, who, *said],
            [f"{who} • {when}", *said],
        )  # fmt: skip
        lines += [*layouts[layout], answer]
    return _filled([*lines, *dice.choice(_FORMS)])


def _reviews(story: Told, dice: random.Random) -> list[str]:
    lines = [dice.choice(_REVIEWS)]
    layout = dice.randrange(4)
    for _ in range(dice.randint(3, 14)):
        who, said = _name(dice), _words(story, dice, (1, 1, 2, 3))
        if dice.random() < 0.3:
            said = f"“{said}”"
        stars, day = f"{dice.randint(1, 5)}.0 out of 5 stars", f"Reviewed on {_day(dice)}"
        layouts = (
            [said, who], [who, said], [said, f"{who}, {dice.choice(_CUSTOMERS)}"],
            [stars, _words(story, dice, (1,))[:40], day, said],
        )  # fmt: skip
        lines += layouts[layout]
    return _filled([*lines, *(lines[1:] if dice.random() < 0.3 else ())])  # rows that turn stand twice


def _teasers(others: Sequence[Told], dice: random.Random) -> list[str]:
    lines = [dice.choice(_TEASERS)]
    used = [dice.random() < share for share in _OFTEN]
    is_cut, length = dice.random() < 2 / 3, dice.randint(12, 45)
    dated_first = dice.random() < 0.4
    for other in dice.sample(others, min(dice.randint(2, 8), len(others))):
        begun = " ".join(" ".join(other.sentences[:3]).split()[:length])
        excerpt = begun + dice.choice(("…", "...", " […]")) if is_cut else other.sentences[0]
        by = dice.choice(("By ", "by ", ""))
        parts = (dice.choice(_TOPICS), other.title, _day(dice), excerpt, by + _name(dice), dice.choice(_LINKS))
        chosen = [part for part, is_used in zip(parts, used, strict=True) if is_used]
        lines += sorted(chosen, key=lambda part: part != parts[2]) if dated_first else chosen
    return _filled(lines)


def _filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line]


def _words(story: Told, dice: random.Random, counts: Sequence[int]) -> str:
    return " ".join(dice.choice(story.sentences) for _ in range(dice.choice(counts)))


def _name(dice: random.Random) -> str:
    first, last = dice.choice(_FIRST.split()), dice.choice(_LAST.split())
    handle = f"{first}{last[0]}{dice.randint(1, 99)}".lower()
    return dice.choice((first, f"{first} {last}", f"{first} {last}", f"{first} {last[0]}.", handle, first.lower()))


def _day(dice: random.Random) -> str:
    name, month, day, year = dice.choice(_MONTHS), dice.randint(1, 12), dice.randint(1, 28), dice.randint(2006, 2026)
    return dice.choice(
        (
            f"{name} {day}, {year}", f"{name[:3]} {day}, {year}", f"{day} {name} {year}", f"{year}-{month:02}-{day:02}",
            f"{month}/{day}/{year}", f"{day}.{month:02}.{year}",
        )
    )  # fmt: skip


def _when(dice: random.Random) -> str:
    hour, minute = dice.randint(1, 12), dice.randint(0, 59)
    time = dice.choice((f"{hour}:{minute:02} {dice.choice(('am', 'pm', 'AM', 'PM'))}", f"{hour:02}:{minute:02}"))
    ago = f"{dice.randint(2, 11)} {dice.choice(('days', 'months', 'years', 'hours'))} ago"
    return dice.choice((f"{_day(dice)} at {time}", f"{_day(dice)} {time}", _day(dice), ago))
