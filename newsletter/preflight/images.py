"""Family "images": what became of the pictures that the theme asked for.

A picture that can't be shown never breaks a mail: it is left out, and found here. Whether one that is linked can be had
is the business of the family "reach"; alternative texts are that of "access".
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.models import Seen
from newsletter.preflight.checkup import Checkup, with_fields
from newsletter.preflight.registry import Fault, note, on_issue, warning
from newsletter.text.markup import pictures

#: Bytes of one picture that travels with the mail: every reader gets them, on a phone too.
HEAVY = 500_000
#: A picture narrower than this share of its place is a stamp in a large frame.
SMALL = 0.75
#: Taller than this many times its width, a picture is a page of scrolling.
TALL = 2.0
#: Kinds that Outlook for Windows does not show, by their names.
_UNKNOWN_TO_OUTLOOK = {"image/webp": "WebP", "image/avif": "AVIF"}


@on_issue("images.left_out")
def left_out(checkup: Checkup) -> Iterator[Fault]:
    """Every picture should be one that can be shown.

    Missing, damaged or cut short, no picture at all (a web page, an SVG drawing), more than `[images]` in
    newsletter.toml allows in bytes or pixels, a file outside the workspace, or a file where `embed = "never"`: such a
    picture is left out, and the issue is laid out without it. Mend by a whole PNG or JPEG file, or an address that
    starts with https://.
    """
    for seen in _once(checkup):
        if seen.fault:
            yield warning(seen.where, f"the picture {_short(seen.address)} is left out: {seen.fault}", seen.mend)


@on_issue("images.kind")
def kind(checkup: Checkup) -> Iterator[Fault]:
    """A linked picture should be PNG, JPEG or GIF.

    Outlook for Windows shows neither WebP nor AVIF nor SVG, only the alternative text. What travels with the mail is
    made PNG or JPEG; what is linked comes as it is. Mend with `embed = "all"` under `[images]` in newsletter.toml, or
    by another picture.
    """
    for seen, name in unknown(checkup):
        said = f"the picture {_short(seen.address)} is {name}, which Outlook for Windows does not show"
        yield warning(seen.where, said, 'let it travel with the mail (embed = "all"), or take a PNG or JPEG')


def unknown(checkup: Checkup) -> Iterator[tuple[Seen, str]]:
    """The linked pictures that Outlook for Windows does not show, each with the name of its kind."""
    for seen in _once(checkup):
        name = _UNKNOWN_TO_OUTLOOK.get(seen.picture.kind) if seen.picture else _drawing(seen.address)
        if name and seen.enclosed is None and not seen.fault:
            yield seen, name


@on_issue("images.size_unknown")
def size_unknown(checkup: Checkup) -> Iterator[Fault]:
    """The size of a picture should be known.

    With width and height in the mail nothing jumps when pictures load, and Outlook for Windows keeps the place of those
    it does not load. What is linked has to be asked for once; a run that does says what became of it (`reach.picture`).
    Mend with `newsletter check N --links`.
    """
    for seen in _once(checkup) if checkup.tried is None else ():
        if seen.picture is None and not seen.fault:
            mend = "`newsletter check N --links` asks for it, and remembers"
            yield note(seen.where, f"nobody has looked how large the picture {_short(seen.address)} is", mend)


@on_issue("images.shape")
def shape(checkup: Checkup) -> Iterator[Fault]:
    """A picture should be as wide as the place it stands in, and not much taller than wide.

    A narrower one is shown at its own size; twice the width of its place is what sharp screens show. A tall one is
    shown narrow, so that nobody has to scroll past it. Mend by a larger picture, or by cutting it.
    """
    for seen in _once(checkup):
        picture = seen.picture
        if picture is None or seen.fault or seen.where == "logo":
            continue
        size = f"{picture.width:,} by {picture.height:,} pixels"
        if picture.width < seen.place * SMALL:
            said = f"the picture {_short(seen.address)} has {size}; its place is {seen.place} wide"
            yield note(seen.where, said, f"take one that is {2 * seen.place} pixels wide")
        if picture.height > picture.width * TALL:
            said = f"the picture {_short(seen.address)} has {size}; so tall a one is shown narrow"
            yield note(seen.where, said, "cut it, so that it is wider than tall")


@on_issue("images.heavy")
def heavy(checkup: Checkup) -> Iterator[Fault]:
    """A picture that travels with the mail should have less than 500 KB.

    It has been made to fit; what is still larger is an animation, which can't be, or a large transparent picture. Mend
    by a still picture, or by linking it.
    """
    for seen in _once(checkup):
        if (seen.enclosed or 0) > HEAVY:
            moves = ", an animation" if seen.picture and seen.picture.animated else ""
            said = f"the picture {_short(seen.address)} adds {(seen.enclosed or 0) / 1e6:.1f} MB to every mail{moves}"
            yield warning(seen.where, said, "take a still picture, or give it an address and link it")


@on_issue("images.out_of_place")
def out_of_place(checkup: Checkup) -> Iterator[Fault]:
    """The editor's own words (intro, outro, notes, sponsors) can't have pictures.

    Of `![a cat](https://…)` only the words "a cat" are printed; where the address is none that a mail can lead to, all
    of it is printed as it was typed. What stands in code is meant. Mend by giving the picture to an article, or by a
    link to it.
    """
    for where, text in with_fields(checkup.issue):
        if where in ("subject", "preheader"):
            continue
        for words, printed in dict.fromkeys(pictures(text)):
            so = "only its words are printed" if printed else "it is printed as it was typed"
            message = f"a picture can't stand here, {so}: “{_short(words)}”"
            mend = "give it to an article (`newsletter article edit`), or link to it: [words](https://…)"
            yield warning(where, message, mend)


def _once(checkup: Checkup) -> Iterator[Seen]:
    """Each picture, in the widest of its places."""
    widest: dict[tuple[str, str], Seen] = {}
    for seen in checkup.pictures:
        before = widest.get((seen.where, seen.address))
        if before is None or seen.place > before.place:
            widest[seen.where, seen.address] = seen
    yield from widest.values()


def _drawing(address: str) -> str | None:
    """The kind of a picture that nobody has looked at, by its name."""
    ending = address.partition("?")[0].rpartition(".")[2].lower()
    return {"svg": "SVG", "webp": "WebP", "avif": "AVIF"}.get(ending)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
