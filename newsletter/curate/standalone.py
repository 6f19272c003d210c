"""Whether a sentence can be printed without its neighbours.

It can't when it begins with a word that points back ("This …", "But …", "他…"), when it opens a quote that it does not
close, when it is a caption, an invitation or a heading, or when it is too short or too long to read in a digest. Each
rule errs towards leaving a sentence out: an article has others.
"""

from __future__ import annotations

import re

from newsletter.curate.terms import length

#: Words, by `terms.length`, that a sentence of a digest has.
SHORTEST, LONGEST = 6, 60
#: Characters; a "sentence" longer than that is a text without sentence ends.
_MAX_CHARS = 500

_POINTS_BACK = re.compile(
    r"(?:[\"'“‘«„(]\s*)?(?:"
    r"(?:this|that|these|those)(?!\s+(?:week|weekend|month|year|summer|winter|spring|autumn|fall|morning|evening)\b)"
    r"|he|she|it|they|his|her|hers|its|their|theirs|him|them|such|both|neither|either|here|there|so|then|thus|hence"
    r"|but|and|or|nor|yet|however|moreover|furthermore|therefore|meanwhile|instead|otherwise|nevertheless|nonetheless"
    r"|also|besides|similarly|likewise|consequently|additionally|still|again|finally|another|others"
    r"|because|which|who|the (?:latter|former|same|others?|rest|previous|next|last|first|second|third)"
    r"|for (?:example|instance|this|that)|as a result|as such"
    r"|in (?:addition|contrast|fact|short|other words)"
    r"|on the other hand|at (?:that|this|the same) (?:time|point)|first|firstly|second|secondly|third|thirdly|lastly"
    r"|dies|dieser|diese|dieses|er|sie|es|aber|und|oder|doch|dabei|dadurch|damit|deshalb|daher|außerdem|jedoch"
    r"|zudem|sein|seine|ihre?"
    r"|ce|cet|cette|ces|il|elle|ils|elles|mais|et|donc|cependant|ainsi|pourtant|cela|ça"
    r"|este|esta|esto|estos|ese|esa|eso|él|ella|ellos|pero|y|sin embargo|además|así"
    r"|هذا|هذه|ذلك|تلك|هو|هي|هم|لكن|ولكن|وهذا|كما|وقد|وكان"
    r"|यह|वह|ये|वे|इस|उस|इसके|उसके|इसका|इसकी|लेकिन|और|मगर|इसलिए"
    r"|это|этот|эта|эти|он|она|они|оно|но|и|однако|поэтому|также|его|ее|их"
    r")(?![\w\u0900-\u0963\u0610-\u065f])",
    re.IGNORECASE,
)
#: The same for languages without spaces: the word need not end there.
_POINTS_BACK_CJK = re.compile(
    "[「『“‘（]?(?:这|那|此|其|该|他|她|它|但|而|不过|然而|因此|所以|并且|同时|于是|"
    "しかし|だが|でも|そして|また|それ|これ|その|この|あの|彼|だから|そこで|さらに|一方|なお|ただし)"
)
_CAPTION = re.compile(
    r"(?:photo(?:graph)?|image|picture|illustration|credit|source|caption|video|listen|watch|read|see|click|subscribe|"
    r"sign up|follow|share|advertisement|correction|updated?|editor'?s note|note|disclosure|copyright|bild|foto|quelle)"
    r"(?:\s+(?:by|credit|also|more|here|now|us|to|for|note))?\s*[:：|–—/]"
    r"|(?:click|subscribe|sign up|follow us|read (?:more|also))\b|©"
    r"|(?-i:[A-Z][A-Z .'#\d-]{3,40}:)",
    re.IGNORECASE,
)
#: What only captions and lists of credits say ("… in a still from the film.", "Director: … Cast: …").
_STILL = re.compile(
    r"^In this (?:undated )?(?:photo|image|picture|handout)\b|\bin (?:a|this) (?:still|scene|file photo|photo|image)\b"
    r"|\b(?:file )?(?:photo|image|picture)s?:|\((?:left|right|centre|center|pictured|[LRC])\)"
    r"|[a-z]{3}[A-Z][a-z]+:|pic\.twitter\.com",
)
#: What _STILL can't do without.
_STILL_SIGNS = (":", "(", "n this ", "in a ", "pic.twitter.com")
_ENDS = re.compile("[.!…。！｡।॥۔።։][\"'”’»›)\\]」』）】》]*(?:\\[\\d{1,3}\\])*$")
#: The characters at a sentence's end in which it must be said to end.
_TAIL = 60
_PAIRS = (("(", ")"), ("[", "]"))
_WIDER_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("（", "）"), ("《", "》"))


def stands_alone(sentence: str, *, is_first: bool = False) -> bool:
    """Whether the sentence reads well alone; an article's first sentence has nothing before it to point back to."""
    return is_printable(sentence) and (is_first or not points_back(sentence))


def is_printable(sentence: str, *, shortest: int = SHORTEST) -> bool:
    """Whether it is a whole statement of the article, fit for a digest when what it points back to stands before it."""
    return is_complete(sentence) and is_fit(sentence, length(sentence), shortest=shortest)


def is_fit(sentence: str, words: int, *, shortest: int = SHORTEST) -> bool:
    """Whether a complete sentence of so many words is fit to be printed: no caption, not too long or short."""
    return shortest <= words <= LONGEST and not (
        _CAPTION.match(sentence)
        or (any(sign in sentence for sign in _STILL_SIGNS) and _STILL.search(sentence))
        or "://" in sentence
        or "\n" in sentence
        or sentence.isupper()
    )


def points_back(sentence: str) -> bool:
    """Whether it begins with a word that means something said before ("This …", "But …", "The other four …")."""
    return bool(_POINTS_BACK.match(sentence) or _POINTS_BACK_CJK.match(sentence))


def is_complete(sentence: str) -> bool:
    """Whether it ends as a statement does, with every quote and bracket it opens closed again."""
    if len(sentence) > _MAX_CHARS or not any(c.isalpha() for c in sentence):
        return False
    if sentence[0].islower() or not _ENDS.search(sentence, max(0, len(sentence) - _TAIL)):
        return False
    pairs = _PAIRS if sentence.isascii() else _PAIRS + _WIDER_PAIRS
    balanced = all(sentence.count(opening) == sentence.count(closing) for opening, closing in pairs)
    return balanced and sentence.count('"') % 2 == 0
