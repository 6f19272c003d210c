"""The dialogue with a relay, one message after another over one connection.

In: messages whose data is ready for the wire. Out: the reply that settled each, and the command it answered.
RFC 5321 (SMTP), 2920 (PIPELINING), 1870 (SIZE), 3207 (STARTTLS), 4954 (AUTH), 6531 (SMTPUTF8).

With PIPELINING a message's content and the next one's MAIL, RCPT and DATA are one group, as RFC 2920, 3.1 allows ("the
actual transfer of message content is explicitly allowed to be the first command in a group"): one packet there and one
back for each message. Nothing of the next message's content leaves before its own 354.

What can fail: the relay can't be used (a DeliveryError from `open_session`), or the connection is lost during a message
(`Lost`, which says whether the relay may have the message). Refusals are results, not exceptions.
"""

from __future__ import annotations

import base64
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.deliver.message import Message
from newsletter.deliver.relay import Relay
from newsletter.deliver.replies import Reply, Stage, Verdict, classify
from newsletter.deliver.smtp import auth
from newsletter.deliver.smtp.link import Link, LinkLost, connect
from newsletter.deliver.smtp.wire import NotSMTP
from newsletter.errors import RelayLoginError, RelayTLSError, RelayUnreachable

#: Content up to this many bytes leaves together with the next envelope. Of more, a kernel may take only a part; then
#: what it took has to be known exactly, and nothing may be behind it.
_ONE_PACKET = 16_384


#: What a timeout says was waited for.
_AWAITED = {stage: f"a reply to {stage}" for stage in Stage}


class RelayBusy(RelayUnreachable):
    """The relay answers, and says "not now" (421 or another 4xx before any message)."""


class Lost(Exception):
    """The connection broke during a message.

    `handed_over`: the final dot was with the kernel, so the relay may have taken the message. False: it can't have.
    `stage`: what was not answered any more; at MAIL, the relay has said nothing to this message at all.
    """

    def __init__(self, why: str, *, handed_over: bool, stage: Stage) -> None:
        self.handed_over, self.stage = handed_over, stage
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Result:
    """What settled a message: the reply and the command it answered. `local`: our own words, nothing was sent."""

    stage: Stage
    reply: Reply
    local: bool = False


