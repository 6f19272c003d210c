"""What a file is: PNG, JPEG, GIF, WebP or AVIF, by its bytes and never by its name, and whether it is whole.

The size stands at a picture's beginning, so that one of 100 megapixels is refused before a pixel of it is unpacked.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

from newsletter.errors import PictureError
from newsletter.models import Picture

_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp", "AVIF": "image/avif"}
#: EXIF orientations that lay a picture on its side.
_SIDEWAYS = frozenset({5, 6, 7, 8})
#: Decoding a JPEG at an eighth of its size reads all of it, and needs a 64th of the memory.
_GLANCE = (64, 64)
#: An animation may have so many times the pixels that a still picture may have, over all its frames.
_FRAMES = 4
#: … and at most so many frames, however small.
_MOST_FRAMES = 2_000
#: Beyond this side length the program's memory is at stake, and no screen is that large.
_SIDE = 20_000

# Pillow's own warning comes at a size of its own; ours is refused.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a picture may be at most."""

    #: Of the file.
    size: int = 10_000_000
    pixels: int = 40_000_000


def inspect(data: bytes, limits: Limits = Limits()) -> Picture:
    """What the bytes hold. Raises PictureError, and nothing else, for what can't be shown."""
    if len(data) > limits.size:
        raise PictureError(f"it has {len(data) / 1e6:.1f} MB; {limits.size / 1e6:g} MB at most")
    with opened(data) as image:
        kind = _KINDS[image.format or ""]
        width, height = image.size
        if width * height > limits.pixels or max(width, height) > _SIDE:
            raise PictureError(f"it has {width:,} by {height:,} pixels; {limits.pixels / 1e6:g} million at most")
        frames = _frames(image)
        if frames > _MOST_FRAMES or (frames > 1 and frames * width * height > limits.pixels * _FRAMES):
            raise PictureError(f"it is an animation of {frames:,} pictures of {width:,} by {height:,} pixels, too much")
        try:
            if kind == "image/jpeg":
                image.draft("RGB", _GLANCE)
            orientation = image.getexif().get(ExifTags.Base.Orientation)
            for frame in range(frames):
                image.seek(frame)
                image.load()
        except Exception as error:  # decoders answer damage with nearly any exception
            raise PictureError(f"it is damaged ({_reason(error)})") from error
    if orientation in _SIDEWAYS:
        width, height = height, width
    return Picture(kind, width, height, len(data), animated=frames > 1)


def _frames(image: Image.Image) -> int:
    """How many pictures there are in it; those of an animation are counted by reading through it."""
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception as error:  # as below
        raise PictureError(f"it is damaged ({_reason(error)})") from error


def opened(data: bytes) -> Image.Image:
    """The picture, its pixels still packed. Raises PictureError for what is none."""
    try:
        return Image.open(BytesIO(data), formats=tuple(_KINDS))
    except UnidentifiedImageError:
        raise PictureError(f"it is {_what(data)}") from None
    except Image.DecompressionBombError:
        raise PictureError("it has more pixels than any screen, and would fill the memory") from None
    except Exception as error:
        raise PictureError(f"it is damaged ({_reason(error)})") from error


def _what(data: bytes) -> str:
    """What the bytes seem to be, said without any of them."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data:
        return "an empty file"
    if b"<svg" in start:
        return "an SVG drawing, which Gmail and Outlook don't show; save it as PNG"
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")):
        return "a web page, not a picture"
    if start.startswith(b"%pdf"):
        return "a PDF, not a picture"
    if start.startswith((b"bm", b"ii*\x00", b"mm\x00*")) or b"ftyphei" in start[:16]:
        return "a picture of a kind that mail can't show; save it as PNG or JPEG"
    return "not a picture (PNG, JPEG, GIF, WebP or AVIF)"


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
