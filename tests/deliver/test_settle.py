"""What an attempt came to, decided from its reply or its loss alone."""

from __future__ import annotations

from random import Random

import pytest

from newsletter.deliver import settle
from newsletter.deliver.backoff import Backoff
from newsletter.deliver.replies import Reply, Stage
from newsletter.deliver.smtp import Lost, Result
from newsletter.models import Claim, DeliveryState

CLAIM = Claim(17, 3, "ada@example.net", None, None, {}, "default", 1, "17@example.org", 1)
BACKOFF = Backoff(first=60, most=600, jitter=0)


@pytest.mark.parametrize(
    ("code", "stage", "state", "retry"),
    [
        (250, Stage.DOT, "accepted", None),
        (450, Stage.RCPT, "deferred", 60),
        (452, Stage.MAIL, "deferred", 60),
        (421, Stage.RCPT, "deferred", 60),
        (421, Stage.DOT, "deferred", 60),
        (421, Stage.MAIL, "pending", None),
        (550, Stage.RCPT, "failed", None),
        (554, Stage.DOT, "failed", None),
        (654, Stage.DOT, "uncertain", None),
        (354, Stage.DOT, "uncertain", None),
    ],
)
def test_a_reply_decides(code: int, stage: Stage, state: str, retry: float | None) -> None:
    outcome = settle.by_reply(CLAIM, Result(stage, Reply(code, None, "words")), "main", BACKOFF, Random(1))
    assert (outcome.delivery, outcome.state, outcome.retry_after) == (17, DeliveryState(state), retry)
    assert outcome.relay == "main"
    assert "words" in (outcome.reply or "")


@pytest.mark.parametrize(("attempt", "retry"), [(1, 60), (2, 120), (3, 240), (9, 600)])
def test_the_delay_grows_with_the_attempts(attempt: int, retry: float) -> None:
    result = Result(Stage.RCPT, Reply(450, "4.2.0", "grey"))
    outcome = settle.by_reply(CLAIM._replace(attempt=attempt), result, "main", BACKOFF, Random(1))
    assert outcome.retry_after == retry


@pytest.mark.parametrize("attempt", [1, 2, 3, 40])
def test_a_message_that_was_handed_over_is_uncertain_at_any_attempt(attempt: int) -> None:
    lost = Lost("gone", handed_over=True, stage=Stage.DOT)
    outcome = settle.by_loss(CLAIM._replace(attempt=attempt), lost, "main", BACKOFF, Random(1))
    assert outcome.state is DeliveryState.UNCERTAIN


@pytest.mark.parametrize(("attempt", "state"), [(1, "pending"), (2, "pending"), (3, "deferred"), (9, "deferred")])
def test_a_message_that_breaks_every_connection_waits_its_turn_in_the_end(attempt: int, state: str) -> None:
    lost = Lost("gone", handed_over=False, stage=Stage.DATA)
    outcome = settle.by_loss(CLAIM._replace(attempt=attempt), lost, "main", BACKOFF, Random(1))
    assert outcome.state == state
    assert (outcome.retry_after is not None) == (state == "deferred")


def test_a_421_for_ever_at_mail_is_no_endless_loop() -> None:
    result = Result(Stage.MAIL, Reply(421, None, "busy"))
    outcome = settle.by_reply(CLAIM._replace(attempt=3), result, "main", BACKOFF, Random(1))
    assert outcome.state is DeliveryState.DEFERRED


def test_words_of_our_own_carry_no_reply_code() -> None:
    result = Result(Stage.RCPT, Reply(553, "5.6.7", "no SMTPUTF8"), local=True)
    outcome = settle.by_reply(CLAIM, result, "main", BACKOFF, Random(1))
    assert (outcome.state, outcome.reply_code, outcome.enhanced_code) == (DeliveryState.FAILED, None, "5.6.7")


def test_long_words_are_cut_to_what_the_ledger_keeps() -> None:
    long = Result(Stage.DOT, Reply(550, None, "x" * 5000))
    for outcome in (
        settle.by_reply(CLAIM, long, "main", BACKOFF, Random(1)),
        settle.by_loss(CLAIM, Lost("x" * 5000, handed_over=True, stage=Stage.DOT), "main", BACKOFF, Random(1)),
        settle.unmailable(CLAIM, "x" * 5000),
    ):
        assert len(outcome.reply or "") == 1000
