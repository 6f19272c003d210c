"""Two sending processes at once, on one send or on two sends of one issue, and one of them killed: nobody twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsletter.models import Consent, DeliveryState, Subscriber
from tests.faults.children import Ended
from tests.faults.conftest import AUDIENCE
from tests.faults.points import Plan
from tests.faults.post import UNHARMED, WINDOW, Post

Record = Callable[[str, object], None]


def test_two_on_one_send(either_post: Post) -> None:
    send = either_post.send()
    both = [either_post.start(send), either_post.start(send)]
    assert [one.end().code for one in both] == [0, 0]
    either_post.hold(send, AUDIENCE)
    assert either_post.workspace.dispatch.status(send)[1].accepted == AUDIENCE


def _one_after_the_other(post: Post, *two: tuple[int, Plan]) -> list[Ended]:
    """Both at once, the second begun when the first one has its share: each message takes the relay some time."""
    begun = threading.Event()
    post.server.latency = 0.004
    post.server.on_event = lambda _: begun.set()
    children = []
    for send, plan in two:
        children.append(post.start(send, plan))
        assert begun.wait(30)
    return [child.end() for child in children]


@pytest.mark.parametrize("point", ["claimed", "the dot", "reply read", "recorded", "after the commit"])
def test_two_on_one_send_and_one_is_killed(either_post: Post, point: str, record_property: Record) -> None:
    send = either_post.send()
    doomed, other = _one_after_the_other(either_post, (send, Plan(point, 12)), (send, UNHARMED))
    assert (doomed.killed, other.code) == (True, 0)
    either_post.hold(send, AUDIENCE)
    either_post.bury(send)
    lost = either_post.uncertain(send)
    record_property("uncertain", lost)
    assert lost <= WINDOW
    either_post.finish(send, AUDIENCE)


@pytest.mark.parametrize("plan", [UNHARMED, Plan("the dot", 30)], ids=["both live", "one is killed"])
def test_two_sends_of_one_issue_to_lists_that_overlap(either_post: Post, plan: Plan, record_property: Record) -> None:
    post = either_post
    issue = next(post.issues)
    with post.workspace.store.begin() as work:
        other_list = work.audience.create_list(f"other {issue}").id
        now = datetime.now(UTC)
        rows = [Subscriber(f"reader{n:05}@example.org") for n in range(AUDIENCE)]
        work.audience.upsert(other_list, rows, Consent("import", now, "other.csv"), now)
    sends = [post.send(issue), post.send(issue, other_list)]
    ends = _one_after_the_other(post, (sends[0], plan), (sends[1], UNHARMED))
    assert [end.code for end in ends] == [0 if plan is UNHARMED else -9, 0]
    if plan is not UNHARMED:
        record_property("uncertain", post.bury(sends[0]))
        assert post.run(sends[0]).code == 0
    post.server.until_quiet()
    copies = Counter(email for _, email in post.server.taken.elements())
    assert max(copies.values()) == 1
    rows_of_all = [row for send in sends for row in post.rows(send)]
    had = {row.email for row in rows_of_all if row.state in (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)}
    assert len(had) == AUDIENCE, "everybody has it, or is named, by one of the two"
    assert {row.state for row in rows_of_all} <= {"accepted", "uncertain", "skipped"}
    assert {row.reply for row in rows_of_all if row.state == "skipped"} == {"had this issue already"}
