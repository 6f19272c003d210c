"""Family "reach": what became of asking for the mail's links and pictures (`newsletter check N --links`).

Without that option nothing is asked for, and nothing is found here. Servers that answer programs worse than people are
given the benefit of the doubt: only an answer that says "gone", or a host that there is none of, is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

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

    "Not found" and "gone" are errors, and so is a host that the DNS does not know. A refusal, a server's own fault or
    no answer in time is a warning, for a person may fare better than a program. Mend by looking the page up, or linking
    elsewhere.
    """
    for address in links(mail):
        tried = (checkup.tried or {}).get(address)
        if tried is not None and tried.fault and tried.host != "unknown":
            severity = _severity(tried)
            message = f"{_short(address)} can't be opened: {tried.fault}"
            yield severity(mail.html_where, message, "open it in a browser; if it is gone, link elsewhere")


@on_mail("reach.unasked")
def unasked(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Links and pictures should have been asked for, where somebody wanted them to be.

    Where no name server says where a host is (there is no network, say), nothing is known of what leads there: a
    warning for all of it. Mend by running `newsletter check N --links` again with a network.
    """
    tried = checkup.tried or {}
    missed = {address: tried[address] for address in (*links(mail), *pictures(mail)) if address in tried}
    missed = {address: one for address, one in missed.items() if one.host == "unknown"}
    if missed:
        shown = set(pictures(mail))
        counts = [sum(address not in shown for address in missed), sum(address in shown for address in missed)]
        named = [f"{n} {noun}{'s' if n > 1 else ''}" for n, noun in zip(counts, ("link", "picture"), strict=True) if n]
        hosts_of = list(dict.fromkeys(hosts.host(address) or "" for address in missed))
        where = ", ".join(hosts_of[:3]) + (f" and {len(hosts_of) - 3} more" if len(hosts_of) > 3 else "")
        message = f"{' and '.join(named)} could not be asked: no name server says where to find {where}"
        yield warning(mail.html_where, message, "look whether there is a network, and check again")


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
        if tried is None or tried.host == "unknown":
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


def _severity(tried: Tried) -> Callable[[str, str, str], Fault]:
    return error if tried.status in _GONE or tried.host == "missing" else warning


def _broken(mail: Mail, address: str, tried: Tried) -> Fault:
    return _severity(tried)(
        mail.html_where, f"picture {_short(address)} can't be had: {tried.fault}", "put it up, or take it out"
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
