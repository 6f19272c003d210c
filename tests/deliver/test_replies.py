"""Replies as relays really give them, and what each means."""

from __future__ import annotations

import pytest

from newsletter.deliver.replies import Complaint, Stage, Verdict, blames_us, classify, complains, make, no_mailbox

REAL = [
    ("250 2.0.0 Ok: queued as 4XyZ3k1", Verdict.ACCEPTED, "2.0.0"),
    ("250 OK id=1sXyZ-0001Ab-2C", Verdict.ACCEPTED, None),
    ("250 2.0.0 OK  1712000000 a1-20020a05 - gsmtp", Verdict.ACCEPTED, "2.0.0"),
    ("251 2.1.5 User not local; will forward", Verdict.ACCEPTED, "2.1.5"),
    ("252 2.1.5 Cannot VRFY user, but will accept", Verdict.ACCEPTED, "2.1.5"),
    ("421 4.7.0 Try again later, closing connection", Verdict.DEFERRED, "4.7.0"),
    ("421 4.7.28 Unusual rate of unsolicited mail", Verdict.DEFERRED, "4.7.28"),
    ("421 Service not available", Verdict.DEFERRED, None),
    ("450 4.2.0 Greylisted, see https://example.net/greylist", Verdict.DEFERRED, "4.2.0"),
    ("450 4.1.8 Sender address rejected: Domain not found", Verdict.DEFERRED, "4.1.8"),
    ("451 4.3.0 Temporary lookup failure", Verdict.DEFERRED, "4.3.0"),
    ("451 4.7.1 Please try again later", Verdict.DEFERRED, "4.7.1"),
    ("452 4.2.2 The recipient's inbox is over quota", Verdict.DEFERRED, "4.2.2"),
    ("452 4.3.1 Insufficient system storage", Verdict.DEFERRED, "4.3.1"),
    ("452 4.5.3 Too many recipients", Verdict.DEFERRED, "4.5.3"),
    ("454 4.7.0 Temporary authentication failure", Verdict.DEFERRED, "4.7.0"),
    ("471 4.7.1 Content filter unavailable", Verdict.DEFERRED, "4.7.1"),
    ("550 5.1.1 The email account that you tried to reach does not exist", Verdict.FAILED, "5.1.1"),
    ("550 No such user here", Verdict.FAILED, None),
    ("550 5.4.1 Recipient address rejected: Access denied", Verdict.FAILED, "5.4.1"),
    ("550 5.7.1 Message rejected as spam", Verdict.FAILED, "5.7.1"),
    ("550 5.7.26 Unauthenticated mail from example.org is not accepted", Verdict.FAILED, "5.7.26"),
    ("551 User not local; please try <b@example.net>", Verdict.FAILED, None),
    ("552 5.2.2 Mailbox over quota", Verdict.FAILED, "5.2.2"),
    ("552 5.3.4 Message size exceeds fixed limit", Verdict.FAILED, "5.3.4"),
    ("553 5.1.3 Invalid address format", Verdict.FAILED, "5.1.3"),
    ("554 5.7.1 Client host blocked using zen.example.net", Verdict.FAILED, "5.7.1"),
    ("554 delivery error: dd This user doesn't have an account here", Verdict.FAILED, None),
    ("550 4.2.2 mailbox full", Verdict.FAILED, None),  # the enhanced code contradicts: the reply code binds
    ("354 go ahead", Verdict.UNKNOWN, None),
    ("199 hm", Verdict.UNKNOWN, None),
    ("600 beyond", Verdict.UNKNOWN, None),
    ("777 beyond", Verdict.UNKNOWN, None),
    ("000 nothing", Verdict.UNKNOWN, None),
]


@pytest.mark.parametrize(("line", "verdict", "enhanced"), REAL, ids=[line[:40] for line, *_ in REAL])
def test_a_reply_means_what_its_first_digit_says(line: str, verdict: Verdict, enhanced: str | None) -> None:
    reply = make(int(line[:3]), (line[4:],))
    assert (classify(reply), reply.enhanced) == (verdict, enhanced)


def test_the_enhanced_code_is_cut_from_every_line_of_the_text() -> None:
    reply = make(550, ("5.1.1 The account you tried", "5.1.1 does not exist.", "5.1.1"))
    assert reply.text == "The account you tried does not exist."
    assert str(reply) == "550 5.1.1 The account you tried does not exist."


def test_an_address_like_number_in_the_text_is_no_enhanced_code() -> None:
    assert make(550, ("5.1.1.7 is blocked",)).enhanced is None
    assert make(550, ("5.1.1234 hm",)).enhanced is None


def test_control_characters_of_a_reply_reach_no_terminal() -> None:
    assert make(550, ("5.1.1 \x1b[31mred\x07",)).text == "[31mred"


