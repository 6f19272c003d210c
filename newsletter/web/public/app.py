"""The routes of the public pages.

    GET  /u/TOKEN    what the unsubscribe link is about, and a button; changes nothing (mail filters follow every link)
    POST /u/TOKEN    ends the membership: from that button, or as RFC 8058's one-click ("List-Unsubscribe=One-Click")
    GET  /v/TOKEN    the web version of an issue, for whoever has the link from a mail
    GET  /archive    the past issues; /archive/N is one of them
    GET  /robots.txt

A POST needs no cookie and no login, is never answered with a redirect, and may be repeated; the token is the authority.
Whatever its body says it acts: somebody who wants out is let out. A link that is not ours is 404, a body over the limit
413 and acts on nothing, a busy database 503 with Retry-After, so that a mailbox provider asks again.

No page runs a script, is framed, cached with a person's data, or tells other sites where a reader came from; search
engines may list the archive where the newsletter wants it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsletter.errors import LinkError, NotFound, StoreBusy
from newsletter.models import MembershipState, UnsubscribePage, WebVersion
from newsletter.web.public.pages import Pages, mask
from newsletter.web.public.ports import Archive, Audience

#: Octets a POST may have. A one-click body has 26, as multipart about 200.
MAX_BODY = 8 * 1024

#: On every answer, whatever its status.
_COMMON = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_ISSUE_POLICY = (
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_ROBOTS = "User-agent: *\nDisallow: /u/\n"

#: What may cling to an address that a mail program found in plain text. Tokens end in a letter or digit.
_CLINGING = "/.,;:!?'\"*_-~)]}> \t\r\n"


def create_app(
    audience: Audience, archive: Archive, *, newsletter: str = "", language: str = "en", templates: Sequence[Path] = ()
) -> Starlette:
    """The public pages as an ASGI app. `newsletter` is the name they show, `language` what they speak by default.

    Files in `web/public` of the folders `templates` go before the shipped ones, the first folder first.
    """
    site = _Site(audience, archive, Pages(templates, newsletter, language))
    app = Starlette(
        routes=[
            Route("/u/{token:path}", site.unsubscribe, methods=["GET", "POST"]),
            Route("/v/{token:path}", site.view, methods=["GET"]),
            Route("/archive", site.archive, methods=["GET"]),
            Route("/archive/{number:int}", site.past, methods=["GET"]),
            Route("/robots.txt", site.robots, methods=["GET"]),
        ],
        exception_handlers={
            LinkError: site.unknown_link,
            NotFound: site.unknown_link,
            StoreBusy: site.busy,
            HTTPException: site.refused,
            Exception: site.broken,
        },
    )
    app.router.redirect_slashes = False
    return app


class _Site:
    """The endpoints; services are synchronous and called in threads."""

    def __init__(self, audience: Audience, archive: Archive, pages: Pages) -> None:
        self._audience = audience
        self._archive = archive
        self._pages = pages

    async def unsubscribe(self, request: Request) -> Response:
        return await (self._act(request) if request.method == "POST" else self._ask(request))

    async def _ask(self, request: Request) -> Response:
        page = await run_in_threadpool(self._audience.leaving, _token(request))
        if page.state is None:
            return self._page("test_copy.html")
        return self._page("unsubscribe.html" if _open(page) else "already.html", _about(page), language=page.language)

    async def _act(self, request: Request) -> Response:
        body = await _body(request)
        one_click = b"List-Unsubscribe" in body and b"One-Click" in body
        token = _token(request)
        page = await run_in_threadpool(self._audience.leaving, token)
        if page.state is None:
            return (
                _text("This is a test copy; nobody was unsubscribed.\n") if one_click else self._page("test_copy.html")
            )
        ended = await run_in_threadpool(self._audience.leave, token, "one-click" if one_click else "page")
        if one_click:
            return _text("You are unsubscribed.\n")
        return self._page("left.html" if ended else "already.html", _about(page), language=page.language)

    async def view(self, request: Request) -> Response:
        return self._issue(await run_in_threadpool(self._archive.view, _token(request)))

    async def archive(self, request: Request) -> Response:  # noqa: ARG002 - the signature is Starlette's
        try:
            issues = await run_in_threadpool(self._archive.issues)
        except NotFound:
            raise HTTPException(404) from None
        indexed = self._archive.is_indexed
        return self._page("archive.html", {"issues": issues, "indexed": indexed}, headers=_shared(indexed=indexed))

    async def past(self, request: Request) -> Response:
        number: int = request.path_params["number"]
        try:
            version = await run_in_threadpool(self._archive.issue, number)
        except NotFound:
            raise HTTPException(404) from None
        return self._issue(version, indexed=self._archive.is_indexed)

    def _issue(self, version: WebVersion, *, indexed: bool = False) -> Response:
        bar = self._pages.render("issue_bar.html", {"issue": version}) if version.public else ""
        headers = _COMMON | {"Content-Security-Policy": _ISSUE_POLICY} | _shared(indexed=indexed)
        return HTMLResponse(version.head + bar + version.body, headers=headers)

    async def robots(self, request: Request) -> Response:  # noqa: ARG002 - the signature is Starlette's
        return _text(_ROBOTS)

    async def unknown_link(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - as above
        return self._page("unknown_link.html", status=404)

    async def busy(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - as above
        return self._page("busy.html", status=503, headers={"Retry-After": "30"})

    async def broken(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - as above
        return self._page("broken.html", status=500)

    async def refused(self, request: Request, error: Exception) -> Response:  # noqa: ARG002 - as above
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        return self._page("unknown_page.html" if status == 404 else "refused.html", status=status, headers=headers)

    def _page(
        self,
        name: str,
        values: Mapping[str, object] = MappingProxyType({}),
        *,
        language: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        own = {"Content-Security-Policy": self._pages.policy, "Cache-Control": "no-store"}
        return HTMLResponse(self._pages.render(name, values, language), status, {**_COMMON, **own, **headers})


def _shared(*, indexed: bool) -> dict[str, str]:
    """Headers of what is the same for everybody."""
    return {"Cache-Control": "public, max-age=300"} | ({"X-Robots-Tag": "index, follow"} if indexed else {})


def _text(text: str) -> Response:
    own = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}
    return PlainTextResponse(text, headers=_COMMON | own)


def _token(request: Request) -> str:
    return str(request.path_params["token"]).rstrip(_CLINGING)


def _open(page: UnsubscribePage) -> bool:
    return page.state in (MembershipState.ACTIVE, MembershipState.PENDING)


def _about(page: UnsubscribePage) -> dict[str, str]:
    return {"list_title": page.list_title, "address": mask(page.email) if page.email else ""}


async def _body(request: Request) -> bytes:
    """The body, of which nothing is kept past the limit. Raises HTTPException 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    return body
