"""Preflight: what an editor should know about an issue before it is sent.

A `Checkup` (the issue, its articles, the rendered edition, a few settings) goes in, findings come out, errors first.
Every check is a small pure function, registered under an id "family.name" with a docstring that says what it looks
for, why, and how to mend it; one file a family. An *error* would truly spoil a send (nobody could unsubscribe, a link
leads nowhere); what is only unwise is a *warning*, what is only good to know a *note*.

Nothing here opens a file or a socket, and nothing looks at a clock: what was seen outside (the message's size, the
history of issues, later links tried and DNS read) is handed over in the Checkup.
"""

from newsletter.preflight import access, content, deliverability, links, rendering, size, themes, wording
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.mail import html_bytes
from newsletter.preflight.registry import Entry, catalogue, check

#: The families, in the order their findings are shown among equals; importing them fills the registry.
FAMILIES = (rendering, deliverability, size, links, content, wording, access, themes)

__all__ = ["FAMILIES", "Checkup", "Entry", "catalogue", "check", "html_bytes"]
