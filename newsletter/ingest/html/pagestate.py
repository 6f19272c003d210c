"""The date of publication in what a page hands its own scripts: the state of an application, data for counting visits.

Such data may list other articles, too: a date counts only where it is the only one.
"""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from newsletter.ingest import dates
from newsletter.ingest.dates import Moment

#: A key and its value, quoted or quoted within a string: `"publishedAt":"2026-11-03"`, `\\"pubDate\\":\\"…\\"`.
_STATED = re.compile(
    r"\\?[\"'](?:date[_-]?published|(?:first[_-]?)?published?[_-]?(?:at|date|time|on)|first[_-]?published|"
    r"(?:publication|publishing|pub|post|page[_-]?post|article)[_-]?date)\\?[\"']\s*:\s*"
    r"\\?[\"']([^\"'\\<>]{6,40})\\?[\"']",
    re.IGNORECASE,
)
#: Characters of a script that is searched, and of all of them.
_LONGEST, _MOST = 500_000, 2_000_000


def published(root: etree._Element, now: datetime) -> Moment | None:
    """The only day that the page's scripts call the one of publication; None when there is none or more than one."""
    found: dict[object, Moment] = {}
    left = _MOST
    for script in root.iter("script"):
        text = script.text or ""
        if len(text) > min(_LONGEST, left):
            continue
        left -= len(text)
        for hit in _STATED.finditer(text):
            if moment := dates.declared(hit[1], now):
                found.setdefault(moment.at.date(), moment)
        if len(found) > 1:
            return None
    return next(iter(found.values()), None)
