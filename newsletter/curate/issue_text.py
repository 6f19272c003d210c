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

    <!-- outro -->

    The outro, in Markdown.

What is not changed comes back exactly, offsets and reasons of summaries included. Whoever edits may change any text,
reorder, move, pin and delete articles, and add one by its number. What can't be read is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from newsletter.curate import front_matter, literal
from newsletter.curate.summarize import summarize
from newsletter.errors import IssueTextError
from newsletter.models import Article, Issue, Pick, Section, Sentence, Summary, Why
from newsletter.text import sentences

_HELP = """\
# Change any text; reorder, move, retitle or delete articles. Pin one with: <!-- article 12 pinned -->
# Add one with: ## Headline <!-- article 12 --> (without a summary it gets one).
# Any other line that begins with # or ## needs a \\ in front.
"""
_NUMBER = re.compile(r"(\d{1,18})(?:[ \t]+(pinned))?", re.IGNORECASE)
_OUTRO = re.compile(r"<!--\s*outro\s*-->\s*", re.IGNORECASE)


def to_markdown(issue: Issue) -> str:
    """The issue's Markdown view; `from_markdown` gives back the same issue."""
    head = front_matter.dump({key: literal.line(getattr(issue, key)) for key in front_matter.KEYS})
    parts = [f"---\n{_HELP}{head}---", literal.block(issue.intro)]
    for at, section in enumerate(issue.sections):
        if section.title or at or not section.picks:
            parts.append(f"# {literal.line(section.title)}".rstrip())
        for pick in section.picks:
            mark = f"<!-- article {pick.article}{' pinned' if pick.pinned else ''} -->"
            parts += [f"## {literal.line(pick.headline)} {mark}", literal.block(pick.summary.text)]
    parts += ["<!-- outro -->", literal.block(issue.outro)]
    return "\n\n".join(part for part in parts if part) + "\n"


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
    )


@dataclass(slots=True)
class _Pick:
    line: int
    article: int
    headline: str
    pinned: bool
    text: list[str] = field(default_factory=list)


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
    into = view.intro
    for number, line in enumerate(lines[begin:], begin + 1):
        if _OUTRO.fullmatch(line):
            if into is view.outro:
                raise IssueTextError(number, "<!-- outro --> stands here a second time; keep one")
            into = view.outro
        elif into is view.outro:
            if line.startswith("## ") and _marked(line) is not None:
                raise IssueTextError(number, "an article stands after <!-- outro -->; move it before that line")
            into.append(line)
        elif not literal.STRUCTURE.match(line):
            if into is not view.intro and not view.sections[-1].picks and line.strip():
                raise IssueTextError(number, _MISPLACED.format(line.strip()[:40]))
            into.append(line)
        elif line.startswith("##"):
            view.sections = view.sections or [_Section("")]
            view.sections[-1].picks.append(_headline(line, number))
            into = view.sections[-1].picks[-1].text
        else:
            view.sections.append(_Section(literal.read_line(line[1:])))
            into = []
    return view


_MISPLACED = (
    "{!r} stands in a section before its first headline; write '## Headline <!-- article 12 -->' above it, "
    "move it to the intro, or, if the line with # above is no section, begin that with \\#"
)


def _headline(line: str, number: int) -> _Pick:
    """A pick from its headline's line."""
    found = _marked(line)
    if found is None:
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
    return _Pick(number, int(marked[1]), literal.read_line(headline), marked[2] is not None)


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
        return Pick(draft.article, draft.headline, self._summary(text, before, article), draft.pinned, why)

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
