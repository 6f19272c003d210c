"""The file that a mail carries: small, upright, without notes, and the same every time."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from newsletter.errors import PictureError
from newsletter.pictures import fitted, gif, inspect
from tests.pictures import samples


def fit(data: bytes, width: int = 328) -> tuple[str, Image.Image, bytes]:
    kind, made = fitted(data, inspect(data), width)
    return kind, Image.open(BytesIO(made)), made


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("subject", [samples.drawing, samples.photograph])
def test_every_kind_becomes_one_that_every_mail_program_shows(kind: str, subject: object) -> None:
    named, image, made = fit(samples.saved(subject(), kind))  # type: ignore[operator]  # one of two functions
    assert named in ("image/png", "image/jpeg")
    assert image.size == (328, 205)
    assert inspect(made).kind == named


def test_a_photograph_becomes_a_jpeg_and_a_drawing_a_png() -> None:
    assert fit(samples.saved(samples.photograph(), "WEBP", lossless=True))[0] == "image/jpeg"
    assert fit(samples.saved(samples.drawing(), "WEBP", lossless=True))[0] == "image/png"


def test_it_is_never_made_larger() -> None:
    assert fit(samples.saved(samples.photograph(200, 125), "JPEG"))[1].size == (200, 125)


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = samples.saved(samples.photograph(), "JPEG")
    assert fit(data)[2] == fit(data)[2]


def test_it_is_upright_and_carries_no_notes() -> None:
    data = samples.sideways()
    _, image, made = fit(data)
    assert image.size == (328, 525)
    assert samples.SECRET in data
    assert samples.SECRET not in made
    assert not image.getexif()


def test_transparency_stays() -> None:
    clear = samples.drawing().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    kind, image, _ = fit(samples.saved(clear, "WEBP"))
    assert (kind, image.mode) == ("image/png", "RGBA")
    assert image.getchannel("A").getextrema()[0] < 10


def test_sixteen_bits_a_pixel_become_eight() -> None:
    deep = Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16")
    _, image, _ = fit(samples.saved(deep, "PNG"), 64)
    assert image.convert("L").getextrema() >= (0, 200)


def test_a_colour_profile_is_applied_and_left_out() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = samples.saved(samples.photograph(), "JPEG", icc_profile=lab)
    assert "icc_profile" not in fit(data)[1].info
    assert fitted(samples.saved(samples.photograph(), "JPEG", icc_profile=b"broken"), inspect(data), 100)[0]


def test_an_animated_gif_stays_one_without_its_comment() -> None:
    data = samples.animation() + b"something after its end"
    kind, image, made = fit(data, 60)
    assert kind == "image/gif"
    assert image.n_frames == 3  # type: ignore[attr-defined]  # of a GIF
    assert samples.SECRET not in made
    assert b"after its end" not in made
    before, after = Image.open(BytesIO(data)), image
    for frame in range(3):
        before.seek(frame)
        after.seek(frame)
        assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
        assert before.info["duration"] == after.info["duration"]


@pytest.mark.parametrize("data", [b"", b"GIF89a", samples.animation()[:600], b"GIF89a" + bytes(7) + b"\x07"])
def test_a_broken_gif_is_a_picture_error(data: bytes) -> None:
    with pytest.raises(PictureError, match="damaged"):
        gif.bare(data)
