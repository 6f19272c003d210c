"""A workspace with a list, and the promises that hold for each of its sends (docs/architecture.md, "The ledger")."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from newsletter.app import draining, keys
from newsletter.app.workspace import Workspace
from newsletter.models import Consent, Delivery, DeliveryState, Edition, SendKind, SendState, Slot, Subscriber, Variant
from newsletter.store import Claims
from tests.faults.children import Child, Ended, Zygote
from tests.faults.counting import Counting
from tests.faults.points import Plan

#: Unrecorded claims of one process, and so the most that one kill may leave uncertain (promise 2).
WINDOW = 50

UNHARMED = Plan()

_SETTINGS = """
[newsletter]
name = "Faults"
from = "Faults <news@example.org>"
base_url = "https://news.example.org"
postal_address = "1 Main Street"

[database]
url = "{url}"

[[relay]]
host = "127.0.0.1"
port = {port}
tls = "none"
timeout = 20
{more}
"""


@dataclass
class Post:
    """Starts sends and the processes that drain them; holds every one to the promises."""

    workspace: Workspace
    zygote: Zygote
    server: Counting
    list: int
    issues: count[int]

    @classmethod
    def make(
        cls, folder: Path, url: str, zygote: Zygote, server: Counting, *, port: int | None = None, relay: str = ""
    ) -> Post:
        folder.mkdir(exist_ok=True)
        (folder / "newsletter.toml").write_text(_SETTINGS.format(url=url, port=port or server.port, more=relay))
        keys.create(folder)
        workspace = Workspace(folder)
        with workspace.store.begin() as work:
            number = work.audience.create_list("all").id
        return cls(workspace, zygote, server, number, count(1))

    def enrol(self, people: int) -> None:
        now = datetime.now(UTC)
        rows = [Subscriber(f"reader{n:05}@example.org", name=f"Reader {n}") for n in range(people)]
        with self.workspace.store.begin() as work:
            work.audience.upsert(self.list, rows, Consent("import", now, "all.csv"), now)

    def send(self, issue: int | None = None, list_id: int | None = None) -> int:
        """A new send of a new issue to the list, not begun; the server counts from zero."""
        self.server.forget()
        issue = issue or next(self.issues)
        now = datetime.now(UTC)
        hello = (f"Issue {issue} for ", Slot("subscriber.name", "text", "you"), " reads this.")
        html = ("<p>", Slot("subscriber.name", "html", "you"), "</p>")
        edition = Edition(issue, (Variant("default", (f"Issue {issue}",), ("",), html, hello),))
        with self.workspace.store.begin() as work:
            frozen = work.editions.freeze(edition, now)
            started = work.sends.start(
                frozen,
                kind=SendKind.ISSUE,
                list_id=list_id or self.list,
                now=now,
                deadline=now + timedelta(days=4),
                message_id_domain="example.org",
            )
        return started.id

    def start(self, send: int, plan: Plan = UNHARMED, *, wait: float = 5.0) -> Child:
        """A sending process for it."""
        job = draining.job(self.workspace, self.workspace.dispatch.status(send)[0], wait)
        return self.zygote.start(job, plan)

    def run(self, send: int, plan: Plan = UNHARMED, *, wait: float = 5.0) -> Ended:
        """The same, until it ends."""
        return self.start(send, plan, wait=wait).end()

    def rows(self, send: int) -> list[Delivery]:
        return list(self.workspace.dispatch.deliveries(send))

    def uncertain(self, send: int) -> int:
        return self.workspace.dispatch.status(send)[1].uncertain

    def bury(self, send: int) -> int:
        """After a death: what its parent does then. Answers how many deliveries became uncertain by it."""
        before = self.uncertain(send)
        claims = Claims(self.workspace.database_url, send)
        try:
            claims.exchange((), 0)
        finally:
            claims.close()
        return self.uncertain(send) - before

    def hold(self, send: int, audience: int, *, twice: frozenset[str] = frozenset()) -> None:
        """The promises, at any moment when no process sends. `twice`: who may have a second copy, for it was chosen."""
        self.server.until_quiet()
        tally, rows = self.workspace.dispatch.status(send)[1], self.rows(send)
        states = Counter(row.state for row in rows)
        assert tally.audience == len(rows) == audience, tally.identity()
        assert all(getattr(tally, state.value) == states[state] for state in DeliveryState), tally.identity()
        assert len({row.email for row in rows}) == len({row.message_id for row in rows}) == audience
        own = {(row.message_id.strip("<>"), row.email): row for row in rows}
        strange = (self.server.taken.keys() | self.server.broken.keys()) - own.keys()
        assert not strange, f"a Message-ID that is not the delivery's own: {strange}"
        copies = {row.email: self.server.taken[key] for key, row in own.items()}
        assert [email for email, many in copies.items() if many > 1 + (email in twice)] == [], "a second copy"
        for row in rows:
            had = copies[row.email] > 0
            if row.state is DeliveryState.ACCEPTED:
                assert had, f"{row.email} is called accepted, and the server has nothing"
            elif had and row.email not in twice:
                assert row.state in (DeliveryState.UNCERTAIN, DeliveryState.CLAIMED), f"{row.email} is {row.state}"

    def finish(self, send: int, audience: int, *, twice: frozenset[str] = frozenset()) -> None:
        """Resume without a fault: everybody is accepted or uncertain then, and leaving those as they are ends it."""
        ended = self.run(send)
        assert ended.code == 0, ended
        self.hold(send, audience, twice=twice)
        tally = self.workspace.dispatch.status(send)[1]
        assert tally.accepted + tally.uncertain == audience, tally.identity()
        self.workspace.dispatch.settle(send, "leave")
        assert self.workspace.dispatch.status(send)[0].state is SendState.FINISHED
