"""Names of people as bylines print them: "By Ana Ruiz and Tom Weld, Staff Writers" → names and a role.

A role is not a name, and neither is a site: what does not look like somebody's name is dropped rather than printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

#: Words a byline begins with, in the languages that pages come in most.
_LEAD = re.compile(
    r"^(?:written\s+by|posted\s+by|reviewed\s+by|story\s+by|by|author[s]?\s*:|words\s+by|von|text\s*:|por|de|par|di|door|av|af|بقلم|كتبت?|लेखक|लेखिका|作者|撰文)"
    r"(?:\s*[:：]|\s)\s*|^By(?=[A-Z][a-z]+ [A-Z])",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|\||&|\s(?:and|und|y|et|e|en|och|og)\s)\s*")
#: Nouns that make a phrase a role.
ROLE_NOUNS = (
    "engineer|editor|writer|reporter|journalist|correspondent|columnist|contributor|author|founder|co-founder|ceo|cto|"
    "cfo|chief|officer|director|manager|developer|scientist|researcher|professor|lecturer|analyst|architect|consultant|"
    "designer|producer|photographer|blogger|maintainer|specialist|expert|lead|head|president|fellow|staff|intern|"
    "strategist|administrator|programmer|advocate|evangelist|redakteur|redakteurin|autor|autorin|entwickler|"
    "entwicklerin|journalistin|redactor|redactora|periodista|ingeniero|ingeniera|rédacteur|rédactrice|ingénieur"
)
ROLE = re.compile(rf"\b(?:{ROLE_NOUNS})s?\b", re.IGNORECASE)
_PARTICLES = frozenset(
    """
    de da do dos das del della di du la le van von der den ter ten zu bin ibn al el y e st of
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
#: Indic vowel signs are marks, which Python does not count among the letters.
_NAME_WORD = re.compile(r"(?:[^\W\d_a-z]|[a-z]{1,2}['’])(?:[^\W\d_]|[\u0900-\u0dff])*(?:['’.\-][^\W\d_]*)*\.?")
_SUFFIX = re.compile(r",?\s+(?:Ph\.?\s?D\.?|M\.?D\.?|MBA|CPA|CFP®?|RN|Jr\.?|Sr\.?|II|III|Esq\.?|R\.?D\.?N?\.?)$")
_NO_NAME = re.compile(
    r"\b(?:admin|staff|team|editorial|editors?|desk|newsroom|guest|posts?|press|news|magazine|redaktion|redacción|"
    r"copyright|rights|reserved|home|about|contact|share|read|more|subscribe|articles?|updated|published|follow|written|posted|"
    r"inc|llc|ltd|gmbh|corp|institute|institut|university|college|foundation|association|agency|department|ministry|"
    r"council|committee|network|media|studios?|labs?|journal|times|tribune|gazette)\b|^the\b|https?:|www\.|@|\.com\b|\d",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_YEARS = re.compile(r"\d+\+? years?\b", re.IGNORECASE)
_NO_PEN_NAME = re.compile(
    r"^(?:admin\w*|administrator|user\d*|undefined|null|none|unknown|author|webmaster|root|editor|guest|www|default|site)$"
    r"|https?:|www\.|@|\.\w{2,3}$|\bminutes?\b|\w\.\w",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it, and their role where the line says so ("")."""

    names: tuple[str, ...]
    role: str = ""


def is_name(text: str) -> bool:
    """Whether `text` has the form of one person's name: two to five capitalised words, with particles between."""
    if len(text) > 70:
        return False
    text = _SUFFIX.sub("", text.strip())
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 50 or _NO_NAME.search(text) or ROLE.search(text):
        return False
    solid = [word for word in words if word.lower() not in _PARTICLES]
    return len(solid) >= 2 and all(_NAME_WORD.fullmatch(word) for word in solid) and words[-1] in solid


def may_be_pen_name(text: str) -> bool:
    """Whether a declared author that has no person's form may be one all the same: a team, a pen name, a first name."""
    return (
        2 <= len(text) <= 50
        and len(text.split()) <= 6
        and not _NO_PEN_NAME.search(text)
        and text[0].isalnum()
        and any(char.isalpha() for char in text)
    )


def has_lead(line: str) -> bool:
    """Whether the line begins as bylines do ("By …") and goes on with a name."""
    line = line[:300]
    rest = _LEAD.sub("", line, count=1)
    return rest != line and bool(byline(line).names)


def byline(line: str) -> Byline:
    """Names and role of a byline. Dates and the rest after "·" or "|" are left out; empty when no name is in it."""
    return _byline(" ".join(line.split())[:300])


@lru_cache(1024)  # a feed's items mostly have the same few authors
def _byline(line: str) -> Byline:
    rest = _LEAD.sub("", line, count=1)
    names: list[str] = []
    role = ""
    for part in re.split(r"\s[·•|–—-]\s|\s·|,(?!\s(?:Jr|Sr|Ph|M\.?D))", rest):
        for piece in _AND.split(_SUFFIX.sub("", part.strip())):
            text = _LEAD.sub("", piece.strip(), count=1)
            if is_name(text):
                names.append(text)
            elif not role and names and is_role(text):
                role = text
    return Byline(tuple(dict.fromkeys(names)), role)


def is_role(text: str) -> bool:
    """Whether `text` reads as what somebody is ("Senior Engineer", "Founder & Editor"): short, with a role's noun."""
    return (
        len(text.split()) <= 8
        and bool(ROLE.search(text))
        and not _DIGIT.search(_YEARS.sub("", text))
        and not text.rstrip().endswith((".", "!", "?", ":"))
    )
