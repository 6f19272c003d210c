"""What an editor's Markdown says that was hardly meant: misspelt merge fields, and headings that are none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from newsletter import preflight
from newsletter.curate import issue_places
from newsletter.curate.issue_places import Line
from newsletter.errors import RenderError
from newsletter.models import Issue
from newsletter.render import merge

#: Where a merge field is read as one; anywhere else it is printed as it stands.
_READ_IN = ("subject", "preheader", "intro", "outro", "note", "sponsor")
_WHERE = "merge fields are read in subject, preheader, intro, outro, notes and sponsors"


def slips(issue: Issue, text: str, known: Collection[str], sections: Sequence[str]) -> list[str]:
    """A line each, in the text's order: "line 12: subject: “{{ subscriber.nmae }}” is no merge field; …".

    `text` is what `issue` was read from, `known` are the merge fields there are, `sections` the sections in use.
    """
    lines = list(issue_places.lines(text))
    found = [*_fields(issue, lines, known), *_out_of_place(lines), *issue_places.stray_headings(text, sections)]
    return [f"line {number}: {words}" for number, words in sorted(found, key=lambda each: each[0])]


def _fields(issue: Issue, lines: Sequence[Line], known: Collection[str]) -> Iterator[tuple[int, str]]:
    """What is no merge field where one may stand."""
    told, taken = set(), list(lines)
    for slip in preflight.slips.found(issue, known):
        if slip.breaks:
            told.add(slip.where)
        number = _line_of(slip.shown, slip.where, taken)
        yield number, f"{slip.where}: “{slip.shown}” is no merge field; {slip.mend}"
    for where, text in preflight.with_fields(issue):
        try:
            merge.parse(text, where, known)
        except RenderError as error:
            if where not in told:
                stray = text.split("\n")[error.line - 1][error.column - 1 :]
                yield _line_of(stray, where, taken), f"{where}: {error.reason}"


def _line_of(shown: str, place: str, lines: list[Line]) -> int:
    """The line of a place that has these words, which are taken out of it; else the place's first."""
    first = shown.partition("\n")[0]
    there = [at for at, line in enumerate(lines) if line.place == place]
    for at in there:
        if first in lines[at].text:
            lines[at] = lines[at]._replace(text=lines[at].text.replace(first, "", 1))
            return lines[at].number
    return lines[there[0]].number if there else 1


def _out_of_place(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Merge fields where none is read."""
    for line in lines:
        _, opening, rest = line.text.partition("{{")
        if opening and rest.lstrip().startswith("subscriber") and not line.place.startswith(_READ_IN):
            shown = f"{{{{{rest.partition('}}')[0]}}}}}"
            yield line.number, f"{line.place}: “{shown}” is printed as it stands; {_WHERE}"
