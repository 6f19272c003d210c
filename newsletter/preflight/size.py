"""Family "size": what clients cut off, drop or refuse because it is too large."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.models import GMAIL_CLIP
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.mail import Mail
from newsletter.preflight.registry import Fault, error, note, on_issue, on_mail, warning

#: Gmail drops a <style> element over this many bytes, and dark mode and phone layout with it.
GMAIL_STYLE = 16_384
#: Postfix refuses larger messages unless told otherwise (message_size_limit).
RELAY_LIMIT = 10_240_000
#: Above this a message is slow on a phone, whatever the relay says.
HEAVY = 1_048_576


@on_mail("size.clipped")
def clipped(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """The HTML should stay under the 102,400 bytes that Gmail shows.

    What comes after is cut off, and that is the end of the issue with its unsubscribe link. Counted is the decoded
    part in UTF-8, personal links at full length. An error above the limit, a warning from 90%, a note from half of
    it, each with the number of articles that still fit (or must go), reckoned from the average article here. Mend by
    dropping articles or shortening summaries.
    """
    size, count = mail.html_bytes, sum(1 for _ in checkup.issue.picks)
    share = f"the HTML is {size:,} bytes, {size * 100 // GMAIL_CLIP}% of what Gmail shows"
    if size > GMAIL_CLIP:
        go = _articles(size - GMAIL_CLIP, size, count, up=True)
        mend = f"drop about {go} of the {count} articles" if go < count else "shorten the issue"
        yield error(mail.html_where, f"{share}: the end, unsubscribe link included, is cut off", mend)
    elif size * 10 >= GMAIL_CLIP * 9:
        yield warning(mail.html_where, share, f"add nothing more; {_room(size, count)}")
    elif size * 2 >= GMAIL_CLIP:
        yield note(mail.html_where, share, _room(size, count))


@on_mail("size.style")
def style(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Each `<style>` should stay under 16 KB.

    Gmail drops a larger one whole, and with it dark mode and the phone layout. Mend by splitting it in two, or by
    letting rules that hold for one element only be inlined.
    """
    for number, element in enumerate((e for e in mail.elements if e.tag == "style"), start=1):
        size = len((element.text or "").encode("utf-8", "replace"))
        if size > GMAIL_STYLE:
            message = f"style element {number} is {size:,} bytes; Gmail drops those over {GMAIL_STYLE:,}"
            yield warning(mail.html_where, message, "split it in two, or cut rules the mail does not use")


@on_issue("size.message")
def message(checkup: Checkup) -> Iterator[Fault]:
    """A whole message should be small enough for every relay on its way.

    Postfix refuses more than 10,240,000 bytes by default, and every receiver has such a limit; above 1 MB a phone on
    a slow line waits. Counted is all that is handed over: headers, both parts, and the pictures that travel with them,
    which grow by 37% in base64. Mend by linking pictures instead of embedding them, or by making them smaller.
    """
    size = checkup.message_bytes or 0
    pictures = sum({one.address: one.enclosed or 0 for one in checkup.pictures}.values()) * 78 // 57
    share = f", {pictures:,} of them pictures" if pictures else ""
    if size > RELAY_LIMIT:
        said = f"a message is {size:,} bytes{share}; many relays refuse those over {RELAY_LIMIT:,}"
        yield error("message", said, _LIGHTEN)
    elif size > HEAVY:
        yield warning("message", f"a message is {size:,} bytes{share}, which is slow on a phone", _LIGHTEN)


@on_mail("size.text")
def text(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """The plain text part should stay under 102,400 bytes, too.

    Gmail clips it as it clips HTML, and who reads text reads it in a terminal or on a watch. Mend by dropping articles
    or shortening summaries.
    """
    size = len(mail.text.encode("utf-8", "replace"))
    if size > GMAIL_CLIP:
        yield warning(mail.text_where, f"the text is {size:,} bytes; Gmail shows {GMAIL_CLIP:,}", "shorten the issue")


_LIGHTEN = "link pictures instead of embedding them, or make them smaller"


def _room(size: int, count: int) -> str:
    if not count:
        return f"{GMAIL_CLIP - size:,} bytes are left"
    fit = _articles(GMAIL_CLIP - size, size, count)
    return f"about {fit} more article{'s' if fit != 1 else ''} fit{'s' if fit == 1 else ''}"


def _articles(spare: int, size: int, count: int, *, up: bool = False) -> int:
    """How many average articles `spare` bytes are; about 8 KB of the mail is frame, whatever its articles."""
    each = max((size - 8_192) // max(count, 1), 1_024)
    return -(-spare // each) if up else spare // each
