"""Who holds a claim: a token that says which process, so that another one on the same machine can tell that it died.

    SYSTEM:PID:STARTED:NONCE

SYSTEM is the running kernel's boot id and the process's PID namespace: the same process number in another container, or
after a reboot, is another process. STARTED (clock ticks since boot, proc(5)) tells a process from a later one that got
its number. NONCE tells two ledgers of one process apart. Where the system does not say all this (it is not Linux), no
owner is ever known dead, and only its lease ends a claim.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_PROC = Path("/proc")
_UNKNOWN = "unknown"


def new_owner() -> str:
    """A token for a ledger of this process."""
    pid = os.getpid()
    return f"{_system()}:{pid}:{_started(pid) or 0}:{secrets.token_hex(8)}"


def is_dead(owner: str) -> bool:
    """Whether the process behind the token certainly no longer runs; False where that can't be known."""
    system, _, rest = owner.partition(":")
    pid, _, rest = rest.partition(":")
    started = rest.partition(":")[0]
    if system == _UNKNOWN or system != _system() or not (pid.isdecimal() and started.isdecimal()):
        return False
    found = _started(int(pid))
    return found != int(started) and not (found is None and _hidden(int(pid)))


def _system() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}.{(_PROC / 'self/ns/pid').readlink().name.strip('pid:[]')}"
    except OSError:
        return _UNKNOWN


def _hidden(pid: int) -> bool:
    """Whether it is somebody else's process, of which procfs may show nothing (hidepid, proc(5))."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        pass
    return False


def _started(pid: int) -> int | None:
    """When the process started; None when there is none, or it is dead and only waits to be reaped (zombie)."""
    try:
        # The second field, the command, may hold spaces and parentheses; the state is what follows the last one.
        fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])
