"""What a file is, by its bytes; and that nothing hostile is unpacked, believed or repeated."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import PictureError
from newsletter.models import Picture
from newsletter.pictures import Limits, inspect
from tests.pictures import samples


@pytest.mark.parametrize(
    ("kind", "named"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif"), ("WEBP", "webp"), ("AVIF", "avif")]
)
def test_every_kind_is_known_by_its_bytes(kind: str, named: str) -> None:
    data = samples.saved(samples.drawing(320, 200), kind)
    assert inspect(data) == Picture(f"image/{named}", 320, 200, len(data))


def test_a_picture_that_was_held_sideways_is_upright() -> None:
    found = inspect(samples.sideways())
    assert (found.width, found.height) == (500, 800)


def test_an_animation_is_known_to_be_one() -> None:
    assert inspect(samples.animation()).animated


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (samples.SVG, "an SVG drawing"),
        (samples.PAGE, "a web page"),
        (b"", "an empty file"),
        (b"%PDF-1.7 x", "a PDF"),
        (b"BM" + bytes(64), "of a kind that mail can't show"),
        (b"root:x:0:0:root:/root:/bin/bash\n", "not a picture"),
        (samples.saved(samples.photograph(), "JPEG")[:9_000], "damaged"),
        (samples.saved(samples.drawing(), "PNG")[:400], "damaged"),
        (samples.saved(samples.drawing(), "WEBP")[:200], "damaged|not a picture"),
        (samples.animation()[:500], "damaged"),
    ],
)
def test_what_is_no_whole_picture_is_said_to_be_what_it_is(data: bytes, says: str) -> None:
    with pytest.raises(PictureError, match=says) as caught:
        inspect(data)
    assert "root" not in str(caught.value)


@pytest.mark.parametrize("side", [10_000, 30_000, 2_000_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    data = samples.bomb(side, 10_000) if side < 1_000_000 else samples.bomb(side, 1)
    tracemalloc.start()
    with pytest.raises(PictureError, match="pixels"):
        inspect(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_an_animation_of_too_many_pictures_is_refused() -> None:
    with pytest.raises(PictureError, match="animation of 6 pictures"):
        inspect(samples.animation(turns=range(0, 360, 60)), Limits(pixels=9_600))


def test_a_file_of_too_many_bytes_is_refused() -> None:
    data = samples.saved(samples.photograph(), "PNG")
    with pytest.raises(PictureError, match="MB at most"):
        inspect(data, Limits(size=len(data) - 1))


_SOUND = [samples.saved(samples.drawing(64, 40), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")]
_SOUND.append(samples.animation(60, 40))


@settings(max_examples=150)
@given(st.sampled_from(_SOUND), st.data())
def test_damaged_bytes_are_a_picture_or_a_picture_error_and_nothing_else(sound: bytes, data: st.DataObject) -> None:
    broken = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(broken)))
    with suppress(PictureError):
        inspect(bytes(broken[:end]), Limits(pixels=1_000_000))
