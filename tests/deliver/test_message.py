"""A compiled message says, to any mail program, exactly what the variant says when it is filled in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.deliver import headers, message, mime
from newsletter.deliver.envelope import mailbox
from newsletter.errors import AddressError
from newsletter.models import Claim, SendKind, Slot, Variant, fill

DATE = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
HEAD = message.Letterhead("Weekly Native <news@example.org>", "Weekly Native", list_name="weekly")

# Text that is likely to go wrong: dots, "From ", equals signs, white space at line ends, long lines, every script.
nasty = st.sampled_from(
    [".", "..\n", "\n.\n", "From me", "=", "=2E", " \n", "\t\n", "\r", "\r\n", "é", "日本語", "👩🏽‍💻", "x" * 90]
)
words = st.lists(st.one_of(nasty, st.text(st.characters(exclude_categories=["Cs"]), max_size=30)), max_size=8).map(
    "".join
)
values = st.dictionaries(
    st.sampled_from(["unsubscribe_url", "view_url", "subscriber.name", "subscriber.city"]),
    st.one_of(st.none(), words, st.text(max_size=300), st.just("https://example.org/u/" + "t" * 200)),
)
slots = st.builds(
    Slot,
    field=st.sampled_from(["unsubscribe_url", "view_url", "subscriber.name", "subscriber.city"]),
    context=st.sampled_from(["html", "attribute", "url", "text"]),
    default=st.sampled_from(["", "reader", "Leser:in"]),
)
parts = st.lists(st.one_of(words, slots), max_size=6).map(tuple)
names = st.one_of(st.none(), words)


def claim(**fields: object) -> Claim:
    base: dict[str, object] = {
        "delivery": 17, "subscriber": 3, "email": "ada@example.net", "name": "Ada", "language": None, "fields": {},
        "variant": "default", "attempt": 1, "message_id": "17.abc@example.org", "list": 1,
    }  # fmt: skip
    return Claim(**(base | fields))  # type: ignore[arg-type]  # whatever the test sets


def parse(data: bytes) -> EmailMessage:
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert part is not None
    assert not part.defects
    return str(part.get_content()).replace("\r\n", "\n")


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fit_for_the_wire(data: bytes) -> None:
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert b"\0" not in data
    lines = data.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines), "a bare CR or LF"
    assert not any(line.startswith((b".", b"From ")) for line in lines)
    assert max(map(len, lines)) <= 76 or not any(len(line) > 998 for line in lines)
    head, _, rest = data.partition(b"\r\n\r\n")
    assert max(map(len, rest.split(b"\r\n"))) <= 76
    assert b"\r\n\r\n" not in head


@settings(max_examples=150)
@given(subject=parts, html=parts, text=parts, filled=values, name=names)
def test_whatever_the_values_the_message_reads_as_the_variant_does(
    subject: tuple[str | Slot, ...],
    html: tuple[str | Slot, ...],
    text: tuple[str | Slot, ...],
    filled: dict[str, str | None],
    name: str | None,
) -> None:
    variant = Variant("default", subject, (), html, text)
    data = message.compile(variant, HEAD, date=DATE).message(claim(name=name), filled).data
    fit_for_the_wire(data)
    parsed = parse(data)
    assert not parsed.defects
    assert body(parsed, "html") == _joined(html, filled)
    assert body(parsed, "plain") == _joined(text, filled)
    assert str(parsed["Subject"]) == headers.one_line(fill(subject, filled))
    assert parsed["To"].addresses[0].addr_spec == "ada@example.net"


def _joined(part: tuple[str | Slot, ...], filled: dict[str, str | None]) -> str:
    """As fill() joins it, with line ends as the message has them: a piece is normalised before it is joined."""
    return fill(tuple(unix(piece) if isinstance(piece, str) else piece for piece in part), filled)


everyday = st.sampled_from(
    ["Ada", "Ada Lovelace", "Zoë Łęcka", "Жанна", "田中", "עדה", "O'Brien", "Lovelace, Ada", "A&B", ".", "é" * 90, ""]
)
links = st.one_of(
    st.none(), words, st.from_regex(r"https://[a-z.~&=F]{0,160}", fullmatch=True), st.just("https://e.org/" + "t" * 900)
)


@settings(max_examples=150)
@given(
    body=parts,
    name=st.one_of(names, everyday),
    link=links,
    city=everyday,
    email=st.sampled_from(["ada@example.net", "a+b.c@x.example.net", "a@B.example", "é@x.org", "a" * 60 + "@x.org"]),
)
def test_the_short_ways_lead_to_the_same_message(
    body: tuple[str | Slot, ...], name: str | None, link: str | None, city: str, email: str
) -> None:
    program = message.compile(Variant("default", ("s",), (), body, body), HEAD, date=DATE)
    filled = {"unsubscribe_url": link, "view_url": link, "subscriber.name": name, "subscriber.city": city}
    short = program.message(claim(name=name, email=email), filled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsletter.deliver.message._PLAIN_ADDRESS", re.compile("(?!)"))
        patch.setattr("newsletter.deliver.message._ONE_CLICK", re.compile("(?!)"))
        patch.setattr("newsletter.deliver.mime.encode_everywhere", lambda value: None)
        patch.setattr("newsletter.deliver.mime.encode_value", lambda value: mime.encode_text(value) or mime.SOFT_BREAK)
        assert program.message(claim(name=name, email=email), filled) == short


@pytest.mark.parametrize("name", ["Ada", "Zoë", "田中", "عائشة"])
def test_a_name_is_isolated_where_it_runs_against_the_words_around_it(name: str) -> None:
    slots = tuple(Slot("subscriber.name", "html", rtl=rtl) for rtl in (True, False))
    program = message.compile(Variant("default", ("s",), (), slots, ("x",)), HEAD, date=DATE)
    assert body(parse(program.message(claim(), {"subscriber.name": name}).data), "html") == "".join(
        slot.fill(name) for slot in slots
    )


def test_the_headers_are_those_of_bulk_mail(variant: Variant, letterhead: message.Letterhead) -> None:
    made = message.compile(variant, letterhead, date=DATE).message(
        claim(),
        {
            "unsubscribe_url": "https://news.example.org/u/tok",
            "unsubscribe_mailto": "mailto:leave@example.org?subject=tok",
        },
    )
    parsed = parse(made.data)
    assert {name: str(value) for name, value in parsed.items() if name != "Content-Type"} == {
        "From": "Weekly Native <news@example.org>",
        "To": "Ada <ada@example.net>",
        "Subject": "An order of magnitude gained",
        "Date": "Sun, 01 Mar 2026 07:30:00 +0000",
        "Message-ID": "<17.abc@example.org>",
        "List-Id": "Weekly Native <weekly.news.example.org>",
        "List-Unsubscribe": "<https://news.example.org/u/tok>, <mailto:leave@example.org?subject=tok>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": "issue-12:weekly:issue:weekly-native",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
    }
    assert (made.mail_from, made.rcpt_to, made.smtputf8) == ("bounces+17@example.org", "ada@example.net", False)
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: all@example.net", "a\nBcc: x", "a\rBcc: x", "a\r\n\r\nbody", "a\u2028Bcc: x\x85y\0"]
)
def test_no_value_can_add_a_header(evil: str, variant: Variant) -> None:
    sender = message.Letterhead(
        f"{evil} <news@example.org>",
        evil,
        reply_to=f"{evil} <r@example.org>",
        list_name=evil,
        campaign=evil,
        archive_url=f"https://e.org/{evil}",
    )
    made = Variant("default", ("News ", Slot("subscriber.name", "header")), (), variant.html, variant.text)
    values = {
        "subscriber.name": evil,
        "unsubscribe_url": f"https://e.org/{evil}",
        "unsubscribe_mailto": f"mailto:{evil}",
    }
    data = message.compile(made, sender, date=DATE).message(claim(name=evil), values).data
    fit_for_the_wire(data)
    fields = [name for name, _ in parse(data).items()]
    assert "Bcc" not in fields
    assert len(fields) == len(set(fields))


@pytest.mark.parametrize(
    "email",
    [
        "a\r\nRCPT TO:<b@example.net>@example.net",
        "a b@example.net",
        "a@example.net>",
        "a@exa mple.net",
        "plain",
        "@example.net",
        "a@",
        "a@-x.net",
        "a\0@example.net",
        "l" * 65 + "@example.net",
        "a@" + "d." * 130 + "net",
    ],
)
def test_an_address_that_could_break_a_command_is_refused(email: str, variant: Variant) -> None:
    with pytest.raises(AddressError):
        message.compile(variant, HEAD, date=DATE).message(claim(email=email), {})


def test_an_international_domain_is_written_in_a_labels(variant: Variant) -> None:
    made = message.compile(variant, HEAD, date=DATE).message(claim(email="ada@Bücher.example"), {})
    assert (made.rcpt_to, made.smtputf8) == ("ada@xn--bcher-kva.example", False)
    assert b"To: Ada <ada@xn--bcher-kva.example>\r\n" in made.data


def test_only_a_local_part_beyond_ascii_needs_smtputf8(variant: Variant) -> None:
    made = message.compile(variant, HEAD, date=DATE).message(claim(email="adä@bücher.example", name="Ü"), {})
    assert (made.rcpt_to, made.smtputf8) == ("adä@xn--bcher-kva.example", True)
    assert "<adä@xn--bcher-kva.example>\r\n".encode() in made.data


def test_one_click_is_offered_beside_https_only(variant: Variant) -> None:
    program = message.compile(variant, HEAD, date=DATE)
    insecure = parse(program.message(claim(), {"unsubscribe_url": "http://localhost:8000/u/t"}).data)
    assert insecure["List-Unsubscribe"] == "<http://localhost:8000/u/t>"
    assert "List-Unsubscribe-Post" not in insecure
    assert "List-Unsubscribe" not in parse(program.message(claim(), {}).data)
    for odd in (
        "https://e.org/<t>",
        'https://e.org/"t"',
        "https://e.org/t\n",
        "https://e.org/é",
        "https://e.org/" + "t" * 900,
    ):
        assert "List-Unsubscribe" not in parse(program.message(claim(), {"unsubscribe_url": odd}).data)


def test_mail_a_program_writes_says_so(variant: Variant) -> None:
    head = message.Letterhead("news@example.org", "Weekly", kind=SendKind.CONFIRM)
    parsed = parse(message.compile(variant, head, date=DATE).message(claim(), {}).data)
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert "Precedence" not in parsed
    assert "List-Id" not in parsed


def test_every_attempt_is_the_same_message(variant: Variant, letterhead: message.Letterhead) -> None:
    first = message.compile(variant, letterhead, date=DATE).message(claim(attempt=1), {})
    again = message.compile(variant, letterhead, date=DATE).message(claim(attempt=2), {})
    assert first == again


@pytest.mark.parametrize(
    ("fields", "verp", "sender"),
    [
        ({"bounce_address": "bounces@example.org"}, True, "bounces+17@example.org"),
        ({"bounce_address": "bounces@example.org"}, False, "bounces@example.org"),
        ({"bounce_address": "bounces@bücher.example"}, True, "bounces+17@xn--bcher-kva.example"),
        ({}, True, "news@example.org"),
    ],
)
def test_the_envelope_sender_names_the_delivery(
    fields: dict[str, str], verp: bool, sender: str, variant: Variant
) -> None:
    head = message.Letterhead("News <news@example.org>", "Weekly", **fields)  # type: ignore[arg-type]  # addresses only
    assert message.compile(variant, head, date=DATE).message(claim(), {}, verp=verp).mail_from == sender


def test_a_bounce_tag_can_be_signed(variant: Variant) -> None:
    head = message.Letterhead("news@example.org", "Weekly", bounce_address="b@example.org")
    program = message.compile(variant, head, date=DATE, bounce_tag=lambda delivery: f"{delivery}-sig")
    assert program.message(claim(), {}).mail_from == "b+17-sig@example.org"


def test_the_boundary_is_the_parts_own_and_in_none_of_them(variant: Variant) -> None:
    spoof = Variant("default", ("s",), (), ("--=_0123\n--=_\n",), ("--=_ab--\n",))
    one, two = (message.compile(spoof, HEAD, date=DATE).message(claim(delivery=n), {}).data for n in (1, 2))
    boundaries = [re.findall(rb'boundary="(=_[0-9a-f]{32})"', data) for data in (one, two)]
    assert boundaries[0] == boundaries[1]
    assert one.count(boundaries[0][0]) == 4  # once in the header, three times as a delimiter


def test_an_unusable_letterhead_is_refused_at_once(variant: Variant) -> None:
    for head in (
        message.Letterhead("no address", "W"),
        message.Letterhead("a@b.example", "W", bounce_address="nobody"),
    ):
        with pytest.raises(AddressError):
            message.compile(variant, head, date=DATE)


def test_the_eml_file_is_what_an_unknown_reader_would_get(variant: Variant, letterhead: message.Letterhead) -> None:
    data = message.as_eml(variant, letterhead, date=DATE)
    fit_for_the_wire(data)
    assert "Dear reader," in body(parse(data), "html")
    assert data == message.as_eml(variant, letterhead, date=DATE)


@given(st.one_of(st.emails(), st.from_regex(r"[a-z.A-Z+-]{1,20}@[a-zA-Z0-9.-]{1,20}", fullmatch=True)))
def test_the_recipient_is_what_the_envelope_module_makes_of_the_address(email: str) -> None:
    program = message.compile(Variant("default", ("s",), (), ("x",), ("x",)), HEAD, date=DATE)
    try:
        box = mailbox(email)
    except AddressError:
        with pytest.raises(AddressError):
            program.message(claim(email=email), {})
        return
    made = program.message(claim(email=email), {})
    assert (made.rcpt_to, made.smtputf8) == (str(box), box.smtputf8)
    assert headers.address("To", "Ada", box) in made.data