class Session:
    """An open, greeted and (if asked for) encrypted and logged-in connection. Made by `open_session`."""

    def __init__(self, relay: Relay, link: Link) -> None:
        self.relay = relay
        self._link = link
        #: EHLO keywords in capitals, with their parameters.
        self.capabilities: dict[str, str] = {}
        self._closing = False
        #: The message whose envelope left with the content before it.
        self._ahead: Message | None = None
        #: What was waited for last.
        self._stage = Stage.MAIL

    @property
    def link(self) -> Link:
        """The connection beneath, for who looks at it."""
        return self._link

    @property
    def usable(self) -> bool:
        """Whether another message may be tried: not after a 421, a lost reply or words nobody asked for."""
        return not self._closing and (self._link.alive if self._ahead else self._link.quiet)

    async def send(self, message: Message, following: Callable[[], Message | None] = lambda: None) -> Result:
        """Hand one message to the relay. Raises Lost.

        `following` is asked for the message that comes next when this one's content leaves; if it names one, that is
        what must be sent next, unless the session is no longer `usable`. After any refusal the session is clean for the
        next message, or no longer `usable`.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead is not message:
            raise ValueError("another message was announced")
        if ahead is None and (refused := self._unsendable(message)):
            return refused
        self._stage = Stage.MAIL
        try:
            if "PIPELINING" in self.capabilities:
                if ahead is None:
                    self._link.write(self._envelope(message))
                refused = None if self._go_ahead() else await self._envelope_replies()
            else:
                refused = await self._envelope_in_steps(message)
        except LinkLost as lost:
            self._closing = True
            raise Lost(str(lost), handed_over=False, stage=self._stage) from lost
        return refused or await self._content(message.data, following)

    def _unsendable(self, message: Message) -> Result | None:
        limit = self.capabilities.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < len(message.data):
            text = f"the message has {len(message.data)} bytes, the relay takes {limit} at most"
            return Result(Stage.MAIL, Reply(552, "5.3.4", text), local=True)
        if message.smtputf8 and "SMTPUTF8" not in self.capabilities:
            text = "the address is not ASCII, and the relay takes no such addresses (no SMTPUTF8)"
            return Result(Stage.RCPT, Reply(553, "5.6.7", text), local=True)
        return None

    def _mail(self, message: Message) -> bytes:
        size = f" SIZE={len(message.data)}" if "SIZE" in self.capabilities else ""
        utf8 = " SMTPUTF8" if message.smtputf8 else ""
        return _line(f"MAIL FROM:<{message.mail_from}>{size}{utf8}")

    def _envelope(self, message: Message) -> bytes:
        """MAIL, RCPT and DATA as one group (RFC 2920, 3.1)."""
        return self._mail(message) + _line(f"RCPT TO:<{message.rcpt_to}>") + b"DATA\r\n"

    def _go_ahead(self) -> bool:
        """Whether all three replies to that group are there, and no refusal among them: they mostly came in one packet,
        behind the reply to the message before."""
        replies = self._link.at_hand
        if len(replies) < 3 or replies[2].code != 354 or not (replies[0].ok and replies[1].ok):
            return False
        self._link.drop(3)
        return True

    async def _envelope_replies(self) -> Result | None:
        """What the relay says to that group; None when it waits for the content."""
        refused: Result | None = None
        for stage in (Stage.MAIL, Stage.RCPT):
            reply = await self._reply(stage)
            self._hasten()
            if not reply.ok and refused is None:
                refused = Result(stage, reply)
            if self._closing:
                return refused
        reply = await self._reply(Stage.DATA, self.relay.timeouts.data)
        if reply.code != 354:
            await self._reset()
            return self._definite(refused or Result(Stage.DATA, reply))
        if refused is None:
            return None
        if refused.stage is Stage.MAIL:  # it takes content for a sender it refused: leave before it gets any
            self._closing = True
            return self._definite(refused)
        await self._lone_dot()
        return self._definite(refused)

    async def _envelope_in_steps(self, message: Message) -> Result | None:
        """The same for a relay without PIPELINING: each command waits for the reply to the one before."""
        steps = (
            (Stage.MAIL, self._mail(message), self.relay.timeouts.command),
            (Stage.RCPT, _line(f"RCPT TO:<{message.rcpt_to}>"), self.relay.timeouts.command),
            (Stage.DATA, b"DATA\r\n", self.relay.timeouts.data),
        )
        for stage, line, seconds in steps:
            self._link.write(line)
            reply = await self._reply(stage, seconds)
            if not (reply.code == 354 if stage is Stage.DATA else reply.ok):
                await self._reset()
                return self._definite(Result(stage, reply))
        return None

    def _definite(self, result: Result) -> Result:
        """The result, if its reply is one that can be given there; else the dialogue is out of step, and lost."""
        if classify(result.reply) not in (Verdict.DEFERRED, Verdict.FAILED):
            self._closing = True
            raise LinkLost(f"a senseless reply to {result.stage}: {result.reply}")
        return result

    def _announce(self, following: Callable[[], Message | None]) -> bytes:
        """The envelope of the next message, if there is one."""
        if "PIPELINING" not in self.capabilities:
            return b""
        message = following()
        if message is None or self._unsendable(message):
            return b""
        self._ahead = message
        return self._envelope(message)

    async def _content(self, data: bytes, following: Callable[[], Message | None]) -> Result:
        try:
            if len(data) <= _ONE_PACKET:
                self._link.write(data + b".\r\n", self._announce(following))
            else:
                self._link.write(data + b".\r\n")
                if self._link.flushed and (envelope := self._announce(following)):
                    with contextlib.suppress(LinkLost):  # the reply to the content tells
                        self._link.write(b"", envelope)
        except LinkLost as lost:
            self._closing = True
            raise Lost(str(lost), handed_over=False, stage=Stage.DOT) from lost
        try:
            if not self._link.flushed:
                await self._link.flush(self.relay.timeouts.block)
            reply = await self._reply(Stage.DOT, self.relay.timeouts.done)
            if self._ahead is not None:
                self._hasten()
            return Result(Stage.DOT, reply)
        except LinkLost as lost:
            self._closing = True
            handed_over = self._link.handed_over
            if not handed_over and (early := self._link.early_reply()) and not early.ok:
                return self._early(early, lost)
            raise Lost(str(lost), handed_over=handed_over, stage=Stage.DOT) from lost

    def _early(self, reply: Reply, lost: LinkLost) -> Result:
        """The relay refused in the middle of the content and hung up: its reply stands, if it is one."""
        if classify(reply) in (Verdict.DEFERRED, Verdict.FAILED):
            return Result(Stage.DOT, reply)
        raise Lost(str(lost), handed_over=False, stage=Stage.DOT) from lost

    async def _reply(self, stage: Stage, seconds: float | None = None) -> Reply:
        self._stage = stage
        reply = await self._link.reply(seconds or self.relay.timeouts.command, _AWAITED[stage])
        if reply.code == 421:  # "closing transmission channel": nothing more will be answered here
            self._closing = True
        return reply

    def _hasten(self) -> None:
        """A reply came without those that are to follow it: the relay's kernel may hold them until this one has been
        acknowledged (RFC 896), and ours takes 40 ms for that, with nothing to send along (RFC 1122, 4.2.3.2)."""
        if not self._link.at_hand:
            self._link.acknowledge()

    async def _reset(self) -> None:
        """Forget the envelope. Never after a 354, where RSET would be text of the message."""
        if self._closing:
            return
        try:
            self._link.write(b"RSET\r\n")
            reply = await self._reply(Stage.RSET)
        except LinkLost:
            self._closing = True
        else:
            self._closing = self._closing or not reply.ok

    async def _lone_dot(self) -> None:
        """End a message that nobody is to get: 354 came though the recipient was refused (RFC 2920, 3.1)."""
        try:
            self._link.write(b".\r\n")
            await self._reply(Stage.DOT, self.relay.timeouts.done)
        except LinkLost:
            self._closing = True

    async def close(self) -> None:
        """Say QUIT if the relay still listens, and close."""
        if self._ahead is None and self.usable:  # after a 354, QUIT would be text of a message
            try:
                self._link.write(b"QUIT\r\n")
                await self._reply(Stage.QUIT, self.relay.timeouts.quit)
            except LinkLost:
                pass
        self._closing = True
        await self._link.close()

    def abort(self, why: str) -> None:
        """Drop the connection; a `send` in progress raises Lost."""
        self._closing = True
        self._link.abort(why)

    async def hello(self) -> None:
        """EHLO, or HELO for a server from before 1995; capabilities known so far are forgotten (RFC 3207, 4.2)."""
        self.capabilities = {}
        name = self.relay.helo or self._link.own_literal
        self._link.write(_line(f"EHLO {name}"))
        reply = await self._reply(Stage.EHLO)
        if reply.code in (500, 501, 502, 504, 550):
            self._link.write(_line(f"HELO {name}"))
            reply = await self._reply(Stage.EHLO)
        elif reply.ok:
            self.capabilities = _capabilities(reply)
        _expect(self.relay, "EHLO", reply)

    async def start_tls(self, context: ssl.SSLContext) -> None:
        if "STARTTLS" not in self.capabilities:
            why = 'offers no STARTTLS, and tls = "starttls" demands it; is the port right, or is it tls = "implicit"?'
            raise RelayTLSError(self.relay.name, why)
        self._link.write(b"STARTTLS\r\n")
        reply = await self._reply(Stage.STARTTLS)
        if reply.code != 220:
            raise RelayTLSError(self.relay.name, f"refuses STARTTLS: {reply}")
        await self._link.start_tls(context, self.relay.host, self.relay.timeouts.tls)
        await self.hello()

    async def login(self) -> None:
        offered = frozenset(self.capabilities.get("AUTH", "").upper().split())
        mechanism, answers = auth.choose(self.relay, offered, private=self._link.encrypted or self._link.loopback)
        first = next(answers)
        initial = b" " + base64.b64encode(first) if first else b""
        self._link.write(b"AUTH " + mechanism.encode() + initial + b"\r\n")
        reply = await self._reply(Stage.AUTH)
        while reply.code == 334:
            try:
                answer = base64.b64encode(answers.send(reply.text.encode()) or b"")
            except StopIteration:
                answer = b"*"  # RFC 4954, 4: cancels, and the relay answers 501
            self._link.write(answer + b"\r\n")
            reply = await self._reply(Stage.AUTH)
        if classify(reply) is Verdict.DEFERRED:
            raise RelayBusy(self.relay.name, f"can't check the login at present: {reply}")
        if reply.code != 235:
            raise RelayLoginError(self.relay.name, f"refuses the login: {reply}")


async def open_session(relay: Relay, context: ssl.SSLContext | None = None) -> Session:
    """Connect, encrypt as `relay.tls` says, log in if it has a user name.

    `context`: relay.tls_context(), made once by whoever opens many. Raises RelayUnreachable (RelayBusy among it),
    RelayTLSError, RelayLoginError; the connection is closed then.
    """
    if relay.tls != "none" and context is None:
        context = relay.tls_context()
    where = f"{relay.host}:{relay.port}"
    try:
        link = await connect(relay.host, relay.port, relay.timeouts.connect)
    except TimeoutError as error:
        raise RelayUnreachable(relay.name, f"{where} does not answer within {relay.timeouts.connect:g} s") from error
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise RelayUnreachable(relay.name, f"can't connect to {where}: {why}") from error
    session = Session(relay, link)
    try:
        await _introduce(session, link, context)
    except (LinkLost, NotSMTP) as error:
        await link.close()
        raise RelayUnreachable(relay.name, f"{where} is no usable SMTP server: {error}") from error
    except ssl.SSLError as error:
        await link.close()
        raise RelayTLSError(relay.name, f"{where}: {_tls_fault(error)}") from error
    except BaseException:
        await link.close()
        raise
    return session


async def _introduce(session: Session, link: Link, context: ssl.SSLContext | None) -> None:
    relay = session.relay
    if relay.tls == "implicit" and context is not None:
        try:
            await link.start_tls(context, relay.host, relay.timeouts.tls)
        except NotSMTP as error:  # its greeting was here first
            why = 'TLS handshake failed: the relay greets unencrypted; is it tls = "starttls"?'
            raise RelayTLSError(relay.name, why) from error
    greeting = await link.reply(relay.timeouts.command, "a greeting")
    _expect(relay, "the connection", greeting)
    await session.hello()
    if relay.tls == "starttls" and context is not None:
        await session.start_tls(context)
    if relay.username is not None:
        await session.login()


def _expect(relay: Relay, what: str, reply: Reply) -> None:
    """RFC 5321, 3.1: a server may answer with 554 or 421 before anything is asked of it."""
    if classify(reply) is Verdict.DEFERRED:
        raise RelayBusy(relay.name, f"not now: {reply}")
    if not reply.ok:
        raise RelayUnreachable(relay.name, f"refuses {what}: {reply}")


def _capabilities(reply: Reply) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in reply.lines[1:]:
        keyword, _, parameters = line.replace("AUTH=", "AUTH ", 1).partition(" ")
        found[keyword.upper()] = f"{found[keyword.upper()]} {parameters}" if keyword.upper() in found else parameters
    return found


def _tls_fault(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    return f"TLS handshake failed: {error.reason or error}"


def _line(command: str) -> bytes:
    if "\r" in command or "\n" in command:
        raise ValueError(f"a command of more than one line: {command!r}")
    return command.encode() + b"\r\n"
