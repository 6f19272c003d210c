"""Where the store's ledger and the engine's idea of it have to agree without importing each other."""

from __future__ import annotations

import inspect

from newsletter.deliver import ledger
from newsletter.deliver.ledger import Ledger
from newsletter.store import exchange
from newsletter.store.claims import Claims


def test_the_lease_the_store_gives_is_the_one_the_engine_renews() -> None:
    assert exchange.LEASE == ledger.LEASE


def test_the_store_has_every_method_of_the_protocol_with_its_arguments() -> None:
    fulfilled: type[Ledger] = Claims  # mypy's half of the check
    for name, method in inspect.getmembers(Ledger, inspect.isfunction):
        if not name.startswith("_"):
            own = inspect.signature(getattr(fulfilled, name))
            assert list(own.parameters) == list(inspect.signature(method).parameters)
