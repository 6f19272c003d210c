"""Family "wording": what the printed words give away — leftovers, numbers from nowhere, damaged characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import category

from newsletter.models import Article
from newsletter.preflight import slips
from newsletter.preflight.checkup import Checkup, with_fields
from newsletter.preflight.mail import Mail
from newsletter.preflight.numbers import numbers, stated
from newsletter.preflight.registry import Fault, error, on_issue, on_mail, warning

#: Openings of template languages: Jinja and its kin, ERB, Mailchimp's *|…|*, and the first percent-encoded in a link.
_MARK = re.compile(
    r"\{\{(?:[^{}]{0,40}\}\}|.{0,24})|\{%(?:[^%]{0,40}%\}|.{0,24})|<%(?:[^%]{0,40}%>|.{0,24})|\*\|[A-Z_:]+\|\*|%7B%7B.{0,24}",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--(?:.{0,40}?-->|.{0,30})", re.DOTALL)
#: What is meant to be printed, as an editor types it.
_ESCAPED = re.compile(r"\\(\{\{\s*\w[^{}\n]{0,20}(?:\}\})?)")
_LOREM = re.compile(r"lorem\s+ipsum|dolor\s+sit\s+amet", re.IGNORECASE)
_STUB = re.compile(
    r"\b(?:TODO|TBD|TBC|FIXME|XXX+|xxx+|TK(?:TK)*|Headline here|Text here)\b|\?{3,}"
    r"|\[(?:insert|your|placeholder|(?i:first|last|full) ?(?i:name))\b[^\]]*\]"
)
#: UTF-8 read as Windows-1252: "Ã©" for é, "â€™" for ’, "Â " for a no-break space; and characters that were lost.
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ•–˜™š›œžŸ€]|Â[\u00a0-\u00bf]|â€.|ðŸ.|ï»¿|\ufffd")
#: Format characters that scripts need: joiners (Persian, emoji), soft hyphen, direction marks without an override.
_NEEDED = frozenset("\n\t\r\u00ad\u200c\u200d\u200e\u200f\u061c")
#: What keeps a run's direction to itself, and what ends each of these.
_ISOLATES, _ISOLATE_ENDS = frozenset("\u2066\u2067\u2068\u2069"), "\u2069"


@on_mail("wording.template_mark")
def template_mark(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """No template mark (`{{`, `{%`, `<%`, `*|NAME|*`, `%7B%7B`) may be left in the mail.

    It means a field that nobody filled, and every reader sees it. An article that is about templates may print one:
    where the mark stands in the article itself, it is a warning only; in code samples it is never looked for. Mend
    the merge field (`{{ subscriber.name | default("reader") }}`), or quote the sample as code. What has a backslash
    before it (`\\{{`) is meant, and what `wording.merge_field` tells is not told again. Where the editor's own words
    have the mark, their place is named.
    """
    meant = tuple({_folded(mark) for _, text in with_fields(checkup.issue) for mark in _ESCAPED.findall(text)})
    theirs = _folded(" ".join(_everything(article) for _, article in checkup.picks() if article))
    told = tuple({said for slip in slips.of(checkup) if (said := _folded(slip.shown)) not in theirs})
    printed = [(where, _folded(text)) for where, text in checkup.printed_words()]
    places = [("subject", mail.subject), ("preheader", mail.preheader), (mail.html_where, mail.visible_text)]
    places += [(f"{mail.html_where}, a link", link.href) for link in mail.links if not link.personal]
    for where, text in places:
        for match in _MARK.finditer(text):
            shown = match[0].strip()
            if _folded(shown).startswith((*meant, *told)):
                continue
            if _folded(shown) in theirs:
                yield warning(
                    where, f"“{shown}” looks like a template mark; the article has it", "look whether it is meant"
                )
                continue
            said = f"“{shown}” is a template mark that was not filled"
            own = [place for place, words in printed if _folded(shown) in words]
            for place in own or [where]:
                yield error(place, said, "take it out" if own else "mend the merge field or template")


@on_mail("wording.comment")
def comment(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """No comment (`<!-- … -->`) may be left in the words: it is no markup here, and every reader sees it.

    One that the article itself has in its words is left alone, and so is one that is shown as code. Mend by taking it
    out: what an editor wants to remember has a place outside of the issue.
    """
    theirs = _folded(" ".join(_everything(article) for _, article in checkup.picks() if article))
    printed = [(where, _folded(text)) for where, text in checkup.printed_words()]
    for match in _COMMENT.finditer(mail.visible_text):
        if _folded(match[0]) not in theirs:
            own = next((place for place, words in printed if _folded(match[0]) in words), mail.html_where)
            yield warning(own, f"“{match[0]}” is printed as it stands", "take it out, or show it as code")


@on_issue("wording.placeholder")
def placeholder(checkup: Checkup) -> Iterator[Fault]:
    """No stand-in text may be left: "lorem ipsum" is an error; TODO, TK, TBD, xxx, [insert …] are warnings.

    What an article itself says is left alone: an article about "lorem ipsum", or one that has TODO in it (not one that
    has the Spanish "todo"). Mend by writing what belongs there.
    """
    articles = "\n".join(_everything(article) for _, article in checkup.picks() if article)
    theirs = {_folded(match[0]) for match in _LOREM.finditer(articles)} | set(_STUB.findall(articles))
    for where, text in checkup.printed_words():
        if lorem := next((m[0] for m in _LOREM.finditer(text) if _folded(m[0]) not in theirs), None):
            yield error(where, f"“{lorem}” is stand-in text", "write what belongs there")
        if stub := next((found for found in _STUB.findall(text) if found not in theirs), None):
            yield warning(where, f"“{stub}” looks like a stand-in", "write what belongs there")


@on_issue("wording.merge_field")
def merge_field(checkup: Checkup) -> Iterator[Fault]:
    """A merge field must be spelled as it is called: `{{ subscriber.name | default("reader") }}`.

    A misspelt one keeps the issue from rendering, and one in single braces or another program's marks is printed as it
    stands. Every such place is named, with the field that was probably meant. Mend its spelling.
    """
    theirs = _folded(" ".join(_everything(article) for _, article in checkup.picks() if article))
    for slip in slips.of(checkup):
        if not slip.breaks and _folded(slip.shown) in theirs:
            continue  # it came with a headline
        so = ", so the issue does not render" if slip.breaks and slip.where == checkup.render_place else ""
        yield error(slip.where, f"“{slip.shown}” is no merge field{so}", slip.mend)


@on_issue("wording.number")
def number(checkup: Checkup) -> Iterator[Fault]:
    """A number in a headline or summary should stand in its article.

    A wrong figure is the slip a digest is remembered for, and the one a rewritten summary makes most easily. "1,200",
    "1200" and "1 200" are the same; so are "3" and "three". Mend by looking it up in the article.
    """
    for pick, article in checkup.picks():
        if article is None:
            continue
        known = stated(_everything(article))
        for part, text in (("headline", pick.headline), ("summary", pick.summary.text)):
            for printed, value in numbers(text):
                if value not in known:
                    message = f"the {part} says {printed}, which is not in the article"
                    yield warning(f"article {article.id}", message, "look it up")


@on_issue("wording.mojibake")
def mojibake(checkup: Checkup) -> Iterator[Fault]:
    """No damaged characters: "Ã©" for é, "â€™" for ’, or the replacement mark �.

    A source was read in the wrong encoding. Mend the words here, and add the source again with its encoding stated.
    """
    for where, text in checkup.printed_words():
        if match := _MOJIBAKE.search(text):
            around = text[max(match.start() - 8, 0) : match.end() + 8].strip()
            yield warning(
                where, f"damaged characters in “{around}”", "mend the words; the source was read in a wrong encoding"
            )


@on_issue("wording.invisible")
def invisible(checkup: Checkup) -> Iterator[Fault]:
    """No invisible or unknown characters: bidirectional overrides, zero-width spaces, control codes, private signs.

    Overrides turn words round and can show another address than the real one; the others break search and look like an
    attempt to get past filters. Isolates (U+2066 to U+2069), by which a name in an Arabic or Hebrew line keeps its
    direction to itself, are right in pairs; one that is not ended in its paragraph turns round what follows. Mend by
    typing the words again.
    """
    for where, text in checkup.printed_words():
        odd = {c for c in set(text) - _NEEDED if category(c) in ("Cc", "Cf", "Co", "Cn", "Cs")}
        if names := sorted(odd - _ISOLATES)[:3]:
            yield warning(where, f"invisible or unknown characters: {_codes(names)}", "type the words again")
        if astray := {c for line in text.splitlines() for c in _astray(line)} if odd & _ISOLATES else set():
            message = f"direction marks that are not in pairs: {_codes(sorted(astray))}"
            yield warning(where, message, "end each of U+2066, U+2067 and U+2068 by U+2069, or take it out")


def _astray(paragraph: str) -> Iterator[str]:
    """Isolates that nothing ends, and ends of none (Unicode Standard Annex 9, BD9)."""
    begun: list[str] = []
    for char in filter(_ISOLATES.__contains__, paragraph):
        if char != _ISOLATE_ENDS:
            begun.append(char)
        elif begun:
            begun.pop()
        else:
            yield char
    yield from begun


def _codes(characters: Iterable[str]) -> str:
    return ", ".join(f"U+{ord(c):04X}" for c in characters)


def _everything(article: Article) -> str:
    """All an article says, headline to captions, and the figures its metadata states."""
    words = [article.title, article.deck or "", str(article.reading_minutes), article.image_alt or ""]
    words += [article.published.strftime("%Y %d %m")] if article.published else []
    words += [block.text for block in article.blocks]
    words += [*article.takeaways, *(quote.text for quote in article.quotes), *article.references]
    return "\n".join(words)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
