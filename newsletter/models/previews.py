"""What the preview page shows of an issue: the mail as a sample reader gets it, and what preflight says of it."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.models.findings import Finding

#: Gmail shows this many bytes of the HTML part and cuts the rest ("[Message clipped]").
GMAIL_CLIP = 102_400


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One issue, rendered now, its slots filled for a sample reader. Nothing of it is kept."""

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
