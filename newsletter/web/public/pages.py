"""The words and looks of the public pages: Jinja templates in `templates/web/public`, escaped, with one style sheet.

The style sheet stands in the page, and the page's Content-Security-Policy names its hash: nothing else is loaded, and
nothing that came in by another way would be applied. What the pages say stands in `words/LANGUAGE.toml` beside them: in
the subscriber's language where there is a catalogue of it, else in the newsletter's, else in English.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from newsletter.resources import folder
from newsletter.text import catalogue
from newsletter.text.tongue import ENGLISH, Tongue, tongue

_FOLDER = Path("web", "public")


class Pages:
    """Renders the templates; a file in `folders` goes before the shipped one of the same name."""

    def __init__(self, folders: Sequence[Path], newsletter: str, language: str = "en") -> None:
        """`language` is the newsletter's. Raises RenderError for a catalogue of it that can't be read."""
        self._folders = [place / _FOLDER for place in (*folders, folder("templates"))]
        self._languages: dict[str, tuple[Tongue, catalogue.Words]] = {}
        self._home = language
        self._speech(language)
        loader = FileSystemLoader(self._folders)
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        style, _, _ = loader.get_source(self._templates, "style.css")
        # Markup: the file is ours or the workspace's, and inside <style> quotes must not be escaped.
        self._templates.globals.update(style=Markup(style), newsletter=newsletter)  # noqa: S704 - said above
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
        #: The Content-Security-Policy of these pages.
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )

    def render(self, name: str, values: Mapping[str, object], language: str | None = None) -> str:
        """The page as HTML, for somebody who reads `language` if that is known.

        Raises jinja2.TemplateError for a fault in a template, RenderError for one in a catalogue.
        """
        speech, words = self._speech(language or self._home)
        own = {"words": words, "lang": speech.tag, "dir": speech.direction}
        return self._templates.get_template(name).render(own | dict(values))

    def _speech(self, wanted: str) -> tuple[Tongue, catalogue.Words]:
        """The language that stands for the one wanted, with its words."""
        if wanted not in self._languages:
            covered = (tag for tag in (wanted, self._home) if catalogue.covers(self._folders, tag))
            speech = tongue(next(covered, "en")) or ENGLISH
            self._languages[wanted] = (speech, catalogue.read(self._folders, speech.tag))
        return self._languages[wanted]


def mask(email: str) -> str:
    """The address as only its owner knows it again: "a•••@example.org". A page's address may be passed on."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}•••@{domain}"
