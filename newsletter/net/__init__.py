"""The only way out besides SMTP: fetch a page or a feed, safely and politely.

An address comes in, bytes come out (`Fetched`), or one of two errors: FetchRefused when a rule of ours or of the site
says no, FetchError when it did not work. Where a request may go is decided on the address it resolves to, and that very
address is connected to (`pinning`); sizes, times, redirects and decompression are bounded (`Limits`); a host is asked
by few at once and not too often (`turns`); robots.txt is honoured where the caller says that it counts (`robots`).
Questions to the DNS go out in `dns`, which is loaded by who asks them.
"""

from newsletter.net.fetcher import Conditions, Fetched, Fetcher
from newsletter.net.policy import Limits, Policy
from newsletter.net.sync import Web

__all__ = ["Conditions", "Fetched", "Fetcher", "Limits", "Policy", "Web"]
