"""An owner is called dead only where that is certain."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from newsletter.store import owners
from newsletter.store.owners import is_dead, new_owner

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="process start times need /proc")


def test_this_process_is_alive_and_each_of_its_ledgers_has_a_token_of_its_own():
    one, two = new_owner(), new_owner()
    assert one != two
    assert not is_dead(one)
    assert len(one) <= 200


def test_a_process_that_ended_is_dead_even_before_it_is_reaped():
    code = "from newsletter.store.owners import new_owner; print(new_owner())"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        owner = process.stdout.read().strip()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(owner)  # a zombie
    assert is_dead(owner)


def test_a_later_process_with_the_same_number_is_another():
    system, pid, started, nonce = new_owner().split(":")
    assert is_dead(f"{system}:{pid}:{int(started) - 1}:{nonce}")


@pytest.mark.parametrize("owner", ["other-boot.1:1:1:x", "", "words", ":::", "unknown:1:1:x", "a:b:c:d"])
def test_an_owner_elsewhere_or_unreadable_is_not_known_dead(owner):
    assert not is_dead(owner)


def test_a_process_of_somebody_else_that_is_hidden_from_us_is_not_known_dead(monkeypatch):
    """procfs mounted with hidepid (proc(5)) shows a user only their own processes."""

    def not_yours(pid, number):
        raise PermissionError

    owner = new_owner()
    monkeypatch.setattr(owners, "_started", lambda pid: None)
    assert is_dead(owner.replace(f":{os.getpid()}:", ":4194999:"))  # no process can have that number
    monkeypatch.setattr(os, "kill", not_yours)
    assert not is_dead(owner)


def test_where_the_system_does_not_tell_nobody_is_dead(monkeypatch, tmp_path):
    monkeypatch.setattr(owners, "_PROC", tmp_path)
    assert not is_dead(new_owner())
