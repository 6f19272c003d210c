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
    r"[\s.,|·–—-]*\b(?:all rights? reserved|alle rechte vorbehalten|todos los derechos|tous droits|tutti i diritti).*$",
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
    r"(?!(?:to|of|for|by|and|or|in|from|without|when|start|stop|is|are|about|on|with)\b)\S+\s+\w{3,}ing\s+\w+"
    r"|,\s+\w{3,}ed\s+(?:by|with|in)\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(
    r"\b(?:I|we|our|ours|my|us|me|wir|unsere?|ich|nosotros|nuestr[oa]s?|yo|nous|notre|mon)\b", re.IGNORECASE
)
#: A navigation bar on one line: it begins with "Home", and goes on in capitalised words.
NAV_BAR = re.compile(
    r"^(?:home|homepage|menu|start(?:seite)?|inicio|accueil|skip)\b(?:\W+[^\W\d_a-z][\w&'’-]*|\W+(?:and|of|&|y|und|us))+$",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"[^\W\d_a-zß-ÿ]")


def reading_minutes(text: str) -> int:
    """The reading time that a line states, whole minutes; 0 when it states none."""
    found = _READING_TIME.search(text)
    return min(int(found["a"] or found["b"]), 600) if found else 0


def copyright_holder(text: str) -> str:
    """Who a copyright line names, without the year and the rights; "" when it names nobody."""
    found = _COPYRIGHT.search(text)
    if not found:
        return ""
    holder = (
        _RIGHTS.sub("", found["holder"])
        if _RIGHTS.search(found["holder"])
        else re.split(r"\s[·|•]\s", found["holder"])[0]
    )
    rest = found["holder"][len(holder) :]
    if rest.startswith(".") and _COMPANY_END.search(holder + "."):
        holder += "."
    holder = holder.strip(" ·|,-–—")
    if not _COMPANY_END.search(holder):
        holder = holder.rstrip(".")
    return holder if 1 <= len(holder.split()) <= 8 else ""


def is_nav_bar(text: str) -> bool:
    """Whether a line is a row of links: "Home  Guides  About", or many capitalised words without any sentence."""
    if NAV_BAR.match(text) and len(text.split()) >= 3:
        return True
    words = text.split()
    return (
        5 <= len(words) <= 60
        and all(_CAPITALISED.match(word) or word in {"&", "|", "·", "/", "•", ">"} for word in words)
        and any(word in {"|", "·", "•", "/"} for word in words)
    )
