"""MJML → HTML without compiling again what was compiled before: an issue's words are poured into its theme's layout.

    MJML ─┬─ frame: head, sections, columns ─────────────▶ its HTML, with a gap for each run of blocks ─┐
          └─ blocks: mj-text, mj-button … in a column ───▶ their HTML, with holes for words, addresses ─┴─▶ HTML

What the compilers make of a paragraph does not depend on the words in it: a block's tags, and the frame it stands in,
say what its HTML is. So each frame and each block is compiled once, with tokens for what it says (`said`), by
`mjml.compile_mjml`. That stays what is true: a document in which anything is doubtful (a comment, an include, an odd
reference, a sheet that asks for neighbours, a fault of any kind) goes that way as a whole. What is kept is layout:
tags, and holes between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import unescape

from newsletter.render import said as words
from newsletter.render.faults import Fault
from newsletter.render.mjml import compile_mjml
from newsletter.render.reader import Include
from newsletter.render.said import Doubtful, Parted

#: Frames kept, and blocks kept for each; a theme has a few dozen of these.
_FRAMES, _BLOCKS = 64, 512
#: Characters of a document that the guard need not be asked about.
_LONG = 400_000

#: Components that make a row of their own in a column, whatever stands above and below.
_BLOCK = re.compile(
    r"(<mj-(?:text|button|spacer|divider|image)\b[^<>]*+(?:(?<=/)>|(?<!/)>(?:[^<]++|<(?!/?mj-))*+</mj-[a-z]+>))"
)
#: Layout that can't be taken apart: comments, files, and elements whose text is something else.
_WHOLE = re.compile(r"<(?:!|mj-include|(?:style|script|textarea|title|xmp|iframe|noembed|noframes|plaintext)\b)")
_INLINED = re.compile(r"<mj-style\b[^>]*\binline\b[^>]*>([^<]*)<")
#: What selectors may not ask for: an element's place among others, or what it says.
_NEIGHBOURS = re.compile(
    r"[+~]|:[\w-]*(?:child|of-type)|:(?:empty|has|contains|root)|\[\s*(?:href|src|alt|width|height)"
)
_DECLARATIONS = re.compile(r"\{[^}]*\}")

_STEM = "zqhole"
_TOKEN = re.compile(f"{_STEM}([0-9]{{5}})")

#: A block in a frame: the run it stands in, and its layout.
_Key = tuple[int, str]
#: HTML with holes at odd places, in the order of what is poured into them; None where that can't be.
_Stencil = list[str] | None


def pour(mjml: str, include: Include | None = None) -> str:
    """The HTML document, the same as `compile_mjml` makes of it. Raises Fault."""
    try:
        return _poured(mjml)
    except (Doubtful, Fault):
        return compile_mjml(mjml, include)


def _poured(mjml: str) -> str:
    body = mjml.find("<mj-body")
    if body < 0 or len(mjml) > _LONG or "\0" in mjml:
        raise Doubtful
    head = words.of_head(mjml[:body])
    gaps, runs = _cut(_BLOCK.split(mjml[body:]))
    return _frame(head.layout, tuple(gaps)).poured(head.said, [[words.of_block(b) for b in run] for run in runs])


def _cut(parts: list[str]) -> tuple[list[str], list[list[str]]]:
    """What stands around the runs of blocks, and these: blocks with nothing but blanks between them."""
    gaps, runs = [parts[0]], list[list[str]]()
    goes_on = False
    for block, gap in zip(parts[1::2], parts[2::2], strict=True):
        if goes_on:
            runs[-1].append(block)
        else:
            runs.append([block])
        goes_on = not gap or gap.isspace()
        if not goes_on:
            gaps.append(gap)
    if goes_on:
        raise Doubtful
    return gaps, runs


class _Frame:
    """A document without its blocks; and the blocks that were seen in it."""

    def __init__(self, head: str, gaps: tuple[str, ...]) -> None:
        self._head, self._gaps = head, gaps
        self._blocks: dict[_Key, _Stencil] = {}
        #: Its HTML: at odd places holes, each for a run, or for something the head says, in text or an attribute.
        self._pieces: list[str] = []
        self._holes: list[tuple[str, int]] = []
        self._whole = not _divisible("".join([head, *gaps])) or _asks_neighbours(head)

    def poured(self, said: Sequence[str], runs: Sequence[Sequence[Parted]]) -> str:
        """The document that says this in its head and its blocks. Raises Doubtful and Fault."""
        if self._whole:
            raise Doubtful
        if len(self._blocks) > _BLOCKS:
            self._blocks = {}
        seen = self._blocks
        keys = [[(at, block.layout) for block in run] for at, run in enumerate(runs)]
        unseen = dict.fromkeys(key for run in keys for key in run if key not in seen)
        if unseen or not self._pieces:
            self._blocks = seen = seen | self._compiled(len(said), unseen)
        pieces = self._pieces.copy()
        for at, (kind, number) in enumerate(self._holes):
            if kind == "run":
                blocks = zip(keys[number], runs[number], strict=True)
                pieces[2 * at + 1] = "".join([_filled(seen[key], block) for key, block in blocks])
            else:
                pieces[2 * at + 1] = (words.in_text if kind == "text" else words.in_words)(said[number])
        return "".join(pieces)

    def _compiled(self, said: int, unseen: Iterable[_Key]) -> dict[_Key, _Stencil]:
        """Compiles the frame and these blocks, with rows between that mark where each begins and ends."""
        page, rows, last = [_tokens(self._head, 0)], list[tuple[int, _Key | None]](), said - 1
        stencils: dict[_Key, _Stencil] = dict.fromkeys(unseen)
        key: _Key | None
        for run, gap in enumerate(self._gaps[:-1]):
            page += [gap, _row(last := last + 1)]
            rows.append((last, None))
            for key in stencils:
                if key[0] == run and _divisible(key[1]):
                    page += [_tokens(key[1], last + 1), _row(last := last + key[1].count("\0") // 2 + 1)]
                    rows.append((last, key))
        html = compile_mjml("".join([*page, self._gaps[-1]]))
        around, end, first = list[str](), 0, 0
        for number, key in rows:
            start, stop = _row_at(html, number)
            if key is None:
                around.append(html[end:start])
            else:
                stencils[key] = _stencil(html[end:start], key[1], first)
            end, first = stop, number + 1
        if not self._pieces:
            self._take(*around, html[end:])
        return stencils

    def _take(self, *around: str) -> None:
        """Keeps the HTML that stands around the runs."""
        pieces, holes = list[str](), list[tuple[str, int]]()
        for run, html in enumerate(around):
            own, found = _holed(html)
            if found is None:
                self._whole = True
                raise Doubtful
            pieces += [*own, ""]
            holes += [*found, ("run", run)]
        self._pieces, self._holes = pieces[:-1], holes[:-1]


_frame = lru_cache(maxsize=_FRAMES)(_Frame)


def _divisible(layout: str) -> bool:
    """Whether its tags are all there is to it, and no token's name occurs."""
    return not _WHOLE.search(layout) and _STEM not in layout


