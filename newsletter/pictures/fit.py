"""The file that a mail carries: as wide as asked for at most, upright, without notes, PNG, JPEG or GIF.

The same bytes, width and quality give the same file (with the same Pillow). Transparency and few colours make a PNG, a
photograph a JPEG, whatever it came as: Outlook for Windows shows neither WebP nor AVIF. An animated GIF stays as it is
but for its comments; another animation gives its first picture.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from newsletter.errors import PictureError
from newsletter.models import Picture
from newsletter.pictures import gif
from newsletter.pictures.inspect import opened

#: Of a JPEG, 1 to 95. At twice the shown size, 80 can't be told from the original.
QUALITY = 80
#: A picture of at most so many colours is a drawing, and smaller and sharper as PNG.
_DRAWING = 256


def fitted(data: bytes, picture: Picture, width: int, quality: int = QUALITY) -> tuple[str, bytes]:
    """Kind and bytes of the picture, at most `width` pixels wide. `picture` is what `inspect` said of the data.

    Raises PictureError when it can't be decoded after all.
    """
    if picture.animated and picture.kind == "image/gif":
        return "image/gif", gif.bare(data)
    scale = min(1.0, width / picture.width)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    try:
        with opened(data) as source:
            if picture.kind == "image/jpeg":
                source.draft("RGB", (2 * size[0], 2 * size[0]) if scale < 1 else source.size)
            return _saved(_upright(source), size, source.format or "", quality)
    except PictureError:
        raise
    except Exception as error:  # a decoder's fault must not end a rendering
        raise PictureError(f"it can't be made smaller ({type(error).__name__})") from error


def _upright(source: Image.Image) -> Image.Image:
    image = _in_srgb(ImageOps.exif_transpose(source))
    if image.mode.startswith("I"):  # 16 bits a pixel
        image = image.point(lambda value: value / 256).convert("L")
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """A picture that has a colour profile (phones: Display P3) in the colours that one without is taken for."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken profile; the colours are near enough
        return image


def _saved(image: Image.Image, size: tuple[int, int], source: str, quality: int) -> tuple[str, bytes]:
    clear = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] < 255  # type: ignore[operator]  # one band
    flat = source != "JPEG" and image.convert("RGB").getcolors(_DRAWING) is not None
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    made = BytesIO()
    if clear:
        image.save(made, "PNG", optimize=True)
        return "image/png", made.getvalue()
    image = image.convert("RGB")
    image.info.clear()
    photograph = BytesIO()
    image.save(photograph, "JPEG", quality=quality, optimize=True, progressive=True)
    if source == "JPEG":
        return "image/jpeg", photograph.getvalue()
    # Scaling a drawing makes new colours at its edges; of 256 the eye misses none.
    drawing = image.quantize(_DRAWING) if flat else image
    drawing.save(made, "PNG", optimize=True)
    if flat or made.tell() <= photograph.tell():
        return "image/png", made.getvalue()
    return "image/jpeg", photograph.getvalue()
