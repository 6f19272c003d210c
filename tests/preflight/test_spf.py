"""SPF records read and evaluated, against a zone in a dict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from newsletter.errors import LookupFailed
from newsletter.preflight import spf


class Zone:
    """`spf.Lookup` over a dict: (name, kind) → records; a missing name has none, None fails."""

    def __init__(self, records: Mapping[tuple[str, str], Sequence[str] | None]) -> None:
        self._records = records

    def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        found = self._records.get((name, kind), ())
        if found is None:
            raise LookupFailed(name, kind, "no server gave an answer")
        return tuple(found)

    def txt(self, name: str) -> tuple[str, ...]:
        return self._ask(name, "TXT")

    def addresses(self, name: str) -> tuple[str, ...]:
        return self._ask(name, "A")

    def exchangers(self, name: str) -> tuple[str, ...]:
        return self._ask(name, "MX")


def read(record: str | Sequence[str], **more: Sequence[str] | None) -> spf.Spf:
    """`more`: a__example__TXT=(…) stands for the TXT records of a.example."""
    zone = {tuple(key.replace("__", ".").rsplit(".", 1)): found for key, found in more.items()}
    own = (record,) if isinstance(record, str) else record
    return spf.read("e.org", Zone({("e.org", "TXT"): own, **zone}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("record", "address", "result"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.7", "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "198.51.100.1", "fail"),
        ("v=spf1 ip4:192.0.2.1 ~all", "192.0.2.2", "softfail"),
        ("V=SPF1 IP4:192.0.2.1 ?ALL", "192.0.2.2", "neutral"),
        ("v=spf1 ip4:192.0.2.1", "192.0.2.2", "neutral"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::5", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", "fail"),
        ("v=spf1 -ip4:192.0.2.1 +all", "192.0.2.1", "fail"),
        ("v=spf1 a -all", "192.0.2.10", "pass"),
        ("v=spf1 a/24 -all", "192.0.2.99", "pass"),
        ("v=spf1 a:h.example/24//64 -all", "2001:db8::99", "pass"),
        ("v=spf1 a:h.example/24//64 -all", "2001:db8:0:1::99", "fail"),
        ("v=spf1 mx -all", "192.0.2.20", "pass"),
        ("v=spf1 include:i.example -all", "203.0.113.1", "pass"),
        ("v=spf1 include:i.example ~all", "203.0.113.2", "softfail"),
        ("v=spf1 redirect=i.example", "203.0.113.2", "fail"),
        ("v=spf1 -all redirect=i.example", "203.0.113.1", "fail"),
        ("v=spf1 exists:%{i}.x.example -all", "192.0.2.1", "unknown"),
        ("v=spf1 ip4:192.0.2.1 exists:%{i}.x.example -all", "192.0.2.1", "pass"),
        ("v=spf1 ptr -all", "192.0.2.1", "unknown"),
        ("v=spf1 include:%{d}.x.example -all", "192.0.2.1", "unknown"),
        ("v=spf1 redirect=%{d}.x.example", "192.0.2.1", "unknown"),
    ],
)
def test_what_an_address_may(record, address, result):
    found = read(
        record,
        e__org__A=["192.0.2.10"],
        h__example__A=["198.51.100.1", "2001:db8::1"],
        e__org__MX=["m.example"],
        m__example__A=["192.0.2.20"],
        i__example__TXT=["v=spf1 ip4:203.0.113.1 -all"],
    )
    assert (found.faults, found.result(address)) == ([], result)


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (("v=spf1 -all", "v=spf1 ~all"), "has 2 SPF records"),
        ("v=spf1 ip4:192.0.2.300 -all", "no address"),
        ("v=spf1 ip4:2001:db8::1 -all", "other kind"),
        ("v=spf1 ip4:192.0.2.1/33 -all", "no address"),
        ("v=spf1 a/40 -all", "impossible length"),
        ("v=spf1 ipv4:192.0.2.1 -all", "no mechanism"),
        ("v=spf1 include -all", "names nothing"),
        ("v=spf1 include:none.example -all", "none.example, which it includes, has no SPF record"),
        ("v=spf1 include:e.org -all", "includes itself"),
        ("v=spf1 redirect=e.org", "includes itself"),
        ("v=spf1 “ip4:192.0.2.1” -all", "can't be read"),
    ],
)
def test_what_receivers_call_an_error(record, fault):
    assert any(fault in words for words in read(record, e__org__A=["192.0.2.10"]).faults)


def test_no_record_and_a_record_of_another_kind():
    assert (
        read(
            (),
        ).record.text
        is None
    )
    found = read(("v=spf10 -all", "spf2.0/pra -all", "google-site-verification=x"))
    assert (found.record.text, found.result("192.0.2.1")) == (None, "none")


def test_lookups_are_counted_over_the_whole_tree_up_to_the_limit():
    chain = {f"n{at}__example__TXT": [f"v=spf1 include:n{at + 1}.example -all"] for at in range(1, 10)}
    good = read("v=spf1 include:n1.example -all", **chain, n10__example__TXT=["v=spf1 -all"])
    assert (good.lookups, good.faults) == (10, [])
    bad = read("v=spf1 a include:n1.example -all", e__org__A=["192.0.2.1"], **chain, n10__example__TXT=["v=spf1 -all"])
    assert (bad.lookups, bad.faults) == (11, ["needs 11 lookups, and receivers stop after 10"])


def test_a_record_that_never_ends_is_left_in_time():
    wide = "v=spf1 " + " ".join(f"include:w{at}.example" for at in range(60))
    found = read(wide, **{f"w{at}__example__TXT": [wide.replace("w", f"v{at}w")] for at in range(60)})
    assert found.faults
    assert found.lookups < 2000


def test_lookups_that_find_nothing_are_counted():
    found = read("v=spf1 a:x.example a:y.example mx:z.example -all")
    assert found.faults == ["3 of its lookups find nothing, and receivers bear 2"]


def test_an_include_that_could_not_be_asked_leaves_it_open():
    found = read("v=spf1 include:gone.example -all", gone__example__TXT=None)
    assert (found.result("192.0.2.1"), len(found.unasked)) == ("unknown", 1)


@pytest.mark.parametrize(
    ("record", "last"), [("v=spf1 -all", "-"), ("v=spf1 redirect=i.example", "~"), ("v=spf1 mx", None)]
)
def test_its_last_word(record, last):
    assert read(record, i__example__TXT=["v=spf1 ~all"]).last == last
