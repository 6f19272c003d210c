"""A Postfix of one's own: a master process with its own configuration, queue and log, on a loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DAEMONS = Path("/usr/lib/postfix/sbin")
USER, PASSWORD = "letter@relay.example", "correct horse"

_MAIN = """\
compatibility_level = 3.6
queue_directory = {top}/queue
data_directory = {top}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {top}/mail.log
maillog_file_prefixes = {top}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
alias_maps =
local_recipient_maps =
relayhost = [127.0.0.1]:{onward}
smtp_destination_concurrency_limit = 4
disable_dns_lookups = yes
enable_long_queue_ids = yes
message_size_limit = 3000000
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {top}/cert.pem
smtpd_tls_key_file = {top}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = relay.example
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
{more}
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
_SASL = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {top}/sasldb2\n"


def missing() -> str | None:
    """Why Postfix can't be run here; None when it can."""
    if os.geteuid() != 0:
        return "Postfix runs as root only"
    if not (DAEMONS / "master").exists():
        return "Postfix is not installed (apt-get install postfix)"
    if shutil.which("saslpasswd2") is None:
        return "saslpasswd2 is not installed (apt-get install sasl2-bin)"
    return None


class Postfix:
    """A relay that takes mail after STARTTLS and login, and hands it on to `onward`."""

    def __init__(self, top: Path, port: int) -> None:
        self.top, self.port = top, port

    @property
    def log(self) -> Path:
        return self.top / "mail.log"

    def logged(self, words: str, seconds: float = 10) -> str:
        """The log, once `words` stand in it: the server tells by no other means that it has done something."""
        deadline = time.monotonic() + seconds
        text = ""
        while words not in text:
            assert time.monotonic() < deadline, f"no {words!r} in the log:\n{text}"
            time.sleep(0.02)
            text = self.log.read_text() if self.log.exists() else ""
        return text


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(onward: int, certificate: bytes, key: bytes, more: str = "") -> Iterator[Postfix]:
    """Postfix until the end of the block; `onward` is the port that it hands mail to."""
    top = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        top.chmod(0o755)
        server = Postfix(top, free_port())
        _prepare(server, onward, certificate, key, more)
        process = subprocess.Popen(  # -d: in the foreground
            [DAEMONS / "master", "-c", top / "etc", "-d"],
            env={"PATH": os.environ["PATH"], "MAIL_CONFIG": str(top / "etc"), "MAIL_LOGTAG": "postfix"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _await(process, server.port)
            yield server
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _prepare(server: Postfix, onward: int, certificate: bytes, key: bytes, more: str) -> None:
    top, owner = server.top, pwd.getpwnam("postfix")
    for name in (
        "active",
        "bounce",
        "corrupt",
        "defer",
        "deferred",
        "flush",
        "hold",
        "incoming",
        "private",
        "saved",
        "trace",
    ):
        _folder(top / "queue" / name, owner.pw_uid, -1, 0o700)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        _folder(top / "queue" / name, owner.pw_uid, -1, mode)
    (top / "queue" / "pid").mkdir()
    _folder(top / "data", owner.pw_uid, -1, 0o700)
    for name in ("etc", "etc/sasl"):
        (top / name).mkdir()
    (top / "cert.pem").write_bytes(certificate)
    (top / "key.pem").write_bytes(key)
    (top / "key.pem").chmod(0o600)
    (top / "etc" / "main.cf").write_text(_MAIN.format(top=top, onward=onward, more=more))
    (top / "etc" / "master.cf").write_text(_MASTER.format(port=server.port))
    (top / "etc" / "sasl" / "smtpd.conf").write_text(_SASL.format(top=top))
    name, realm = USER.split("@")
    subprocess.run(
        ["saslpasswd2", "-p", "-c", "-f", top / "sasldb2", "-u", realm, name],
        input=PASSWORD.encode(),
        check=True,
        timeout=20,
    )
    os.chown(top / "sasldb2", owner.pw_uid, -1)


def _folder(path: Path, owner: int, group: int, mode: int) -> None:
    path.mkdir(parents=True)
    os.chown(path, owner, group)
    path.chmod(mode)


def _await(process: subprocess.Popen[bytes], port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while True:
        assert process.poll() is None, "the server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.02)
        else:
            return
