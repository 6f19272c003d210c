"""DMARC and DKIM records as published."""

from __future__ import annotations

import pytest

from newsletter.preflight import published
from tests.preflight.test_spf import Zone

OURS = "v=DKIM1; k=rsa; p=AAAA"


@pytest.mark.parametrize(
    ("domain", "own"),
    [
        ("example.org", "example.org"),
        ("news.mail.example.org", "example.org"),
        ("news.example.co.uk", "example.co.uk"),
        ("ada.github.io", "ada.github.io"),
        ("co.uk", "co.uk"),
        ("a.b.unknown-suffix", "b.unknown-suffix"),
        ("xn--bcher-kva.example.de", "example.de"),
    ],
)
def test_whose_organisation_a_domain_is(domain, own):
    assert published.organisation(domain) == own


def test_alignment_relaxed_and_strict():
    assert published.aligned("news.example.org", "mail.example.org", strict=False)
    assert not published.aligned("news.example.org", "example.org", strict=True)
    assert not published.aligned("a.co.uk", "b.co.uk", strict=False)


def dmarc(domain="e.org", **records):
    zone = {(f"_dmarc.{name.replace('__', '.')}", "TXT"): found for name, found in records.items()}
    return published.dmarc(domain, Zone(zone))


def test_the_domains_own_record_goes_before_its_organisations():
    found = dmarc("news.e.org", e__org=["v=DMARC1; p=reject; sp=quarantine; aspf=s; rua=mailto:d@e.org; pct=20"])
    assert (found.domain, found.policy, found.percent, found.strict_spf) == ("e.org", "quarantine", 20, True)
    own = dmarc("news.e.org", e__org=["v=DMARC1; p=reject"], news__e__org=["v=DMARC1;p=none"])
    assert (own.domain, own.policy, own.faults) == ("news.e.org", "none", ())


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "2 DMARC records"),
        (["v=DMARC1; p=nothing"], "p=nothing"),
        (["v=DMARC1"], "no p="),
        (["v=DMARC1; p=none; pct=many"], "pct=many"),
        (["v=DMARC1; p=none; p=reject"], "p stands twice"),
        (["v=DMARC1; p=none; rua"], "“rua” is no name=value"),
    ],
)
def test_a_record_that_receivers_ignore(records, fault):
    assert any(fault in words for words in dmarc(e__org=records).faults)


def test_other_records_beside_it_are_none():
    assert dmarc(e__org=["v=DMARC12; p=none", "p=none; v=DMARC1", "x"]).text is None


@pytest.mark.parametrize(
    "record", [OURS, "p=AAAA", "v=DKIM1; p=AA AA; h=sha1:sha256; s=email", "v=DKIM1;k=rsa;p=AAAA;n=a note"]
)
def test_a_key_that_matches(record):
    found = published.key("s._domainkey.e.org", OURS, [record])
    assert (found.matches, found.faults) == (True, ())


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (["v=DKIM1; p="], "revoked"),
        (["v=DKIM1; k=rsa"], "no key in it"),
        (["v=DKIM1; p=BBBB"], "another key"),
        (["v=DKIM1; k=ed25519; p=AAAA"], "of kind ed25519"),
        (["p=AAAA; v=DKIM1"], "first tag"),
        (["v=DKIM1; p=AAAA; h=sha1"], "leaves out sha256"),
        (["v=DKIM1; p=AAAA; s=tlsrpt"], "not for mail"),
        ([OURS, OURS], "2 records"),
    ],
)
def test_a_key_that_makes_signatures_fail(records, fault):
    assert any(fault in words for words in published.key("n", OURS, records).faults)


def test_no_key_and_a_test_key():
    assert not published.key("n", OURS, []).there
    assert published.key("n", OURS, ["v=DKIM1; t=s:y; p=AAAA"]).testing
