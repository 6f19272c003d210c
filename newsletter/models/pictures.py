"""Pictures: what a file turned out to hold, and what a mail carries of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CID = re.compile(r'"cid:([0-9a-z.]+@[0-9a-z]+)"')


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture."""

    #: "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif".
    kind: str
    #: Pixels, upright: a camera's note that it was held sideways is taken into account.
    width: int
    height: int
    #: Bytes of the file.
    size: int
    animated: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture that travels with the mail (RFC 2392): its part's content, named by what is in it."""

    #: Content-ID without angle brackets; the HTML names it as "cid:…".
    cid: str
    #: "image/png", "image/jpeg" or "image/gif".
    kind: str
    #: Base64 without line ends.
    data: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.data) * 3 // 4 - self.data[-2:].count("=")

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of kind and content."""
        return hashlib.sha256(f"{self.kind};{self.data}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that an issue prints, or would print, and what became of it."""

    #: "article 12", "logo".
    where: str
    #: As stated: an address, or a path in the workspace.
    address: str
    #: None when it is not known: nobody has asked for it, or it can't be shown.
    picture: Picture | None
    #: CSS pixels that the theme gives it.
    place: int
    #: Bytes that it adds to the mail; None where it is linked, or left out.
    enclosed: int | None = None
    #: Why readers don't get to see it, in words; None when they do.
    fault: str | None = None
    #: What to do about the fault.
    mend: str = ""


def is_path(text: str) -> bool:
    """Whether the text is the path of a file in a folder, and can't be a way out of it by its words alone."""
    plain = text.isprintable() and "\\" not in text and not _SCHEME.match(text)
    return plain and not {"", ".."}.intersection(text.split("/"))


def standing_alone(html: str, pictures: Iterable[Enclosed]) -> str:
    """A page with the pictures in it that the mail carries beside it, as data: addresses (RFC 2397)."""
    known = {picture.cid: f'"data:{picture.kind};base64,{picture.data}"' for picture in pictures}
    return _CID.sub(lambda match: known.get(match[1], match[0]), html) if known else html
