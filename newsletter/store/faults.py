"""What a database driver raises, as `newsletter.errors`: busy, full, or not usable; each says what to do.

SQLite speaks in result codes (https://www.sqlite.org/rescode.html), PostgreSQL in SQLSTATEs (its Appendix A).
"""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from newsletter.errors import Conflict, NewsletterError, StoreBusy, StoreError, StoreFull

_BUSY = "the database is in use by another process; try again in a moment"
_FULL = "the disk is full (or a quota reached); make room and try again, everything saved before is kept"
_CONFLICT = "another process has just changed the same thing; try again"

_UNREACHABLE = (StoreError, "the database server can't be reached; check that it runs, and the url")

#: Primary SQLite result codes.
_SQLITE = {
    5: (StoreBusy, _BUSY),
    6: (StoreBusy, _BUSY),
    8: (StoreError, "the database can't be written to; check the rights of its file and folder"),
    10: (StoreError, "reading or writing the database failed on the disk; check the disk, then the newest backup"),
    11: (StoreError, "the database is damaged; restore the newest backup"),
    13: (StoreFull, _FULL),
    14: (StoreError, "the database can't be opened; check its path and the rights of its folder"),
    19: (Conflict, _CONFLICT),
    26: (StoreError, "the file is not a database; check the url in newsletter.toml"),
}

#: SQLSTATEs, whole or by class (the first two characters).
_POSTGRES = {
    "40": (StoreBusy, _BUSY),
    "55": (StoreBusy, _BUSY),
    "53100": (StoreFull, _FULL),
    "53": (StoreBusy, "the database server is out of memory or connections; try again in a moment"),
    "57": (StoreBusy, "the database server is shutting down or starting up; try again in a moment"),
    "08": (StoreError, "the connection to the database server is lost; check that it runs"),
    "28": (StoreError, "the database server refused the login; check user and password in the url"),
    "3D": (StoreError, "there is no such database on the server; create it first"),
    "42501": (StoreError, "the database user may not do this; grant it the rights on its own schema"),
}


def translate(engine: Engine) -> None:
    """From now on this engine raises `newsletter.errors` only."""
    event.listen(engine, "handle_error", _on_error)


def _on_error(context: ExceptionContext) -> None:
    if isinstance(context.sqlalchemy_exception, DBAPIError):  # others are our own mistakes, or Ctrl-C
        raise translated(context.original_exception, context.sqlalchemy_exception) from context.original_exception


def translated(original: BaseException, wrapped: BaseException | None = None) -> NewsletterError:
    """The error a caller gets for what a driver raised."""
    if isinstance(wrapped, IntegrityError):
        return Conflict(_CONFLICT)
    code = getattr(original, "sqlite_errorcode", None)
    state = getattr(original, "sqlstate", None)
    if isinstance(code, int):
        found = _SQLITE.get(code & 0xFF)
    elif isinstance(state, str):
        found = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    elif isinstance(wrapped, OperationalError):  # a connection that fails has no state
        found = _UNREACHABLE
    else:
        found = None
    words = " ".join(str(original).split())[:300]
    if found is None:
        return StoreError(f"the database refused: {words or type(original).__name__}")
    kind, text = found
    return kind(f"{text} ({words})")
