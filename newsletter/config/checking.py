"""Tables about what is checked and approved: [preflight], [[editor]]."""

from __future__ import annotations

from difflib import get_close_matches
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
                raise ValueError(_instead(maker))
            shares |= {name: _share(said) * part / sum(own.values()) for name, part in own.items()}
    if unknown := next((name for name in shares if name not in MAIL_CLIENTS), None):
        raise ValueError(_instead(unknown))
    if not any(shares.values()):
        raise ValueError("shares of which one at least is more than 0")
    return shares


def _instead(unknown: str) -> str:
    """What may stand where `unknown` stands: the name that is meant, else those there are."""
    makers = list(dict.fromkeys(name.split(".")[0] for name in MAIL_CLIENTS))
    maker, _, platform = unknown.partition(".")
    if maker not in makers:
        close = get_close_matches(maker.casefold(), makers, 1)
        meant = f"did you mean {close[0]}?" if close else f"one of {', '.join(makers)}"
        return f"a mail program's name; there is no {maker}, {meant}"
    platforms = [name.split(".")[1] for name in MAIL_CLIENTS if name.split(".")[0] == maker]
    close = get_close_matches(platform.casefold(), platforms, 1, 0.75)
    meant = f"did you mean {maker}.{close[0]}?" if close else f"one of {', '.join(platforms)}"
    return f"a platform of {maker}; there is no platform {platform}, {meant}"


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
