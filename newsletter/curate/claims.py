"""What a text claims that can be looked up: its numbers, its names and its quotations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsletter.curate.terms import STOP_WORDS

_MAGNITUDES = {
    "hundred": "00", "thousand": "000", "million": "000000", "billion": "000000000", "trillion": "000000000000",
    "m": "000000", "mn": "000000", "mio": "000000", "bn": "000000000", "k": "000",
    "tausend": "000", "millionen": "000000", "milliarden": "000000000", "milliarde": "000000000",
    "mille": "000", "millions": "000000", "milliards": "000000000", "millones": "000000",
    "万": "0000", "億": "00000000", "亿": "00000000", "lakh": "00000", "crore": "0000000",
}  # fmt: skip
_CURRENCIES = {"$": "$", "€": "€", "£": "£", "¥": "¥", "₹": "₹", "rs": "₹", "usd": "$", "eur": "€", "gbp": "£"}
_UNITS = {"%": "%", "percent": "%", "per cent": "%", "prozent": "%", "pour cent": "%", "por ciento": "%"}
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.,)])[-−])?(?P<money>(?:[$€£¥₹]|\b(?:rs\.?|usd|eur|gbp)) ?)?"
    r"(?P<digits>(?:\d{1,3}(?:['’ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*)"
    r"(?P<unit> ?(?:%|per ?cent\b|prozent\b|pour cent\b|por ciento\b))?"
    rf"(?P<size>[ -]?(?:(?:{'|'.join(m for m in _MAGNITUDES if m.isascii())})\b|[万億亿]))?",
    re.IGNORECASE,
)
_SPELLED = {
    word: str(value)
    for value, listed in {
        2: "two zwei deux dos due twee", 3: "three drei trois tres tre drie", 4: "four vier quatre cuatro quattro",
        5: "five fünf cinq cinco cinque vijf", 6: "six sechs seis sei zes", 7: "seven sieben sept siete sette zeven",
        8: "eight acht huit ocho otto", 9: "nine neun neuf nueve nove negen", 10: "ten zehn dix diez dieci tien",
        11: "eleven elf onze once undici", 12: "twelve zwölf douze doce dodici twaalf dozen", 13: "thirteen",
        14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen",
        20: "twenty zwanzig vingt veinte venti", 30: "thirty dreißig trente treinta", 40: "forty vierzig quarante",
        50: "fifty fünfzig cinquante cincuenta", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
        100: "hundred hundert cien", 1000: "thousand tausend mille mil",
    }.items()
    for word in listed.split()
}  # fmt: skip
_SPELLED_NUMBER = re.compile(
    rf"(?<!\w)(?P<word>{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?:-(?P<ones>one|two|three|four|five|six|"
    r"seven|eight|nine))?(?:[ -](?P<size>hundred|thousand|million|billion|trillion|lakh|crore))?(?!\w)",
    re.IGNORECASE,
)
#: Quotation marks that come in pairs; an apostrophe is no quote.
_QUOTED = re.compile(r"“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|»([^«»]*)«|「([^「」]*)」|『([^『』]*)』|\"([^\"]*)\"")
_MARKS = re.compile(r"[“”„«»「」『』\"]")
_SINGLE = re.compile(r"(?:(?<=\s)|^)[‘'](?=\w)(.+?)(?<=[\w.,!?])[’'](?!\w)")
_WORD = re.compile(r"[^\W_]+(?:[.&’'-][^\W_]+)*")
#: A full stop with a lost space after it ("… at night.Moss said"); a name (fmt.Println) may be read as two words.
_LOST_SPACE = re.compile(r"(?<=[a-z])\.(?=[A-Z])")
_SENTENCE_END = re.compile(r"(?:^|[.!?…:][\"”’»)]*\s+)[\"“‘«(„]*$")
#: Nouns have capitals there, so that a single capitalised word is mostly no name.
_CAPITAL_NOUNS = frozenset({"de", "lb"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is compared: digits with a point for decimals, a currency sign or "%" where one stands."""

    digits: str
    unit: str = ""
    #: As the text has it.
    shown: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.digits} %" if self.unit == "%" else f"{self.unit}{self.digits}"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks."""

    text: str

    def within(self, source: str) -> bool:
        """Whether the source (as `plain` has it) has these very words, blind to white space and a closing mark."""
        wanted = plain(self.text).strip(" .,!?;:。，、")
        return any(c.isalnum() for c in wanted) and wanted in source


