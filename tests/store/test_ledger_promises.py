"""The ledger's promises under threads, processes, and anything that may happen in any order."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections import Counter

import pytest
from sqlalchemy import create_engine, text

from newsletter.errors import StoreBusy
from newsletter.models import DeliveryState, Outcome, SendState
from newsletter.store import Claims


class Watch:
    """Who holds what, as the claimers see it; a delivery that two hold at once is a broken promise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, str] = {}
        self.claimed: Counter[int] = Counter()
        self.broken: list[str] = []

    def take(self, owner: str, deliveries: list[int]) -> None:
        with self._lock:
            for delivery in deliveries:
                if delivery in self._held:
                    self.broken.append(f"{delivery} held by {self._held[delivery]} and {owner}")
                self._held[delivery] = owner
                self.claimed[delivery] += 1

    def give_back(self, deliveries: list[int]) -> None:
        with self._lock:
            for delivery in deliveries:
                del self._held[delivery]


def _together(*jobs) -> None:
    faults: list[BaseException] = []

    def run(job) -> None:
        try:
            job()
        except BaseException as error:
            faults.append(error)
            raise

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def _patiently(call, *arguments):
    while True:
        try:
            return call(*arguments)
        except StoreBusy:  # nothing was done: the same call again
            continue


def test_threads_that_claim_at_once_never_hold_the_same_delivery(store, enrol, start, claimer):
    send = start(enrol(200))
    watch = Watch()

    def drain(seed: int):
        ledger = claimer(send.id)
        dice = random.Random(seed)

        def job() -> None:
            claims, outcomes, empty = [], [], 0
            while empty < 3:
                if claims:
                    watch.give_back([claim.delivery for claim in claims])
                claims = _patiently(ledger.exchange, outcomes, dice.randint(1, 20))
                watch.take(ledger.owner, [claim.delivery for claim in claims])
                states = dice.choices((DeliveryState.ACCEPTED, DeliveryState.PENDING), (9, 1), k=len(claims))
                outcomes = [Outcome(c.delivery, state) for c, state in zip(claims, states, strict=True)]
                empty = 0 if claims else empty + 1

        return job

    _together(*(drain(seed) for seed in range(3)))
    assert watch.broken == []
    with store.read() as work:
        assert work.sends.tally(send.id).accepted == 200
        assert work.sends.get(send.id).state is SendState.FINISHED


