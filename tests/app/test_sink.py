"""Where the local sink listens: at the workspace's own relay, unless the person says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import sink, starter
from newsletter.errors import RelayUnreachable

RELAY = '\n[[relay]]\nname = "{}"\nhost = "{}"\nport = {}\ntls = "none"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    starter.create(tmp_path).close()
    return tmp_path


def relays(root: Path, *wanted: tuple[str, str, int]) -> None:
    path = root / "newsletter.toml"
    head, _, rest = path.read_text("utf-8").partition("\n[[relay]]\n")
    path.write_text(head + "".join(RELAY.format(*one) for one in wanted) + rest[rest.index("\n[bounces]") :], "utf-8")


@pytest.mark.parametrize(
    ("host", "listens"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("127.0.0.3", "127.0.0.3"), ("::1", "::1")],
)
def test_it_takes_the_port_of_a_relay_on_this_machine(root: Path, host: str, listens: str) -> None:
    relays(root, ("far", "smtp.example.org", 587), ("near", host, 2601), ("other", "127.0.0.1", 2602))
    found = sink.place(root, None)
    assert (found.host, found.port) == (listens, 2601)
    assert f"relay near of newsletter.toml hands mail to {listens}:2601" in found.why
    assert "for relay other it is --port 2602" in found.why


def test_a_port_that_is_asked_for_goes_first(root: Path) -> None:
    relays(root, ("near", "127.0.0.1", 2601))
    assert sink.place(root, 0) == sink.Place("127.0.0.1", 0)


def test_a_port_that_is_a_relays_is_listened_on_where_the_relay_is(root: Path) -> None:
    """That is the port a send names when it finds nobody there."""
    relays(root, ("near", "127.0.0.1", 2601), ("other", "::1", 2602))
    assert sink.place(root, 2602) == sink.Place("::1", 2602)


def test_without_a_relay_here_it_says_that_no_send_comes(root: Path) -> None:
    relays(root, ("far", "smtp.example.org", 587))
    found = sink.place(root, None)
    assert (found.host, found.port) == ("127.0.0.1", 2525)
    assert "no [[relay]]" in found.why


def test_outside_a_workspace_it_is_the_usual_port() -> None:
    assert sink.place(None, None) == sink.Place("127.0.0.1", 2525)


def test_a_folder_that_cannot_be_written_to_is_not_a_port_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink.signal, "signal", lambda *_: None)
    (tmp_path / "file").touch()
    with pytest.raises(
        RelayUnreachable, match=r"file/tmp can't be written to \(Not a directory\); choose another --mail"
    ):
        sink.run(tmp_path / "file", sink.Place("127.0.0.1", 0), lambda _: None)