def quotations(text: str) -> Iterator[Quotation]:
    """Everything between quotation marks, and a mark without its partner as a quotation of itself."""
    for found in _QUOTED.finditer(text):
        yield Quotation(next(group for group in found.groups() if group is not None))
    for found in _SINGLE.finditer(text):
        yield Quotation(found[1])
    if left := _MARKS.search(_QUOTED.sub("", text)):
        yield Quotation(left.group())


def numbers(text: str) -> Iterator[Number]:
    """Every number of a text, written in digits of any script or in words (from two on)."""
    text = _ascii_digits(text)
    for found in _NUMBER.finditer(text):
        money = (found["money"] or "").strip(" .").casefold()
        unit = _UNITS.get(" ".join((found["unit"] or "").split()).casefold(), "") or _CURRENCIES.get(money, "")
        digits = ("-" if found["sign"] else "") + _value(found["digits"], (found["size"] or "").strip(" -").casefold())
        yield Number(digits, unit, found.group().strip())
    for found in _SPELLED_NUMBER.finditer(text):
        value = int(_SPELLED[found["word"].casefold()]) + int(_SPELLED.get((found["ones"] or "").casefold(), 0))
        value += found["ones"] is not None and found["ones"].casefold() == "one"
        yield Number(_value(str(value), (found["size"] or "").casefold()), shown=found.group())


def names(text: str, source: str, language: str | None) -> Iterator[str]:
    """The names of a text that the source does not have: runs of capitalised words, and acronyms."""
    text, source = _LOST_SPACE.sub(" ", text), _LOST_SPACE.sub(" ", source)
    tokens = [_bare(word) for word in _WORD.findall(source)]
    exact, folded = set(tokens), {token.casefold() for token in tokens}
    stems = {token.casefold()[:6] for token in tokens if len(token) > 5}
    sequence = f" {' '.join(tokens).casefold()} "
    for run, begins_sentence in _runs(text):
        parts = [_bare(word) for word in run]
        if _occurs(parts, sequence) and not _is_other_acronym(parts, exact):
            continue
        rest_occurs = len(parts) == 1 or _occurs(parts[1:], sequence)
        if begins_sentence and rest_occurs and _is_ordinary(parts[0], folded, stems):
            continue
        if language in _CAPITAL_NOUNS and all(_is_ordinary(part, folded, stems) for part in parts):
            continue
        yield " ".join(run)


def _is_other_acronym(parts: list[str], exact: set[str]) -> bool:
    """Whether it is an acronym that the source has only as a word: IT and it."""
    return len(parts) == 1 and len(parts[0]) > 1 and parts[0].isupper() and parts[0] not in exact


def _occurs(parts: list[str], sequence: str) -> bool:
    return f" {' '.join(parts).casefold()} " in sequence


def _is_ordinary(word: str, folded: set[str], stems: set[str]) -> bool:
    """Whether a capital means nothing here: a function word, the source's word, or another form of it."""
    word = word.casefold()
    return word in STOP_WORDS or word in folded or (len(word) > 5 and word[:6] in stems)


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Words with a capital that follow each other with nothing but space between, and whether they begin a sentence."""
    run: list[str] = []
    begins, end = False, 0
    for found in _WORD.finditer(text):
        word = found.group()
        if run and text[end : found.start()].strip(" \u00a0"):
            yield run, begins
            run = []
        if any(c.isupper() for c in word):
            if not run:
                begins = _SENTENCE_END.search(text[max(0, found.start() - 12) : found.start()]) is not None
            run.append(word)
        elif run:
            yield run, begins
            run = []
        end = found.end()
    if run:
        yield run, begins


def _bare(word: str) -> str:
    """A word without a possessive ending and without the stops of an abbreviation."""
    return re.sub(r"[’']s?$", "", word.replace(".", ""))


def _value(digits: str, size: str) -> str:
    """Digits in one form: 1,200 and 1.200 and 1 200 are 1200; 1.5 million is 1500000."""
    groups = re.split(r"[.,'’ \u00a0\u202f]", digits)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and groups[0] != "0":
        whole, part = "".join(groups), ""
    else:
        whole, part = ("".join(groups[:-1]), groups[-1]) if len(groups) == 2 else (".".join(groups), "")
    zeros = _MAGNITUDES.get(size, "")
    if zeros and part and len(part) <= len(zeros):
        whole, part = whole + part + zeros[len(part) :], ""
    elif zeros:
        whole += zeros
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{part}" if part else whole


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def plain(text: str) -> str:
    """White space folded and all kinds of quotes made one, for comparing (`Quotation.within`)."""
    return " ".join(re.sub(r"[“”„«»‘’'\"]", "'", text).replace("…", "...").split()).casefold()
