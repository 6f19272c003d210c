"""The process that keeps the ledger of a send: the sending process's own child, which answers it over a socket.

    sending process ─ (method, arguments) ─▶ keeper ─ one transaction ─▶ database
          messages  ◀─ (claims or error) ──┘

Two processes, because two threads of one wait for the interpreter's lock more than they work (docs/decisions/034). The
claims are the sending process's: whether their owner lives is asked of it. When it ends, however it ends, the keeper
finishes the transaction under way and ends; it keeps the standard output open until then, so that whoever reads the
sending process to its end knows that nothing is written any more.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import select
import socket
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from struct import Struct
from typing import Any

from newsletter import errors
from newsletter.errors import NewsletterError, StoreError
from newsletter.models.sends import Claim, Outcome, Used
from newsletter.store.owners import new_owner

#: Messages an hour and a day, by relay; None for no limit.
LimitsByRelay = Mapping[str, tuple[int | None, int | None]]

#: Seconds that a transaction may still take when nobody waits for it any more.
HUNG = 30.0

#: What stands before each pickle: its length, and the number of the question.
_HEAD = Struct("=II")
_PIECE = 1 << 17


class LedgerKeeper:
    """The keeper seen from the sending process; fulfils `deliver.ledger.AwaitedLedger`, with `store.shares` of limits.

    To be made before the process has other threads, for it is forked; raises StoreError if it can't be. Every method
    may raise StoreBusy, StoreFull or StoreError; when the keeper has died, what it was asked last may be done or not.
    Whoever stops waiting for an answer stops nothing: it is done, and the next question is answered after it.
    """

    def __init__(self, url: str, send: int, limits: LimitsByRelay) -> None:
        owner = new_owner()
        self._channel, its = socket.socketpair()
        self._asked = 0
        #: Of its answers, what has come and was not read.
        self._got = b""
        self._turn = asyncio.Lock()
        try:
            self._pid = os.fork()
        except OSError as error:
            raise StoreError(f"the process that keeps the ledger can't be started: {error.strerror}") from error
        if not self._pid:
            code = 1
            try:
                self._channel.close()
                _keep(its, url, send, limits, owner)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        its.close()
        self._channel.setblocking(False)

    async def exchange(self, outcomes: Sequence[Outcome], limit: int) -> list[Claim]:
        """As `store.claims.Claims`; of a sending process that has died, nothing is claimed."""
        claims: list[Claim] = await self._ask("exchange", outcomes, limit)
        return claims

    async def renew(self) -> None:
        await self._ask("renew")

    async def next_due(self) -> float | None:
        due: float | None = await self._ask("next_due")
        return due

    async def take(self) -> dict[str, Used]:
        """As `store.shares.SharedClaims`."""
        used: dict[str, Used] = await self._ask("take")
        return used

    def close(self) -> None:
        """End it, and wait for its end."""
        with suppress(OSError):  # it is gone already
            self._channel.shutdown(socket.SHUT_RDWR)  # a keeper forked later has it open, too
        self._channel.close()
        self._bury()

    async def _ask(self, method: str, *arguments: object) -> Any:
        return await asyncio.shield(asyncio.ensure_future(self._answered(method, arguments)))

    async def _answered(self, method: str, arguments: tuple[object, ...]) -> Any:
        async with self._turn:
            self._asked += 1
            try:
                await asyncio.get_running_loop().sock_sendall(self._channel, _framed(self._asked, (method, arguments)))
                kind, answer = await self._answer_to(self._asked)
            except (EOFError, OSError) as error:
                raise StoreError(f"the process that keeps the ledger {self._bury()}; {_GO_ON}") from error
        if kind is not None:
            raise _made_again(kind, answer)
        return answer

    async def _answer_to(self, number: int) -> tuple[str | None, Any]:
        """Answers to earlier questions may come first: an event loop that ended did not wait for them."""
        loop = asyncio.get_running_loop()
        while True:
            while len(self._got) < _HEAD.size or len(self._got) < _HEAD.size + _HEAD.unpack_from(self._got)[0]:
                if not (piece := await loop.sock_recv(self._channel, _PIECE)):
                    raise EOFError
                self._got += piece
            length, of = _HEAD.unpack_from(self._got)
            found, self._got = self._got[_HEAD.size : _HEAD.size + length], self._got[_HEAD.size + length :]
            if of == number:
                answer: tuple[str | None, Any] = pickle.loads(found)  # noqa: S301 - our own child's
                return answer

    def _bury(self) -> str:
        """Wait for its end; how it came."""
        if not self._pid:
            return "is gone"
        pid, self._pid = self._pid, 0
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return f"ended with signal {-code}" if code < 0 else f"ended with exit code {code}"


_GO_ON = "nothing is lost, `newsletter resume` goes on"


def _framed(number: int, message: object) -> bytes:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(data), number) + data


def _keep(channel: socket.socket, url: str, send: int, limits: LimitsByRelay, owner: str) -> None:
    """Answer until the sending process closes its end, or is gone."""
    from newsletter.store.shares import SharedClaims  # the sending process is not to carry SQLAlchemy

    threading.Thread(target=_end_with, args=(channel,), daemon=True).start()
    with closing(SharedClaims(url, send, limits, owner)) as ledger, suppress(EOFError, ConnectionError):
        while True:
            length, number = _HEAD.unpack(_exactly(channel, _HEAD.size))
            method, arguments = pickle.loads(_exactly(channel, length))  # noqa: S301 - our own parent's
            if method == "exchange" and _is_alone(channel):
                arguments = (arguments[0], 0)
            channel.sendall(_framed(number, _answer(ledger, method, arguments)))


def _exactly(channel: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        if not (piece := channel.recv(length - len(found))):
            raise EOFError
        found += piece
    return found


def _is_alone(channel: socket.socket) -> bool:
    """Whether the other end is closed, and nothing more has come from there."""
    try:
        return not channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False


def _answer(ledger: Any, method: str, arguments: Sequence[Any]) -> tuple[str | None, Any]:
    """What came of it: no error and the result, or an error's name and text."""
    try:
        return None, getattr(ledger, method)(*arguments)
    except NewsletterError as error:
        return type(error).__name__, str(error)
    except Exception as error:  # a fault of ours: nothing was committed, and the sender stops
        traceback.print_exc()
        return StoreError.__name__, f"the process that keeps the ledger failed ({error!r}); {_GO_ON}"


def _made_again(kind: str, text: str) -> NewsletterError:
    """The store's own errors as they were; of any other one, its words."""
    made = getattr(errors, kind, StoreError)
    return made(text) if issubclass(made, StoreError) else StoreError(text)


def _end_with(channel: socket.socket) -> None:
    """End a process that hangs when the sending one is gone."""
    end = select.poll()
    end.register(channel.fileno(), 0)  # a hang-up is told unasked
    end.poll()
    time.sleep(HUNG)
    os._exit(1)
