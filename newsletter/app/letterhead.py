"""What every message of a send has in common, read off the settings: sender, list, links, envelope sender."""

from __future__ import annotations

from newsletter.config import Settings
from newsletter.deliver.message import Letterhead
from newsletter.models import SendKind
from newsletter.render import Masthead


def make(settings: Settings, issue: int, *, kind: SendKind, list_name: str | None = None) -> Letterhead:
    """The letterhead for mail of that kind; `list_name` is None for a test copy or a sample file."""
    newsletter = settings.newsletter
    return Letterhead(
        sender=newsletter.sender,
        reply_to=newsletter.reply_to,
        newsletter_name=newsletter.name,
        list_name=list_name,
        base_url=newsletter.base_url or None,
        bounce_address=settings.bounces.address,
        archive_url=archive_url(settings) if kind is SendKind.ISSUE else None,
        campaign=f"issue-{issue}",
        kind=kind,
    )


def archive_url(settings: Settings) -> str | None:
    """Where past issues are; None where there is no archive."""
    base_url = settings.newsletter.base_url
    return f"{base_url}/archive" if base_url and settings.archive.public else None


def masthead(settings: Settings) -> Masthead:
    """What stands above and below every issue."""
    newsletter = settings.newsletter
    return Masthead(
        name=newsletter.name,
        sender=newsletter.sender,
        base_url=newsletter.base_url,
        postal_address=newsletter.postal_address,
        language=newsletter.language,
        timezone=newsletter.timezone,
        reply_to=newsletter.reply_to,
    )
