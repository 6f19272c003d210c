"""Rendering touches no network, and gives the same bytes in every process, whatever the theme."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import newsletter

#: Renders the sample issue in the themes named; a socket that is opened, or a name looked up, ends it with an error.
#: Without a theme it looks a name up itself.
_PROGRAM = """
import sys

def watch(event, _):
    if event.startswith("socket."):
        raise SystemExit(f"rendering did {event}")

from newsletter.app import specimen
from newsletter.render import Masthead, Renderer
from newsletter.resources import folder

sample = specimen.make()
sys.addaudithook(watch)
for theme in sys.argv[1:]:
    renderer = Renderer([folder("templates") / "email"], theme)
    for language in ("en", "ar"):
        masthead = Masthead("Layer", "Layer <l@example.org>", "https://example.org", "1 Street", language=language)
        edition = renderer.render(
            sample.issue, sample.articles, masthead, secret=b"s", date=specimen.TODAY, others=sample.others
        )
        print(theme, language, edition.content_hash)
if not sys.argv[1:]:
    import socket
    socket.getaddrinfo("localhost", 80)
"""


def _run(seed: str, *themes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, *themes],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(newsletter.__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_theme_renders_the_same_in_another_process_and_opens_no_socket() -> None:
    one, other = (_run(seed, "digest", "links", "magazine") for seed in ("1", "2"))
    assert (one.returncode, other.returncode) == (0, 0), one.stderr + other.stderr
    assert len({line.split()[2] for line in one.stdout.splitlines()}) == 6
    assert one.stdout == other.stdout


def test_the_watch_over_sockets_sees_one() -> None:
    assert "rendering did socket.getaddrinfo" in _run("1").stderr
