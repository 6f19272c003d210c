"""What a fetch may do: where it may go, how much it may bring, how often it may ask."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one fetch, its redirects included."""

    #: Bytes of the body once unpacked.
    size: int = 8 * 1024 * 1024
    #: Seconds in all, waiting for the host's turn left out.
    seconds: float = 30.0
    #: Seconds to wait for a connection, and for each read.
    patience: float = 10.0
    #: How many redirects are followed.
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a run."""

    #: What sites see in their logs, and what robots.txt is asked about (up to the first "/").
    user_agent: str = "newsletter/0"
    #: Hosts that may be at addresses which are not public; "*.example.org" names all below it.
    allow: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    #: Fetches under way at once, over all hosts.
    at_once: int = 50
    #: Fetches under way at once from one host.
    per_host: int = 2
    #: Seconds between the starts of two fetches from one host.
    delay: float = 0.5
    #: The longest that is waited within a run for a host that asked to be left alone (Retry-After), in seconds.
    longest_wait: float = 10.0
    #: Seconds until a feed whose server failed is asked once more in the same run.
    again: float = 5.0
    #: Whether robots.txt counts, where a caller asks for it.
    robots: bool = True

    def allows(self, host: str) -> bool:
        """Whether a host is allowed by name, wherever it is."""
        return host in self.allow or any(
            name.startswith("*.") and host.endswith(name[1:]) for name in self.allow if name.startswith("*.")
        )
