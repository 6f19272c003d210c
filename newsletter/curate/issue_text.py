"""An issue as Markdown, for an editor's own editor, and back.

    ---
    title: Weekly 12
    subject: What the loop costs
    preheader: Three measurements
    ---

    The intro, in Markdown.

    # Section

    ## Headline <!-- article 12 pinned -->

    The summary.

    <!-- note -->

    The editor's note on that article, in Markdown.

    <!-- sponsor -->

    What somebody paid for, in Markdown; it stands after the articles above it.

    <!-- outro -->

    The outro, in Markdown.

What is not changed comes back exactly, offsets and reasons of summaries included. Whoever edits may change any text,
reorder, move, pin and delete articles, and add one by its number; `theme: NAME` in the head gives the issue a look of
its own. What can't be read is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsletter.curate import front_matter, literal
from newsletter.curate.summarize import summarize
from newsletter.errors import IssueTextError
from newsletter.models import Article, Issue, Pick, Section, Sentence, Sponsor, Summary, Why
from newsletter.text import sentences

_HELP = """\
# Change any text; reorder, move, retitle or delete articles. Pin one with: <!-- article 12 pinned -->
# Add one with: ## Headline <!-- article 12 --> (without a summary it gets one).
# Below a summary, <!-- note --> on a line of its own begins your note on it; below any article or the intro,
# <!-- sponsor --> begins what somebody paid for. `theme: links` beside title and subject changes this issue's look.
# Any other line that begins with # or ## needs a \\ in front.
# The intro stands below this head, before the first # or ##; the outro at the end, below its mark.
# {{ subscriber.name | default("reader") }} in subject, preheader, intro or outro becomes a reader's name, or "reader";
# name, email, language and your subscribers' own fields can stand there.
"""
_NUMBER = re.compile(r"(\d{1,18})(?:[ \t]+(pinned))?", re.IGNORECASE)


def to_markdown(issue: Issue) -> str:
    """The issue's Markdown view; `from_markdown` gives back the same issue."""
    head = front_matter.dump({key: literal.line(getattr(issue, key)) for key in front_matter.KEYS})
    parts = [f"---\n{_HELP}{head}---", literal.block(issue.intro)]
    waiting = list(issue.sponsors)
    parts += _sponsors(waiting, 0)
    count = 0
    for at, section in enumerate(issue.sections):
        if section.title or at or not section.picks:
            parts.append(f"# {literal.heading(section.title)}".rstrip())
        for pick in section.picks:
            mark = f"<!-- article {pick.article}{' pinned' if pick.pinned else ''} -->"
            parts += [f"## {literal.heading(pick.headline)} {mark}", literal.block(pick.summary.text)]
            if pick.note:
                parts += ["<!-- note -->", literal.block(pick.note)]
            count += 1
            parts += _sponsors(waiting, count)
    parts += _sponsors(waiting)
    parts += ["<!-- outro -->", literal.block(issue.outro)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sponsors(waiting: list[Sponsor], count: int | None = None) -> list[str]:
    """The blocks that stand after so many picks (None: all that are left), taken off the list."""
    parts: list[str] = []
    while waiting and (count is None or waiting[0].after <= count):
        parts += ["<!-- sponsor -->", literal.block(waiting.pop(0).text)]
    return parts


def from_markdown(
    text: str, issue: Issue, articles: Mapping[int, Article], summary: Callable[[Article], Summary] | None = None
) -> Issue:
    """The issue as edited; `articles` are those that may be added, by id.

    An unchanged summary stays as it was; a changed one has the engine "editor" and no offsets; an added article without
    one gets what `summary` makes of it, else its own or an extract. Raises IssueTextError with the line.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    end = _end_of_head(lines)
    head = {key: literal.read_line(value) for key, value in front_matter.load(lines[1:end], 2).items()}
    view = _read(lines, end + 1)
    builder = _Builder(issue, articles, summary or _own_or_extract)
    return replace(
        issue,
        title=head["title"],
        subject=head["subject"],
        preheader=head["preheader"],
        intro=literal.read_block(view.intro),
        outro=literal.read_block(view.outro),
        sections=tuple(Section(draft.title, tuple(map(builder.pick, draft.picks))) for draft in view.sections),
        theme=head["theme"].strip(),
        sponsors=tuple(Sponsor(text, after) for after, lines in view.sponsors if (text := literal.read_block(lines))),
    )


@dataclass(slots=True)
class _Pick:
    line: int
    article: int
    headline: str
    pinned: bool
    text: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Section:
    title: str
    picks: list[_Pick] = field(default_factory=list)


@dataclass(slots=True)
class _View:
    """The text taken apart."""

    intro: list[str] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)
    outro: list[str] = field(default_factory=list)
    #: After how many picks, and the lines.
    sponsors: list[tuple[int, list[str]]] = field(default_factory=list)

    #: Every block of lines, with the number of its first.
    blocks: list[tuple[int, list[str]]] = field(default_factory=list)

    def open(self, lines: list[str], number: int) -> list[str]:
        """`lines`, as the block that begins on that line."""
        self.blocks.append((number, lines))
        return lines

    def begin(self, mark: str, number: int) -> list[str]:
        """Where the lines after a mark go."""
        if mark == "outro":
            return self.outro
        if mark == "sponsor":
            self.sponsors.append((sum(len(section.picks) for section in self.sections), []))
            return self.sponsors[-1][1]
        picks = self.sections[-1].picks if self.sections else []
        if not picks or any(line.strip() for line in picks[-1].note):
            raise IssueTextError(number, "<!-- note --> begins one note on the article above it; here it has none")
        picks[-1].note.clear()
        return picks[-1].note


def _end_of_head(lines: list[str]) -> int:
    """Index of the line that closes the front matter."""
    if lines[0].rstrip() != "---":
        raise IssueTextError(1, "found no front matter, expected '---', title, subject and preheader, '---' at the top")
    for at, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return at
    raise IssueTextError(1, "the front matter does not end; write '---' on a line of its own after it")


def _read(lines: list[str], begin: int) -> _View:
    """Everything after the front matter."""
    view = _View()
    into: list[str] | None = view.open(view.intro, begin + 1)  # None: a section before its first headline
    for number, line in enumerate(lines[begin:], begin + 1):
        mark = literal.MARK.fullmatch(line)
        if not mark and (unknown := literal.COMMENT.fullmatch(line)):
            raise IssueTextError(number, _UNKNOWN_MARK.format(unknown[0].strip()))
        if into is view.outro:
            into.append(_of_outro(line, number, mark[1].lower() if mark else ""))
        elif mark:
            into = view.open(view.begin(mark[1].lower(), number), number + 1)
        elif not literal.STRUCTURE.match(line):
            if into is not None:
                into.append(line)
            elif line.strip():
                raise _before_headline(line, number)
        elif line.startswith("##"):
            view.sections = view.sections or [_Section("")]
            view.sections[-1].picks.append(_headline(line, number))
            into = view.open(view.sections[-1].picks[-1].text, number + 1)
        else:
            view.sections.append(_Section(_heading(line[1:], number)))
            into = None
    for first, block in view.blocks:
        _refuse_misplaced(block, first)
    return view


def _refuse_misplaced(lines: Sequence[str], first: int) -> None:
    """Raises IssueTextError for a mark that has words beside it, which readers would see; `first` is the first line."""
    for at, mark, says in literal.misplaced(lines):
        if says in _MARKS:
            reason = _NOT_ALONE.format(mark)
        elif " " in says:
            reason = (
                f"{mark} stands at the end of a headline, as in '## Headline {mark}' (a backslash before it prints it)"
            )
        else:
            reason = _UNKNOWN_MARK.format(mark)
        raise IssueTextError(first + at, reason)


_NO_HEADLINE = "{0} stands at the end of a headline, as in '## Headline {0}' (a backslash before it prints it)"
_MARKS = ("note", "sponsor", "outro")
_NOT_ALONE = (
    "{} stands on a line of its own, at its beginning, above the text that it begins (a backslash before it prints it)"
)
_UNKNOWN_MARK = (
    "{} is no mark; there are <!-- note -->, <!-- sponsor --> and <!-- outro --> (a backslash before it prints it)"
)


def _of_outro(line: str, number: int, mark: str) -> str:
    """A line after the outro's mark, which nothing else may follow."""
    if mark == "outro":
        raise IssueTextError(number, "<!-- outro --> stands here a second time; keep one")
    if mark or (line.startswith("## ") and _marked(line) is not None):
        found = f"a {mark}" if mark else "an article"
        raise IssueTextError(number, f"{found} stands after <!-- outro -->; move it before that line")
    return line


def _before_headline(line: str, number: int) -> IssueTextError:
    """What to say of words right below a section's title."""
    _refuse_misplaced([line], number)
    heading = _HEADING.match(line)
    if not heading:
        return IssueTextError(number, _MISPLACED.format(line.strip()[:40]))
    title, opening, mark = line[heading.end() :].partition("<!--")
    meant = f"## {title.strip()[:40]} {(opening + mark).strip()[:40] or '<!-- article 12 -->'}"
    return IssueTextError(
        number,
        f"{line.strip()[:40]!r} is no headline, which begins with ## and a blank: write '{meant}' "
        f"with the article's number, or, for a section, '# {title.strip()[:40]}'",
    )


_HEADING = re.compile(r"\s*#{1,6}\s*(?=[^\s#<])")
_MISPLACED = (
    "{!r} stands in a section before its first headline; write '## Headline <!-- article 12 -->' above it, "
    "move it to the intro, or, if the line with # above is no section, begin that with \\#"
)


def _headline(line: str, number: int) -> _Pick:
    """A pick from its headline's line."""
    found = _marked(line)
    if found is None:
        if "article" in line.lower():
            _refuse_misplaced([line[2:].strip()], number)
        title = line[2:].partition("<!--")[0].strip() or "Headline"
        raise IssueTextError(
            number,
            f"found a headline that names no article, expected '## {title} <!-- article 12 -->' with the article's "
            f"number (or begin the line with \\##)",
        )
    headline, words = found
    marked = _NUMBER.fullmatch(words)
    if marked is None:
        raise IssueTextError(
            number, f"found <!-- article {words} -->, expected <!-- article 12 --> or <!-- article 12 pinned -->"
        )
    return _Pick(number, int(marked[1]), _heading(headline, number), marked[2] is not None)


def _heading(text: str, number: int) -> str:
    """A headline or a section's title."""
    _refuse_misplaced([text.strip()], number)
    return literal.read_heading(text)


def _marked(line: str) -> tuple[str, str] | None:
    """A headline's text and what its mark says after "article"; None when the line does not end in such a mark."""
    headline, opening, comment = line[2:].rpartition("<!--")
    comment = comment.strip()
    if not opening or not comment.endswith("-->") or not comment.lower().startswith("article"):
        return None
    return headline, comment[len("article") : -len("-->")].strip()


def _own_or_extract(article: Article) -> Summary:
    return article.summary or summarize(article)


class _Builder:
    """Makes picks of what was read, from those the issue had and the articles there are."""

    def __init__(self, issue: Issue, articles: Mapping[int, Article], summarize: Callable[[Article], Summary]) -> None:
        self._summarize = summarize
        self._before = {pick.article: pick for pick in issue.picks}
        self._articles = articles
        self._lines: dict[int, int] = {}

    def pick(self, draft: _Pick) -> Pick:
        if draft.article in self._lines:
            first = self._lines[draft.article]
            raise IssueTextError(
                draft.line, f"article {draft.article} stands here a second time (first on line {first})"
            )
        self._lines[draft.article] = draft.line
        before, article = self._before.get(draft.article), self._articles.get(draft.article)
        if before is None and article is None:
            raise IssueTextError(draft.line, f"there is no article {draft.article}; 'newsletter articles' lists them")
        text = literal.read_block(draft.text)
        why = before.why if before is not None else Why("added by the editor")
        summary = self._summary(text, before, article)
        return Pick(draft.article, draft.headline, summary, draft.pinned, why, literal.read_block(draft.note))

    def _summary(self, text: str, before: Pick | None, article: Article | None) -> Summary:
        for known in self._known(before, article):
            if text == known.text:
                return known
        if before is None and article is not None and not text:
            return self._summarize(article)
        spans = sentences.split(text, article.language if article else None)
        return Summary(text, "editor", tuple(Sentence(text[start:end]) for start, end in spans))

    @staticmethod
    def _known(before: Pick | None, article: Article | None) -> Iterator[Summary]:
        """Summaries that the text may be unchanged from."""
        if before is not None:
            yield before.summary
        if article is not None and article.summary is not None:
            yield article.summary
