"""The registry of checks, and the one function that runs them all.

A family registers its checks with one of two decorators: `on_issue` for what the Checkup alone can tell (it runs even
when rendering failed), `on_mail` for what only the rendered mail shows (it runs once a variant). Checks yield faults;
the registry puts the check's id on them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from newsletter.models import Finding, Severity
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.mail import Mail, opened

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding before its check's name is on it."""

    severity: Severity
    where: str
    message: str
    mend: str


def error(where: str, message: str, mend: str) -> Fault:
    """A fault that must be mended, or the send would be truly spoilt."""
    return Fault("error", where, message, mend)


def warning(where: str, message: str, mend: str) -> Fault:
    """A fault that is unwise to leave."""
    return Fault("warning", where, message, mend)


def note(where: str, message: str, mend: str) -> Fault:
    """Good to know; nothing need be done."""
    return Fault("note", where, message, mend)


IssueCheck = Callable[[Checkup], Iterable[Fault]]
MailCheck = Callable[[Mail, Checkup], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered check, as the documentation lists it."""

    #: "family.name"; stable, it is what `--json` prints.
    id: str
    family: str
    #: What it looks for, why, and how to mend it; Markdown.
    docs: str
    run: Callable[[Checkup, Sequence[Mail]], Iterable[Fault]]


_entries: dict[str, Entry] = {}


def on_issue(check_id: str) -> Callable[[IssueCheck], IssueCheck]:
    """Register a check of the issue's own data."""

    def register(function: IssueCheck) -> IssueCheck:
        _add(check_id, function, lambda checkup, _mails: function(checkup))
        return function

    return register


def on_mail(check_id: str) -> Callable[[MailCheck], MailCheck]:
    """Register a check of the rendered mail; it runs on every variant of the edition."""

    def register(function: MailCheck) -> MailCheck:
        def every_variant(checkup: Checkup, mails: Sequence[Mail]) -> Iterator[Fault]:
            for mail in mails:
                yield from function(mail, checkup)

        _add(check_id, function, every_variant)
        return function

    return register


def _add(check_id: str, function: object, run: Callable[[Checkup, Sequence[Mail]], Iterable[Fault]]) -> None:
    family, dot, name = check_id.partition(".")
    docs = inspect.getdoc(function)
    if not (dot and name and docs) or check_id in _entries:
        raise ValueError(f"check {check_id!r} needs an id 'family.name' of its own and a docstring")
    _entries[check_id] = Entry(check_id, family, docs, run)


def catalogue() -> tuple[Entry, ...]:
    """Every registered check, families in the order they were imported."""
    return tuple(_entries.values())


def check(checkup: Checkup) -> list[Finding]:
    """All findings, errors first, then warnings, then notes; the same checkup always gives the same list.

    What a variant has in common with the default is said once, of the default. A check that raises is a bug in the
    check, and is not caught.
    """
    mails = [opened(variant) for variant in checkup.edition.variants] if checkup.edition else []
    found = dict.fromkeys(
        Finding(entry.id, fault.severity, fault.where, fault.message, fault.mend)
        for entry in _entries.values()
        for fault in entry.run(checkup, mails)
    )
    names = [mail.variant.name for mail in mails]
    kept = [finding for finding in found if not any(_of_default(finding, name) in found for name in names)]
    return sorted(kept, key=lambda finding: _RANK[finding.severity])


def _of_default(finding: Finding, variant: str) -> Finding | None:
    """What the default would be said to have where that variant has this; None where this is not about the variant."""
    suffix = f" ({variant})"
    return replace(finding, where=finding.where.removesuffix(suffix)) if finding.where.endswith(suffix) else None
