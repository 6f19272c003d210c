"""The pictures of one workspace: found, looked at once, made to fit, and fetched when somebody asks.

A picture is stated as an address or as a path. A path is a file of the workspace and of no other place: what leads out
of it, by its words or by a link, is not opened. What is known of a picture from the Web is what was fetched of it, kept
under cache/pictures by its address; nothing is fetched while an issue is rendered, and without a network nothing fails.
Fitted files are kept by the content they were made of, so that a picture is resized once.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.app.picture_cache import PictureCache
from newsletter.errors import PictureError
from newsletter.models import Enclosed, Picture, Seen, is_path
from newsletter.render import Shown, linked

if TYPE_CHECKING:
    from newsletter.config import Images

#: Where files that articles brought with them are kept, in the workspace.
FOLDER = "pictures"
#: What is taken in beside an article: only what calls itself a picture, so that no other file is ever copied.
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
#: Pixels for each CSS pixel: phones and good screens have two or three, and two are enough for the eye.
_SHARP = 2


class Pictures:
    """Pictures by what articles and themes say of them."""

    def __init__(self, root: Path, settings: Images) -> None:
        self._root = root
        self._settings = settings
        self.cache = PictureCache(root / "cache" / "pictures")

    def take_in(self, stated: str | None, article: Path) -> str | None:
        """What an article's file says of its picture, with a file from beside it copied into the workspace.

        Only a file in the article's own folder or below it, or in the workspace, is taken; anything else is left as it
        was stated, and preflight names it.
        """
        if not stated or not is_path(stated):
            return stated
        try:
            folder, root = article.parent.resolve(), self._root.resolve()
            file = (folder / stated).resolve()
            if file.is_relative_to(root) and file.is_file():
                return file.relative_to(root).as_posix()
            fit = file.is_relative_to(folder) and file.suffix.lower() in _SUFFIXES and file.is_file()
            if not fit or file.stat().st_size > self._settings.max_bytes:
                return stated
            data = file.read_bytes()
            name = f"{_slug(file.stem)}-{hashlib.sha256(data).hexdigest()[:12]}{file.suffix.lower()}"
            target = root / FOLDER / name
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, target)
        except (OSError, ValueError):  # not there, not to be read, no room: the issue has no picture, and check says so
            return stated
        return f"{FOLDER}/{name}"

    def showing(self, names: Mapping[str, str]) -> Showing:
        """For one rendering; `names` are what findings call the pictures, by what was stated."""
        return Showing(self, self._settings, names)

    def stamp(self, stated: str | None) -> object:
        """Changes when the picture's file does, or what is known of its address."""
        if not stated:
            return None
        path = self.path(stated) if is_path(stated) else self.cache.record_of(stated)
        try:
            return (str(path), path.stat().st_mtime_ns) if path else None
        except (OSError, ValueError):
            return None

    def path(self, stated: str) -> Path | None:
        """The file in the workspace that a path names; None for one that leads out of it."""
        try:
            root = self._root.resolve()
            file = (root / stated).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return file if file.is_relative_to(root) else None

    def file(self, stated: str) -> bytes:
        """A file of the workspace. Raises PictureError."""
        path = self.path(stated) if is_path(stated) else None
        if path is None:
            raise PictureError("it is outside the workspace")
        try:
            if not path.is_file():
                raise PictureError("there is no such file in the workspace")
            if path.stat().st_size > self._settings.max_bytes:
                size, most = path.stat().st_size / 1e6, self._settings.max_bytes / 1e6
                raise PictureError(f"it has {size:.1f} MB; {most:g} MB at most")
            return path.read_bytes()
        except (OSError, ValueError) as error:
            raise PictureError(f"it can't be read ({getattr(error, 'strerror', None) or 'no such file'})") from None

    def look(self, data: bytes) -> Picture:
        """What the bytes hold. Raises PictureError."""
        from newsletter.pictures import Limits, inspect

        limits = Limits(self._settings.max_bytes, self._settings.max_pixels)
        key = f"{hashlib.sha256(data).hexdigest()[:40]}-{limits.size}-{limits.pixels}"
        found = self.cache.facts(key)
        if found is None:
            try:
                found = inspect(data, limits)
            except PictureError as error:
                found = error.reason
            self.cache.keep_facts(key, found)
        if isinstance(found, str):
            raise PictureError(found)
        return found

    def fit(self, data: bytes, picture: Picture, width: int) -> Enclosed:
        """The picture as a mail carries it, shown so many CSS pixels wide at most. Raises PictureError."""
        from newsletter.pictures import fitted

        key = f"{hashlib.sha256(data).hexdigest()[:40]}-{_SHARP * width}-{self._settings.quality}"
        kept = self.cache.fitted(key)
        if kept is None:
            kept = fitted(data, picture, _SHARP * width, self._settings.quality)
            self.cache.keep_fitted(key, *kept)
        kind, made = kept
        return Enclosed(f"{hashlib.sha256(made).hexdigest()[:32]}@newsletter", kind, base64.b64encode(made).decode())


