"""The words and looks of the public pages: Jinja templates in `templates/web/public`, escaped, with one style sheet.

The style sheet stands in the page, and the page's Content-Security-Policy names its hash: nothing else is loaded, and
nothing that came in by another way would be applied.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from newsletter.resources import folder

_FOLDER = Path("web", "public")


class Pages:
    """Renders the templates; a file in `folders` goes before the shipped one of the same name."""

    def __init__(self, folders: Sequence[Path], newsletter: str) -> None:
        loader = FileSystemLoader([place / _FOLDER for place in (*folders, folder("templates"))])
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

    def render(self, name: str, values: Mapping[str, str]) -> str:
        """The page as HTML. Raises jinja2.TemplateError for a fault in a template."""
        return self._templates.get_template(name).render(values)


def mask(email: str) -> str:
    """The address as only its owner knows it again: "a•••@example.org". A page's address may be passed on."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}•••@{domain}"
