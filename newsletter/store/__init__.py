"""The store: tables, migrations, the unit of work, one repository a noun, and the ledger's claims.

Everything that touches the database is here, and every error is one of `newsletter.errors`. The names below load on
first use, so that a process which only claims (`store.claims`) does not carry the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.store.arrival import Arrival as Arrival
    from newsletter.store.claims import Claims as Claims
    from newsletter.store.intake import Fate as Fate
    from newsletter.store.store import Store as Store
    from newsletter.store.store import UnitOfWork as UnitOfWork
    from newsletter.store.surroundings import Coming as Coming
    from newsletter.store.surroundings import Surroundings as Surroundings
    from newsletter.store.vicinity import Vicinity as Vicinity

_HOME = {
    "Arrival": "arrival",
    "Claims": "claims",
    "Coming": "surroundings",
    "Fate": "intake",
    "Store": "store",
    "Surroundings": "surroundings",
    "UnitOfWork": "store",
    "Vicinity": "vicinity",
}

__all__ = ["Arrival", "Claims", "Coming", "Fate", "Store", "Surroundings", "UnitOfWork", "Vicinity"]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