def _asks_neighbours(head: str) -> bool:
    return any(_NEIGHBOURS.search(_DECLARATIONS.sub("", unescape(css))) for css in _INLINED.findall(head))


def _tokens(layout: str, first: int) -> str:
    """The layout with tokens for what it says."""
    pieces = layout.split("\0")
    pieces[1::2] = [f"{before}{_STEM}{first + at:05}" for at, before in enumerate(pieces[1::2])]
    return "".join(pieces)


def _row(number: int) -> str:
    return f"<mj-text>{_STEM}{number:05}</mj-text>"


def _row_at(html: str, number: int) -> tuple[int, int]:
    """Where a marking row begins and ends in a column's table."""
    at = html.index(f"{_STEM}{number:05}")
    return html.rindex("<tr", 0, at), html.index("</tr>", at) + len("</tr>")


def _stencil(html: str, layout: str, first: int) -> _Stencil:
    """The HTML of a block with this layout, its tokens being numbered from `first`."""
    before = layout.split("\0")[1::2]
    pieces, holes = _holed(html)
    expected = [("text" if name[0] == ">" else "words", first + at) for at, name in enumerate(before)]
    return pieces if holes == expected else None


def _holed(html: str) -> tuple[list[str], list[tuple[str, int]] | None]:
    """HTML cut at its tokens, each of which leaves a hole of a kind and number; no holes where one is out of place."""
    pieces: list[str] = []
    holes: list[tuple[str, int]] = []
    end = 0
    for token in _TOKEN.finditer(html):
        start, stop = token.span()
        quoted = html[start - 2 : start] == '="' and html[stop] == '"'
        in_tag = html.rfind("<", 0, start) > html.rfind(">", 0, start)
        if in_tag is not quoted or html.rfind("<!--", 0, start) > html.rfind("-->", 0, start):
            return pieces, None
        pieces += [html[end : start - quoted], ""]
        holes.append(("words" if quoted else "text", int(token[1])))
        end = stop + quoted
    return [*pieces, html[end:]], holes


def _filled(stencil: _Stencil, block: Parted) -> str:
    if stencil is None:
        raise Doubtful
    pieces = stencil.copy()
    pieces[1::2] = block.encoded()
    return "".join(pieces)
