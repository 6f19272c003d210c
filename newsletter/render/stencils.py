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
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import unescape

from newsletter.render import said as words
from newsletter.render.faults import Fault
from newsletter.render.mjml import compile_mjml
from newsletter.render.reader import Include
from newsletter.render.said import Doubtful, Parted
from newsletter.render.sheet import in_order

#: Frames kept, and blocks kept for each; a theme has a few dozen of these.
_FRAMES, _BLOCKS = 64, 512
#: Characters of a document that the guard need not be asked about, and whose tokens five digits tell apart.
_LONG = 200_000

#: Where a component begins that makes a row of its own in a column, whatever stands above and below.
_BLOCK = re.compile(r"<(mj-(?:text|button|spacer|divider|image))\b[^<>]*+>")
#: Layout that can't be taken apart: comments, files, fonts (linked where a block uses them), elements whose text is
#: something else, tags of a length that the guard would object to with words in them, and line ends in values.
_WHOLE = re.compile(
    r"<(?:!|mj-include|mj-font|(?:style|script|textarea|title|xmp|iframe|noembed|noframes|plaintext)\b|[^<]{9000})"
    r'|="[^"<]*[\t\n\r]',
    re.IGNORECASE,
)
_INLINED = re.compile(r"<mj-style\b[^>]*\binline\b[^>]*>([^<]*)<")
#: What selectors may not ask for: an element's place among others, or what it says.
_NEIGHBOURS = re.compile(
    r"[+~]|:[\w-]*(?:child|of-type)|:(?:empty|has|contains|root)|\[(?:[^\]=]*\|)?(?:href|src|alt|width|height)\b"
)

_STEM = "zqhole"
_TOKEN = re.compile(f"{_STEM}([0-9]{{5}})")
#: A tag up to an attribute's value in double quotes, after others in quotes of either kind.
_UP_TO_VALUE = re.compile(r"""<[^\s<>"']++(?:\s++[^\s="'<>]++(?:="[^"]*+"|='[^']*+')?+)*\s++[^\s="'<>]++=\"""")
#: A ">" in a text: mrml panics at it, if there is no character's beginning two bytes before.
_ARROW = re.compile(r"\s?&gt;")

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
    at = mjml.find("<mj-body")
    if at < 0 or len(mjml) > _LONG or "\0" in mjml:
        raise Doubtful
    top, rest = mjml[:at], mjml[at:]
    if "]" in rest and "]]>" in rest:  # no text in XML; one character is found sooner than three
        raise Doubtful
    head, body = words.of_head(top), words.of_body(rest)
    gaps, runs = _cut(body.layout)
    return _frame(head.layout, tuple(gaps), "<mj-image" in body.layout).poured(head, body, runs)


def _cut(layout: str) -> tuple[list[str], list[list[str]]]:
    """What stands around the runs of blocks, and these: blocks with nothing but blanks between them."""
    gaps, runs, end = list[str](), list[list[str]](), 0
    for opened in _BLOCK.finditer(layout):
        start, inside = opened.span()
        gap = layout[end:start]
        # What is nothing to mrml between two blocks: a line end and blanks behind it, or blanks alone.
        if not runs or gap.strip(" \t\n") or (gap[:1] != "\n" and "\n" in gap):
            gaps.append(gap)
            runs.append([])
        end = inside if layout[inside - 2] == "/" else _closed(layout, opened[1], inside)
        runs[-1].append(layout[start:end])
    return [*gaps, layout[end:]], runs


def _closed(layout: str, name: str, inside: int) -> int:
    """Where a block of that name ends whose inside begins there; not where a ">" in an attribute only looks like it."""
    closing, end_tag = layout.find("</mj-", inside), f"</{name}>"
    if not layout.startswith(end_tag, closing) or layout.find("<mj-", inside, closing) >= 0:
        raise Doubtful
    return closing + len(end_tag)


