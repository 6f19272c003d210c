"""Relays' words → one line a reason: what differs only by address, queue id or time is the same reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from newsletter.models import Reason

#: What differs from reply to reply: an address, and a token of letters and digits as queues and sessions have them.
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@,;:]+[^\s<>@,;:.]>?")
_TOKEN = re.compile(r"(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])[\w.-]{10,}")
#: When a log says that it was (`deliver.maillog.Fate.line`).
_TIME = re.compile(r"^log of (?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\S+): ")

#: Addresses shown for each reason.
_SHOWN = 5


def gathered(found: Iterable[Reason]) -> list[Reason]:
    """The reasons without what is each recipient's own, the most frequent first."""
    by_words: dict[tuple[object, ...], Reason] = {}
    for one in found:
        words = _TOKEN.sub("…", _ADDRESS.sub("<…>", _TIME.sub("log: ", one.reply))) if one.reply else one.reply
        key = one.relay, one.state, one.reply_code, one.enhanced_code, words
        known = by_words.get(key, replace(one, reply=words, count=0, recipients=(), suppressed=0))
        by_words[key] = replace(
            known,
            count=known.count + one.count,
            recipients=tuple(sorted({*known.recipients, *one.recipients}))[:_SHOWN],
            suppressed=known.suppressed + one.suppressed,
        )
    return sorted(by_words.values(), key=lambda one: one.count, reverse=True)
