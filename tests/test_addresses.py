"""An address is what mail can be sent to, and its key is what it is unique by."""

from __future__ import annotations

import subprocess
import sys
from unicodedata import normalize

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter import addresses
from newsletter.addresses import parse
from newsletter.errors import AddressError

#: Text out of which addresses are made, so that hypothesis often meets one that is valid.
PIECES = st.lists(
    st.sampled_from(
        ["a", "Z", "9", ".", "-", "--", "+", "_", "xn--", "x.org", "é", "İ", "ß", "\u0345", "@", "。", "Ж"]
    ),
    max_size=8,
).map("".join)


@pytest.mark.parametrize(
    ("given_", "key", "domain"),
    [
        ("me@example.org", "me@example.org", "example.org"),
        ("Ada.Lovelace+News@Example.ORG", "ada.lovelace+news@example.org", "example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("ada@straße.de", "ada@xn--strae-oqa.de", "xn--strae-oqa.de"),
        ("STRASSE@example.org", "strasse@example.org", "example.org"),
        ("straße@example.org", "strasse@example.org", "example.org"),
        ("José@example.org", "josé@example.org", "example.org"),
        ("Jose\u0301@example.org", "josé@example.org", "example.org"),
        ("Жанна@почта.example", "жанна@xn--80a1acny.example", "xn--80a1acny.example"),
        ("me@localhost", "me@localhost", "localhost"),
        ("me@mail.test", "me@mail.test", "mail.test"),
        ("me@intranet.local", "me@intranet.local", "intranet.local"),
        (" \u200bme@example.org\u00a0", "me@example.org", "example.org"),
    ],
)
def test_the_key_folds_case_and_form_and_nothing_else(given_: str, key: str, domain: str) -> None:
    address = parse(given_)
    assert (address.key, address.domain) == (key, domain)
    assert addresses.key(given_) == key


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        ("ada", "no @"),
        ("@example.org", "before the @"),
        ("ada@", "after the @"),
        ("ada@example", "period"),
        ("ada@example,org", "comma"),
        ("ada lovelace@example.org", "space"),
        ("ada@example.org; bob@example.org", "more than one"),
        ("Ada <ada@example.org>", "name around it"),
        ("ada@example.org\r\nBcc: bob@example.org", "line break"),
        ("ada@example.org\n", "line break"),
        ("a\x00da@example.org", "control character"),
        ("ada@exam\u200bple.org", "ZERO WIDTH SPACE"),
        ("\udcff@example.org", "control character"),
        ('"ada lovelace"@example.org', "space"),
        ('"ada"@example.org', "quoting"),
        ("ada@[127.0.0.1]", "bracketed"),
        ("ada..l@example.org", "two periods"),
        ("ada@example.org.", "period"),
        ("ada@gone.invalid", "can't be sent"),
        ("ada@hidden.onion", "can't be sent"),
        ("ada＠example.org", "no @"),
        ("a" * 300 + "@example.org", "254"),
    ],
)
def test_a_refusal_says_in_plain_words_what_is_wrong(value: str, reason: str) -> None:
    with pytest.raises(AddressError, match=reason):
        parse(value)


def test_the_address_is_kept_as_it_was_given_and_the_wire_form_has_an_a_label() -> None:
    address = parse("Ada.L@Bücher.example")
    assert (address.email, address.wire) == ("Ada.L@Bücher.example", "Ada.L@xn--bcher-kva.example")
    assert addresses.wire(address.email) == address.wire


def test_a_very_long_value_is_not_repeated_in_the_error() -> None:
    with pytest.raises(AddressError) as caught:
        parse("x" * 1_000_000)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=40) | st.builds("{}@{}".format, PIECES, PIECES))
@example("́ͅa@x.de")
@example("a@ab--cd.de")
@example("a@x.c-m")
def test_any_text_is_an_address_with_a_stable_key_or_an_address_error(text: str) -> None:
    try:
        address = parse(text)
    except AddressError:
        return
    assert addresses.key(text) == addresses.key(address.email) == addresses.key(address.key) == address.key
    assert address.domain.isascii()
    assert not set(address.wire) & set("\r\n\x00 ")
    assert parse(address.wire).key == address.key


@given(st.from_regex(addresses._PLAIN, fullmatch=True))
@example("a@b.c-d")
@example("info@EXAMPLE.com")
def test_the_short_cut_for_plain_addresses_passes_nothing_that_email_validator_refuses(text: str) -> None:
    try:
        address = parse(text)
    except AddressError:
        return
    if address.domain.rpartition(".")[2] in addresses._TRIAL:
        return
    found = validate_email(text, check_deliverability=False)
    assert found.ascii_domain == address.domain


@given(st.builds("{}@{}.org".format, PIECES, PIECES))
def test_what_email_validator_passes_passes_here(text: str) -> None:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return
    assert parse(text).email == normalize("NFC", text)


@pytest.mark.parametrize(
    "value", ["", "ada", "@x.org", "ada@", "a@x\r\n.org", "a@\ud800.org", "a@" + "ü" * 300 + ".org"]
)
def test_a_key_is_refused_for_what_is_no_address_at_all(value: str) -> None:
    with pytest.raises(AddressError):
        addresses.key(value)


def test_a_keyed_hash_depends_on_key_and_secret() -> None:
    one = addresses.keyed_hash("ada@example.org", b"secret")
    assert one == addresses.keyed_hash(addresses.key("ADA@EXAMPLE.org"), b"secret")
    assert (
        len({one, addresses.keyed_hash("ada@example.org", b"other"), addresses.keyed_hash("a@x.org", b"secret")}) == 3
    )
    assert len(one) == 64
    with pytest.raises(ValueError, match="empty"):
        addresses.keyed_hash("ada@example.org", b"")


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("Ada Lovelace <ada@example.org>", "Ada Lovelace", "ada@example.org"),
        ('"Lovelace, \\"Ada\\"" <ada@example.org>', 'Lovelace, "Ada"', "ada@example.org"),
        ("Wöchentlich <news@example.org>", "Wöchentlich", "news@example.org"),
        ("<ada@example.org>", None, "ada@example.org"),
        ("ada@example.org", None, "ada@example.org"),
        ('"" <ada@example.org>', None, "ada@example.org"),
    ],
)
def test_a_mailbox_is_a_name_and_an_address(value: str, name: str | None, email: str) -> None:
    found, address = addresses.mailbox(value)
    assert (found, address.email) == (name, email)


@pytest.mark.parametrize("value", ["Ada\r\nBcc: x <ada@example.org>", "Ada <ada>", "ada@example.org>", "Ada <>", "Ada"])
def test_a_bad_mailbox_is_refused(value: str) -> None:
    with pytest.raises(AddressError):
        addresses.mailbox(value)


def test_the_sending_process_gets_keys_without_email_validator() -> None:
    code = (
        "import sys; from newsletter import addresses;"
        "addresses.key('Ada@Bücher.example'); addresses.parse('ada@example.org');"
        "sys.exit('email_validator' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