class Showing:
    """What becomes of the pictures in one rendering (`render.Pictures`), and what was seen of them."""

    def __init__(self, pictures: Pictures, settings: Images, names: Mapping[str, str]) -> None:
        self._pictures = pictures
        self._settings = settings
        self._names = names
        self._known: dict[tuple[str, int, int], Shown | None] = {}
        self.seen: list[Seen] = []

    def __call__(self, address: str, width: int, widest: int) -> Shown | None:
        key = (address, width, widest)
        if key not in self._known:
            self._known[key] = self._show(address, width, widest)
        return self._known[key]

    def _show(self, address: str, place: int, widest: int) -> Shown | None:
        link = linked(address, place, widest)
        picture: Picture | None = None
        if not link and self._settings.embed == "never":
            self._note(address, widest, None, fault="it is a file, and pictures are only linked", mend=_LET)
            return None
        try:
            data = self._pictures.cache.body(address) if link else self._file(address)
            if data is None:
                self._note(address, widest, None)
                return link
            picture = self._pictures.look(data)
            width, full = min(place, picture.width), min(widest, picture.width)
            height = max(1, round(width * picture.height / picture.width))
            if link and self._settings.embed != "all":
                self._note(address, widest, picture)
                return Shown(link.src, width, height, widest=full)
            enclosed = self._pictures.fit(data, picture, full)
        except PictureError as error:
            mend = _MEND_LOGO if address not in self._names else _MEND if link else _MEND_FILE
            self._note(address, widest, picture, fault=error.reason, mend=mend)
            return None
        self._note(address, widest, picture, enclosed=enclosed.size)
        return Shown(f"cid:{enclosed.cid}", width, height, enclosed, full)

    def _file(self, address: str) -> bytes:
        if is_path(address):
            return self._pictures.file(address)
        if address[:5].lower() == "data:":
            raise PictureError("it is written into the page (data:), which mail programs don't show")
        if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", address):
            raise PictureError("its address is neither https:// nor a file of the workspace")
        raise PictureError("it is outside the workspace")

    def _note(
        self,
        address: str,
        place: int,
        picture: Picture | None,
        *,
        enclosed: int | None = None,
        fault: str | None = None,
        mend: str = "",
    ) -> None:
        where = self._names.get(address, "logo")
        self.seen.append(Seen(where, address, picture, place, enclosed, fault, mend))


_LET = 'let it travel with the mail (embed = "local" under [images] in newsletter.toml), or give it an address'
_MEND = "take another picture, or none (`newsletter article edit`); the mail goes without it"
_MEND_FILE = (
    "put a whole PNG or JPEG beside the article and add it again, or into the workspace and name it in "
    "`newsletter article edit`; the mail goes without it"
)
_MEND_LOGO = "name a whole PNG or JPEG under [theme.logo] in newsletter.toml, or none; the mail shows the name instead"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "picture"
