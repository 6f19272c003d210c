"""The body of a page: trafilatura votes for text, the page's own elements are chosen by the votes.

trafilatura finds the words of an article well, but where its main rules fail it falls back on flat text, and loses
headings, lists and pictures with it. So its words only vote: the page is walked once into typed pieces, a piece is
taken when its words were found (`candidates`), and pieces between taken ones that stand in the same part of the page
are taken too. Elements that call themselves something else (related, newsletter, caption …) are left out whatever the
votes say, unless a good part of the article stands in them (`choosing`, `flags`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from newsletter.ingest.html.candidates import Candidate, Triple, vote, weight
from newsletter.ingest.html.choosing import choose
from newsletter.models import Block

#: Words found below which a page is short, and whatever it shows is its body.
_MIN_WORDS = 25
#: The share of a quote's word triples that stand elsewhere in the article, when it is a pull quote.
_REPEATED = 0.85
_WHAT = r"(?:article|story|content|post)"
_GATE = re.compile(
    rf"{_WHAT} is (?:exclusive to|only for|for|available to|reserved for) .{{0,40}}(?:subscribers|members)\b|"
    rf"unlock (?:this|the full) {_WHAT}|(?:subscribe|sign up|log in|register) to (?:continue|keep|finish) reading|"
    r"to (?:continue|keep) reading,? (?:please )?(?:subscribe|log in|sign)|already (?:a|an) (?:subscriber|member)\?|"
    r"(?:diesen artikel|jetzt) weiterlesen mit|réservé aux abonnés|exclusivo para suscriptores",
    re.IGNORECASE,
)
#: How many pieces behind the article the gate is looked for in, and the longest line that is one, in words.
_GATE_BEHIND, _GATE_WORDS = 6, 40


class Body(NamedTuple):
    """What a page's article is made of."""

    blocks: list[Block]
    #: Whether the page says that the rest is for subscribers.
    gated: bool


def body(root: etree._Element) -> Body:
    """The article's blocks, images and embeds included; none when the page has no running text."""
    walked = vote(root)
    if weight(walked) < _MIN_WORDS:
        for one in walked:
            one.taken = not one.is_media
    choose(walked)
    _mark_pull_quotes(walked)
    return Body([one.block for one in walked if one.taken], _has_gate(walked))


def _mark_pull_quotes(walked: list[Candidate]) -> None:
    """A quote that repeats the story is a pull quote. Other text may stand twice: terms of ten countries do."""
    seen: Counter[Triple] = Counter()
    for one in walked:
        if one.taken:
            seen.update(set(one.triples))
    for one in walked:
        own = set(one.triples)
        repeated = sum(seen[triple] > 1 for triple in own)
        if one.taken and one.block.type == "quote" and own and repeated >= _REPEATED * len(own):
            one.block = replace(one.block, type="pull_quote")


def _has_gate(walked: list[Candidate]) -> bool:
    """Whether the page says, in its article or right behind it, that the rest is for subscribers."""
    last = max((place for place, one in enumerate(walked) if one.taken), default=0)
    near = (one for place, one in enumerate(walked) if one.taken or last < place <= last + _GATE_BEHIND)
    return any(len(one.words) <= _GATE_WORDS and _GATE.search(one.block.text) for one in near)
