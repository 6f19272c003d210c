"""What every message of a send has in common, read off the settings: sender, list, links, envelope sender."""

from __future__ import annotations

from newsletter.config import Settings
from newsletter.deliver.message import Letterhead


def make(settings: Settings, list_name: str | None) -> Letterhead:
    """The letterhead for mail to that list (None: a test copy or a sample file)."""
    newsletter = settings.newsletter
    return Letterhead(
        sender=newsletter.sender,
        reply_to=newsletter.reply_to,
        newsletter_name=newsletter.name,
        list_name=list_name,
        base_url=newsletter.base_url,
        bounce_address=settings.bounces.address,
    )
