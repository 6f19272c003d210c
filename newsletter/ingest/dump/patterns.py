"""How the lines of bylines, dates, takeaways, pictures and copyright read, in the languages that pages come in most."""

from __future__ import annotations

import re

_READING_TIME = re.compile(
    r"(?P<a>\d{1,3})\s*(?:-|\s)?(?:minutes?|mins?\.?|minuten|minutos|minuti|minuten)\b[\s-]{0,3}(?:de\s+|di\s+|\()?"
    r"(?:to read|read|reading|lectura|lesezeit|lecture|lettura|leitura|leestijd)"
    r"|(?:reading time|read time|time to read|lesezeit|tiempo de lectura|temps de lecture|tempo di lettura|leestijd)"
    r"\W{0,4}(?:ca\.?\s*|about\s*)?(?P<b>\d{1,3})",
    re.IGNORECASE,
)
TAKEAWAY = re.compile(
    r"^(?:key (?:takeaways?|points?|insights?)|takeaways?|das wichtigste|ideas? clave|puntos? clave|"
    r"à retenir|in short|tl;?dr)\s*[:—–-]\s*(?=\S)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)(?:[\s©]|\(c\)|copyright)*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?\W{0,3}(?:by\s+)?(?P<holder>.*)",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"\b(?:all rights? reserved|alle rechte vorbehalten|todos los derechos|tous droits|tutti i diritti).*$",
    re.IGNORECASE,
)
_COMPANY_END = re.compile(r"\b(?:inc|ltd|co|corp|llc|s\.a|plc|bv|e\.v)\.$", re.IGNORECASE)
INITIALS = re.compile(r"[^\W\d_a-zß-ÿ]{2,3}")
ENDS_IN_YEAR = re.compile(r"\b(?:19|20)\d{2}$")
PICTURE_NOUN = re.compile(
    r"\b(?:photo(?:graph)?|picture|image|illustration|diagram|chart|graph|screenshot|infographic|portrait|rendering|"
    r"view of|map of|foto|bild|schaubild|grafik|abbildung|imagen|gráfico|esquema|figure \d|fig\. ?\d|schéma)\b",
    re.IGNORECASE,
)
#: "engineer learning Rust": a noun phrase with a participle, as pictures are described.
PARTICIPLE = re.compile(
    r"^(?!(?:how|what|why|when|where|who|which|is|are|can|should|do|does|the)\b)(?:\S+\s+){0,3}"
    r"(?!(?:to|of|for|by|and|or|in|from|without|when|start|stop|is|are|about|on|with)\b)\S+\s+(?-i:[a-zß-ÿ]{3,}ing)\s+\w+"
    r"|,\s+\w{3,}ed\s+(?:by|with|in)\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(
    r"\b(?:I|we|our|ours|my|us|me|wir|unsere?|ich|nosotros|nuestr[oa]s?|yo|nous|notre|mon)\b", re.IGNORECASE
)
#: What begins an item of a numbered list, and some headings.
NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S")
#: What an ingredient of a recipe begins with.
QUANTITY = re.compile(
    r"(?:\d+(?:[.,/–-]\d+)?|[½¼¾⅓⅔])\s*"
    r"(?:k?g|m?l|cl|dl|oz|lbs?|cups?|tbsp|tsp|(?:table|tea)spoons?|pinch(?:es)?|cloves?|EL|TL|Prise)\b"
)
#: A line that says something, or speaks to the reader, as descriptions of pictures do not.
ASSERTS = re.compile(
    r"\b(?:is|are|was|were|can|will|should|ranges?|you|your|we|our|it['’]s|ist|sind|wird|kann|ihre?|es|son|sus?|est|sont|vous|votre)\b",
    re.IGNORECASE,
)
#: What a navigation bar begins with, and what may stand between its links.
_NAV_FIRST = frozenset({"home", "homepage", "menu", "start", "startseite", "inicio", "accueil", "skip"})
_NAV_BETWEEN = frozenset({"and", "of", "&", "y", "und", "us", "|", "·", "/", "•", ">", "-", "–"})
_CAPITALISED = re.compile(r"[^\W\d_a-zß-ÿ]")


def reading_minutes(text: str) -> int:
    """The reading time that a line states, whole minutes; 0 when it states none."""
    found = _READING_TIME.search(text)
    return min(int(found["a"] or found["b"]), 600) if found else 0


def copyright_holder(text: str) -> str:
    """Who a copyright line names, without the year and the rights; "" when it names nobody."""
    found = _COPYRIGHT.search(text[:500])
    if not found:
        return ""
    holder = _RIGHTS.sub("", found["holder"])
    if holder == found["holder"]:
        holder = re.split(r" [·|•] ", holder)[0]
    holder = holder.strip(" ,|·–—-")
    if not _COMPANY_END.search(holder):
        holder = holder.rstrip(". ")
    return holder if 1 <= len(holder.split()) <= 8 else ""


def is_nav_bar(text: str) -> bool:
    """Whether a line is a row of links: "Home  Guides  About", or capitalised words with bars between."""
    words = text.split()
    if not 3 <= len(words) <= 60 or not all(_CAPITALISED.match(word) or word in _NAV_BETWEEN for word in words):
        return False
    return words[0].casefold() in _NAV_FIRST or (len(words) >= 5 and bool({"|", "·", "•", "/"} & set(words)))
