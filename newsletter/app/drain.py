"""The sending process: one send is drained, and nothing else is loaded.

`dispatch` starts it as `python -m newsletter.app.drain` and writes its job, one line of JSON, to standard input.
Standard output carries one JSON object a line: {"outcomes": {state: count}} and {"relays": [how each stands]} while it
sends, then {"done": …} or {"error": …}. The input stays open as long as the parent lives: when it ends (the parent was
stopped, or died), the process finishes the messages in flight, gives its unsent claims back and ends. SIGTERM and
SIGHUP (a closed terminal) do the same; Ctrl-C is the parent's to answer. It imports neither pydantic nor Alembic nor
any stage but `deliver`, so that it stays small however long the list is.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from newsletter.app.ledger_keeper import LedgerKeeper
from newsletter.deliver import message
from newsletter.deliver.dkim import Key, Signer
from newsletter.deliver.engine import drain
from newsletter.deliver.message import Letterhead
from newsletter.deliver.relay import Relay, Timeouts
from newsletter.deliver.standing import Standing
from newsletter.errors import DeliveryError, NewsletterError
from newsletter.links import Links
from newsletter.models import Claim, Edition, Enclosed, Outcome, Part, Send, SendKind, Slot, Values, Variant

#: Seconds a stop may take, with `Patience.grace` and a busy database in it; what hangs longer is ended, claims and all.
HUNG = 120.0


def job(
    *,
    database_url: str,
    send: Send,
    edition: Edition,
    relays: Sequence[Mapping[str, object]],
    accepted: Mapping[str, int],
    letterhead: Mapping[str, object],
    link_keys: Sequence[bytes],
    wait: float,
    dkim: Sequence[Key] = (),
) -> str:
    """The job as the child reads it: one line of JSON. It holds secrets, and goes through a pipe only.

    `accepted`: by relay, what it took of this send before.
    """
    keys = [base64.b64encode(key).decode() for key in link_keys]
    return json.dumps(
        {
            "database_url": database_url,
            "send": send.id,
            "date": (send.begun or send.created).isoformat(),
            "edition": edition.id,
            "variants": [dataclasses.asdict(variant) for variant in edition.variants],
            "relays": relays,
            "accepted": accepted,
            "letterhead": letterhead,
            "link_keys": keys,
            "wait": wait,
            "dkim": [dataclasses.asdict(key) for key in dkim],
        }
    )


def slot_values(links: Links, base_url: str, edition: int, claim: Claim) -> Values:
    """The values of one subscriber's slots; a test copy's links are for subscriber 0."""
    unsubscribe = links.sign("unsubscribe", claim.subscriber or 0, claim.list or 0)
    values: dict[str, str | None] = {
        "unsubscribe_url": f"{base_url}/u/{unsubscribe}",
        "view_url": f"{base_url}/v/{_view(links, edition)}",
        "subscriber.name": claim.name,
        "subscriber.email": claim.email,
        "subscriber.language": claim.language,
    }
    values.update((f"subscriber.{name}", value) for name, value in claim.fields.items())
    return values


@lru_cache(maxsize=16)
def _view(links: Links, edition: int) -> str:
    """The token everybody's link to the web version has."""
    return links.sign("view", edition)


def main(reader: TextIO, writer: TextIO) -> int:
    """Run the job read from `reader`; answers the exit code."""
    stop = threading.Event()
    _answer_signals(stop)
    line = reader.readline()
    if not line.endswith("\n"):  # the parent died before it had said all
        return 1
    data = json.loads(line)

    def say(event: Mapping[str, Any]) -> None:
        try:
            writer.write(json.dumps(event) + "\n")
            writer.flush()
        except BrokenPipeError:
            stop.set()

    try:
        with closing(_ledger(data)) as ledger:  # a fork: before there are other threads
            threading.Thread(target=_watch, args=(reader.fileno(), stop), daemon=True).start()
            due = _drain(data, ledger, stop, say)
    except DeliveryError as error:
        say({"error": str(error), "kind": type(error).__name__, "relay": error.relay, "reason": error.reason})
        return 1
    except NewsletterError as error:
        say({"error": str(error), "kind": type(error).__name__})
        return 1
    say({"done": True, "next_due": due, "stopped": stop.is_set()})
    return 0


def _ledger(data: Mapping[str, Any]) -> LedgerKeeper:
    limits = {
        relay["name"]: (relay.get("per_hour"), relay.get("per_day"))
        for relay in data["relays"]
        if relay.get("per_hour") or relay.get("per_day")
    }
    return LedgerKeeper(data["database_url"], data["send"], limits)


def _drain(
    data: Mapping[str, Any], ledger: LedgerKeeper, stop: threading.Event, say: Callable[[Mapping[str, Any]], None]
) -> float | None:
    """Answers in how many seconds there is something to do again; None for never."""
    relays = [_relay(values) for values in data["relays"]]
    letterhead = Letterhead(**{**data["letterhead"], "kind": SendKind(data["letterhead"]["kind"])})
    links = Links([base64.b64decode(key) for key in data["link_keys"]])
    date = datetime.fromisoformat(data["date"])
    signers = [Signer(Key(**key)) for key in data["dkim"]]
    variants = [_variant(variant) for variant in data["variants"]]
    programs = {v.name: message.compile(v, letterhead, date=date, signers=signers) for v in variants}

    def values(claim: Claim) -> Values:
        return slot_values(links, letterhead.base_url or "", data["edition"], claim)

    def report(outcomes: Sequence[Outcome]) -> None:
        say({"outcomes": Counter(outcome.state.value for outcome in outcomes)})

    def stand(standings: Sequence[Standing]) -> None:
        say({"relays": [dataclasses.asdict(standing) for standing in standings]})

    spent = drain(
        ledger,
        programs,
        relays,
        values=values,
        stop=stop,
        progress=report,
        wait=data["wait"],
        accepted=data["accepted"],
        usage=ledger.take,
        standings=stand,
    )
    due = asyncio.run(ledger.next_due())
    return due if due is None or spent is None else max(due, spent)


def _relay(values: Mapping[str, Any]) -> Relay:
    """The relay as the engine takes it, from the settings' plain values."""
    fields = {**values}
    seconds = fields.pop("timeout")
    ca_file = fields.pop("ca_file")
    return Relay(
        **fields,
        ca_file=Path(ca_file) if ca_file else None,
        timeouts=Timeouts.of(seconds) if seconds else Timeouts(),
    )


def _variant(values: Mapping[str, Any]) -> Variant:
    subject, preheader, html, text = (_part(values[name]) for name in ("subject", "preheader", "html", "text"))
    pictures = tuple(Enclosed(**picture) for picture in values["pictures"])
    return Variant(values["name"], subject, preheader, html, text, pictures)


def _part(pieces: Sequence[Any]) -> Part:
    return tuple(piece if isinstance(piece, str) else Slot(**piece) for piece in pieces)


def _answer_signals(stop: threading.Event) -> None:
    """Let in the signals that the parent held back at the start."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, as some supervisors have it, no child's end can be seen
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, lambda *_: stop.set())
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _watch(leash: int, stop: threading.Event) -> None:
    """Set `stop` when the parent closes its end; end the process if it hangs then."""
    while os.read(leash, 4096):
        pass
    stop.set()
    time.sleep(HUNG)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout))
