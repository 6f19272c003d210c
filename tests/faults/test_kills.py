"""Killed at every transition of a delivery's state, in the first, a middle and the last window: the promises hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import AUDIENCE
from tests.faults.points import CONNECTION, END, LEDGER, RENEWAL, REPLY, WIRE, Plan
from tests.faults.post import WINDOW, Post

Record = Callable[[str, object], None]

#: Messages handed over before the kill: none, half, and so many that the last window is claimed.
FIRST, MIDDLE, LAST = 0, AUDIENCE // 2, AUDIENCE - 10


def _kill_and_resume(post: Post, plan: Plan, record: Record, **server: float) -> int:
    """One send, one kill, one resume; how many the kill left uncertain."""
    send = post.send()
    for name, value in server.items():
        setattr(post.server, name, value)
    assert post.run(send, plan).killed, f"it never came to {plan.point}"
    post.hold(send, AUDIENCE)
    lost = post.bury(send)
    record("uncertain", lost)
    assert 0 <= lost <= WINDOW
    assert post.workspace.dispatch.status(send)[1].claimed == 0
    post.hold(send, AUDIENCE)
    post.finish(send, AUDIENCE)
    return lost


@pytest.mark.parametrize("after", [FIRST, MIDDLE, LAST])
@pytest.mark.parametrize("point", [*WIRE, *REPLY, *LEDGER])
def test_a_kill_loses_nobody_and_mails_nobody_twice(
    post: Post, point: str, after: int, record_property: Record
) -> None:
    _kill_and_resume(post, Plan(point, after), record_property)


@pytest.mark.parametrize("after", [FIRST, LAST])
@pytest.mark.parametrize("point", ["MAIL", "the dot", "reply read"])
def test_both_processes_killed_at_once(post: Post, point: str, after: int, record_property: Record) -> None:
    """As when the power fails: the ledger is not even told that the sender is gone."""
    _kill_and_resume(post, Plan(point, after, at_once=True), record_property)


@pytest.mark.parametrize("after", [FIRST, MIDDLE, LAST])
@pytest.mark.parametrize("point", LEDGER)
def test_a_keeper_killed_alone_stops_its_sender(post: Post, point: str, after: int, record_property: Record) -> None:
    send = post.send()
    ended = post.run(send, Plan(point, after, keeper_alone=True))
    assert ended.code == 1
    assert "the process that keeps the ledger ended with signal 9" in (ended.error or "")
    post.hold(send, AUDIENCE)
    record_property("uncertain", lost := post.bury(send))
    assert 0 <= lost <= WINDOW
    post.finish(send, AUDIENCE)


@pytest.mark.parametrize("after", [FIRST, MIDDLE, LAST - 20])
@pytest.mark.parametrize("point", CONNECTION)
def test_a_kill_around_a_new_connection(post: Post, point: str, after: int, record_property: Record) -> None:
    _kill_and_resume(post, Plan(point, after), record_property, most=7)


@pytest.mark.parametrize("after", [FIRST, MIDDLE, LAST - 20])
@pytest.mark.parametrize("point", RENEWAL)
def test_a_kill_while_the_lease_is_renewed(post: Post, point: str, after: int, record_property: Record) -> None:
    _kill_and_resume(post, Plan(point, after, renew_every=0.005), record_property, latency=0.004)


@pytest.mark.parametrize("point", END)
def test_a_kill_while_the_end_is_written_down(post: Post, point: str, record_property: Record) -> None:
    """The last outcomes are recorded in that transaction: before its commit they are nobody's knowledge."""
    lost = _kill_and_resume(post, Plan(point, AUDIENCE), record_property)
    assert lost == 0 or "after the commit" not in point


@pytest.mark.parametrize("point", ["before the commit", "after the commit"])
def test_a_kill_before_anything_was_claimed_on_disk_leaves_nobody_uncertain(
    post: Post, point: str, record_property: Record
) -> None:
    lost = _kill_and_resume(post, Plan(point), record_property)
    assert lost == (0 if point == "before the commit" else WINDOW)


@pytest.mark.parametrize("point", ["the dot", "recorded", "before the commit", "after the commit"])
def test_a_kill_on_postgresql(postgres_post: Post, point: str, record_property: Record) -> None:
    _kill_and_resume(postgres_post, Plan(point, MIDDLE), record_property)


def test_whoever_is_to_be_sent_again_by_choice_gets_the_same_message_id(post: Post, record_property: Record) -> None:
    send = post.send()
    assert post.run(send, Plan("the dot", MIDDLE)).killed
    record_property("uncertain", post.bury(send))
    chosen = frozenset(row.email or "" for row in post.rows(send) if row.state == "uncertain")
    assert chosen
    post.workspace.dispatch.settle(send, "resend")
    post.finish(send, AUDIENCE, twice=chosen)
    assert max(post.server.taken.values()) == 2
    assert len(post.server.taken) == AUDIENCE
