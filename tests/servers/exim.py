"""An Exim of one's own, on a loopback port. Its binary may be one that is only unpacked (NEWSLETTER_EXIM names it)."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.postfix import _await, free_port

BINARY = os.environ.get("NEWSLETTER_EXIM") or shutil.which("exim4", path="/usr/sbin:/usr/bin")

_CONFIG = """\
exim_user = {user}
exim_group = mail
exim_path = {binary}
deliver_drop_privilege = true
spool_directory = {top}/spool
log_file_path = {top}/%slog
pid_file_path = {top}/exim.pid
keep_environment =
local_interfaces = 127.0.0.1
primary_hostname = relay.example
qualify_domain = relay.example
tls_advertise_hosts = *
tls_certificate = {top}/both.pem
tls_on_connect_ports = {port}
smtp_accept_max = 20
pipelining_advertise_hosts = *
smtputf8_advertise_hosts = *
queue_run_max = 1
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  accept authenticated = *
  deny message = relaying needs a login
begin routers
onward:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = onward
begin transports
onward:
  driver = smtp
  port = {onward}
  allow_localhost
  hosts_try_fastopen = :
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{{{eq{{$auth2}}{{letter}}}}{{eq{{$auth3}}{{correct horse}}}}}}}}
  server_set_id = $auth2
"""


def missing() -> str | None:
    """Why Exim can't be run here; None when it can."""
    if os.geteuid() != 0:
        return "Exim runs as root only"
    if BINARY is None:
        return "Exim is not installed (apt-get download exim4-daemon-light; NEWSLETTER_EXIM names its binary)"
    try:
        version = subprocess.run([BINARY, "-C", "/dev/null", "-bV"], capture_output=True, timeout=20, check=False)
    except OSError as error:
        return f"{BINARY} does not run: {error}"
    if version.returncode:
        return f"{BINARY} does not run: {(version.stdout + version.stderr).decode(errors='replace').strip()[:200]}"
    return None


@contextmanager
def running(onward: int, certificate: bytes, key: bytes) -> Iterator[int]:
    """The port of an Exim (implicit TLS, login letter / correct horse) that hands mail on to `onward`."""
    assert BINARY is not None
    user = next(name for name in ("Debian-exim", "mail") if name in {one.pw_name for one in pwd.getpwall()})
    top, port = Path(tempfile.mkdtemp(prefix="exim-")), free_port()
    try:
        top.chmod(0o755)
        shutil.chown(top, user, "mail")
        (top / "both.pem").write_bytes(key + certificate)
        shutil.chown(top / "both.pem", user)
        (top / "config").write_text(_CONFIG.format(top=top, binary=BINARY, user=user, port=port, onward=onward))
        process = subprocess.Popen(
            [BINARY, "-bdf", "-C", top / "config", "-oX", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _await(process, port)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
    finally:
        shutil.rmtree(top, ignore_errors=True)
