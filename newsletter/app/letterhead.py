"""What every message of a send has in common, read off the settings: sender, list, links, envelope sender."""

from __future__ import annotations

from newsletter.config import Settings
from newsletter.deliver.message import Letterhead
from newsletter.models import SendKind


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
        archive_url=f"{newsletter.base_url}/archive" if newsletter.base_url and settings.archive.public else None,
        campaign=f"issue-{issue}",
        kind=kind,
    )
