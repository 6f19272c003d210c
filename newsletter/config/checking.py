"""Tables about what is checked and approved: [preflight], [[editor]]."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from newsletter.config.values import EmailAddress, Line, Table
from newsletter.models import CLIENT_SHARES, MAIL_CLIENTS


def _clients(value: object) -> object:
    """Shares by client: `gmail = 30` stands for all of a maker's programs, `gmail.android = 12` for one of them."""
    if not isinstance(value, dict):
        return value
    shares: dict[str, float] = {}
    for maker, said in value.items():
        if isinstance(said, dict):
            shares |= {f"{maker}.{platform}": _share(share) for platform, share in said.items()}
        elif maker in MAIL_CLIENTS:
            shares[maker] = _share(said)
        else:
            own = {one.id: one.share or 1 for one in MAIL_CLIENTS.values() if one.id.startswith(f"{maker}.")}
            if not own:
                raise ValueError(f"one of {', '.join(dict.fromkeys(name.split('.')[0] for name in MAIL_CLIENTS))}")
            shares |= {name: _share(said) * part / sum(own.values()) for name, part in own.items()}
    if unknown := next((name for name in shares if name not in MAIL_CLIENTS), None):
        raise ValueError(f"no platform of that name, as in {unknown}; one of {', '.join(MAIL_CLIENTS)}")
    if not any(shares.values()):
        raise ValueError("shares of which one at least is more than 0")
    return shares


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9:
        raise ValueError("a share, such as 30 (of 100, or of any sum)")
    return float(value)


class Preflight(Table):
    #: How many readers use which mail client; only the proportions count.
    clients: Annotated[dict[str, float], BeforeValidator(_clients)] = Field(default_factory=lambda: dict(CLIENT_SHARES))
    #: A send to a list needs the approval of two editors.
    two_person: bool = False


class Editor(Table):
    """One [[editor]]: somebody who may approve an issue."""

    name: Annotated[Line, Field(min_length=1)]
    email: EmailAddress
