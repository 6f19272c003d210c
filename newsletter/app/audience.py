"""Lists and the people on them: import, export, unsubscribing, suppression, erasure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter import addresses
from newsletter.app.clock import Clock
from newsletter.audience import MAX_BYTES, MAX_NAME, read_csv, write_csv
from newsletter.errors import ImportFileError, LinkError, NotFound, Refused
from newsletter.links import Links
from newsletter.models import (
    Consent,
    ImportReport,
    MailingList,
    Membership,
    MembershipState,
    Subscriber,
    Suppression,
    UnsubscribePage,
)
from newsletter.store import Store, UnitOfWork
from newsletter.text.clean import one_line


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber with the lists they are or were on."""

    subscriber: Subscriber
    #: By list name.
    memberships: Mapping[str, Membership]
    #: Why the address is never mailed; None where it may be.
    suppressed: str | None


class AudienceDesk:
    """Subscribers and lists of one workspace."""

    def __init__(self, store: Store, links: Links, clock: Clock, newsletter: str) -> None:
        self._store = store
        self._links = links
        self._clock = clock
        self._newsletter = newsletter

    def import_csv(self, path: Path, list_name: str) -> ImportReport:
        """Add and update the people a CSV file names; the list is made if it is new.

        Lines that can't be taken are reported, the rest goes in, in one transaction. Nobody who left comes back.
        Raises ImportFileError when the file as a whole is unusable, Refused for a list's name that is none; nothing is
        imported then.
        """
        try:
            if path.exists() and not path.is_file():
                raise ImportFileError(str(path), 0, "is no file; expected a CSV file")
            size = path.stat().st_size
            if size > MAX_BYTES:
                expected = f"expected at most {MAX_BYTES / 1e6:,.0f} MB; split it"
                raise ImportFileError(str(path), 0, f"found {size / 1e6:,.0f} MB, {expected}")
            data = path.read_bytes()
        except OSError as error:
            raise ImportFileError(str(path), 0, f"can't be read ({error.strerror or error})") from error
        reading = read_csv(data, str(path))
        consent = Consent("import", self._clock(), path.name)
        with self._store.begin() as work:
            target = work.audience.create_list(_list_name(list_name))
            report = work.audience.upsert(target.id, reading.subscribers, consent, self._clock())
        return replace(report, read=report.read + len(reading.rejected), rejected=reading.rejected, notes=reading.notes)

    def add(self, email: str, list_name: str, *, name: str | None = None) -> ImportReport:
        """Put one person on a list by hand. Raises AddressError, Refused."""
        subscriber = Subscriber(addresses.parse(email).email, one_line(name or "")[:MAX_NAME] or None)
        with self._store.begin() as work:
            target = work.audience.create_list(_list_name(list_name))
            return work.audience.upsert(target.id, [subscriber], Consent("editor", self._clock()), self._clock())

    def lists(self) -> list[MailingList]:
        with self._store.read() as work:
            return work.audience.lists()

    def members(self, list_name: str, state: MembershipState | None = None) -> list[tuple[Subscriber, Membership]]:
        """Everybody who is or was on a list, with how they stand. Raises NotFound."""
        with self._store.read() as work:
            return work.audience.members(work.audience.list_named(list_name).id, state)

    def export_csv(self, list_name: str) -> bytes:
        """The active members of a list as a CSV file (UTF-8). Raises NotFound."""
        with self._store.read() as work:
            return write_csv(work.audience.export(work.audience.list_named(list_name).id)).encode()

    def show(self, email: str) -> Person:
        """All that is known of a person. Raises NotFound."""
        with self._store.read() as work:
            subscriber = work.audience.find(email)
            if subscriber is None:
                raise NotFound("subscriber", email)
            names = {found.id: found.name for found in work.audience.lists()}
            places = {names[place.list]: place for place in work.audience.memberships(subscriber.id)}
            return Person(subscriber, places, work.audience.suppression_reason(email))

    def unsubscribe(self, email: str, list_name: str | None) -> int:
        """End a person's membership of one list, or of all; answers how many ended. Raises NotFound."""
        with self._store.begin() as work:
            subscriber = work.audience.find(email)
            if subscriber is None:
                raise NotFound("subscriber", email)
            wanted = work.audience.list_named(list_name).id if list_name else None
            ended = 0
            for membership in work.audience.memberships(subscriber.id):
                if wanted in (None, membership.list):
                    ended += work.audience.unsubscribe(subscriber.id, membership.list, "editor", self._clock())
            return ended

    def erase(self, email: str) -> None:
        """Forget a person: an empty row and a keyed hash stay, so that they are never mailed again. Raises NotFound."""
        with self._store.begin() as work:
            subscriber = work.audience.find(email)
            if subscriber is None:
                raise NotFound("subscriber", email)
            work.audience.erase(subscriber.id, self._clock())

    def leaving(self, token: str) -> UnsubscribePage:
        """What an unsubscribe link is about; changes nothing. Raises LinkError."""
        subscriber, target = self._links.verify(token, "unsubscribe")
        if subscriber == 0:
            return UnsubscribePage("", None, None)
        with self._store.read() as work:
            person, place = self._membership(work, subscriber, target)
            title = next((found.title or self._newsletter for found in work.audience.lists() if found.id == target), "")
        return UnsubscribePage(title, None if person.erased else person.email, place.state, person.language)

    def leave(self, token: str, origin: str) -> bool:
        """End the membership an unsubscribe link is for; True if it was open until now. Raises LinkError."""
        subscriber, target = self._links.verify(token, "unsubscribe")
        if subscriber == 0:
            return False
        with self._store.begin() as work:
            self._membership(work, subscriber, target)
            return work.audience.unsubscribe(subscriber, target, origin, self._clock())

    def suppressions(self) -> list[Suppression]:
        with self._store.read() as work:
            return work.audience.suppressions()

    def suppress(self, email: str, reason: str) -> None:
        """Never mail this address again. Raises AddressError."""
        with self._store.begin() as work:
            work.audience.suppress(addresses.parse(email).email, one_line(reason), self._clock())

    def lift(self, email: str) -> None:
        """Take a suppression back. Raises NotFound."""
        with self._store.begin() as work:
            if not work.audience.lift(email):
                raise NotFound("suppression of", email)

    @staticmethod
    def _membership(work: UnitOfWork, subscriber: int, target: int) -> tuple[Subscriber, Membership]:
        try:
            person = work.audience.get(subscriber)
        except NotFound:
            raise LinkError("this link is for a subscriber who does not exist") from None
        for membership in work.audience.memberships(subscriber):
            if membership.list == target:
                return person, membership
        raise LinkError("this link is for a subscription that does not exist")


def _list_name(name: str) -> str:
    """A name that a list may have: it stands in commands, in tables and in the List-Id of every mail."""
    if not name or name != one_line(name) or len(name) > MAX_NAME:
        raise Refused(f"found {name[:60]!r} as a list's name, expected one line of 1 to {MAX_NAME} characters")
    return name
