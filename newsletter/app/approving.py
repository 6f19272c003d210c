"""Who approves: an editor's name → an approval, and whether there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.errors import Refused
from newsletter.models import Approval

if TYPE_CHECKING:
    from newsletter.config import Settings


def approval(settings: Settings, by: str | None, now: datetime) -> Approval | None:
    """The approval that `by` (an editor's name, first name or address) gives; None where nobody need be named.

    Raises Refused for whoever is no editor of the settings, and for nobody where two have to approve.
    """
    editors = settings.editor
    if by is None:
        if settings.preflight.two_person:
            names = " or ".join(editor.name for editor in editors)
            raise Refused(f"an approval needs a name where two editors have to approve: --as {names}")
        return None
    if not editors:
        raise Refused(
            f"--as {by} names an editor, and newsletter.toml has no [[editor]] tables (name, email); write them there, "
            "or approve without --as"
        )
    wanted = by.strip().casefold()
    exact = [one for one in editors if wanted in (one.name.casefold(), one.email.casefold())]
    found = exact or [one for one in editors if one.name.casefold().split()[0] == wanted]
    if len(found) == 1:
        return Approval(found[0].name, found[0].email, now)
    raise Refused(f"{by} is no editor of newsletter.toml; there are {', '.join(editor.name for editor in editors)}")


def enough(settings: Settings, number: int, approvals: Sequence[Approval]) -> None:
    """Raises Refused where the settings ask for two editors' approvals of issue `number`, and it has fewer."""
    if not settings.preflight.two_person:
        return
    known = {editor.name: editor.email for editor in settings.editor}
    given = [one.editor for one in approvals if one.editor in known]
    if len({known[name].casefold() for name in given}) >= 2:
        return
    others = [name for name in known if known[name].casefold() not in {known[one].casefold() for one in given}]
    given_by = f"{given[0]} has approved it as it stands" if given else "nobody has approved it as it stands"
    raise Refused(
        f"issue {number} needs the approval of two editors: {given_by}, {' or '.join(others)} can: "
        f"`newsletter issue approve {number} --as '{others[0]}'`"
    )
