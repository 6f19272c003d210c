r"""What a person asks the search for, read into words and filters. Pure; nothing of it reaches a database's own syntax.

    rust wheel              both words
    "native code"           the words as a phrase
    rus*                    words that begin so
    rust OR zig             one of them (OR binds closer than a space)
    -draft                  not that word; - stands before filters as well
    title: source: author: tag: category:WORD     words of that field; "several words" as a phrase
    lang:de   after:2026-11-01   before:2026-12   used:no|yes   story:12

Days begin at midnight UTC; `after` has the day in it, `before` has not. What is no word is passed over; a name before a
colon that is none of these fields is an error (a quoted "name:word" is just words).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from newsletter.errors import QueryError
from newsletter.store.words import Phrase, is_unspaced, tokens

#: Fields that are searched for words.
WORD_FIELDS = ("title", "source", "author", "tag", "category")
#: Fields that an article either fits or not.
FACT_FIELDS = ("lang", "after", "before", "used", "story")
_ALIASES = {"language": "lang", "since": "after", "until": "before", "by": "author", "tags": "tag", "site": "source"}

#: Words a query may have; the rest of a pasted page is ignored.
_MOST = 32
_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<field>[A-Za-z]{2,}):(?!//)(?=["\w]))?(?:"(?P<quoted>[^"]*)"(?P<begun>\*?)|(?P<bare>\S+))'
)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}$")


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that have to follow each other, in any text of the article or in one field."""

    tokens: Phrase
    #: The last token is only the beginning of a word.
    is_begun: bool = False
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the terms occurs; or, if negated, none of them."""

    terms: tuple[Term, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A field that is so, or, if negated, is not."""

    field: Literal["lang", "after", "before", "used", "story"]
    value: str | int | bool | datetime
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All of it has to be true of an article."""

    clauses: tuple[Clause, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The words an article is ranked by, and that snippets show: those of its texts."""
        asked = [term for clause in self.clauses if not clause.is_negated for term in clause.terms]
        return tuple(term for term in asked if term.field in (None, "title"))


def parse(text: str) -> Query:
    """What the text asks for. Raises QueryError for an unknown field, or a value that its field can't have."""
    clauses: list[Clause] = []
    facts: list[Fact] = []
    joins = False
    for piece in _PIECE.finditer(text):
        if piece[0] in ("OR", "AND"):
            joins = piece[0] == "OR" and bool(clauses)
            continue
        if sum(len(clause.terms) for clause in clauses) >= _MOST:
            break
        name, value = _field(piece), piece["bare"] if piece["quoted"] is None else piece["quoted"]
        negated = bool(piece["minus"])
        if name in FACT_FIELDS:
            facts.append(_fact(piece[0], name, value, negated))
        elif term := _term(name, value, is_quoted=piece["quoted"] is not None, is_begun=bool(piece["begun"])):
            if joins and not negated and not clauses[-1].is_negated:
                clauses[-1] = Clause((*clauses[-1].terms, term))
            else:
                clauses.append(Clause((term,), negated))
        joins = False
    return Query(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(facts)))


def _field(piece: re.Match[str]) -> str | None:
    if piece["field"] is None:
        return None
    name = _ALIASES.get(piece["field"].lower(), piece["field"].lower())
    if name in WORD_FIELDS or name in FACT_FIELDS:
        return name
    known = ", ".join(f"{field}:" for field in (*WORD_FIELDS, *FACT_FIELDS))
    raise QueryError(piece[0], f"no field is called {name!r}; there are {known} – quote it to search for the words")


def _term(name: str | None, value: str, *, is_quoted: bool, is_begun: bool) -> Term | None:
    found = tuple(tokens(value))
    if not found:
        return None
    is_begun = is_begun or (not is_quoted and value.endswith("*"))
    return Term(found, is_begun and not is_unspaced(found[-1]), name)


def _fact(piece: str, name: str, value: str, negated: bool) -> Fact:
    match name:
        case "lang":
            if not _LANGUAGE.match(value):
                raise QueryError(piece, "expected a language's code such as lang:en")
            return Fact("lang", value.lower(), negated)
        case "used":
            if value.lower() not in ("yes", "no"):
                raise QueryError(piece, "expected used:yes or used:no")
            return Fact("used", (value.lower() == "yes") != negated)
        case "story":
            if not (value.isascii() and value.isdigit() and len(value) < 19):
                raise QueryError(piece, "expected a story's number such as story:12")
            return Fact("story", int(value), negated)
        case "after":
            return Fact("before" if negated else "after", _day(piece, value))
        case _:
            return Fact("after" if negated else "before", _day(piece, value))


def _day(piece: str, value: str) -> datetime:
    """The beginning of a day, month or year."""
    found = _DAY.match(value)
    try:
        if found:
            return datetime(int(found[1]), int(found[2] or 1), int(found[3] or 1), tzinfo=UTC)
    except ValueError:
        pass
    raise QueryError(piece, "expected a day, month or year such as after:2026-11-01, after:2026-11")
