"""One run of a send: the job its process is given, what that reports while it sends, and what came of it."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.app import letterhead, relays, signing
from newsletter.app.process import SendingProcess
from newsletter.errors import Conflict, StoreError
from newsletter.models import Send, SendKind, SendState, Tally

if TYPE_CHECKING:
    from newsletter import config
    from newsletter.app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a send is: deliveries settled in this run and before, of the whole audience."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of one run of a send."""

    send: Send
    tally: Tally
    #: Seconds until something is due again; None when nothing waits.
    next_due: float | None
    stopped: bool
    #: Why the relay could not be used, or the sending process ended; None when all went well.
    error: str | None
    #: Relays that did not do all they could, as they stood at the end (deliver.standing).
    relays: tuple[Mapping[str, Any], ...] = ()

    @property
    def exit_code(self) -> int:
        """4 something is uncertain, 3 done in part, 1 nothing could be done, 0 all done."""
        if self.tally.uncertain > self.tally.left:
            return 4
        if self.error and not self.tally.accepted:
            return 1
        return 3 if self.tally.open or self.tally.failed or self.error else 0


class Stopper:
    """Asks a running drain to stop cleanly; may be called from a signal handler or another thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._actions: list[Callable[[], None]] = []

    def set(self) -> None:
        self._event.set()
        for action in self._actions:
            action()

    def on_set(self, action: Callable[[], None]) -> None:
        """Call `action` when stopped; at once if that has happened."""
        self._actions.append(action)
        if self._event.is_set():
            action()

    @property
    def is_set(self) -> bool:
        return self._event.is_set()


def drain(
    workspace: Workspace, number: int, *, stop: Stopper, progress: Callable[[Progress], None], wait: float
) -> Drained:
    """`Dispatch.drain`: the job is handed over, its reports are taken in, and the ledger says what came of it."""
    dispatch = workspace.dispatch
    send, tally = dispatch.status(number)
    if send.state is not SendState.RUNNING:
        return Drained(send, tally, None, stopped=False, error=None)
    settled = tally.accepted + tally.failed + tally.skipped + tally.uncertain
    final: dict[str, Any] = {}
    standings: tuple[Mapping[str, Any], ...] = ()
    with SendingProcess(job(workspace, send, wait)) as child:
        stop.on_set(child.ask_to_stop)
        for event in child.events():
            if "outcomes" in event:
                counts = Counter(event["outcomes"])
                settled += sum(counts[state] for state in ("accepted", "failed", "uncertain"))
                progress(Progress(settled, tally.audience))
            elif "relays" in event:
                standings = tuple(one for one in event["relays"] if any(one[key] for key in one if key != "relay"))
            else:
                final = event
    if not final.get("done"):
        with contextlib.suppress(StoreError):  # the next one to come does it
            dispatch.expire(number)
    send, tally = dispatch.status(number)
    progress(Progress(tally.audience - tally.open, tally.audience))
    error = final.get("error") or (None if final.get("done") else child.obituary())
    if final.get("kind") == "RelayUnreachable":
        error = f"{error}{_sink(relays.local(workspace.settings), final['relay'])}"
    if error and send.kind is SendKind.TEST and not tally.accepted:
        # The editor asks for another one; a later resume must not send it.
        with contextlib.suppress(Conflict, StoreError), workspace.store.begin() as work:
            work.sends.give_up(number, str(final.get("error") or error))
        send, tally = dispatch.status(number)
    due = final.get("next_due")
    return Drained(
        send,
        tally,
        due if isinstance(due, float | int) else None,
        stopped=stop.is_set,
        error=str(error) if error else None,
        relays=standings,
    )


def _sink(local: Sequence[config.Relay], unreachable: str) -> str:
    """What to start where a relay on this machine does not answer; `newsletter outbox` takes the first one's place."""
    for relay in local:
        if relay.name == unreachable:
            outbox = "newsletter outbox" if relay is local[0] else f"newsletter outbox --port {relay.port}"
            return f"; is the local sink running? Start `{outbox}` in another terminal"
    return ""


def job(workspace: Workspace, send: Send, wait: float) -> str:
    """What the sending process is told. Raises Refused (no relay), ConfigError."""
    from newsletter.app.drain import job as written

    with workspace.store.read() as work:
        edition = work.editions.get(send.edition)
        taken = {relay: states.get("accepted", 0) for relay, states in work.sends.by_relay(send.id).items()}
    head = letterhead.make(workspace.settings, send.issue, kind=send.kind, list_name=send.list)
    return written(
        database_url=workspace.database_url,
        send=send,
        edition=edition,
        relays=relays.fields(workspace.settings, workspace.root),
        accepted=taken,
        letterhead=dataclasses.asdict(head),
        link_keys=workspace.keys.links,
        wait=wait,
        dkim=[
            signing.lasting(key, send, workspace.clock()) for key in signing.keys(workspace.settings, workspace.root)
        ],
    )
