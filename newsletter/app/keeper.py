"""The process that keeps the ledger of a send: the sending process's own child, which answers it over a socket.

    sending process ─ (method, arguments) ─▶ keeper ─ one transaction ─▶ database
          messages  ◀─ (claims or error) ──┘

Two processes, because two threads of one wait for the interpreter's lock more than they work (docs/decisions/034). The
claims are the sending process's: whether their owner lives is asked of it. When it ends, however it ends, the keeper
finishes the transaction under way and ends; it keeps the standard output open until then, so that whoever reads the
sending process to its end knows that nothing is written any more.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any

from newsletter import errors
from newsletter.errors import NewsletterError, StoreError
from newsletter.models.sends import Claim, Outcome, Used
from newsletter.store.owners import new_owner

#: Messages an hour and a day, by relay; None for no limit.
Limits = Mapping[str, tuple[int | None, int | None]]

#: Seconds that a transaction may still take when nobody waits for it any more.
HUNG = 120.0


class Keeper:
    """The keeper seen from the sending process; fulfils `deliver.ledger.Ledger`, with `store.shares` of limits.

    To be made before the process has other threads, for it is forked. Call it from one thread at a time. Every method
    may raise StoreBusy, StoreFull or StoreError; when the keeper has died, what it was asked last may be done or not.
    """

    def __init__(self, url: str, send: int, limits: Limits) -> None:
        owner = new_owner()
        self._channel, its = Pipe()
        self._pid = os.fork()
        if not self._pid:
            code = 1
            try:
                self._channel.close()
                _keep(its, url, send, limits, owner)
                code = 0
            finally:
                os._exit(code)
        its.close()

    def exchange(self, outcomes: Sequence[Outcome], limit: int) -> list[Claim]:
        """As `store.claims.Claims`; of a sending process that has died, nothing is claimed."""
        claims: list[Claim] = self._ask("exchange", outcomes, limit)
        return claims

    def renew(self) -> None:
        self._ask("renew")

    def next_due(self) -> float | None:
        due: float | None = self._ask("next_due")
        return due

    def take(self) -> dict[str, Used]:
        """As `store.shares.SharedClaims`."""
        used: dict[str, Used] = self._ask("take")
        return used

    def close(self) -> None:
        """End it, and wait for its end."""
        self._channel.close()
        if self._pid:
            os.waitpid(self._pid, 0)
            self._pid = 0

    def _ask(self, method: str, *arguments: object) -> Any:
        try:
            self._channel.send((method, arguments))
            kind, answer = self._channel.recv()
        except (EOFError, OSError) as error:
            raise StoreError(self._obituary()) from error
        if kind is not None:
            raise _made_again(kind, answer)
        return answer

    def _obituary(self) -> str:
        how = "is gone"
        if self._pid:
            code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
            self._pid = 0
            how = f"ended with signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"the process that keeps the ledger {how}; nothing is lost, `newsletter resume` goes on"


def _keep(channel: Connection, url: str, send: int, limits: Limits, owner: str) -> None:
    """Answer until the sending process closes its end, or is gone."""
    from newsletter.store.shares import SharedClaims  # the sending process is not to carry SQLAlchemy

    threading.Thread(target=_end_with, args=(channel,), daemon=True).start()
    ledger = SharedClaims(url, send, limits, owner)
    try:
        with suppress(EOFError, OSError):
            while True:
                method, arguments = channel.recv()
                if method == "exchange" and channel.poll():  # nothing comes before its answer but the end
                    arguments = (arguments[0], 0)
                channel.send(_answer(ledger, method, arguments))
    finally:
        ledger.close()


def _answer(ledger: Any, method: str, arguments: Sequence[Any]) -> tuple[str | None, Any]:
    """What came of it: no error and the result, or an error's name and text."""
    try:
        return None, getattr(ledger, method)(*arguments)
    except NewsletterError as error:
        return type(error).__name__, str(error)


def _made_again(kind: str, text: str) -> NewsletterError:
    """The store's own errors as they were; of any other one, its words."""
    made = getattr(errors, kind, StoreError)
    return made(text) if issubclass(made, StoreError) else StoreError(text)


def _end_with(channel: Connection) -> None:
    """End a process that hangs when the sending one is gone."""
    end = select.poll()
    end.register(channel.fileno(), 0)  # a hang-up is told unasked
    end.poll()
    time.sleep(HUNG)
    os._exit(1)
