"""A sender that is stopped beyond its lease, or whose clock is wrong: what it says late, under its token, settles."""

from __future__ import annotations

import signal

import pytest

from tests.faults.conftest import AUDIENCE
from tests.faults.points import Plan
from tests.faults.post import WINDOW, Post

#: Seconds a claim is held here; the program's own half a minute is too long to wait for.
LEASE = 0.3


@pytest.mark.parametrize("point", ["MAIL", "DATA", "the dot", "reply read", "after the commit"])
def test_a_stopped_sender_settles_late_what_another_found_expired(either_post: Post, point: str) -> None:
    send = either_post.send()
    slow = either_post.start(send, Plan(point, 60, signal=signal.SIGSTOP, lease=LEASE))
    slow.until_stopped()
    try:
        quick = either_post.run(send, Plan(lease=LEASE), wait=5)
        assert quick.code == 0, quick
        expired = either_post.uncertain(send)
        assert 0 < expired <= WINDOW
        assert either_post.workspace.dispatch.status(send)[1].accepted == AUDIENCE - expired
    finally:
        slow.kill(signal.SIGCONT)
        ended = slow.end()
    assert ended.code == 0, ended
    either_post.hold(send, AUDIENCE)
    either_post.finish(send, AUDIENCE)
    tally = either_post.workspace.dispatch.status(send)[1]
    assert (tally.accepted, tally.uncertain) == (AUDIENCE, 0), "its outcomes came late, and settled"


def test_an_outcome_after_a_person_has_settled_it_changes_nothing(post: Post) -> None:
    send = post.send()
    slow = post.start(send, Plan("the dot", 60, signal=signal.SIGSTOP, lease=LEASE))
    slow.until_stopped()
    try:
        post.run(send, Plan(lease=LEASE), wait=5)
        expired = post.uncertain(send)
        assert post.workspace.dispatch.settle(send, "failed") == expired
    finally:
        slow.kill(signal.SIGCONT)
        slow.end()
    tally = post.workspace.dispatch.status(send)[1]
    assert (tally.failed, tally.accepted) == (expired, AUDIENCE - expired)


def test_a_clock_an_hour_ahead_makes_claims_uncertain_and_nobody_gets_two(post: Post) -> None:
    send = post.send()
    slow = post.start(send, Plan("the dot", 60, signal=signal.SIGSTOP))
    slow.until_stopped()
    try:
        assert post.run(send, Plan(clock=3600), wait=0).code == 0
        assert 0 < post.uncertain(send) <= WINDOW
    finally:
        slow.kill(signal.SIGCONT)
        slow.end()
    post.hold(send, AUDIENCE)
    post.finish(send, AUDIENCE)
    assert post.uncertain(send) == 0


def test_a_clock_an_hour_behind_makes_a_send_wait_and_nobody_is_lost(post: Post) -> None:
    send = post.send()
    ended = post.run(send, Plan(clock=-3600), wait=0)
    assert ended.done is not None
    assert ended.done["next_due"] == pytest.approx(3600, abs=120)
    assert not post.server.taken
    post.hold(send, AUDIENCE)
    post.finish(send, AUDIENCE)
    assert post.uncertain(send) == 0


def test_a_clock_that_jumps_back_in_the_middle_of_a_send_loses_nobody(post: Post) -> None:
    send = post.send()
    assert post.run(send, Plan("the dot", 60, clock=3600)).killed
    assert 0 < post.bury(send) <= WINDOW, "its process is known dead, whatever its lease says"
    post.finish(send, AUDIENCE)
