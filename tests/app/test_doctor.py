"""The doctor, on a real workspace, a real SMTP server with TLS and login, and a DNS server on loopback."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from typer.testing import CliRunner

from newsletter.app import signing, starter
from newsletter.cli.commands import app
from tests.net.nameserver import FAILS, serving, silent, txt
from tests.servers.postfix import free_port

GOOD = {
    "e.org": txt("v=spf1 ip4:192.0.2.0/24 ~all", "other=record"),
    "_dmarc.e.org": txt("v=DMARC1; p=none; rua=mailto:d@e.org"),
}


class _Relay(Controller):
    context: ssl.SSLContext

    def factory(self) -> SMTP:
        return SMTP(
            self.handler, tls_context=self.context, require_starttls=True, authenticator=_check, auth_required=True
        )


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    authority, file = trustme.CA(), tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = _Relay(object(), hostname="127.0.0.1", port=free_port())
    server.context = context
    server.start()
    yield server.port, file
    server.stop()


@pytest.fixture
def root(tmp_path: Path, relay: tuple[int, Path]) -> Path:
    """A workspace of e.org, whose relay is the server above."""
    port, ca_file = relay
    with starter.create(tmp_path / "w", "en") as workspace:
        place = workspace.root
    (place / "newsletter.toml").write_text(
        f'[newsletter]\nname = "E"\nfrom = "E <news@e.org>"\nbase_url = "https://127.0.0.1:1"\n'
        f'[[relay]]\nname = "main"\nhost = "127.0.0.1"\nport = {port}\nca_file = "{ca_file}"\n'
        'username = "u"\npassword = "right"\n'
    )
    return place


def add(root: Path, more: str) -> None:
    (root / "newsletter.toml").write_text((root / "newsletter.toml").read_text() + more)


def sign(root: Path, domain: str = "e.org") -> dict[str, Any]:
    record = signing.create(root, domain, "s1", ed25519=True)
    add(root, f"\n{record.table}\n")
    return {record.name: txt(record.value)}


def examine(root: Path, zone: Any, code: int | None = None) -> dict[str, tuple[str, str]]:
    with serving(zone) as server:
        done = CliRunner().invoke(app, ["-C", str(root), "doctor", "--dns", server.address, "--json"])
    found = json.loads(done.stdout)
    assert done.exit_code == (1 if found["counts"]["fail"] else 0)
    return {item["id"]: (item["health"], item["found"]) for item in found["diagnoses"]}


def test_what_is_well_is_said_to_be(root: Path) -> None:
    found = examine(root, GOOD | sign(root))
    for name in (
        "workspace",
        "workspace.keys",
        "database",
        "database.journal",
        "relay.main",
        "relay.main.tls",
        "relay.main.login",
        "dns.spf",
        "dns.dmarc",
        "dns.alignment",
        "dns.dkim.s1._domainkey.e.org",
        "dkim.s1._domainkey.e.org",
        "providers.dkim",
        "providers.dmarc",
        "providers.alignment",
        "providers.tls",
    ):
        assert found[name][0] == "ok", (name, found[name])
    assert "by DKIM (e.org), and by SPF" in found["dns.alignment"][1]
    assert found["relay.main.pipelining"][0] == "warn"  # the server above has none
    assert found["providers.complaints"][0] == "unknown"
    assert found["links.base"][0] == "fail"
    assert found["providers.unsubscribe"][0] == "fail"


def test_nothing_published(root: Path) -> None:
    sign(root)
    found = examine(root, {})
    for name in ("dns.spf", "dns.dmarc", "dns.dkim.s1._domainkey.e.org", "dns.alignment", "providers.dkim"):
        assert found[name][0] == "fail", (name, found[name])


def test_a_dns_that_fails_leaves_it_unknown(root: Path) -> None:
    key = sign(root)
    found = examine(root, dict.fromkeys((*GOOD, *key), FAILS))
    for name in ("dns.spf", "dns.dmarc", "dns.dkim.s1._domainkey.e.org"):
        assert found[name][0] == "unknown", (name, found[name])


def test_a_silent_dns_is_said_once_and_costs_one_wait(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.net.dns.SECONDS", 0.6)
    sign(root)
    with silent() as address:
        began = time.monotonic()
        done = CliRunner().invoke(app, ["-C", str(root), "doctor", "--dns", address])
    assert time.monotonic() - began < 3
    assert done.stdout.count(f"no answer from DNS server {address} within 0.6 s") == 1
    assert "is there a way to it?" in done.stdout
    for name in ("dns.spf", "dns.dmarc", "dns.dkim.s1._domainkey.e.org"):
        assert f"unknown {name}: DNS:" in done.stdout


def test_another_key_is_published(root: Path) -> None:
    (name,) = sign(root)
    found = examine(root, GOOD | {name: txt("v=DKIM1; k=ed25519; p=AAAA")})
    assert found[f"dns.dkim.{name}"] == ("fail", "another key than the private one's")
    assert found["dns.alignment"][0] == "warn"  # by SPF alone


@pytest.mark.parametrize(
    ("name", "record", "health", "words"),
    [
        ("e.org", ("v=spf1 +all",), "fail", "lets anybody send"),
        ("e.org", ("v=spf1 mx -all", "v=spf1 -all"), "fail", "2 SPF records"),
        ("e.org", ("v=spf1 ip4:192.0.2.1 ?all",), "warn", "says nothing of other senders"),
        ("_dmarc.e.org", ("v=DMARC1; p=none",), "warn", "no reports"),
        ("_dmarc.e.org", ("v=DMARC1; p=nothing",), "fail", "p=nothing"),
    ],
)
def test_records_that_are_not_well(root: Path, name: str, record: tuple[str, ...], health: str, words: str) -> None:
    found = examine(root, GOOD | {name: txt(*record)})
    seen = found["dns.dmarc" if name.startswith("_") else "dns.spf"]
    assert (seen[0], words in seen[1]) == (health, True), seen


def test_a_foreign_signature_is_not_aligned(root: Path) -> None:
    add(root, '\n[bounces]\naddress = "b@other.net"\n')
    key = sign(root, "mailer.net")
    found = examine(root, GOOD | key | {"other.net": txt("v=spf1 -all")})
    assert found["dns.alignment"] == ("fail", "From is e.org, and what speaks for the mail is mailer.net, other.net")


@pytest.mark.parametrize(
    ("before", "after", "name", "words"),
    [
        ('"right"', '"wrong"', "relay.main.login", "refuses the login"),
        ("\nca_file", "\n#", "relay.main.tls", "certificate"),
        ('host = "127.0.0.1"', 'host = "localhost"', "relay.main.tls", "certificate"),
        ('"right"', '"env:NOT_SET_ANYWHERE"', "relay.main", "NOT_SET_ANYWHERE"),
        ("https://127.0.0.1:1", "http://e.org", "links.base", "not https"),
    ],
)
def test_settings_that_do_not_work(root: Path, before: str, after: str, name: str, words: str) -> None:
    file = root / "newsletter.toml"
    file.write_text(file.read_text().replace(before, after, 1))
    found = examine(root, GOOD)
    assert (found[name][0], words in found[name][1]) == ("fail", True), found[name]


def test_a_relay_that_is_down_and_none_at_all(root: Path) -> None:
    file = root / "newsletter.toml"
    text = file.read_text()
    file.write_text(text.replace("port = ", "port = 1 #"))
    assert examine(root, GOOD)["relay.main"][0] == "fail"
    file.write_text(text.partition("[[relay]]")[0])
    assert examine(root, GOOD)["relay"][0] == "fail"


def test_a_key_file_that_others_may_read(root: Path) -> None:
    (root / "newsletter.keys").chmod(0o644)
    found = examine(root, GOOD)
    assert found["workspace.keys"] == ("fail", "newsletter.keys has mode 0644")


def test_a_workspace_whose_settings_or_database_cannot_be_read(root: Path) -> None:
    (root / "newsletter.db").write_bytes(b"no database at all, by any means")
    assert examine(root, GOOD)["database"][0] == "fail"
    (root / "newsletter.toml").write_text("[newsletter\n")
    assert examine(root, GOOD)["workspace"][0] == "fail"


def test_check_takes_the_same_look(root: Path) -> None:
    sign(root)
    runner = CliRunner()
    add(root, '\n[net]\ndns = "127.0.0.1:0"\n')
    runner.invoke(app, ["-C", str(root), "issue", "new"])
    with serving(GOOD) as server:
        file = root / "newsletter.toml"
        file.write_text(file.read_text().replace("127.0.0.1:0", server.address))
        without = json.loads(runner.invoke(app, ["-C", str(root), "check", "1", "--no-spam", "--json"]).stdout)
        done = runner.invoke(app, ["-C", str(root), "check", "1", "--dns", "--no-spam", "--json"])
    ids = [finding["id"] for finding in json.loads(done.stdout)["findings"]]
    assert "authentication.records" in ids
    assert "authentication.records" not in [finding["id"] for finding in without["findings"]]


def test_a_theme_that_can_t_be_used_is_named(root: Path) -> None:
    assert "workspace.theme" not in examine(root, GOOD)
    settings = (root / "newsletter.toml").read_text()
    (root / "newsletter.toml").write_text(settings.replace("[[relay]]", 'theme = "digset"\n[[relay]]'))
    health, found = examine(root, GOOD)["workspace.theme"]
    assert health == "fail"
    assert found.startswith("newsletter.toml: there is no theme “digset”; did you mean digest?")
    (root / "newsletter.toml").write_text(settings)
    own = root / "templates" / "email" / "digest"
    own.mkdir(parents=True)
    (own / "theme.toml").write_text("[light\n", "utf-8")
    assert examine(root, GOOD)["workspace.theme"][1].startswith("digest/theme.toml: ")
