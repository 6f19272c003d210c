"""Jinja2 over a theme's folders; a workspace's templates are its editor's own, so they run in a sandbox.

In: a template name and plain values. Out: MJML or plain text. MJML is always escaped (`select_autoescape` would answer
no for .mjml and .j2); an undefined name is an error, not a hole. What can fail: any fault in a template, as RenderError
with the template and the line in it.
"""

from __future__ import annotations

import posixpath
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, TemplateNotFound, TemplateSyntaxError

from newsletter.errors import RenderError
from newsletter.render import text
from newsletter.render.faults import Fault
from newsletter.render.sandbox import Sandbox
from newsletter.render.trace import Locator, Mark
from newsletter.text.wrap import cells


class Templates:
    """The templates of one theme: MJML by `html`, plain text by `text`."""

    def __init__(self, folders: tuple[Any, ...]) -> None:
        loader = FileSystemLoader([str(folder) for folder in folders])
        self._html = Sandbox(loader, autoescape=True)
        self._html.filters["cells"] = cells
        self._text = Sandbox(loader, autoescape=False)  # text/plain has no markup to escape for
        self._text.filters |= text.FILTERS
        self._traced: Sandbox | None = None
        self._loader = loader

    def html(self, name: str, values: Mapping[str, Any]) -> str:
        """The template rendered with every value escaped for MJML."""
        return _render(self._html, name, values)

    def text(self, name: str, values: Mapping[str, Any]) -> str:
        """The template rendered as plain text."""
        return _render(self._text, name, values)

    def included(self, path: str, base: str) -> tuple[str, str]:
        """A file of the theme's folders that an mj-include names, from beside `base` or from the top; name and text.

        It is no template: what stands in braces there stays. Raises Fault.
        """
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        for name in dict.fromkeys((beside, posixpath.normpath(path))):
            try:
                text, file, _ = self._loader.get_source(self._html, name)
            except TemplateNotFound:
                continue
            except UnicodeDecodeError as error:
                raise Fault(f"mj-include of “{path}”: {error}", 0, 0) from error
            if any(Path(file).resolve().is_relative_to(Path(folder).resolve()) for folder in self._loader.searchpath):
                return name, text
        raise Fault(f"mj-include can't find “{path}” in the theme's folders", 0, 0)

    def locator(self, name: str, values: Mapping[str, Any]) -> Locator:
        """Where each line of `html`'s output comes from. Renders once more, so it is for errors only."""
        if self._traced is None:
            self._traced = Sandbox(self._loader, autoescape=True)
            self._traced.filters["cells"] = cells
            self._traced.add_extension(Mark)
        marked = _render(self._traced, name, values)
        return Locator(marked, name, lambda template: self._loader.get_source(self._html, template)[0])


def _render(environment: Sandbox, name: str, values: Mapping[str, Any]) -> str:
    try:
        return environment.run(name, values)
    except TemplateSyntaxError as error:
        raise RenderError(error.name or name, error.message or "syntax error", error.lineno) from error
    except TemplateNotFound as error:
        template, line = _where(error, environment, name)
        raise RenderError(template, f"there is no template “{error.name or name}”", line) from error
    except RenderError as error:
        template, line = _where(error, environment, name)
        raise RenderError(template, error.reason, line) from error
    except Exception as error:
        # Anything may come out of an editor's template: an undefined name, a forbidden attribute, 1/0, bad UTF-8.
        template, line = _where(error, environment, name)
        raise RenderError(template, f"{error or type(error).__name__}", line) from error


def _where(error: BaseException, environment: Sandbox, name: str) -> tuple[str, int]:
    """Template and line of the innermost template frame; Jinja2 rewrites tracebacks to point into templates."""
    folders: list[str] = getattr(environment.loader, "searchpath", [])
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for folder in folders:
            if frame.filename.startswith(folder):
                return frame.filename[len(folder) :].lstrip("/\\"), frame.lineno or 0
    return name, 0


#: What a template calls to place a slot: field and default → token.
SlotCall = Callable[..., str]
