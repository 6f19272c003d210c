"""People and what they agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MembershipState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person's address and what is known of them. `id` is 0 until stored."""

    #: As given (after validation); `newsletter.addresses.key` of it is unique in the store.
    email: str
    name: str | None = None
    #: BCP 47 tag, or None.
    language: str | None = None
    #: IANA name, or None.
    timezone: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    id: int = 0
    #: UTC.
    created: datetime | None = None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class MailingList:
    """A named set of subscribers. `members` counts memberships by state."""

    id: int
    name: str
    title: str = ""
    members: Mapping[MembershipState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consent:
    """How somebody came to be on a list: the method ("import", "form", "editor"), when (UTC), from where."""

    method: str
    at: datetime
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    subscriber: int
    list: int
    state: MembershipState
    consent: Consent | None = None
    #: UTC; when the state last changed.
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that is never mailed again. `email` is None once its subscriber was erased; the keyed hash stays."""

    reason: str
    added: datetime
    email: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line of an import that was not taken; `line` counts from 1 with the header."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `never_resurrected` counts rows of people who had left or are suppressed."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[RejectedLine, ...] = ()
    never_resurrected: int = 0
    #: What was taken, but not quite as it stood: a guessed encoding, a language that is none, a cleaned name, …
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsubscribePage:
    """What the page behind an unsubscribe link has to know; nothing is changed by asking for it."""

    #: The list as a reader knows it (its title, else its name); empty for a test copy.
    list_title: str
    #: The subscriber's address, which the page shows masked; None for a test copy, and after erasure.
    email: str | None
    #: Where the membership stands now; None for a test copy (subscriber 0), which belongs to nobody.
    state: MembershipState | None
    #: BCP 47 tag of the language the subscriber reads; None where that is not known.
    language: str | None = None
