"""Family "reach": what became of asking for the mail's links and pictures (`newsletter check N --links`).

Without that option nothing is asked for, and nothing is found here. Servers that answer programs worse than people are
given the benefit of the doubt: only an answer that says "gone", or no server at all, is an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.preflight import hosts
from newsletter.preflight.checkup import Checkup, Tried
from newsletter.preflight.mail import Mail
from newsletter.preflight.registry import Fault, error, note, on_mail, warning

#: Answers that mean "there is nothing here", to a person as to a program.
_GONE = frozenset({404, 410})
#: A picture above this many bytes keeps a phone waiting.
PICTURE = 500_000
#: All pictures together.
PICTURES = 2_000_000


def links(mail: Mail) -> tuple[str, ...]:
    """The addresses a reader may open, each once: http and https, none that differs from reader to reader."""
    found = (link.href for link in mail.links if not link.personal)
    return tuple(dict.fromkeys(href for href in found if hosts.scheme(href) in ("http", "https") and hosts.host(href)))


def pictures(mail: Mail) -> tuple[str, ...]:
    """The addresses of the pictures that a client fetches, each once."""
    found = ((element.get("src") or "").strip() for element in mail.elements if element.tag == "img")
    return tuple(dict.fromkeys(source for source in found if hosts.scheme(source) in ("http", "https")))


@on_mail("reach.dead")
def dead(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Every link must lead to a page.

    "Not found" and "gone" are errors; a refusal, a server's own fault or no answer in time is a warning, for a person
    may fare better than a program. Mend by looking the page up, or linking elsewhere.
    """
    for address in links(mail):
        tried = (checkup.tried or {}).get(address)
        if tried is not None and tried.fault:
            severity = error if tried.status in _GONE else warning
            message = f"{_short(address)} can't be opened: {tried.fault}"
            yield severity(mail.html_where, message, "open it in a browser; if it is gone, link elsewhere")


@on_mail("reach.moved")
def moved(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Links should lead to where a page is now.

    A page that has moved for good answers with a redirect for as long as somebody keeps it up. What moves only for now
    is left alone. Mend by taking the new address.
    """
    for address in links(mail):
        tried = (checkup.tried or {}).get(address)
        if tried is None or not tried.moved or tried.fault:
            continue
        if _is_front_page(tried.moved) and not _is_front_page(address):
            yield warning(
                mail.html_where, f"{_short(address)} leads to the site's front page", "look for the page there"
            )
        else:
            yield note(mail.html_where, f"{_short(address)} has moved for good", f"take {_short(tried.moved)}")


@on_mail("reach.picture")
def picture(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Every picture must be there, and be small enough for a phone: 500 KB, and 2 MB in all with the message.

    A missing one is a box with a cross to every reader. Mend by uploading it, or by making it smaller: twice the width
    at which it is shown is enough.
    """
    total = checkup.message_bytes or 0
    for address in pictures(mail):
        tried = (checkup.tried or {}).get(address)
        if tried is None:
            continue
        total += tried.size or 0
        if tried.fault:
            yield _broken(mail, address, tried)
        elif (tried.size or 0) > PICTURE:
            message = f"picture {_short(address)} is {(tried.size or 0) / 1e6:.1f} MB"
            yield warning(mail.html_where, message, "make it smaller; twice the width it is shown at is enough")
    if checkup.tried and total > PICTURES:
        message = f"with its pictures the mail is {total / 1e6:.1f} MB, slow on a phone"
        yield warning(mail.html_where, message, "make the pictures smaller, or leave some out")


def _is_front_page(address: str) -> bool:
    parts = hosts.split(address)
    return parts is not None and parts.path in ("", "/") and not parts.query


def _broken(mail: Mail, address: str, tried: Tried) -> Fault:
    severity = error if tried.status in _GONE else warning
    return severity(
        mail.html_where, f"picture {_short(address)} can't be had: {tried.fault}", "put it up, or take it out"
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
