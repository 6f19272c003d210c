"""What a membership's state permits, and what may bring somebody back who had left.

| state        | is mailed | an import  | an editor, by hand | the reader's own sign-up |
| ------------ | --------- | ---------- | ------------------ | ------------------------ |
| (none)       | no        | active     | active             | pending                  |
| pending      | no        | as it is   | active             | pending                  |
| active       | yes       | as it is   | as it is           | as it is                 |
| unsubscribed | no        | as it is   | active             | pending                  |
| bounced      | no        | as it is   | active             | pending                  |
| complained   | no        | as it is   | as it is           | as it is                 |

A file may be years old, so it never undoes what a reader did. An editor acts for one person who asked. A complaint,
like a suppression, is only ever lifted as such. The store mirrors the columns of import and editor; a test holds it to
them, and to how a membership ends.
"""

from __future__ import annotations

from newsletter.models import MembershipState

_GONE = frozenset({MembershipState.UNSUBSCRIBED, MembershipState.BOUNCED, MembershipState.COMPLAINED})
_RETURNING = {
    "import": (MembershipState.ACTIVE, frozenset[MembershipState]()),
    "editor": (
        MembershipState.ACTIVE,
        frozenset({MembershipState.PENDING, MembershipState.UNSUBSCRIBED, MembershipState.BOUNCED}),
    ),
    "form": (MembershipState.PENDING, frozenset({MembershipState.UNSUBSCRIBED, MembershipState.BOUNCED})),
}


def after_joining(state: MembershipState | None, method: str, *, suppressed: bool) -> MembershipState | None:
    """Where a membership stands after "import", "editor" or "form" named the person; None: there is still none.

    A suppressed address gets no membership, and the one it has stays as it is. Raises KeyError for another method.
    """
    target, brings_back = _RETURNING[method]
    if suppressed:
        return state
    return target if state is None or state in brings_back else state


def after_leaving(state: MembershipState) -> MembershipState:
    """Where a membership stands after its reader left: a bounce or complaint stays on record as what it is."""
    return state if state in _GONE else MembershipState.UNSUBSCRIBED