class _Frame:
    """A document without its blocks; and the blocks that were seen in it.

    One with pictures among its blocks is a frame of its own: these bring a style element for the head.
    """

    def __init__(self, head: str, gaps: tuple[str, ...], _pictured: bool) -> None:
        self._head, self._gaps = head, gaps
        #: How many things each gap says.
        self._says = [_count(gap) for gap in gaps]
        self._blocks: dict[_Key, _Stencil] = {}
        #: Its HTML: at odd places holes, each for a run, or for what head or gaps say, in text or in an attribute.
        self._pieces: list[str] = []
        self._holes: list[tuple[str, int]] = []
        sheets = _INLINED.findall(head)
        self._whole = not _divisible("".join([head, *gaps])) or any(map(_asks_neighbours, sheets))

    def poured(self, head: Parted, body: Parted, runs: Sequence[Sequence[str]]) -> str:
        """The document that says this in its head and body. Raises Doubtful and Fault."""
        if self._whole:
            raise Doubtful
        if len(self._blocks) > _BLOCKS:
            self._blocks = {}
        seen = self._blocks
        unseen = dict.fromkeys(
            key for at, run in enumerate(runs) for layout in run if (key := (at, layout)) not in seen
        )
        if unseen or not self._pieces:
            self._blocks = seen = seen | self._compiled(unseen)
        own, filled = self._filled(head, body, runs, seen)
        pieces = self._pieces.copy()
        pieces[1::2] = [
            filled[number]
            if kind == "run"
            else words.in_text(own[number][1])
            if kind == "text"
            else words.in_attribute(*own[number])
            for kind, number in self._holes
        ]
        return "".join(pieces)

    def _filled(
        self, head: Parted, body: Parted, runs: Sequence[Sequence[str]], seen: Mapping[_Key, _Stencil]
    ) -> tuple[list[tuple[str, str]], list[str]]:
        """What is said in head and gaps, with what stands before each; and the HTML of each run."""
        said, at = body.encoded(), 0
        own, filled = [*zip(head.before, head.said, strict=True)], list[str]()
        for run, count in enumerate(self._says):
            own += zip(body.before[at : at + count], body.said[at : at + count], strict=True)
            at += count
            pieces: list[str] = []
            for layout in runs[run] if run < len(runs) else ():
                stencil = seen[run, layout]
                if stencil is None:
                    raise Doubtful
                begin, at = at, at + len(stencil) // 2
                block = stencil.copy()
                block[1::2] = said[begin:at]
                pieces += block
            filled.append("".join(pieces))
        return own, filled

    def _compiled(self, unseen: Iterable[_Key]) -> dict[_Key, _Stencil]:
        """Compiles the frame and these blocks, with marks between where each begins and ends."""
        stencils: dict[_Key, _Stencil] = dict.fromkeys(unseen)
        if not all(_divisible(layout) for _, layout in stencils):
            raise Doubtful
        own = _count(self._head)
        page, last = [_tokens(self._head, 0)], own + sum(self._says) - 1
        marks: list[tuple[int, _Key | None]] = []
        key: _Key | None
        for run, (gap, count) in enumerate(zip(self._gaps, self._says, strict=True)):
            page.append(_tokens(gap, own))
            own += count
            if run < len(self._gaps) - 1:
                page.append(_mark(last := last + 1))
                marks.append((last, None))
            for key in stencils:
                if key[0] == run:
                    page += [_tokens(key[1], last + 1), _mark(last := last + _count(key[1]) + 1)]
                    marks.append((last, key))
        html = compile_mjml("".join(page))
        around, first = list[str](), 0
        for number, key in marks:
            before, mark, html = html.partition(_token(number))
            if not mark:
                raise Doubtful
            if key is None:
                around.append(before)
            else:
                stencils[key] = _stencil(before, key[1], first)
            first = number + 1
        if not self._pieces:
            self._take([*around, html], own)
        return stencils

    def _take(self, around: Sequence[str], own: int) -> None:
        """Keeps the HTML that stands around the runs, if each of the tokens of head and gaps is there."""
        pieces, holes = list[str](), list[tuple[str, int]]()
        for run, html in enumerate(around):
            cut, found = _holed(html)
            if found is None:
                self._whole = True
                raise Doubtful
            pieces += [*cut, ""]
            holes += [*found, ("run", run)]
        if len({number for kind, number in holes if kind != "run"}) < own:
            self._whole = True
            raise Doubtful
        # Pieces last: another thread takes them for the sign that all is there.
        self._holes, self._pieces = holes[:-1], pieces[:-1]


_frame = lru_cache(maxsize=_FRAMES)(_Frame)


def _divisible(layout: str) -> bool:
    """Whether its tags are all there is to it, and no token's name occurs."""
    return not _WHOLE.search(layout) and _STEM not in layout


@lru_cache(maxsize=_FRAMES)
def _asks_neighbours(css: str) -> bool:
    return any(_NEIGHBOURS.search(rule.selector.canonical()) for rule in in_order(unescape(css)))


def _count(layout: str) -> int:
    """How many things it says."""
    return layout.count("\0") // 2


def _tokens(layout: str, first: int) -> str:
    """The layout with tokens for what it says."""
    pieces = layout.split("\0")
    pieces[1::2] = [before + _token(first + at) for at, before in enumerate(pieces[1::2])]
    return "".join(pieces)


def _token(number: int) -> str:
    return f"{_STEM}{number:05}"


def _mark(number: int) -> str:
    """A token between the rows of a column's table, without a row of its own."""
    return f"<mj-raw>{_token(number)}</mj-raw>"


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
        tag = html.rfind("<", 0, start)
        in_tag = tag > html.rfind(">", 0, start)
        quoted = html[stop : stop + 1] == '"' and _UP_TO_VALUE.fullmatch(html, max(tag, 0), start) is not None
        if (
            in_tag is not quoted
            or _ARROW.match(html, stop)
            or html.rfind("<!--", 0, start) > html.rfind("-->", 0, start)
        ):
            return pieces, None
        pieces += [html[end : start - quoted], ""]
        holes.append(("words" if quoted else "text", int(token[1])))
        end = stop + quoted
    return [*pieces, html[end:]], holes
