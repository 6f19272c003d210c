"""Killed at random moments, many times over the same send, until everybody is served or named: the promises hold."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest

from tests.faults.children import Child
from tests.faults.post import WINDOW, Post

Record = Callable[[str, object], None]

#: Kills in each of so many tests.
KILLS, SEEDS = 20, range(8)

#: A longer list than the others': one send lasts for some kills.
AUDIENCE = 300


@pytest.fixture(scope="module")
def long_post(post: Post) -> Post:
    post.enrol(AUDIENCE)
    return post


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_random_over_and_over(long_post: Post, seed: int, record_property: Record) -> None:
    moments = random.Random(seed)
    kills = 0
    while kills < KILLS:
        send = long_post.send()
        while kills < KILLS and long_post.workspace.dispatch.status(send)[1].open:
            if _run_and_kill(long_post, send, moments):
                kills += 1
                long_post.hold(send, AUDIENCE)
                lost = long_post.bury(send)
                record_property("uncertain", lost)
                assert 0 <= lost <= WINDOW
            long_post.hold(send, AUDIENCE)
        long_post.finish(send, AUDIENCE)


def _run_and_kill(post: Post, send: int, moments: random.Random) -> bool:
    """A run that is killed some moments after so many commands reached the server; False if it was over before."""
    left, pause = moments.randint(1, 300), moments.uniform(0, 0.004)
    doomed: list[Child] = []
    known, over = threading.Event(), threading.Event()

    def on_event(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            known.wait()
            over.wait(pause)
            doomed[0].kill()

    post.server.on_event = on_event
    doomed.append(post.start(send))
    known.set()
    ended = doomed[0].end()
    assert ended.killed or ended.code == 0, ended
    post.server.on_event = lambda _: None
    return ended.killed
