"""What is suggested as an issue's subject and preheader, for as long as the editor has no other words for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from newsletter.models import Issue

_PREHEADER_CHARACTERS = 110


def followed(before: Issue, after: Issue) -> Issue:
    """The issue after a pick, its subject and preheader new where they were what this program suggested."""
    return replace(
        after,
        subject=subject(after) if before.subject == subject(before) else before.subject,
        preheader=preheader(after) if before.preheader == preheader(before) else before.preheader,
    )


def subject(issue: Issue) -> str:
    """What is suggested as the subject: the first headline, else the title."""
    return _literal(next((pick.headline for pick in issue.picks), issue.title))


def preheader(issue: Issue) -> str:
    """What is suggested as the preheader: the second to fourth headline, as far as inboxes show them."""
    text = ""
    for pick in islice(issue.picks, 1, 4):
        longer = f"{text} · {pick.headline}" if text else pick.headline
        if len(longer) > _PREHEADER_CHARACTERS and text:
            break
        text = longer
    return _literal(text)


def _literal(headline: str) -> str:
    """An article's words where merge fields may stand: its braces begin none (see render.merge)."""
    return headline.replace("{{", r"\{{")
