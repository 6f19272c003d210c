"""The editor's Markdown as plain text, set as one would type a letter.

Headings are underlined, tables set in columns (told row by row where they are too wide), lists and code indented,
quotes marked with >, *strong* and _stressed_ words between their marks; a link reads `words <https://…>`, whole.
Every line is at most `width` cells, but for addresses and code.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.tree import SyntaxTreeNode

from newsletter.bidi import Direction, isolated, steered
from newsletter.text.wrap import cells, wrap

#: Stands for a line break that is none in print, until its neighbours are known.
_SOFT = "\U000fda03"
#: Between Chinese and Japanese characters a line break in the source is no space.
_WIDE = "\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_JOIN = re.compile(f"(?<=[{_WIDE}]){_SOFT}(?=[{_WIDE}])")


def letter(tree: SyntaxTreeNode, width: int = 72, direction: Direction = "ltr") -> str:
    """A parsed Markdown document as plain text, without a newline at its end."""
    return "\n\n".join(_Setter(direction).blocks(tree, width))


def paragraph(words: str, width: int, direction: Direction) -> str:
    """The words of one paragraph, wrapped, its lines steered to run as they should."""
    return steered(wrap(words, width), direction)


class _Setter:
    """Sets blocks for one direction of writing."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction

    def blocks(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return [text for child in node.children if (text := self._block(child, width))]

    def _block(self, node: SyntaxTreeNode, width: int) -> str:
        match node.type:
            case "bullet_list" | "ordered_list":
                return self._list(node, width)
            case "blockquote":
                return self._indent("\n\n".join(self.blocks(node, max(1, width - 2))), "> ", "> ")
            case "fence" | "code_block":
                return self._indent(node.content.rstrip("\n"), "    ", "    ")
            case "hr":
                return steered("* * *", self._direction)
            case "table":
                return self._table(node, width)
            case "heading":
                lines = self._words(node, width)
                rule = "-" * min(width, max(map(cells, lines.split("\n"))))
                return f"{lines}\n{steered(rule, self._direction)}" if lines else ""
            case _:
                return self._words(node, width)

    def _words(self, node: SyntaxTreeNode, width: int) -> str:
        """A paragraph's or heading's words, wrapped."""
        inline = node.children[0] if len(node.children) == 1 else node
        # Words that are stressed as a whole need no marks: there is nothing beside them to stand out from.
        while len(inline.children) == 1 and inline.children[0].type in ("em", "strong"):
            inline = inline.children[0]
        text = _JOIN.sub("", "".join(self._inline(child) for child in inline.children)).replace(_SOFT, " ")
        return paragraph(text, width, self._direction)

    def _table(self, node: SyntaxTreeNode, width: int) -> str:
        rows = [[self._cell(cell) for cell in row.children] for part in node.children for row in part.children]
        sizes = [max(map(cells, column)) for column in zip(*rows, strict=True)]
        if sum(sizes) + 3 * (len(sizes) - 1) > width:
            names, *rows = rows
            if not rows:
                return "\n".join(map(self._pair(width), [""] * len(names), names))
            return "\n\n".join("\n".join(map(self._pair(width), names, row)) for row in rows)
        right = [cell.attrs.get("style") == "text-align:right" for cell in node.children[0].children[0].children]
        lines = []
        for row in [rows[0], ["-" * size for size in sizes], *rows[1:]]:
            gaps = [" " * (size - cells(cell)) for cell, size in zip(row, sizes, strict=True)]
            padded = [gap + cell if flush else cell + gap for cell, gap, flush in zip(row, gaps, right, strict=True)]
            lines.append(steered("   ".join(padded).rstrip(), self._direction))
        return "\n".join(lines)

    def _pair(self, width: int) -> Callable[[str, str], str]:
        return lambda name, value: steered(
            wrap(f"{name}: {value}" if name else value, width, rest="  "), self._direction
        )

    def _cell(self, node: SyntaxTreeNode) -> str:
        words = "".join(self._inline(child) for inline in node.children for child in inline.children)
        return words.replace(_SOFT, " ").replace("\n", " ")

    def _list(self, node: SyntaxTreeNode, width: int) -> str:
        start = int(node.attrs.get("start", 1))
        ordered = node.type == "ordered_list"
        marks = [f"{start + at}. " if ordered else "• " for at in range(len(node.children))]
        hang = max(map(cells, marks), default=0)
        tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        items = []
        for mark, item in zip(marks, node.children, strict=True):
            inner = ("\n" if tight else "\n\n").join(self.blocks(item, max(1, width - hang)))
            items.append(self._indent(inner, mark.rjust(hang), " " * hang))
        return ("\n" if tight else "\n\n").join(items)

    def _indent(self, text: str, first: str, rest: str) -> str:
        """The lines with something before them; a mark of direction stays at the very beginning of its line."""
        lines = []
        for at, line in enumerate(text.split("\n")):
            steer = line[:1] if line[:1] in ("\u200e", "\u200f") else ""
            lines.append((steer + (rest if at else first) + line[len(steer) :]).rstrip())
        return "\n".join(lines)

    def _inline(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text":
                return node.content
            case "code_inline":
                return f"`{node.content}`"
            case "softbreak":
                return _SOFT
            case "hardbreak":
                return "\n"
        words = "".join(self._inline(child) for child in node.children)
        match node.type:
            case "strong":
                return f"*{words}*" if words.strip() else words
            case "em":
                return f"_{words}_" if words.strip() else words
            case "link":
                return self._link(words, str(node.attrs.get("href", "")))
        return words

    def _link(self, words: str, href: str) -> str:
        scheme, _, address = href.partition(":")
        target = address if scheme.lower() == "mailto" else href
        shown = isolated(f"<{target}>", self._direction) if self._direction == "rtl" else f"<{target}>"
        return shown if words in ("", href, target) else f"{words} {shown}"
