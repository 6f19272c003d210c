"""Questions to a real DNS server on loopback."""

from __future__ import annotations

import time

import pytest

from newsletter.errors import LookupFailed
from newsletter.net.dns import Resolver
from tests.net.nameserver import DROPS, FAILS, serving, silent, txt


def test_the_strings_of_a_record_are_one_and_a_long_answer_comes_whole():
    long = "v=DKIM1; k=rsa; p=" + "A" * 700
    with serving({"a.example": txt("v=spf1 -all", long)}) as server:
        assert set(Resolver(server.address).txt("A.example.")) == {"v=spf1 -all", long}  # in any order


def test_no_such_name_and_no_such_record_are_answers():
    with serving({"a.example": {"A": ["192.0.2.1"]}}) as server:
        assert Resolver(server.address).txt("a.example") == ()
        assert Resolver(server.address).txt("b.example") == ()


def test_a_server_that_fails_leaves_it_unknown():
    with serving({"a.example": FAILS}) as server, pytest.raises(LookupFailed, match=r"a\.example TXT: no server"):
        Resolver(server.address, seconds=1).txt("a.example")


def test_a_name_that_cannot_be_one_is_unknown():
    with serving({}) as server, pytest.raises(LookupFailed):
        Resolver(server.address).txt("a" * 70 + ".example")


def test_addresses_of_both_kinds_exchangers_in_order_and_names():
    zone = {
        "a.example": {
            "A": ["192.0.2.1"],
            "AAAA": ["2001:db8::1"],
            "MX": ["20 b.example.", "10 c.example."],
        },
        "1.2.0.192.in-addr.arpa": {"PTR": ["a.example."]},
        "alias.example": {"CNAME": ["a.example."]},
    }
    with serving(zone) as server:
        dns = Resolver(server.address)
        assert dns.addresses("a.example") == ("192.0.2.1", "2001:db8::1")
        assert dns.addresses("alias.example") == ("192.0.2.1", "2001:db8::1")
        assert dns.exchangers("a.example") == ("c.example", "b.example")
        assert dns.names("192.0.2.1") == ("a.example",)


def test_all_of_a_silent_servers_questions_wait_once_and_it_is_named():
    with silent() as address:
        dns = Resolver(address, seconds=0.5)
        assert dns.silence is None
        began = time.monotonic()
        dns.ask_ahead([f"{n}.example" for n in range(6)], ["192.0.2.1"])
        for n in range(12):
            with pytest.raises(LookupFailed, match="no answer"):
                dns.txt(f"{n}.example")
        with pytest.raises(LookupFailed, match="no answer"):
            dns.names("192.0.2.1")
        assert time.monotonic() - began < 1.4  # one question costs 0.5
        assert dns.silence == f"no answer from DNS server {address} within 0.5 s"


def test_a_server_that_answers_some_is_borne_with_for_so_long_altogether():
    """A name whose own servers are dead costs its time; the others are asked all the same."""
    zone = {f"{n}.example": txt("here") for n in range(3)} | {f"dead{n}.example": DROPS for n in range(9)}
    with serving(zone) as server:
        dns = Resolver(server.address, seconds=0.6)
        dns.ask_ahead(["0.example", "dead0.example"])
        assert dns.txt("0.example") == ("here",)
        assert dns.silence is None
        began = time.monotonic()
        for n in range(9):
            with pytest.raises(LookupFailed, match="no answer"):
                dns.txt(f"dead{n}.example")
        assert time.monotonic() - began < 1.4


def test_what_was_asked_ahead_is_not_asked_again():
    zone = {"a.example": txt("one"), "1.2.0.192.in-addr.arpa": {"PTR": ["a.example."]}}
    with serving(zone) as server:
        dns = Resolver(server.address)
        dns.ask_ahead(["a.example"], ["192.0.2.1"])
        assert (dns.txt("a.example"), dns.names("192.0.2.1")) == (("one",), ("a.example",))
        assert sorted(server.asked) == [("1.2.0.192.in-addr.arpa", "PTR"), ("a.example", "TXT")]


def test_a_question_is_asked_once():
    with serving({"a.example": txt("one")}) as server:
        dns = Resolver(server.address)
        assert dns.txt("a.example") == dns.txt("A.EXAMPLE.")
        assert server.asked == [("a.example", "TXT")]


@pytest.mark.parametrize("server", ["dns.example", "192.0.2.1:", "192.0.2.1:x", "192.0.2.1:70000", "1:2"])
def test_a_server_that_is_no_address_is_refused(server):
    with pytest.raises(ValueError, match=r"."):
        Resolver(server)


@pytest.mark.parametrize("server", ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53"])
def test_addresses_of_servers(server):
    Resolver(server)
