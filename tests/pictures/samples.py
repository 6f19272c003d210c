"""Pictures for tests, made here: sound ones of every kind, and what only calls itself one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

SECRET = b"made by a secret camera"


def drawing(width: int = 800, height: int = 500) -> Image.Image:
    """A few flat colours."""
    image = Image.new("RGB", (width, height), (250, 246, 240))
    pen = ImageDraw.Draw(image)
    for bar in range(5):
        pen.rectangle((bar * width // 5 + 4, height * bar // 6, (bar + 1) * width // 5 - 4, height), (150, 50, 36))
    return image


def photograph(width: int = 800, height: int = 500) -> Image.Image:
    """Every colour, and noise: the same at every call."""
    across = Image.linear_gradient("L").resize((width, height))
    fractal = Image.effect_mandelbrot((width, height), (-2, -1.2, 1, 1.2), 60)
    return Image.merge("RGB", (across, fractal, across.rotate(180)))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    made = BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def sideways() -> bytes:
    """A JPEG of 800 by 500 that a camera, held sideways, noted to be upright at 500 by 800."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, SECRET.decode()
    return saved(photograph(), "JPEG", exif=exif, quality=90)


def animation(width: int = 120, height: int = 80, turns: Iterable[int] = (0, 90, 180)) -> bytes:
    frames = [drawing(width, height).rotate(turn) for turn in turns]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0, comment=SECRET)


def bomb(width: int = 10_000, height: int = 10_000) -> bytes:
    """A PNG of 100 megapixels in a few hundred bytes that are never meant to be unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 3 * width) * 4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><html><body>root:x:0:0:root</body></html>"
