"""Who writes: what stands above and below every issue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Masthead:
    """The newsletter as its readers know it, from the workspace's settings."""

    name: str
    #: 'Name <address>', as in the From header.
    sender: str
    #: Absolute URL that links to the newsletter's own pages start with.
    base_url: str
    #: As printed in the footer; may have several lines.
    postal_address: str
    #: BCP 47 tag of the newsletter's own words and dates, e.g. "en" or "en-GB".
    language: str = "en"
    #: IANA name; dates are printed in it.
    timezone: str = "UTC"
    #: Where replies go when not to the sender.
    reply_to: str | None = None
