"""Where a line may break inside what has no spaces: between Chinese and Japanese characters, between Thai syllables.

After Unicode Standard Annex 14 and JIS X 4051 (kinsoku): closing marks, small kana and the like never begin a line,
opening marks never end one, a pair of dashes or dots stays together, and so do the letters and digits of a word in
Latin or full-width letters. Korean breaks at its spaces. Thai and Lao words can be told only by a dictionary; a vowel
that is written before its consonant always begins a syllable, and there a line may break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import wcwidth

#: Ideographs, kana, their punctuation and full-width forms.
_IDEOGRAPH = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
#: Thai and Lao vowels that stand before the consonant they are said after.
_SYLLABLE = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4]")
_CLOSING = "、。，．・：；？！）］｝〕〉》」』】〙〗〟’”｠»›,.!?:;)]}%％‰°℃′″…‥"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
_REPEATING = "ー〜～‐–゠々〻ゝゞヽヾๆฯໆ"
_NOT_FIRST = frozenset(_CLOSING + _SMALL_KANA + _REPEATING)
_NOT_LAST = frozenset("（「『【《〈〔［｛〘〖〝“‘｟«‹([{￥＄£＃#@＠")
_INSEPARABLE = frozenset("—―…‥〳〴〵")
#: An address in running text ends where East Asian punctuation begins.
_ADDRESS = re.compile("(?:https?://|mailto:|www\\.)[^\\s\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)


def has_address(word: str) -> bool:
    """Whether there is an address in the word that must stay whole."""
    return _ADDRESS.search(word) is not None


def pieces(word: str) -> Iterator[str]:
    """A run without spaces, cut wherever a line may break in it; an address stays whole."""
    if word.isascii() or not (_IDEOGRAPH.search(word) or _SYLLABLE.search(word)):
        yield word
        return
    addresses = [match.span() for match in _ADDRESS.finditer(word)]
    start = 0
    for at in range(1, len(word)):
        if _may_break(word[at - 1], word[at]) and not any(first < at < end for first, end in addresses):
            yield word[start:at]
            start = at
    yield word[start:]


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end with `before` and the next begin with `after`."""
    if after in _NOT_FIRST or before in _NOT_LAST or wcwidth.wcwidth(after) == 0:
        return False
    if before == after and before in _INSEPARABLE:
        return False
    if _SYLLABLE.match(after):
        return not _SYLLABLE.match(before)
    if _is_wide_letter(before) and _is_wide_letter(after):
        return False
    return bool(_IDEOGRAPH.match(before) or _IDEOGRAPH.match(after))


def _is_wide_letter(char: str) -> bool:
    """A full-width Latin letter or digit."""
    return "０" <= char <= "ｚ" and char.isalnum()
