"""Logins (RFC 4954): a mechanism is a generator of answers to the relay's challenges.

PLAIN (RFC 4616), LOGIN (never a standard), CRAM-MD5 (RFC 2195) and XOAUTH2 (Google's and Microsoft's, for OAuth 2.0
access tokens). A further mechanism is one function and one row of MECHANISMS.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Generator

from newsletter.deliver.relay import Relay
from newsletter.errors import RelayLoginError

#: Yields answers; is sent the relay's next challenge, still in base64. The first yield is the initial response, or None
#: for none. To end early is to cancel.
Answers = Generator[bytes | None, bytes, None]


def _plain(username: str, password: str) -> Answers:
    yield f"\0{username}\0{password}".encode()


def _login(username: str, password: str) -> Answers:
    """All that some relays offer: they ask for the name, then for the password."""
    yield None
    yield username.encode()
    yield password.encode()


def _cram_md5(username: str, password: str) -> Answers:
    """The password proves itself on the relay's challenge and does not travel."""
    challenge = yield None
    try:
        asked = base64.b64decode(challenge, validate=True)
    except (binascii.Error, ValueError):
        return
    yield f"{username} {hmac.new(password.encode(), asked, 'md5').hexdigest()}".encode()


def _xoauth2(username: str, token: str) -> Answers:
    """The password is an access token. A refusal comes as a challenge, which wants an empty answer before the 535."""
    yield f"user={username}\1auth=Bearer {token}\1\1".encode()
    yield b""


#: Best first, where nobody listens. The flag says whether the password, or the token, can be read on the wire.
MECHANISMS: dict[str, tuple[Callable[[str, str], Answers], bool]] = {
    "PLAIN": (_plain, True),
    "LOGIN": (_login, True),
    "CRAM-MD5": (_cram_md5, False),
    "XOAUTH2": (_xoauth2, True),
}

#: Only by name: a token is no password, and only the settings know which of them it is.
_ASKED_FOR = frozenset({"XOAUTH2"})


def choose(relay: Relay, offered: frozenset[str], *, private: bool) -> tuple[str, Answers]:
    """The mechanism to log in with, and its answers.

    `private`: nobody on the wire can listen (TLS or loopback). Raises RelayLoginError if none may be used.
    """
    wanted = [relay.auth.upper()] if relay.auth else [name for name in MECHANISMS if name not in _ASKED_FOR]
    usable = [name for name in wanted if name in offered and name in MECHANISMS]
    if not usable:
        have = ", ".join(sorted(offered)) or "no login at all"
        raise RelayLoginError(relay.name, f"offers {have}; this program can use {', '.join(wanted)}")
    if not private and not relay.insecure_login:
        usable = [name for name in usable if not MECHANISMS[name][1]]
    if not usable:
        raise RelayLoginError(
            relay.name,
            'the password would travel unencrypted; set tls = "starttls" or "implicit"'
            " (or insecure_login = true, if you must)",
        )
    username, password = relay.username or "", relay.password or ""
    if "\0" in username + password or "\1" in username + password:
        raise RelayLoginError(relay.name, "user name or password contains a control character")
    return usable[0], MECHANISMS[usable[0]][0](username, password)
