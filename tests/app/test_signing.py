"""DKIM keys of a workspace: made once, kept to their owner, and said to the DNS as a verifier reads them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key
from typer.testing import CliRunner

from newsletter.app import draining, signing, starter
from newsletter.app.workspace import open_workspace
from newsletter.cli.commands import app
from newsletter.deliver import message
from newsletter.deliver.dkim import Key, Signer
from newsletter.errors import ConfigError, Conflict
from newsletter.models import Claim, Variant
from tests.deliver.test_dkim import DATE, LETTERHEAD


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with starter.create(tmp_path, "en") as workspace:
        return workspace.root


def configure(root: Path, *records: signing.Record, more: str = "") -> None:
    file = root / "newsletter.toml"
    file.write_text(file.read_text() + "\n" + more + "\n\n".join(record.table for record in records) + "\n")


def keys(root: Path) -> Any:
    with open_workspace(root) as workspace:
        return signing.keys(workspace.settings, root)


@pytest.mark.parametrize("ed25519", [False, True])
def test_a_message_signed_with_a_new_key_verifies_by_its_record(root: Path, ed25519: bool) -> None:
    record = signing.create(root, "Example.org", "news", ed25519=ed25519)
    assert (root / record.file).stat().st_mode & 0o777 == 0o600
    configure(root, record)
    variant = Variant("default", ("s",), (), ("<p>",), ("t",))
    program = message.compile(variant, LETTERHEAD, date=DATE, signers=[Signer(key) for key in keys(root)])
    claim = Claim(1, 1, "a@example.net", None, None, {}, "default", 1, "1@example.org", 1)
    strings = record.zone_line.split('"')[1::2]
    assert all(len(string) <= 255 for string in strings)
    found = {f"{record.name}.".encode(): "".join(strings).encode()}
    assert dkimpy.DKIM(program.message(claim, {}).data).verify(dnsfunc=lambda name, timeout=5: found[name])


def test_a_key_is_never_replaced(root: Path) -> None:
    record = signing.create(root, "example.org", "news")
    before = (root / record.file).read_bytes()
    with pytest.raises(Conflict, match="another --selector"):
        signing.create(root, "example.org", "news", ed25519=True)
    assert (root / record.file).read_bytes() == before


@pytest.mark.parametrize(
    ("domain", "selector"), [("a b", "s"), ("example.org", "../x"), ("example.org", "a b"), ("", "s")]
)
def test_what_is_no_name_makes_no_file(root: Path, domain: str, selector: str) -> None:
    with pytest.raises(ConfigError, match="a name in the DNS"):
        signing.create(root, domain, selector)
    assert not list(root.glob("**/*.pem"))


def test_a_key_that_others_may_read_is_refused(root: Path) -> None:
    record = signing.create(root, "example.org", "news", ed25519=True)
    configure(root, record)
    (root / record.file).chmod(0o640)
    with pytest.raises(ConfigError, match=r"mode 0640, expected .*chmod 600"):
        keys(root)


@pytest.mark.parametrize(
    ("text", "found"), [(None, "no file"), ("nonsense", "no private key"), ("schlüssel", "can't be read")]
)
def test_a_missing_or_broken_key_names_the_file(root: Path, text: str | None, found: str) -> None:
    record = signing.create(root, "example.org", "news", ed25519=True)
    configure(root, record)
    path = root / record.file
    path.unlink()
    if text is not None:
        path.write_text(text)
        path.chmod(0o600)
    with pytest.raises(ConfigError, match=found) as error:
        keys(root)
    assert record.file.name in str(error.value)


def test_the_time_a_signature_holds_is_read_as_seconds(root: Path) -> None:
    record = signing.create(root, "example.org", "news", ed25519=True)
    configure(root, record)
    file = root / "newsletter.toml"
    file.write_text(file.read_text() + 'expire = "2w"\n')
    assert keys(root)[0].expire == 14 * 86400


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=20)])
def test_a_signature_outlives_the_last_attempt_of_its_send(root: Path, late: timedelta) -> None:
    """Planned for each time zone, a send begins a day before its last people are due, who are retried for days."""
    record = signing.create(root, "example.org", "news", ed25519=True)
    configure(root, record)
    file = root / "newsletter.toml"
    file.write_text(file.read_text() + 'expire = "2d"\n')
    with open_workspace(root) as workspace:
        began = workspace.clock().replace(microsecond=500)
        started = workspace.dispatch.test(workspace.desk.new().issue.number, ["a@example.net"])
        send = replace(started, begun=began, deadline=began + timedelta(days=5, hours=1))
        workspace.clock = lambda: began + late
        key = Key(**json.loads(draining.job(workspace, send, 0))["dkim"][0])
    program = message.compile(
        Variant("default", ("s",), (), ("<p>",), ("t",)), LETTERHEAD, date=began, signers=[Signer(key)]
    )
    claim = Claim(1, 1, "a@example.net", None, None, {}, "default", 9, "1@example.org", 1)
    found = re.search(rb"x=(\d+);", program.message(claim, {}).data)
    assert found
    expires = datetime.fromtimestamp(int(found[1]), UTC)
    assert timedelta(0) <= expires - max(send.deadline, began + late) - timedelta(days=2) <= timedelta(seconds=2)


def test_a_sender_below_the_domain_is_aligned_and_others_are_not(root: Path) -> None:
    configure(root, signing.create(root, "example.org", "news", ed25519=True))
    with open_workspace(root) as workspace:
        assert signing.aligned(workspace.settings, "mail.example.org") == ["example.org"]
        assert signing.aligned(workspace.settings, "anexample.org") == []


def test_the_commands_make_a_key_and_show_its_record(root: Path) -> None:
    made = CliRunner().invoke(app, ["-C", str(root), "dkim", "new", "example.org", "--selector", "news", "--json"])
    record = json.loads(made.stdout)
    pem = (root / record["key_file"]).read_bytes()
    assert load_pem_private_key(pem, None).key_size == 2048  # type: ignore[union-attr]  # RSA
    text = CliRunner().invoke(app, ["-C", str(root), "dkim", "new", "example.org", "--selector", "short", "--ed25519"])
    assert "short._domainkey.example.org. IN TXT (" in text.stdout
    assert "PRIVATE" not in made.stdout + text.stdout
    file = root / "newsletter.toml"
    file.write_text(file.read_text() + "\n[[dkim]]" + text.stdout.split("[[dkim]]")[1])
    shown = json.loads(CliRunner().invoke(app, ["-C", str(root), "dkim", "show", "--json"]).stdout)
    assert [one["name"] for one in shown] == ["short._domainkey.example.org"]


def test_a_record_carries_the_public_half(root: Path) -> None:
    record = signing.create(root, "example.org", "news")
    public = load_der_public_key(base64.b64decode(record.value.split("p=")[1]))
    private = load_pem_private_key((root / record.file).read_bytes(), None)
    assert public == private.public_key()
