"""Sends and their deliveries as people see them: started, counted, paused, settled. Claiming is in `claims`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from newsletter.errors import Conflict, NotFound
from newsletter.models import Delivery, DeliveryState, Edition, Outcome, Reason, Send, SendKind, SendState, Tally
from newsletter.store import freeze, groups, ledger, replied, shown
from newsletter.store.columns import DatabaseClock
from newsletter.store.database import serialize
from newsletter.store.storable import storable
from newsletter.store.suppressions import Hasher
from newsletter.store.tables import deliveries, sends

#: The class has a method of that name.
_Sends = list[Send]

#: What a person may say about an uncertain delivery.
Verdict = Literal["accepted", "failed", "resend", "leave"]

#: Everybody gets the same variant.
_ALL_ALIKE = groups.Assignment()

#: Which states a send may go to from which.
_MOVES = {
    SendState.SCHEDULED: {SendState.RUNNING, SendState.PAUSED, SendState.CANCELLED},
    SendState.RUNNING: {SendState.PAUSED, SendState.CANCELLED},
    SendState.PAUSED: {SendState.RUNNING, SendState.SCHEDULED, SendState.CANCELLED},
}


class Sends:
    """The sends of one transaction."""

    def __init__(self, connection: Connection, hasher: Hasher) -> None:
        self._connection = connection
        self._hash = hasher

    def audience_preview(self, list_id: int, issue_number: int, again: bool = False) -> Tally:
        """What `start` would freeze now: who would get the issue (pending), and who is skipped and why."""
        return freeze.preview(self._connection, list_id, issue_number, again=again)

    def start(
        self,
        edition: Edition,
        kind: SendKind,
        *,
        list_id: int | None = None,
        addresses: Sequence[str] = (),
        now: datetime,
        deadline: datetime,
        message_id_domain: str,
        again: str | None = None,
        forced: str | None = None,
        others: groups.Assignment = _ALL_ALIKE,
    ) -> Send:
        """Freeze the audience: a delivery for every member of the list, or for each address of a test.

        Members of the groups that `others` names get its variants, all others the edition's first. Who can't get it is
        skipped at once, with the reason. Raises Conflict when a send of this issue to this list is not over yet (unless
        `again` gives a reason), AddressError for an address that is none, NotFound.
        """
        number = self._open(
            edition,
            list_id,
            again,
            kind=kind,
            state=SendState.RUNNING,
            created=now,
            begun=now,
            deadline=deadline,
            again=again,
            forced=forced,
        )
        due = self._connection.scalar(select(DatabaseClock())) or now  # claims go by that clock
        frozen = freeze.Frozen(number, edition.variants[0].name, now, due, message_id_domain, others=others)
        if list_id is not None:
            freeze.members(self._connection, frozen, kind, list_id, edition.issue, again=again is not None)
        if addresses:
            freeze.addresses(self._connection, frozen, addresses, self._hash)
        ledger.finish(self._connection, number)
        return self.get(number)

    def plan(
        self,
        edition: Edition,
        list_id: int,
        *,
        now: datetime,
        at: datetime,
        wall_time: str | None = None,
        again: str | None = None,
        forced: str | None = None,
    ) -> Send:
        """A send of an issue to a list that is to begin at `at`: its audience is frozen then, by `begin`.

        Raises Conflict as `start` does.
        """
        number = self._open(
            edition,
            list_id,
            again,
            kind=SendKind.ISSUE,
            state=SendState.SCHEDULED,
            created=now,
            scheduled_at=at,
            wall_time=wall_time,
            deadline=at,
            again=again,
            forced=forced,
        )
        return self.get(number)

    def begin(
        self,
        number: int,
        variant: str,
        *,
        now: datetime,
        deadline: datetime,
        message_id_domain: str,
        due: datetime | None = None,
        due_in: Mapping[str, datetime] = MappingProxyType({}),
        others: groups.Assignment = _ALL_ALIKE,
    ) -> Send:
        """Freeze the audience of a planned send, and let it run; one that has begun is left as it is.

        They get the edition's `variant`, or what `others` says for their group: when `due_in` says, by time zone; all
        others when it is `due`, or now. Raises NotFound, and Conflict when it was cancelled.
        """
        send = self._locked(number)
        serialize(self._connection, "newsletter.issue", send.issue)
        send = self.get(number)
        if send.begun is not None:
            return send
        if send.state not in (SendState.SCHEDULED, SendState.PAUSED):
            raise Conflict(f"send {number} is {send.state}, so it can't begin")
        due = due or self._connection.scalar(select(DatabaseClock())) or now
        frozen = freeze.Frozen(number, variant, now, due, message_id_domain, due_in, others)
        list_id = self._connection.execute(select(sends.c.list_id).where(sends.c.id == number)).scalar_one()
        freeze.members(self._connection, frozen, send.kind, list_id, send.issue, again=send.again is not None)
        begun = {"state": SendState.RUNNING, "begun": now, "deadline": deadline}
        self._connection.execute(update(sends).where(sends.c.id == number).values(begun))
        ledger.finish(self._connection, number)
        return self.get(number)

    def zones(self, list_id: int) -> Sequence[str]:
        """The time zones that members of a list have."""
        return freeze.zones(self._connection, list_id)

    def _open(self, edition: Edition, list_id: int | None, unless: str | None, **values: Any) -> int:
        serialize(self._connection, "newsletter.issue", edition.issue)
        if list_id is not None and unless is None:
            self._refuse_second(edition.issue, list_id)
        values |= {"edition_id": edition.id, "issue": edition.issue, "list_id": list_id}
        return int(self._connection.execute(insert(sends).values(values).returning(sends.c.id)).scalar_one())

    def get(self, number: int) -> Send:
        """One send. Raises NotFound."""
        row = self._connection.execute(shown.SENDS.where(sends.c.id == number)).first()
        if row is None:
            raise NotFound("send", number, "`newsletter status` lists them")
        return shown.send(row)

    def list(self) -> _Sends:
        """All of them, the latest first."""
        return [shown.send(row) for row in self._connection.execute(shown.SENDS.order_by(sends.c.id.desc()))]

    def unfinished(self) -> _Sends:
        """Those that are scheduled, running or paused, the oldest first."""
        query = shown.SENDS.where(sends.c.state.in_(ledger.UNFINISHED)).order_by(sends.c.id)
        return [shown.send(row) for row in self._connection.execute(query)]

    def tally(self, number: int) -> Tally:
        """The ledger of a send, counted. Raises NotFound."""
        self.get(number)
        return ledger.tally(self._connection, number)

    def deliveries(
        self, number: int, state: DeliveryState | None = None, limit: int | None = None
    ) -> Sequence[Delivery]:
        """A send's rows in the order they were frozen. Raises NotFound."""
        self.get(number)
        query = select(deliveries).where(deliveries.c.send_id == number).order_by(deliveries.c.id).limit(limit)
        if state is not None:
            query = query.where(deliveries.c.state == state)
        return [shown.delivery(row) for row in self._connection.execute(query)]

    def reasons(self, number: int) -> Sequence[Reason]:
        """What relays said to those who are not served, and how often; the words as they came. Raises NotFound."""
        self.get(number)
        return replied.reasons(self._connection, number)

    def by_relay(self, number: int) -> dict[str, dict[str, int]]:
        """By relay, the deliveries whose last word is its own, counted by state. Raises NotFound."""
        self.get(number)
        return replied.by_relay(self._connection, number)

    def set_state(self, number: int, state: SendState) -> Send:
        """Pause, go on, or cancel; nothing is claimed once this is committed. Asking twice changes nothing.

        Cancelling skips whatever is not out yet. Raises NotFound, and Conflict where there is no such way.
        """
        send = self._locked(number)
        if send.state == state:
            return send
        back = state is SendState.SCHEDULED and send.begun is not None
        if back or state not in _MOVES.get(send.state, ()):
            shows = f"`newsletter status {number}` shows what became of it"
            raise Conflict(f"send {number} is {send.state}, so it can't be made {state}; {shows}")
        self._connection.execute(update(sends).where(sends.c.id == number).values(state=state))
        if state is SendState.CANCELLED:
            waiting = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.DEFERRED))
            self._connection.execute(
                update(deliveries)
                .where(deliveries.c.send_id == number, waiting)
                .values(state=DeliveryState.SKIPPED, why=ledger.CANCELLED, updated=DatabaseClock())
            )
        if state is SendState.PAUSED:
            ledger.finish(self._connection, number)
        return self.get(number)

    def give_up(self, number: int, why: str) -> Send:
        """End a running send: what waits has failed, for the relay's last words to it or, without any, for `why`.

        Raises NotFound, and Conflict when it is not running.
        """
        send = self._locked(number)
        if send.state is not SendState.RUNNING:
            raise Conflict(f"send {number} is {send.state}, so there is nothing to give up")
        waiting = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.DEFERRED))
        values = {
            "state": DeliveryState.FAILED,
            "reply": func.coalesce(deliveries.c.reply, storable(why[: ledger.REPLY])),
            "updated": DatabaseClock(),
        }
        self._connection.execute(update(deliveries).where(deliveries.c.send_id == number, waiting).values(values))
        ledger.finish(self._connection, number)
        return self.get(number)

    def settle(self, delivery_id: int, verdict: Verdict, told: Outcome | None = None) -> Delivery:
        """Say what became of an uncertain delivery, or send it again under the same Message-ID.

        `told`: whose codes and words are kept as its reply, where a relay's log says what became of it.

        Raises NotFound, and Conflict when it is not uncertain, or to be sent again in a cancelled send.
        """
        send_id = self._connection.scalar(select(deliveries.c.send_id).where(deliveries.c.id == delivery_id))
        if send_id is None:
            raise NotFound("delivery", delivery_id)
        send = self._locked(send_id)
        row = self._connection.execute(_one(delivery_id).with_for_update()).one()
        if row.state != DeliveryState.UNCERTAIN:
            raise Conflict(f"delivery {delivery_id} is {row.state}, not uncertain, so there is nothing to settle")
        if verdict == "resend" and send.state is SendState.CANCELLED:
            raise Conflict(f"send {send_id} is cancelled, so delivery {delivery_id} can't be sent again")
        values: dict[str, Any] = {"resolution": verdict, "updated": DatabaseClock()}
        if told is not None:
            values |= {"reply_code": told.reply_code, "enhanced_code": storable(told.enhanced_code)}
            # A relay's words may hold the address of somebody who was erased meanwhile.
            values["reply"] = storable((told.reply or "")[: ledger.REPLY]) if row.email is not None else None
        if verdict == "resend":
            values |= {"state": DeliveryState.PENDING, "owner": None, "lease": None, "due": DatabaseClock()}
        elif verdict != "leave":
            values |= {"state": DeliveryState(verdict), "owner": None, "lease": None}
        self._connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(values))
        if verdict == "resend":
            ledger.reopen(self._connection, send_id)
        else:
            ledger.finish(self._connection, send_id)
        return shown.delivery(self._connection.execute(_one(delivery_id)).one())

    def _locked(self, number: int) -> Send:
        """The send; no exchange goes on in it before this transaction ends."""
        self._connection.execute(select(sends.c.id).where(sends.c.id == number).with_for_update())
        return self.get(number)

    def _refuse_second(self, issue: int, list_id: int) -> None:
        same = sends.c.issue == issue, sends.c.list_id == list_id, sends.c.state.in_(ledger.UNFINISHED)
        known = self._connection.scalar(select(sends.c.id).where(*same).order_by(sends.c.id))
        if known is not None:
            raise Conflict(
                f"send {known} of issue {issue} to this list is not finished; `newsletter resume {known}` goes on with "
                "it, --again REASON starts another one all the same"
            )


def _one(delivery_id: int) -> Select[Any]:
    return select(deliveries).where(deliveries.c.id == delivery_id)