def test_processes_that_claim_at_once_share_the_work(url, enrol, start):
    send = start(enrol(150))
    code = (
        "import json, sys\n"
        "from newsletter.store import Claims\n"
        "from newsletter.models import DeliveryState, Outcome\n"
        "ledger, seen = Claims(sys.argv[1], int(sys.argv[2])), []\n"
        "sys.stdin.readline()\n"
        "claims = ledger.exchange([], 10)\n"
        "while claims:\n"
        "    seen += [c.delivery for c in claims]\n"
        "    claims = ledger.exchange([Outcome(c.delivery, DeliveryState.ACCEPTED) for c in claims], 10)\n"
        "print(json.dumps(seen))"
    )
    command = [sys.executable, "-c", code, url, str(send.id)]
    processes = [subprocess.Popen(command, stdin=-1, stdout=-1, text=True) for _ in range(2)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    seen = [delivery for process in processes for delivery in json.loads(process.communicate()[0])]
    assert (len(seen), len(set(seen))) == (150, 150)


def test_two_sends_of_one_issue_that_run_at_once_mail_nobody_twice(store, enrol, start, claimer):
    sends = [start(enrol(120)), start(enrol(120, "daily"))]

    def drain(send):
        ledger = claimer(send.id)

        def job() -> None:
            outcomes = []
            while claims := _patiently(ledger.exchange, outcomes, 7):
                outcomes = [Outcome(claim.delivery, DeliveryState.ACCEPTED) for claim in claims]

        return job

    _together(*(drain(send) for send in sends))
    with store.read() as work:
        tallies = [work.sends.tally(send.id) for send in sends]
    assert sum(tally.accepted for tally in tallies) == 120
    assert sum(tally.skipped_why.get("had this issue already", 0) for tally in tallies) == 120


def test_cancelling_while_others_claim_lets_nothing_out_afterwards(store, enrol, start, claimer):
    send = start(enrol(30))
    begun, cancelled = threading.Event(), threading.Event()
    late: list[int] = []
    ledger = claimer(send.id)

    def drain() -> None:
        """Gives everything back, so that there is always something to claim."""
        outcomes, claims = [], [None]
        while claims:
            after = cancelled.is_set()
            claims = _patiently(ledger.exchange, outcomes, 5)
            late.extend(claim.delivery for claim in claims if after)
            outcomes = [Outcome(claim.delivery, DeliveryState.PENDING) for claim in claims]
            begun.set()

    def cancel() -> None:
        def once() -> None:
            with store.begin() as work:
                work.sends.set_state(send.id, SendState.CANCELLED)

        begun.wait()
        _patiently(once)
        cancelled.set()

    _together(drain, cancel)
    assert late == []
    with store.read() as work:
        tally = work.sends.tally(send.id)
    assert (tally.skipped, tally.skipped_why) == (30, {"cancelled": 30})


class Walk:
    """Anything that may happen to a send, in any order; after each step the promises are looked at."""

    def __init__(self, seed: int, url: str, store, send, list_id: int, now, size: int) -> None:
        self.dice = random.Random(seed)
        self.url, self.store, self.send, self.list_id, self.now, self.size = url, store, send, list_id, now, size
        self.owners: dict[str, Claims] = {}
        self.held: dict[str, set[int]] = {}
        self.engine = create_engine(url)
        #: Deliveries that may not be claimed any more, whatever happens.
        self.over: set[int] = set()

    def step(self) -> None:
        kinds = (self.exchange, self.exchange, self.exchange, self.lapse, self.leave, self.settle, self.steer)
        self.dice.choice(kinds)()
        self.check()

    def exchange(self) -> None:
        owner = self.dice.choice(["ada", "bob", "eve"])
        ledger = self.owners.setdefault(owner, Claims(self.url, self.send.id, owner))
        held = self.held.setdefault(owner, set())
        settled = self.dice.sample(sorted(held), self.dice.randint(0, len(held)))
        states = ("accepted", "failed", "deferred", "pending", "uncertain")
        outcomes = [
            Outcome(d, DeliveryState(self.dice.choice(states)), retry_after=self.dice.choice((0, 0, 900)))
            for d in settled
        ]
        claims = {claim.delivery for claim in ledger.exchange(outcomes, self.dice.randint(0, 8))}
        mine = {row.id for row in self.rows(DeliveryState.CLAIMED) if row.owner == owner}
        assert claims <= mine
        assert not claims & self.over
        self.over |= {o.delivery for o in outcomes if o.state is DeliveryState.ACCEPTED} & self.ids("accepted")
        held -= set(settled)
        held |= claims

    def lapse(self) -> None:
        """One owner's lease ends."""
        owner = self.dice.choice(["ada", "bob", "eve"])
        past = "2001-01-01 00:00:00"
        with self.engine.begin() as connection:
            connection.execute(text("UPDATE deliveries SET lease = :past WHERE owner = :o"), {"past": past, "o": owner})
        other = Claims(self.url, self.send.id, "somebody else")
        others_before = {row.id for row in self.rows(DeliveryState.CLAIMED) if row.owner != owner}
        other.exchange([], 0)
        other.close()
        assert {row.id for row in self.rows(DeliveryState.CLAIMED)} == others_before

    def leave(self) -> None:
        """A person leaves the list."""
        with self.store.begin() as work:
            person = work.audience.find(f"reader{self.dice.randint(1, self.size)}@example.org")
            work.audience.unsubscribe(person.id, self.list_id, "link", self.now)

    def settle(self) -> None:
        uncertain = [row.id for row in self.rows(DeliveryState.UNCERTAIN)]
        if not uncertain:
            return
        delivery, verdict = self.dice.choice(uncertain), self.dice.choice(("accepted", "failed", "resend", "leave"))
        with self.store.begin() as work:
            work.sends.settle(delivery, verdict)
        for held in self.held.values() if verdict != "leave" else ():
            held.discard(delivery)  # its owner's word no longer counts
        if verdict in ("accepted", "failed"):
            self.over.add(delivery)

    def steer(self) -> None:
        with self.store.begin() as work:
            state = work.sends.get(self.send.id).state
            if state in (SendState.RUNNING, SendState.PAUSED):
                wanted = SendState.PAUSED if state is SendState.RUNNING else SendState.RUNNING
                work.sends.set_state(self.send.id, wanted)

    def check(self) -> None:
        with self.store.read() as work:
            tally, send = work.sends.tally(self.send.id), work.sends.get(self.send.id)
        assert tally.audience == self.size
        assert tally.identity().startswith(f"audience {self.size} = ")
        if send.state is SendState.FINISHED:
            assert tally.finished
        for row in self.rows(DeliveryState.CLAIMED):
            assert row.owner
            assert row.lease is not None
        counts = Counter(row.owner for row in self.rows(DeliveryState.CLAIMED))
        assert all(count <= 50 for count in counts.values())

    def rows(self, state: DeliveryState) -> list:
        query = text("SELECT id, owner, lease FROM deliveries WHERE state = :state")
        with self.engine.connect() as connection:
            return list(connection.execute(query, {"state": state.value}))

    def ids(self, state: str) -> set[int]:
        return {row.id for row in self.rows(DeliveryState(state))}

    def close(self) -> None:
        self.engine.dispose()
        for ledger in self.owners.values():
            ledger.close()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_in_whatever_order_the_promises_hold(seed, url, store, now, enrol, start):
    target = enrol(40)
    walk = Walk(seed, url, store, start(target), target, now, 40)
    try:
        for _ in range(120):
            walk.step()
    finally:
        walk.close()
