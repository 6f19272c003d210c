"""Relays' words gathered: one line a reason."""

from __future__ import annotations

from newsletter.app.reasons import gathered
from newsletter.models import DeliveryState, Reason


def reason(reply: str | None, count: int = 1, relay: str = "a", email: str = "r@example.net") -> Reason:
    return Reason(relay, DeliveryState.FAILED, 550, "5.1.1", reply, count, (email,), suppressed=count)


def test_addresses_and_queue_ids_make_no_difference() -> None:
    found = gathered(
        [
            reason("<ada@example.net>: User unknown; id 4XyZ3k1aBcD9", email="ada@example.net"),
            reason("<bo@example.org>: User unknown; id 4XyZ9k7qRsT2", 3, email="bo@example.org"),
            reason("Mailbox disabled"),
        ]
    )
    assert [(one.reply, one.count, one.suppressed) for one in found] == [
        ("<…>: User unknown; id …", 4, 4),
        ("Mailbox disabled", 1, 1),
    ]
    assert found[0].recipients == ("ada@example.net", "bo@example.org")


def test_the_time_of_a_logs_line_makes_no_difference() -> None:
    times = ("Nov 21 04:40:17", "Nov  1 04:41:00", "2026-11-21T04:40:17.123456+00:00", "2026-11-21T04:40:18Z")
    found = gathered([reason(f"log of {at}: bounced by mx[192.0.2.1]:25: 550 no such user") for at in times])
    assert [(one.reply, one.count) for one in found] == [("log: bounced by mx[192.0.2.1]:25: 550 no such user", 4)]


def test_relays_are_kept_apart_and_five_recipients_are_enough() -> None:
    found = gathered([reason(f"<{n}@example.net> unknown", email=f"{n}@example.net") for n in range(9)])
    assert (len(found), found[0].count, len(found[0].recipients)) == (1, 9, 5)
    assert len(gathered([reason("no", relay="a"), reason("no", relay="b"), reason(None)])) == 3
