"""What came of an attempt → the outcome for the ledger. Pure: decided here, carried out by the engine."""

from __future__ import annotations

from random import Random

from newsletter.deliver.backoff import Backoff
from newsletter.deliver.replies import Reply, Verdict, classify, no_mailbox
from newsletter.deliver.smtp.session import Lost, Result
from newsletter.models.sends import Claim, DeliveryState, Outcome

#: Characters of what was said that are kept.
_WORDS = 1000

#: A lost connection is the relay's trouble, not the message's. After so many attempts it may be the message after all
#: (a filter that dies of it), and it waits its turn with the deferred ones.
LOSSES_FORGIVEN = 3

_STATES = {
    Verdict.ACCEPTED: DeliveryState.ACCEPTED,
    Verdict.DEFERRED: DeliveryState.DEFERRED,
    Verdict.FAILED: DeliveryState.FAILED,
    # The relay has the message, and nobody knows what it makes of it.
    Verdict.UNKNOWN: DeliveryState.UNCERTAIN,
}


def by_reply(claim: Claim, result: Result, relay: str, backoff: Backoff, random: Random) -> Outcome:
    """The outcome of an attempt that got a reply. A 421 before the content is the connection's end, not a verdict."""
    reply = result.reply
    if reply.ok and not result.local:
        return Outcome(claim.delivery, DeliveryState.ACCEPTED, reply.code, reply.enhanced, reply.text[:_WORDS], relay)
    state = _STATES[classify(reply)]
    if reply.code == 421 and result.stage == "MAIL" and claim.attempt < LOSSES_FORGIVEN:
        return returned(claim, f"the relay closed the connection first: {reply}", relay)
    return Outcome(
        delivery=claim.delivery,
        state=state,
        reply_code=None if result.local else reply.code,
        enhanced_code=reply.enhanced,
        reply=_said(reply, unknown=state is DeliveryState.UNCERTAIN),
        relay=relay,
        retry_after=backoff.delay(claim.attempt, random) if state is DeliveryState.DEFERRED else None,
        no_mailbox=state is DeliveryState.FAILED and not result.local and no_mailbox(reply, result.stage),
    )


def by_loss(claim: Claim, lost: Lost, relay: str, backoff: Backoff, random: Random) -> Outcome:
    """The outcome of an attempt whose connection broke: uncertain only if the relay may have the whole message."""
    if lost.handed_over:
        words = f"the message was handed over, and no reply came: {lost}"
        return Outcome(claim.delivery, DeliveryState.UNCERTAIN, reply=words[:_WORDS], relay=relay)
    words = f"not handed over: {lost}"
    if claim.attempt < LOSSES_FORGIVEN:
        return returned(claim, words, relay)
    delay = backoff.delay(claim.attempt, random)
    return Outcome(claim.delivery, DeliveryState.DEFERRED, reply=words[:_WORDS], relay=relay, retry_after=delay)


def unmailable(claim: Claim, why: str) -> Outcome:
    """The address is none; no relay was asked (RFC 3463: 5.1.3, bad destination mailbox address syntax)."""
    return Outcome(claim.delivery, DeliveryState.FAILED, enhanced_code="5.1.3", reply=why[:_WORDS])


def returned(claim: Claim, why: str | None = None, relay: str | None = None) -> Outcome:
    """The claim goes back as it came; without a reason it was not tried, and that is no attempt."""
    words, again = (why[:_WORDS], None) if why else (None, 0.0)
    return Outcome(claim.delivery, DeliveryState.PENDING, reply=words, relay=relay, retry_after=again)


def sent_away(claim: Claim, seconds: float) -> Outcome:
    """It was not tried: no relay has a turn for it sooner."""
    return Outcome(claim.delivery, DeliveryState.PENDING, retry_after=seconds)


def _said(reply: Reply, *, unknown: bool) -> str:
    return (f"a reply that is neither yes nor no: {reply}" if unknown else reply.text)[:_WORDS]
