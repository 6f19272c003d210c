"""Jinja2 over a theme's folders; a workspace's templates are its editor's own, so they run in a sandbox.

In: a template name and plain values. Out: MJML or plain text. MJML is always escaped (`select_autoescape` would answer
no for .mjml and .j2); an undefined name is an error, not a hole. What can fail: any fault in a template, as RenderError
with the template and the line in it.
"""

from __future__ import annotations

import posixpath
import reprlib
import time
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from jinja2 import TemplateNotFound

from newsletter.render import mistakes, text
from newsletter.render.budget import MAX_SECONDS, Budget, OutOfTime, sized
from newsletter.render.faults import Fault
from newsletter.render.folders import Folders
from newsletter.render.limits import Unfit
from newsletter.render.sandbox import Sandbox
from newsletter.render.trace import Locator, Mark
from newsletter.text.wrap import cells

#: Renderings by templates as they are before they are written out, which costs what it saves in two hundred more.
OFTEN = 64


class Templates:
    """The templates of one theme: MJML by `html`, plain text by `text`."""

    def __init__(self, folders: tuple[Any, ...], fixed: Mapping[str, Any] | None = None) -> None:
        """`fixed` are values that every rendering has besides its own."""
        self._loader = Folders(folders)
        self._fixed = fixed or {}
        self._html, self._text = _Kind(self._for_html, self._fixed), _Kind(self._for_text, self._fixed)

    def html(self, name: str, values: Mapping[str, Any]) -> str:
        """The template rendered with every value escaped for MJML."""
        return self._html.render(name, values)

    def text(self, name: str, values: Mapping[str, Any]) -> str:
        """The template rendered as plain text."""
        return self._text.render(name, values)

    def _for_html(self, fixed: Mapping[str, Any] | None = None) -> Sandbox:
        sandbox = Sandbox(self._loader, autoescape=True, fixed=fixed)
        sandbox.filters |= _filters({"cells": _cells}, asking=fixed is None)
        sandbox.only_text = frozenset(text.FILTERS)
        return sandbox

    def _for_text(self, fixed: Mapping[str, Any] | None = None) -> Sandbox:
        sandbox = Sandbox(self._loader, autoescape=False, fixed=fixed)  # text/plain has no markup to escape for
        sandbox.filters |= _filters(text.FILTERS, asking=fixed is None)
        sandbox.texts = frozenset(text.FILTERS)
        return sandbox

    def included(self, path: str, base: str) -> tuple[str, str]:
        """A file of the theme's folders that an mj-include names, from beside `base` or from the top; name and text.

        It is no template: what stands in braces there stays. Raises Fault.
        """
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        for name in dict.fromkeys((beside, posixpath.normpath(path))):
            try:
                text, file, _ = self._loader.get_source(self._html.plain, name)
            except TemplateNotFound:
                continue
            except Unfit as error:
                raise Fault(f"mj-include of “{path}”: {error.message}", 0, 0) from error
            if any(Path(file).resolve().is_relative_to(Path(folder).resolve()) for folder in self._loader.searchpath):
                return name, text
        raise Fault(f"mj-include can't find “{path}” in the theme's folders", 0, 0)

    def locator(self, name: str, values: Mapping[str, Any]) -> Locator:
        """Where each line of `html`'s output comes from. Renders once more, so it is for errors only."""
        traced = self._for_html()
        traced.add_extension(Mark)
        marked = _rendered(traced, name, {**values, **self._fixed})
        return Locator(marked, name, lambda template: self._loader.get_source(self._html.plain, template)[0])


class _Kind:
    """Templates of one kind: as they are for the first renderings, written out for those after."""

    def __init__(self, make: Callable[[Mapping[str, Any] | None], Sandbox], fixed: Mapping[str, Any]) -> None:
        self._make, self._fixed = make, fixed
        self.plain = make(None)
        self._written: Sandbox | None = None
        self._rendered = 0

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """What templates written out can't do is tried, and told, by templates as they are. Raises RenderError."""
        values = {**values, **self._fixed}
        self._rendered += 1
        if self._rendered <= OFTEN:
            return _rendered(self.plain, name, values)
        if self._written is None:
            self._written = self._make(self._fixed)
        begun = time.monotonic()
        try:
            return self._written.run(name, values, Budget(MAX_SECONDS / 2))
        except Exception as error:  # anything: see `mistakes`
            left = MAX_SECONDS - (time.monotonic() - begun)
            text = _rendered(self.plain, name, values, Budget(left))
            if isinstance(error, OutOfTime):  # it was read twice, as it is and written out
                return text
            raise mistakes.told(error, self._written, name) from error


def _filters(own: Mapping[str, Callable[..., Any]], *, asking: bool) -> dict[str, Callable[..., Any]]:
    """The program's own filters. Where an error is told they ask first whether they are given what they take."""
    return {name: _asking(name, each) if asking else each for name, each in own.items()}


def _cells(value: str) -> int:
    return cells(sized(value))


def _asking(name: str, own: Callable[..., Any]) -> Callable[..., Any]:
    expected = "a list of texts" if name == "dotted" else "a text"

    @wraps(own)
    def asked(value: Any, *args: Any, **named: Any) -> Any:
        items = value if name == "dotted" and isinstance(value, (list, tuple)) else [value]
        for item in items:
            if isinstance(item, (int, float, dict, list, tuple, type(None))):
                raise TypeError(f"{name}: found {reprlib.repr(item)}, expected {expected}")
        return own(value, *args, **named)

    return asked


def _rendered(environment: Sandbox, name: str, values: dict[str, Any], budget: Budget | None = None) -> str:
    try:
        return environment.run(name, values, budget)
    except Exception as error:
        raise mistakes.told(error, environment, name) from error


#: What a template calls to place a slot: field and default → token.
SlotCall = Callable[..., str]
