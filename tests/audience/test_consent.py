"""Who left stays out until they, or an editor for them, come back on purpose."""

from __future__ import annotations

import pytest

from newsletter.audience.consent import after_joining, after_leaving
from newsletter.models import MembershipState

PENDING, ACTIVE, UNSUBSCRIBED, BOUNCED, COMPLAINED = MembershipState
EVERY = [None, *MembershipState]


@pytest.mark.parametrize("state", list(MembershipState))
def test_an_import_leaves_every_membership_as_it_stands(state: MembershipState) -> None:
    assert after_joining(state, "import", suppressed=False) is state


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("import", [ACTIVE, PENDING, ACTIVE, UNSUBSCRIBED, BOUNCED, COMPLAINED]),
        ("editor", [ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, COMPLAINED]),
        ("form", [PENDING, PENDING, ACTIVE, PENDING, PENDING, COMPLAINED]),
    ],
)
def test_the_table_of_who_comes_back(method: str, expected: list[MembershipState]) -> None:
    assert [after_joining(state, method, suppressed=False) for state in EVERY] == expected


@pytest.mark.parametrize("method", ["import", "editor", "form"])
def test_a_suppressed_address_joins_nothing(method: str) -> None:
    assert [after_joining(state, method, suppressed=True) for state in EVERY] == EVERY


def test_leaving_ends_a_membership_and_keeps_what_had_ended_it_before() -> None:
    assert [after_leaving(state) for state in MembershipState] == [
        UNSUBSCRIBED, UNSUBSCRIBED, UNSUBSCRIBED, BOUNCED, COMPLAINED,
    ]  # fmt: skip
