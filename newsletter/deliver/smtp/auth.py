"""Logins (RFC 4954): a mechanism is a generator of answers to the relay's challenges. PLAIN (RFC 4616) and LOGIN.

A further mechanism is one function and one row of MECHANISMS.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from newsletter.deliver.relay import Relay
from newsletter.errors import RelayLoginError

#: Yields answers; is sent the relay's next challenge. The first yield is the initial response, or None for none.
Answers = Generator[bytes | None, bytes, None]


def _plain(username: str, password: str) -> Answers:
    yield f"\0{username}\0{password}".encode()


def _login(username: str, password: str) -> Answers:
    """Never a standard, yet all that some relays offer: they ask for the name, then for the password."""
    yield None
    yield username.encode()
    yield password.encode()


#: Best first. The flag says whether the password can be read on the wire.
MECHANISMS: dict[str, tuple[Callable[[str, str], Answers], bool]] = {"PLAIN": (_plain, True), "LOGIN": (_login, True)}


def choose(relay: Relay, offered: frozenset[str], *, private: bool) -> tuple[str, Answers]:
    """The mechanism to log in with, and its answers.

    `private`: nobody on the wire can listen (TLS or loopback). Raises RelayLoginError if none may be used.
    """
    wanted = [relay.auth.upper()] if relay.auth else list(MECHANISMS)
    usable = [name for name in wanted if name in offered and name in MECHANISMS]
    if not usable:
        have = ", ".join(sorted(offered)) or "no login at all"
        raise RelayLoginError(relay.name, f"offers {have}; this program can use {', '.join(wanted)}")
    answers, readable = MECHANISMS[usable[0]]
    if readable and not private and not relay.insecure_login:
        raise RelayLoginError(
            relay.name,
            'the password would travel unencrypted; set tls = "starttls" or "implicit"'
            " (or insecure_login = true, if you must)",
        )
    username, password = relay.username or "", relay.password or ""
    if "\0" in username + password:
        raise RelayLoginError(relay.name, "user name or password contains a NUL character")
    return usable[0], answers(username, password)
