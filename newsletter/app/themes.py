"""Themes: which there are and where from, what the sample issue looks like in one, and one of an editor's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import config, resources
from newsletter.app import files, letterhead, specimen
from newsletter.errors import Conflict, NotFound, Refused, RenderError
from newsletter.models import fill
from newsletter.render import Renderer, theme
from newsletter.text.tongue import tongue

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
#: Folders beside the themes that are none.
_TAKEN = frozenset({"shared", "words", "specimen"})


@dataclass(frozen=True, slots=True)
class Found:
    """A theme there is."""

    name: str
    #: What it is, in a line, or what is wrong with it.
    about: str
    #: Comes with the program.
    built_in: bool
    #: Its files in the workspace, by their names; all of them where it is the workspace's own.
    own_files: tuple[str, ...]
    #: The newsletter's, where an issue names no other.
    chosen: bool
    #: Whether it can be used as it stands.
    sound: bool = True


class Themes:
    """The themes of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folders = workspace.theme_folders

    def all(self) -> list[Found]:
        """All themes, in alphabetical order; a faulty one too, with its fault."""
        return [self._found(name) for name in theme.names(self._folders)]

    def require(self, name: str) -> None:
        """Raises NotFound, with the names there are, when there is no theme of that name."""
        if name not in theme.names(self._folders):
            raise NotFound("theme", name, self._instead(name))

    def missing(self, name: str, issue: int | None = None) -> RenderError | None:
        """What to say where newsletter.toml, or an issue, names a theme that there is not; None where there is."""
        if name in theme.names(self._folders):
            return None
        place, mend = config.FILE, f"set theme in {config.FILE} to one of them"
        if issue is not None:
            place = f"issue {issue}"
            mend = f"set theme to one of them in the head that `newsletter issue edit {issue}` shows, or take it out"
        return RenderError(place, f"there is no theme “{name}”; {self._instead(name)}", mend=mend)

    def fault(self) -> RenderError | None:
        """Why the newsletter's theme can't be used, or that there is none of that name; None where it can."""
        settings = self._workspace.settings
        name = settings.newsletter.theme
        if missing := self.missing(name):
            return missing
        try:
            theme.find(self._folders, name, settings.theme.changes)
        except RenderError as error:
            return error
        return None

    def _instead(self, name: str) -> str:
        """The themes there are, for somebody who asked for one that there is not."""
        there = theme.names(self._folders)
        shipped = theme.names(self._folders[1:])
        own = [one for one in there if one not in shipped]
        close = get_close_matches(name, there, 1)
        meant = f"did you mean {close[0]}? " if close else ""
        yours = f"your own: {', '.join(own)}" if own else "`newsletter theme new NAME` makes one of your own"
        return f"{meant}built in: {', '.join(shipped)}; {yours}"

    def preview(self, name: str, path: Path | None = None, language: str | None = None) -> tuple[Path, int]:
        """Write the sample issue in that theme as a page that stands alone; where it is, and its size in bytes.

        Without a path it goes below the workspace's build folder, where nothing is kept that can't be made again.
        Raises NotFound, RenderError, Refused (it can't be written).
        """
        page = self.page(name, language).encode()
        path = path or self._workspace.root / "build" / "preview" / f"theme-{name}.html"
        files.write(path, page)
        return path, len(page)

    def page(self, name: str, language: str | None = None) -> str:
        """The sample issue in that theme, its pictures in it. Raises NotFound, RenderError, Refused (language)."""
        self.require(name)
        if language and tongue(language) is None:
            raise Refused(f"no language is known by the tag “{language}”; say one such as en, de, pt-BR or zh-TW")
        settings = self._workspace.settings
        masthead = letterhead.masthead(settings)
        masthead = replace(masthead, language=language or masthead.language)
        sample = specimen.make()
        renderer = Renderer(self._folders, name, settings.theme.changes)
        showing = self._workspace.pictures.showing({})
        edition = renderer.render(
            sample.issue,
            sample.articles,
            masthead,
            secret=self._workspace.keys.slots,
            date=specimen.TODAY,
            others=sample.others,
            pictures=lambda address, *sizes: (specimen.shown if specimen.is_own(address) else showing)(address, *sizes),
            written_in=specimen.LANGUAGE,
        )
        base = masthead.base_url or "https://example.org"
        values = {"unsubscribe_url": f"{base}/u/sample", "view_url": f"{base}/v/sample"}
        (sent,) = edition.variants
        return specimen.standing_alone(fill(sent.html, values), sent.pictures)

    def logo_faults(self, name: str) -> list[str]:
        """Why the logo of that theme, as newsletter.toml changes it, is not shown; empty where it is, or there is none.

        Raises RenderError.
        """
        logo = theme.find(self._folders, name, self._workspace.settings.theme.changes).settings["logo"]
        showing = self._workspace.pictures.showing({})
        for address in dict.fromkeys((logo["light"], logo["dark"])):
            if address:
                showing(address, logo["width"], logo["width"])
        return [f"logo {seen.address}: {seen.fault}; {seen.mend}" for seen in showing.seen if seen.fault]

    def sample_error(self, name: str) -> str:
        """Why the sample issue does not render in a theme that has files in the workspace; "" where it does."""
        if not any((self._folders[0] / part).is_dir() for part in (name, "shared")):
            return ""
        try:
            self.page(name)
        except RenderError as error:
            return str(error)
        return ""

    def new(self, name: str, source: str = "digest") -> Path:
        """A copy of a theme in the workspace, under a name of its own, to be changed; answers its folder.

        Raises Refused (no fit name), NotFound (no such source), Conflict (the name is taken).
        """
        if name in _TAKEN:
            raise Refused(f"{name} is a folder of the themes' own; choose another name")
        if not _NAME.fullmatch(name):
            fit = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")
            instead = f", such as {fit}" if _NAME.fullmatch(fit) else ""
            raise Refused(f"{name!r} is no name for a theme: it has small letters, digits, - and _ alone{instead}")
        self.require(source)
        folder = self._folders[0] / name
        if name in theme.names(self._folders) or folder.exists():
            raise Conflict(f"there is a theme {name} already; nothing was changed. Choose another name")
        copied: Mapping[str, Path] = {
            path.name: path
            for place in reversed(self._folders)
            for path in sorted((place / source).glob("*"))
            if path.is_file()
        }
        for file, path in copied.items():
            files.write(folder / file, path.read_bytes())
        return folder

    def _found(self, name: str) -> Found:
        settings = self._workspace.settings
        sound, about = True, ""
        try:
            about = theme.find(self._folders, name, settings.theme.changes).about
        except RenderError as error:
            sound, about = False, str(error)
        own = self._folders[0] / name
        return Found(
            name=name,
            about=about,
            built_in=(resources.folder("templates") / "email" / name / theme.ISSUE_HTML).is_file(),
            own_files=tuple(sorted(path.name for path in own.glob("*") if path.is_file())),
            chosen=name == settings.newsletter.theme,
            sound=sound,
        )
