"""What mailbox providers ask: each item as good as the worst of what it rests on."""

from __future__ import annotations

from newsletter.models import Diagnosis, Health
from newsletter.preflight import providers


def judged(*found: tuple[str, Health]) -> dict[str, Diagnosis]:
    diagnoses = [Diagnosis(name, health, "as it is") for name, health in found]
    return {one.id.removeprefix("providers."): one for one in providers.requirements(diagnoses)}


def test_an_item_is_as_good_as_the_worst_it_rests_on() -> None:
    found = judged(("dns.spf", "ok"), ("dns.spf.relay", "warn"), ("dns.dkim.s1", "ok"), ("dkim.s1", "fail"))
    assert (found["spf"].health, found["spf"].found) == ("warn", "in part: see dns.spf.relay")
    assert (found["dkim"].health, found["dkim"].found) == ("fail", "not so: see dkim.s1")
    assert (found["dmarc"].health, found["ptr"].health) == ("unknown", "unknown")


def test_tls_is_the_relays_tls_and_nothing_else_of_it() -> None:
    found = judged(("relay.main", "ok"), ("relay.main.pipelining", "warn"), ("relay.main.tls", "ok"))
    assert found["tls"].health == "ok"


def test_what_the_program_sees_to_is_said_with_how() -> None:
    found = judged()
    assert [name for name, one in found.items() if one.health == "ok"] == ["withdrawal", "format"]
    assert found["withdrawal"].found.endswith("at once: consent is read again at every attempt")
    assert all(
        one.mend or providers.REQUIREMENTS[at].rests_on or one.health == "ok" for at, one in enumerate(found.values())
    )


def test_the_figures_that_providers_name() -> None:
    asked = {one.name: one.asks for one in providers.REQUIREMENTS}
    assert "0.3 %" in asked["complaints"]
    assert "0.1 %" in asked["complaints"]
    assert "two days" in asked["withdrawal"]
    assert "1024 bits" in asked["dkim"]
    assert "p=none" in asked["dmarc"]
