"""What the command line must not load to say its help, and what it repeats so that it need not."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

from newsletter.cli import status
from newsletter.models import DeliveryState

HEAVY = {"sqlalchemy", "pydantic", "lxml", "jinja2", "numpy", "starlette", "newsletter.models", "newsletter.app"}


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, newsletter.cli.commands; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not HEAVY & loaded


def test_the_states_an_option_takes_are_the_ledger_s() -> None:
    assert get_args(status.State) == tuple(state.value for state in DeliveryState)