OURS = [
    ("530 5.7.0 Must issue a STARTTLS command first", Stage.MAIL, True),
    ("530 5.7.1 Authentication required", Stage.RCPT, True),
    ("550 5.7.60 Client does not have permissions to send as this sender", Stage.MAIL, True),
    ("552 5.3.4 Message too large", Stage.MAIL, True),
    ("554 5.7.1 <b@example.net>: Relay access denied", Stage.RCPT, True),
    ("550 5.7.54 Unable to relay recipient in non-accepted domain", Stage.RCPT, True),
    ("550 relay not permitted", Stage.RCPT, True),
    ("550-5.7.1 Relaying denied. Proper authentication required.", Stage.RCPT, True),
    ("553 5.7.1 <n@example.org>: Sender address rejected: not owned by user digest", Stage.RCPT, True),
    ("550 5.1.8 <n@example.org>: Sender address rejected: Domain not found", Stage.RCPT, True),
    ("554 5.7.1 <mail[192.0.2.1]>: Client host rejected: Access denied", Stage.RCPT, True),
    ("554 5.7.1 Client host blocked using zen.example.net", Stage.RCPT, True),
    ("554 Message rejected: Email address is not verified.", Stage.DOT, True),
    ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", Stage.DOT, True),
    ("554 5.2.252 SendAsDenied; a@example.org not allowed to send as b@example.org", Stage.DOT, True),
    ("550 5.4.5 Daily user sending limit exceeded.", Stage.DOT, True),
    ("550 5.1.1 <b@example.net>: Recipient address rejected: User unknown", Stage.RCPT, False),
    ("552 5.2.2 The recipient's quota is exceeded", Stage.RCPT, False),
    ("550 5.1.1 No such user", Stage.RCPT, False),
    ("550 5.7.1 Rejected by policy", Stage.RCPT, False),
    ("554 5.7.1 Spam", Stage.DOT, False),
    ("451 4.7.1 Relay access denied for now", Stage.RCPT, False),
    ("421 4.7.0 Too many connections", Stage.MAIL, False),
]


@pytest.mark.parametrize(("line", "stage", "ours"), OURS)
def test_a_refusal_of_the_sender_is_told_from_one_of_the_recipient(line: str, stage: Stage, ours: bool) -> None:
    assert blames_us(make(int(line[:3]), (line[4:],)), stage) is ours


COMPLAINTS = [
    ("421 4.7.0 Try again later, closing connection", Stage.MAIL, Complaint.RELAY),
    ("421 4.7.28 Unusual rate of unsolicited mail", Stage.DOT, Complaint.RELAY),
    ("421 Service not available", Stage.RCPT, Complaint.RELAY),
    ("450 4.2.1 The user is receiving mail at a rate that prevents delivery", Stage.RCPT, Complaint.DOMAIN),
    ("451 4.7.1 Please try again later", Stage.RCPT, Complaint.DOMAIN),
    ("451 4.7.650 The mail server has been temporarily rate limited", Stage.MAIL, Complaint.RELAY),
    ("454 Throttling failure: Maximum sending rate exceeded.", Stage.DOT, Complaint.RELAY),
    ("421 4.7.0 [TSS04] Messages temporarily deferred due to user complaints", Stage.MAIL, Complaint.RELAY),
    ("452 4.5.3 Too many recipients", Stage.RCPT, Complaint.DOMAIN),
    ("450 4.2.0 Greylisted, see https://example.net/greylist", Stage.RCPT, None),
    ("451 4.7.1 Greylisting in action, please come back later", Stage.RCPT, None),
    ("450 4.2.1 mailbox busy", Stage.RCPT, None),
    ("452 4.2.2 The recipient's inbox is over quota", Stage.RCPT, None),
    ("451 4.3.0 Temporary lookup failure", Stage.RCPT, None),
    ("550 5.7.1 too many messages", Stage.RCPT, None),
    ("250 2.0.0 ok", Stage.DOT, None),
]


@pytest.mark.parametrize(("line", "stage", "whose"), COMPLAINTS)
def test_a_complaint_about_our_rate_is_told_from_other_temporary_refusals(
    line: str, stage: Stage, whose: Complaint | None
) -> None:
    assert complains(make(int(line[:3]), (line[4:],)), stage) is whose


MAILBOXES = [
    ("550 5.1.1 The email account that you tried to reach does not exist", Stage.RCPT, True),
    ("550 5.1.1 <b@example.net>: Recipient address rejected: User unknown in local recipient table", Stage.RCPT, True),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", Stage.RCPT, True),
    ("556 5.1.10 Recipient address has a null MX", Stage.RCPT, True),
    ("550 5.2.1 The email account that you tried to reach is disabled", Stage.RCPT, True),
    ("550 5.1.2 Bad destination system: no such domain", Stage.RCPT, True),
    ("550 No such user here", Stage.RCPT, True),
    ("550 Unrouteable address", Stage.RCPT, True),
    ("554 delivery error: dd This user doesn't have an example.net account (b@example.net)", Stage.RCPT, True),
    ("550 5.1.1 no such user", Stage.DOT, False),  # a filter has seen the content by then
    ("550 5.1.1 Message rejected as spam", Stage.RCPT, False),
    ("550 5.1.1 Blocked by policy", Stage.RCPT, False),
    ("552 5.2.2 Mailbox full", Stage.RCPT, False),
    ("550 5.2.1 Mailbox over quota", Stage.RCPT, False),
    ("550 5.1.8 Sender address rejected: Domain not found", Stage.RCPT, False),
    ("553 5.1.3 Invalid address format", Stage.RCPT, False),
    ("550 5.7.1 Rejected by policy", Stage.RCPT, False),
    ("550 5.4.1 Recipient address rejected: Access denied", Stage.RCPT, False),
    ("550 5.7.1 Unable to relay", Stage.RCPT, False),
    ("554 5.7.1 Client host blocked using zen.example.net", Stage.RCPT, False),
    ("450 4.1.1 no such user yet", Stage.RCPT, False),
    ("550 Requested action not taken", Stage.RCPT, False),
]


@pytest.mark.parametrize(("line", "stage", "gone"), MAILBOXES)
def test_only_a_mailbox_that_does_not_exist_ends_a_subscription(line: str, stage: Stage, gone: bool) -> None:
    assert no_mailbox(make(int(line[:3]), (line[4:],)), stage) is gone
