"""The preview's routes.

    /                               the issue the studio was opened for
    /issues/N                       the page: inbox line, findings, size, and the mail in frames
    /issues/N/mail/light|dark       the mail itself, served so that nothing in it can run (see guard.py)
    /issues/N/version               what the open page asks, five times a second, to know when to show itself anew
    /assets/…                       style sheet, script, icon

What the program refuses is shown in its own words; a fault in a template names the template and the line.
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
from newsletter.errors import NewsletterError, NotFound
from newsletter.web.studio.desk import Desk
from newsletter.web.studio.guard import MAIL_POLICY, Guard
from newsletter.web.studio.scheme import SCHEMES, as_seen
from newsletter.web.studio.view import Fault, View, coded, fault_of, grouped, inbox_of, size_of

#: No database counts higher; a larger number in an address is no issue.
_LAST_NUMBER = 2**31 - 1


def create_app(desk: Desk, *, home: int | None = None) -> Starlette:
    """The studio on top of a desk; "/" leads to issue `home` when one is given."""
    folder = resources.folder("templates") / "web" / "studio"
    pages = _Pages(desk, home, folder)
    routes = [
        Route("/", pages.home),
        Route("/issues/{number:int}", pages.issue),
        Route("/issues/{number:int}/version", pages.version),
        Route("/issues/{number:int}/mail/{scheme}", pages.mail),
        Mount("/assets", StaticFiles(directory=folder / "assets")),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard)], exception_handlers={HTTPException: pages.refused})


class _Pages:
    """The answers. Synchronous, as the desk is: Starlette calls them in threads."""

    def __init__(self, desk: Desk, home: int | None, folder: Path) -> None:
        self._desk = desk
        self._home = home
        environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["coded"] = coded
        self._template = environment.get_template("preview.html")

    def home(self, _request: Request) -> Response:
        if self._home is None:
            raise HTTPException(404, "No issue was named; its address is /issues/ and its number.")
        return RedirectResponse(f"/issues/{self._home}")

    def issue(self, request: Request) -> Response:
        number = _number(request)
        version = self._version(number)
        view = View.of(request.query_params)
        try:
            preview = self._desk.preview(number)
        except NewsletterError as error:
            return self._fault(fault_of(error), view, number, version, 404 if isinstance(error, NotFound) else 200)
        html = self._template.render(
            number=number,
            view=view,
            version=preview.version,
            preview=preview,
            inbox=inbox_of(preview),
            size=size_of(preview.html_bytes),
            findings=grouped(preview.findings),
            fault=None,
        )
        return HTMLResponse(html)

    def mail(self, request: Request) -> Response:
        scheme = next((known for known in SCHEMES if known == request.path_params["scheme"]), None)
        if scheme is None:
            raise HTTPException(404, "A mail is shown light or dark.")
        policy = {"Content-Security-Policy": MAIL_POLICY}
        try:
            preview = self._desk.preview(_number(request))
        except NewsletterError as error:
            return PlainTextResponse(str(error), 404 if isinstance(error, NotFound) else 200, policy)
        return HTMLResponse(as_seen(preview.html, scheme), headers=policy)

    def version(self, request: Request) -> Response:
        return PlainTextResponse(self._version(_number(request)))

    def refused(self, _request: Request, error: Exception) -> Response:
        status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
        return self._fault(Fault("There is nothing here", "", detail), View(), None, "", status)

    def _fault(self, fault: Fault, view: View, number: int | None, version: str, status: int) -> Response:
        html = self._template.render(number=number, view=view, version=version, preview=None, fault=fault)
        return HTMLResponse(html, status)

    def _version(self, number: int) -> str:
        """The desk's version; an error has one too, so that the page shows it, and the issue once it is mended."""
        try:
            return self._desk.version(number)
        except NewsletterError as error:
            return "fault-" + hashlib.sha256(str(error).encode("utf-8", "replace")).hexdigest()[:16]


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > _LAST_NUMBER:
        raise HTTPException(404, "There is no issue of that number.")
    return number
