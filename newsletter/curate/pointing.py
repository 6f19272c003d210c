"""Whether a sentence points back to what was said before it, told from its words alone.

Three signs, in many languages: it begins with a word that means something said before ("But …", "The latter …",
"En revanche, …"); its first clause has such a word ("At 160 a second that makes …", "Das Programm dafür …", "In this
way …"); or it ends with one ("…, too."). The words are in `pointing_words`, those that mean something else in another
language for their own only. What only the article can tell (a surname, "the loop") is `mentions`' part.

Sentences are read in lower case, since patterns that are blind to case are slower.
"""

from __future__ import annotations

import re

from newsletter.curate.pointing_words import BEGINS, CJK, CLAUSE, EVERYWHERE

_OPENS = r"(?:[\"'“‘«„(]\s*)?"
_WHOLE_WORD = r"(?![\w\u0900-\u0963\u0610-\u065f])"
_POINTS_BACK = re.compile(rf"{_OPENS}(?:{EVERYWHERE}){_WHOLE_WORD}")
_POINTS_BACK_IN = {
    language: re.compile(rf"{_OPENS}(?:{EVERYWHERE}|{words}){_WHOLE_WORD}") for language, words in BEGINS.items()
}
_POINTS_BACK_CJK = re.compile(f"[「『“‘（]?(?:{CJK})")
_CLAUSE = {language: re.compile(words) for language, words in CLAUSE.items()}
_CLAUSE_ENDS = re.compile(r"[,;:!?()–—。，、.](?:(?<!\.)|(?=\s))")
#: Characters of a first clause that are looked at.
_NEAR = 80
#: "At 160 a second that makes five percent.": a pronoun, since nothing follows what it would relate to.
_THAT = re.compile(
    r"(?:At|With|For|In|On|After|By|From|Over)\b[^,;:]{0,70} that "
    r"(?:makes|is|was|means|meant|would|leaves|gives|costs|adds|comes|amounts|helps|seems|sounds|looks|works|made)\b"
    r"[^,;:]*$"
    r"|(?:For|In|At|On|After|By|Until|From|Over|During) (?:\w+ ){1,3}"
    r"(?:time|years?|months?|weeks?|days?|hours?|while|point) that "
    r"(?!(?:the|a|an|he|she|it|they|we|I|you|his|her|its|their)\b)"
)
_ENDS_BACK = re.compile(
    r"(?:,? too|\b(?:as well|instead|neither|reason why)|,? either|\bd(?:o|oes|id|one|oing) (?:so|this|that|it))"
    r"[\"”]?[.!][\"”]?$"
)
#: Characters of a sentence's end that have all of it.
_TAIL = 24
#: "The answer is no.", "… for another reason: …": of a question that was asked before.
_ANSWER = re.compile(
    r"the (?<=\bthe )(?:answer|reason|result|upshot|difference|solution|catch|outcome|alternative|exception|remedy) "
    r"(?:is|was|were|are)\b"
)
_ANOTHER = re.compile(r"another (?<=\banother )(?:reason|example|way|option|problem|advantage|benefit|factor)\b")
#: "… is ten times faster." than what?
_COMPARED = "faster|slower|better|worse|cheaper|larger|smaller|bigger|different|easier|harder|simpler|safer"
_THAN = re.compile(
    r"\b(?:is|are|was|were|be|got|gets|became)(?: (?:much|far|even|a bit|\w+ times|\w+ percent))? "
    rf"(?:{_COMPARED})\.$"
)
_ENDS_COMPARED = tuple(f" {word}." for word in _COMPARED.split("|"))
#: "Sixty-one percent of the samples …", "Nine percent were …": of what was counted before.
_SHARE = re.compile(
    r"(?:about |around |nearly |almost |only |just |some |roughly )?"
    r"(?:(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|a dozen|\d[\d.,]*)(?: (?:thirds|quarters)| ?(?:%| ?per ?cent))?|"
    r"half|most|many|some|several|a (?:third|quarter|fifth|majority|handful|few)) "
    r"(?:(?:were|was|are|had|said|came|went)\b|of (?:the|those|these|them)\b(?: [a-z-]+){0,2}? [a-z]+s\b(?!['’]))"
)
#: A sentence that begins with where, when or how, and what of it could be meant by "he" or "she".
_SETTING = re.compile(
    r"(?:In|At|On|After|Before|When|While|As|If|Since|During|For|From|With|By|To|Until|Once|Although|Though|Despite|"
    r"Asked|Speaking|Later|Earlier|Last|Yesterday|Today|Now|Soon|Born|Not|Only|What)\b"
)
_SOMEBODY = re.compile(
    r"\s(?:an?|every|each|any|one|no|mr|mrs|ms|dr) [^\W\d]"
    r"|\s(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|"
    r"October|November|December|I\b)[A-Z]\w"
)
_PERSON = re.compile(r"\b(?:he|she|his|her|him|hers)\b")


def points_back(sentence: str, language: str | None = None) -> bool:
    """Whether it means something said before ("This …", "But …", "The other four …", "At 160 that makes …")."""
    lower = sentence.lower()
    if _POINTS_BACK_IN.get(language or "", _POINTS_BACK).match(lower):
        return True
    if not sentence.isascii() and _POINTS_BACK_CJK.match(sentence):
        return True
    within = _CLAUSE.get(language or "en")
    if within and within.search(_first_clause(lower)):
        return True
    return language in (None, "en") and _points_back_in_english(sentence, lower)


def _points_back_in_english(sentence: str, lower: str) -> bool:
    if (
        _SHARE.match(lower)
        or (" that " in sentence and _THAT.match(sentence))
        or _ENDS_BACK.search(sentence, max(0, len(sentence) - _TAIL))
        or (sentence.endswith(_ENDS_COMPARED) and _THAN.search(sentence))
        or _ANSWER.search(lower)
        or _ANOTHER.search(lower)
    ):
        return True
    person = _PERSON.search(sentence, 0, _NEAR) if _SETTING.match(sentence) else None
    return person is not None and _SOMEBODY.search(sentence, 0, person.start()) is None


def _first_clause(sentence: str) -> str:
    """What stands before the first comma, or so."""
    end = _CLAUSE_ENDS.search(sentence, 1, _NEAR)
    return sentence[: end.start() + 1 if end else _NEAR]
