"""Preflight: what an editor should know about an issue before it is sent.

A `Checkup` (the issue, its articles, the rendered edition, a few settings) goes in, findings come out, errors first.
Every check is a small pure function, registered under an id "family.name" with a docstring that says what it looks
for, why, and how to mend it; one file a family. An *error* would truly spoil a send (nobody could unsubscribe, a link
leads nowhere); what is only unwise is a *warning*, what is only good to know a *note*.

Nothing here opens a file or a socket, and nothing looks at a clock: what was seen outside (the message's size, the
history of issues, links tried, DNS read) is handed over in the Checkup. The one file read is the package's own table
of what mail clients know.
"""

from newsletter.models import Variant
from newsletter.preflight import (
    access,
    authentication,
    clients,
    content,
    deliverability,
    images,
    links,
    reach,
    rendering,
    size,
    slips,
    themes,
    wording,
)
from newsletter.preflight.checkup import Checkup, Dns, Spam, Tried, with_fields
from newsletter.preflight.clients import ClientReport, ClientScore
from newsletter.preflight.mail import html_bytes, opened
from newsletter.preflight.registry import Entry, catalogue, check
from newsletter.preflight.slips import Slip

#: The families, in the order their findings are shown among equals; importing them fills the registry.
FAMILIES = (
    rendering,
    deliverability,
    authentication,
    size,
    images,
    links,
    reach,
    content,
    wording,
    access,
    themes,
    clients,
)

__all__ = [
    "FAMILIES",
    "Checkup",
    "ClientReport",
    "ClientScore",
    "Dns",
    "Entry",
    "Slip",
    "Spam",
    "Tried",
    "addresses",
    "catalogue",
    "check",
    "client_reports",
    "html_bytes",
    "slips",
    "with_fields",
]


def addresses(variant: Variant) -> tuple[str, ...]:
    """The links and pictures of a variant that can be asked for, each once."""
    mail = opened(variant)
    return tuple(dict.fromkeys((*reach.links(mail), *reach.pictures(mail))))


def client_reports(checkup: Checkup) -> dict[str, ClientReport]:
    """How each variant fares in readers' mail clients; empty where nothing was rendered."""
    variants = checkup.edition.variants if checkup.edition else ()
    return {variant.name: clients.report(opened(variant), checkup) for variant in variants}
