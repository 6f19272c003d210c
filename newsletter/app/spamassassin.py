"""What an installed SpamAssassin makes of the sample message.

`spamc` asks a daemon where one answers (0.2 seconds); else `spamassassin` is run (one to five seconds), with its local
rules only, in English, learning nothing. Either has a bounded time. What it says is kept by the message's bytes for a
day, and that it said nothing for ten minutes: who renders what was just checked does not wait, and is told the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal

from newsletter.app.cache import ReplyCache
from newsletter.preflight import Spam

#: Whether SpamAssassin is asked, where it has not said yet; only what it has said is told; or neither.
Ask = Literal["ask", "kept", "never"]

#: How long a score is believed (its rules are updated daily), and a fault.
_GOOD, _BAD = timedelta(days=1), timedelta(minutes=10)
#: Seconds that each program may take.
_SECONDS = 15.0
#: spamc tries to connect three times, a second apart, unless told. What Bayes has learned differs from machine to
#: machine and from run to run: it would learn from this message.
_PROGRAMS = (
    ("spamc", "-x", "-R", "--connect-retries=1"),
    ("spamassassin", "-L", "-t", "-x", "--cf=use_bayes 0"),
)
#: spamc's exit code where no daemon answers (EX_UNAVAILABLE).
_NO_DAEMON = 69
#: The report's rows come after a row of dashes; its words depend on the daemon's language.
_TABLE = re.compile(r"^-{4} -{4,} -{4,}$", re.MULTILINE)
#: Points have no decimals from 100 on; a description goes on in rows that begin with blanks.
_RULE = re.compile(r"^ *(-?\d+(?:\.\d+)?) ([A-Z][A-Z0-9_]{2,})[ \t]+(.*(?:\n[ \t]{20,}\S.*)*)", re.MULTILINE)
#: "BODY: ", "URI: ": where the rule looked.
_PLACE = re.compile(r"^[A-Z]{3,}: ")


def score(sample: bytes | None, how: Ask, cache: ReplyCache, now: datetime) -> Spam | None:
    """What SpamAssassin says of a message; None where it is not installed, or is not to be asked."""
    if sample is None or how == "never":
        return None
    key = ReplyCache.key("spam", hashlib.sha256(sample).hexdigest())
    seen = _kept(cache.get(key), now)
    if seen is None and how == "ask" and (seen := _asked(sample)):
        cache.put(key, json.dumps({"at": now.isoformat(), **asdict(seen)}), "spam")
    return seen


def _kept(text: str | None, now: datetime) -> Spam | None:
    try:
        data: dict[str, Any] = json.loads(text) if text else {}
        age = now - datetime.fromisoformat(data.pop("at"))
        rules = tuple((float(points), str(rule), str(about)) for points, rule, about in data.pop("rules"))
        seen = Spam(str(data.pop("filter")), float(data.pop("score")), float(data.pop("limit")), rules, **data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return seen if timedelta(0) <= age < (_BAD if seen.fault else _GOOD) else None


def _asked(sample: bytes) -> Spam | None:
    fault = None
    for name, *arguments in _PROGRAMS:
        program = shutil.which(name)
        seen = _run([program, *arguments], sample) if program else None
        if seen and not seen.fault:
            return seen
        fault = seen or fault
    return fault


def _run(command: list[str], sample: bytes) -> Spam | None:
    """One program's word; None where it is a client without a daemon."""
    environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": ""}
    try:
        run = subprocess.run(  # noqa: S603 (both programs by name, with arguments of ours)
            command,
            input=sample,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return Spam("SpamAssassin", fault=f"it did not answer within {_SECONDS:g} seconds")
    except OSError as error:
        return Spam("SpamAssassin", fault=f"it can't be run ({error.strerror})")
    if run.returncode == _NO_DAEMON:
        return None
    if run.returncode:
        return Spam("SpamAssassin", fault=f"it ended with exit code {run.returncode}")
    return _read(run.stdout.decode("utf-8", "replace"))


def _read(report: str) -> Spam:
    """The score and rules in what `spamc -R` or `spamassassin -t` prints."""
    match = re.match(r"\s*(-?[\d.]+)/([\d.]+)\s", report) or re.search(
        r"^X-Spam-Status: \w+, score=(-?[\d.]+) required=([\d.]+)", report, re.MULTILINE
    )
    try:
        points, limit = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    except ValueError:
        limit = 0.0
    if not limit:  # spamc says 0/0 of what it did not have read
        return Spam("SpamAssassin", fault="what it printed has no score")
    version = re.search(r"^X-Spam-Checker-Version: (SpamAssassin [\d.]+)", report, re.MULTILINE)
    *_, table = _TABLE.split(report)
    rules = {rule: (float(points), rule, _words(about)) for points, rule, about in _RULE.findall(table)}
    heaviest = tuple(sorted(rules.values(), reverse=True))
    return Spam(version[1] if version else "SpamAssassin", points, limit, heaviest)


def _words(about: str) -> str:
    words = _PLACE.sub("", " ".join(about.split()))
    return "" if words == "No description available." else words
