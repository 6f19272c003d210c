"""The preview's routes.

    /                               the issue the studio was opened for
    /issues/N                       the page: inbox line, findings, size, and the mail in frames
    /issues/N/mail/LOOK             the mail itself, served so that nothing in it can run (see guard.py)
    /issues/N/changes               tells the open page of new versions (see feed.py)
    /readers?words=…                subscribers to see it as: <option> elements
    /assets/…                       style sheet, script, icon

What the program refuses is shown in its own words; a fault in a template names template, line and column.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from newsletter import resources
from newsletter.errors import NewsletterError, NotFound, RenderError
from newsletter.models import NOBODY, PreviewReader
from newsletter.web.studio.desk import Desk
from newsletter.web.studio.feed import Feeds
from newsletter.web.studio.forced import FORCES, as_forced
from newsletter.web.studio.guard import Guard, mail_policy
from newsletter.web.studio.scheme import SCHEMES, as_seen
from newsletter.web.studio.view import (
    ABOUT_FORCED,
    Fault,
    View,
    coded,
    fault_of,
    grouped,
    inbox_of,
    reader_words,
    size_of,
    source_of,
)

#: No database counts higher; a larger number in an address is no issue.
_LAST_NUMBER = 2**31 - 1


class Studio(Starlette):
    """The studio on top of a desk; "/" leads to issue `home` when one is given."""

    def __init__(self, desk: Desk, *, home: int | None = None) -> None:
        folder = resources.folder("templates") / "web" / "studio"
        self._feeds = Feeds(desk.listen)
        pages = _Pages(desk, self._feeds, home, folder)
        routes = [
            Route("/", pages.home),
            Route("/issues/{number:int}", pages.issue),
            Route("/issues/{number:int}/changes", pages.changes),
            Route("/issues/{number:int}/mail/{look}", pages.mail),
            Route("/readers", pages.readers),
            Mount("/assets", StaticFiles(directory=folder / "assets")),
        ]
        faults = {HTTPException: pages.refused}
        super().__init__(routes=routes, middleware=[Middleware(Guard)], exception_handlers=faults)

    def end(self) -> None:
        """End what open pages listen to; the server asks for it before it stops."""
        self._feeds.end()


class _Pages:
    """The answers. Synchronous, as the desk is: Starlette calls them in threads."""

    def __init__(self, desk: Desk, feeds: Feeds, home: int | None, folder: Path) -> None:
        self._desk = desk
        self._feeds = feeds
        self._home = home
        environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(coded=coded, source=source_of, reader=reader_words)
        self._template = environment.get_template("preview.html")
        self._readers = environment.get_template("readers.html")

    def home(self, _request: Request) -> Response:
        if self._home is None:
            raise HTTPException(404, "No issue was named; its address is /issues/ and its number.")
        return RedirectResponse(f"/issues/{self._home}")

    def issue(self, request: Request) -> Response:
        number, view = _number(request), View.of(request.query_params)
        version = None
        try:
            version = self._desk.version(number, view.reader)
            preview = self._desk.preview(number, view.reader, version)
            readers = self._choice(preview.reader)
        except NewsletterError as error:
            lines = self._desk.excerpt(error) if isinstance(error, RenderError) else ()
            status = 404 if isinstance(error, NotFound) else 200
            return self._fault(fault_of(error, lines), view, number, version or _fault_version(error), status)
        html = self._template.render(
            number=number,
            view=view,
            version=preview.version,
            preview=preview,
            readers=readers,
            about_forced=ABOUT_FORCED,
            inbox=inbox_of(preview),
            size=size_of(preview.html_bytes),
            findings=grouped(preview.findings),
            fault=None,
        )
        return HTMLResponse(html)

    def mail(self, request: Request) -> Response:
        number, view = _number(request), View.of({**request.query_params, "look": request.path_params["look"]})
        if view.look != request.path_params["look"]:
            raise HTTPException(404, f"A mail is shown {', '.join((*SCHEMES, *FORCES))}.")
        policy = {"Content-Security-Policy": mail_policy(images=view.images == "on")}
        try:
            html = self._desk.preview(number, view.reader).html
        except NewsletterError as error:
            return PlainTextResponse(str(error), 404 if isinstance(error, NotFound) else 200, policy)
        force = next((known for known in FORCES if known == view.look), None)
        seen = as_forced(html, force) if force else as_seen(html, "dark" if view.look == "dark" else "light")
        return HTMLResponse(seen, headers=policy)

    async def changes(self, request: Request) -> Response:
        number, view = _number(request), View.of(request.query_params)
        return self._feeds.feed(lambda: self._version(number, view.reader), request.query_params.get("since", ""))

    def readers(self, request: Request) -> Response:
        found = self._desk.readers(request.query_params.get("words", "")[:200])
        return HTMLResponse(self._readers.render(readers=[NOBODY, *found], chosen=0))

    def refused(self, _request: Request, error: Exception) -> Response:
        status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
        return self._fault(Fault("There is nothing here", "", detail), View(), None, "", status)

    def _choice(self, chosen: PreviewReader) -> list[PreviewReader]:
        """The readers that the page begins with, the chosen one among them."""
        found = [reader for reader in self._desk.readers() if reader.id != chosen.id]
        return [NOBODY, *found] if chosen == NOBODY else [NOBODY, chosen, *found]

    def _fault(self, fault: Fault, view: View, number: int | None, version: str, status: int) -> Response:
        html = self._template.render(
            number=number, view=view, version=version, preview=None, readers=[NOBODY], fault=fault
        )
        return HTMLResponse(html, status)

    def _version(self, number: int, reader: int) -> str:
        """The desk's version; an error has one too, so that the page shows it, and the issue once it is mended."""
        try:
            return self._desk.version(number, reader)
        except NewsletterError as error:
            return _fault_version(error)


def _fault_version(error: NewsletterError) -> str:
    return "fault-" + hashlib.sha256(str(error).encode("utf-8", "replace")).hexdigest()[:16]


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > _LAST_NUMBER:
        raise HTTPException(404, "There is no issue of that number.")
    return number
