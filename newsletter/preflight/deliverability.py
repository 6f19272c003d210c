"""Family "deliverability": will relays and inboxes take it, and may it be sent at all?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter import addresses
from newsletter.errors import AddressError
from newsletter.preflight import hosts
from newsletter.preflight.cascade import Screen, texts
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.mail import Mail
from newsletter.preflight.registry import Fault, error, note, on_issue, on_mail, warning

#: The merge slot of the personal unsubscribe link.
UNSUBSCRIBE = "unsubscribe_url"
#: The text part should carry at least this share of the HTML part's words.
TEXT_SHARE = 0.5
#: From this share of a spam filter's limit on its rules are worth a look.
_SPAM_WORTH_A_LOOK = 0.2
#: Rules named in a finding, the heaviest.
_RULES_NAMED = 4
#: Providers whose DMARC policy makes receivers refuse their domain in From when others send it.
_FREEMAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "aol.com",
        "icloud.com",
        "outlook.com",
        "hotmail.com",
        "gmx.de",
        "web.de",
    }
)
#: The text part should have at least this share of the HTML's different words, and pictures at most that of the area.
ALIKE, PICTURE_SHARE = 0.6, 0.6
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_]+")
_LETTERS = re.compile(r"[^\W_]+")
_ACTIVE = frozenset({"script", "iframe", "object", "embed", "applet", "form"})


@on_mail("deliverability.unsubscribe")
def unsubscribe(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Both parts must have the personal unsubscribe link.

    The law asks for it nearly everywhere, Gmail and Yahoo ask for it of bulk senders, and who finds none presses
    "spam". It must be the merge slot: an address that is the same for everybody unsubscribes nobody. Mend in the
    theme's footer.
    """
    for where, part in ((mail.html_where, mail.variant.html), (mail.text_where, mail.variant.text)):
        if not mail.has_slot(part, UNSUBSCRIBE):
            yield error(where, "there is no unsubscribe link", "put the unsubscribe_url slot into the theme's footer")


@on_issue("deliverability.base_url")
def base_url(checkup: Checkup) -> Iterator[Fault]:
    """The public pages' address must be set, and should be one that readers reach over https.

    Unsubscribe links are built on it. Unset, or on this machine while a relay takes mail away from it, they lead
    nowhere: an error. As long as every relay is on this machine too (a trial, the local sink), that is a warning; so
    are a private network, a name reserved for examples (RFC 2606), and plain http, over which one-click unsubscribing
    (RFC 8058) does not work. Mend by setting `base_url` in newsletter.toml to where `newsletter serve` answers.
    """
    address = (checkup.base_url or "").strip()
    host = hosts.host(address)
    where = "newsletter.toml"
    if not address:
        yield error(where, "base_url is not set, so nobody could unsubscribe", _SET_BASE_URL)
    elif host is None:
        yield error(where, f"base_url {address} is no address", _SET_BASE_URL)
    elif hosts.is_loopback(host):
        leaves = any(not hosts.is_loopback(relay) for relay in checkup.relay_hosts)
        severity = error if leaves else warning
        yield severity(where, f"base_url {address} is this machine: no reader could unsubscribe", _SET_BASE_URL)
    elif hosts.is_private(host):
        yield warning(where, f"base_url {address} can be reached from your network only", _SET_BASE_URL)
    elif hosts.is_reserved(host):
        yield warning(where, f"base_url {address} is a name reserved for examples", _SET_BASE_URL)
    elif hosts.scheme(address) != "https":
        yield warning(where, f"base_url {address} is not https: one-click unsubscribing does not work", _SET_BASE_URL)


@on_issue("deliverability.postal_address")
def postal_address(checkup: Checkup) -> Iterator[Fault]:
    """The footer should print a postal address.

    The law asks for it of commercial mail in the United States (CAN-SPAM, 15 U.S.C. 7704) and elsewhere, and filters
    look for it. Mend by setting `postal_address` in newsletter.toml.
    """
    if not (checkup.postal_address or "").strip():
        yield warning("newsletter.toml", "postal_address is not set", "set it; the footer prints it")


