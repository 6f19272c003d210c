"""Questions to a real DNS server on loopback."""

from __future__ import annotations

import pytest

from newsletter.errors import LookupFailed
from newsletter.net.dns import Resolver
from tests.net.nameserver import FAILS, serving, txt


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
