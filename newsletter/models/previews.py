"""What the preview page shows of an issue: the mail as a sample reader gets it, and what preflight says of it."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.models.findings import Finding

#: Gmail shows this many bytes of the HTML part and cuts the rest ("[Message clipped]").
GMAIL_CLIP = 102_400


@dataclass(frozen=True, slots=True)
class PreviewReader:
    """Somebody whom an issue can be previewed as."""

    #: The subscriber's id; 0 for a reader of whom nothing is known.
    id: int
    name: str | None = None
    email: str | None = None
    #: BCP 47 tag.
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What one merge field of an issue became."""

    field: str
    value: str
    #: Whether the value is the field's default, because nothing is known.
    is_default: bool


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One line of a template, around a fault."""

    #: From 1.
    number: int
    text: str
    at_fault: bool


#: Somebody of whom nothing is known: every merge field takes its default.
NOBODY = PreviewReader(0)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One issue, rendered now, its slots filled for one reader. Nothing of it is kept."""

    number: int
    title: str
    subject: str
    preheader: str
    #: As the From header has it: "Name <address>".
    sender: str
    html: str
    text: str
    #: UTF-8 bytes of the HTML part as preflight counts them against Gmail's clip: personal links at full length.
    html_bytes: int
    findings: tuple[Finding, ...]
    #: Changes whenever anything above does; equal to what the desk's `version` answers.
    version: str
    reader: PreviewReader = NOBODY
    #: The merge fields in use, but for links, in the order they come.
    merged: tuple[Merged, ...] = ()
    #: The name of the variant shown.
    variant: str = "default"