@on_mail("deliverability.postal_address_missing")
def postal_address_missing(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """A postal address that is set should be printed in both parts.

    A theme of one's own easily forgets it. Mend in the theme's footer.
    """
    wanted = (checkup.postal_address or "").split()
    for where, text in ((mail.html_where, mail.visible_text), (mail.text_where, mail.text)):
        words = set(text.replace(",", " ").split())
        if wanted and not words.issuperset(" ".join(wanted).replace(",", " ").split()):
            yield warning(where, "the postal address is not printed", "print it in the theme's footer")


@on_issue("deliverability.sender")
def sender(checkup: Checkup) -> Iterator[Fault]:
    """The sender must be an address, and should be of one's own domain.

    A From that is no address is refused by every relay. Free mail providers publish DMARC policies that make receivers
    refuse their domain from anyone else's relay: a warning. Mend by setting `from` in newsletter.toml.
    """
    try:
        _, address = addresses.mailbox(checkup.sender)
    except AddressError as reason:
        yield error("newsletter.toml", f"the sender is no address: {reason}", 'set from = "Name <you@your.domain>"')
        return
    if address.domain in _FREEMAIL:
        message = f"{address.domain} tells receivers to refuse its addresses from other relays"
        yield warning("newsletter.toml", message, "send from a domain of your own")


@on_mail("deliverability.text_part")
def text_part(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """The plain text part must be there, and say what the HTML says.

    Some people read nothing else, watches and previews show it, and filters score a text that differs from the HTML. An
    empty one is an error; one with less than half the words of the HTML a warning. Mend in the theme's text template.
    """
    text, html = _length(mail.text), _length(mail.visible_text)
    if not text:
        yield error(mail.text_where, "the plain text part is empty", "mend the theme's text template")
    elif text < html * TEXT_SHARE:
        share = text * 100 // html
        yield warning(
            mail.text_where, f"the text says {share}% of what the HTML says", "mend the theme's text template"
        )


@on_mail("deliverability.text_alike")
def text_alike(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """The plain text part should use the HTML's words.

    Filters compare the two (SpamAssassin: MPART_ALT_DIFF), for spam hides its words in one of them. A warning where
    less than 60% of the HTML's different words stand in the text. Mend in the theme's text template.
    """
    wanted, found = _words(mail.visible_text), _words(mail.text)
    if len(wanted) >= 20 and found:
        share = len(wanted & found) / len(wanted)
        if share < ALIKE:
            message = f"{share:.0%} of the HTML's words stand in the text"
            yield warning(mail.text_where, message, "let the theme's text template print the same")


@on_mail("deliverability.picture_share")
def picture_share(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """A mail should be more text than pictures.

    Filters can't read pictures, and many people don't load them (SpamAssassin: HTML_IMAGE_RATIO). Compared are areas: a
    picture's width and height (a missing height is taken as 60% of the width) with that of the text at its size. Over
    60% pictures is a warning. Mend by saying in words what the picture says.
    """
    pictures = sum(
        _area(element.get("width"), element.get("height")) for element in mail.elements if element.tag == "img"
    )
    letters = sum(len(text.words) * 0.75 * text.style.size**2 for text in texts(mail.view, Screen(600)))
    if pictures and pictures / (pictures + letters) > PICTURE_SHARE:
        share = pictures / (pictures + letters)
        yield warning(mail.html_where, f"{share:.0%} of the mail is pictures", "say in words what the pictures say")


@on_issue("deliverability.spam")
def spam(checkup: Checkup) -> Iterator[Fault]:
    """A spam filter should let the sample message pass.

    SpamAssassin's own rules, without its network tests, where it is installed on this machine. It reads the default
    variant as a reader of whom nothing is known gets it, when `check` or `render` is run; what it said is told for a
    day wherever preflight is. At its limit or over it is an error, from 60% of the limit a warning; else its score is
    told in a note, and so is why it gave none. Mend what the heaviest rules name.
    """
    seen = checkup.spam
    if seen is None:
        return
    if seen.fault:
        mend = "`spamassassin --lint` tells more; `--no-spam` leaves it out"
        yield note("message", f"{seen.filter} is installed, but gave no score: {seen.fault}", mend)
        return
    counted = [
        f"{about} ({rule}, {points:g})" if about else f"{rule} ({points:g})"
        for points, rule, about in seen.rules
        if points > 0
    ]
    points = f"{seen.score:g} point{'' if seen.score == 1 else 's'}"
    message = f"{seen.filter} gives it {points}, and calls mail spam from {seen.limit:g} on"
    message += f": {'; '.join(counted[:_RULES_NAMED])}" if counted else ""
    if seen.score < seen.limit * _SPAM_WORTH_A_LOOK:
        yield note("message", message, "nothing to mend: it lets the message pass")
    else:
        severity = error if seen.score >= seen.limit else warning if seen.score >= seen.limit * 0.6 else note
        yield severity("message", message, "mend what these name, the first before all: it counts most")


@on_mail("deliverability.active_content")
def active_content(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """No script, form, frame or event handler in the mail.

    Clients strip them, and gateways treat a mail that has them as an attack. They can only come from a template of
    one's own: articles are cleaned. Mend there.
    """
    tags = {element.tag for element in mail.elements} & _ACTIVE
    handlers = {str(name) for element in mail.elements for name in element.attrib if str(name).startswith("on")}
    for name in sorted(f"<{tag}>" for tag in tags) + sorted(handlers):
        yield error(
            mail.html_where, f"{name} makes gateways treat the mail as an attack", "take it out of the template"
        )


_SET_BASE_URL = "set base_url in newsletter.toml to the https:// address where `newsletter serve` answers"


def _words(text: str) -> frozenset[str]:
    """The different words; where a script has no spaces between them, its characters."""
    return frozenset(_WORD.findall(text.casefold()))


def _area(width: str | None, height: str | None) -> float:
    """Of a picture, in CSS pixels; 0 where its width is not stated in pixels."""
    across = float(width) if width and width.isascii() and width.isdigit() else 0.0
    return across * (float(height) if height and height.isascii() and height.isdigit() else across * 0.6)


def _length(text: str) -> int:
    """Letters and digits: words would count a Chinese sentence as one."""
    return sum(map(len, _LETTERS.findall(text)))
