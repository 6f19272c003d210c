"""Words as the search index has them, the same for both databases: tokens and snippets. Pure.

A token is a run of letters and digits, in lower case and without accents ("Größe" is "grosse"); in scripts that put no
space between words every character is a token, so that part of a run is found as well.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from unicodedata import category, normalize

from newsletter.text.clean import bare

#: Han, kana, and the scripts of Thailand, Laos, Myanmar and Cambodia.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"(?=[^\W_])[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
#: ASCII with a space for what is no letter or digit: parted several times as fast.
_SPACED = str.maketrans({code: " " for code in range(128) if not chr(code).isalnum()})

#: Characters of a token that count.
_LONGEST = 100
#: Code points of a snippet.
_WIDTH = 200

#: One query word: the tokens that have to follow each other.
Phrase = tuple[str, ...]


def tokens(text: str) -> list[str]:
    """The text's tokens in order."""
    folded = _folded(bare(text))
    found = folded.translate(_SPACED).split() if folded.isascii() else _TOKEN.findall(folded)
    return [token[:_LONGEST] for token in found]


def snippet(text: str, wanted: Sequence[Phrase], begun: Container[Phrase] = ()) -> str:
    r"""The place in the text that has most of what is wanted, on one line, the matches between \x02 and \x03.

    Of the phrases that are only `begun`, any word that starts like their last one will do. Where nothing matches, the
    text's beginning.
    """
    plain = " ".join(text.replace("\x02", " ").replace("\x03", " ").split())
    spans = [match.span() for match in _pattern(wanted, begun).finditer(_shadow(plain))] if wanted else []
    start, end = _window(plain, spans)
    pieces, at = [], start
    for first, last in spans:
        if start <= first and last <= end:
            pieces += [plain[at:first], "\x02", plain[first:last], "\x03"]
            at = last
    pieces.append(plain[at:end])
    return ("… " if start else "") + "".join(pieces).strip() + (" …" if end < len(plain) else "")


def is_unspaced(token: str) -> bool:
    """Whether the token is of a script without spaces: a character, not a word."""
    return bool(re.match(f"[{_UNSPACED}]", token))


def _folded(text: str) -> str:
    """Lower case, compatibility forms resolved, marks removed."""
    if text.isascii():
        return text.lower()
    parts = normalize("NFKD", normalize("NFKD", text).casefold())
    return normalize("NFC", parts.translate(_MARKS))


class _Marks(dict[int, int | None]):
    """None for a character that is a mark; found once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if category(chr(code)).startswith("M") else code
        return self[code]


_MARKS = _Marks()


class _Shadows(dict[int, str]):
    """Each character's folded form where that is one character too, else itself; found once."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        self[code] = _MARK if not folded else folded if len(folded) == 1 else chr(code)
        return self[code]


#: Stands for every mark (an accent on its own, a vowel sign of an Indian script): tokens have none.
_MARK = "\u0300"
_SHADOWS = _Shadows()


def _shadow(text: str) -> str:
    """The text folded character by character: offsets stay."""
    return text.lower() if text.isascii() else text.translate(_SHADOWS)


def _pattern(wanted: Iterable[Phrase], begun: Container[Phrase]) -> re.Pattern[str]:
    longest_first = sorted(wanted, key=lambda phrase: -sum(map(len, phrase)))
    return re.compile("|".join(_phrase_pattern(phrase, is_begun=phrase in begun) for phrase in longest_first))


def _phrase_pattern(phrase: Phrase, *, is_begun: bool) -> str:
    """Tokens in order with anything that is no token between them; whole words, except in unspaced scripts."""
    marks = f"{_MARK}*+"
    body = r"[\W_]*".join(marks.join(token).replace(f"s{marks}s", "(?:ss|ß)") + marks for token in phrase)
    before = "" if is_unspaced(phrase[0]) else rf"(?<![^\W_])(?<!{_MARK})"
    after = "" if is_unspaced(phrase[-1]) else rf"(?:[^\W_{_UNSPACED}]|{_MARK})*" if is_begun else r"(?![^\W_])"
    return before + body + after


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Start and end of the stretch that has most matches, the first of equals, cut between words."""
    if len(text) <= _WIDTH:
        return 0, len(text)
    best, most = 0, 0
    for index, (first, _) in enumerate(spans):
        inside = sum(1 for _, last in spans[index : index + 20] if last <= first + _WIDTH - 40)
        if inside > most:
            best, most = first, inside
    start = max(0, best - 40) if most else 0
    start = text.find(" ", start, best) + 1 if start and " " in text[start:best] else start
    end = min(len(text), start + _WIDTH)
    space = text.rfind(" ", start + _WIDTH // 2, end) if end < len(text) else -1
    return start, space if space > 0 else end
