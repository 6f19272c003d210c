"""Family "content": what the inbox line shows, and whether the issue is complete."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter

from newsletter.preflight.checkup import Checkup, with_fields
from newsletter.preflight.mail import Mail
from newsletter.preflight.registry import Fault, error, note, on_issue, on_mail, warning
from newsletter.text.wrap import cells

#: Desktop inboxes show about this many characters of a subject; a phone held upright about 40.
SUBJECT_LENGTH = 70
#: (inbox, characters of the subject, of the preheader) shown, about: it depends on the letters and the window.
INBOXES = (
    ("iPhone", 41, 80),
    ("Gmail on Android", 45, 40),
    ("Outlook", 60, 55),
    ("Gmail in the browser", 70, 90),
    ("Apple Mail", 75, 140),
)
_REPEATED = re.compile(r"[!?！？؟]{2,}|\${2,}")
#: A shorter preheader is filled up by the client with whatever stands first in the mail.
PREHEADER_SHORT, PREHEADER_LONG = 40, 140
_MERGE_FIELD = re.compile(r"\{\{.*?\}\}")
#: A merge field that says nothing of what stands there where the subscriber has none.
_NO_DEFAULT = re.compile(r"(?<!\\)\{\{\s*subscriber\s*\.\s*(\w+)\s*\}\}")
#: Fields that no subscriber is without.
_ALWAYS = frozenset({"email", "language"})


@on_issue("content.subject_empty")
def subject_empty(checkup: Checkup) -> Iterator[Fault]:
    """The subject must not be empty.

    Clients print "(no subject)", and filters score it. Mend by writing one.
    """
    if not checkup.issue.subject.strip():
        yield error("subject", "the subject is empty", "write one")


@on_mail("content.subject_default")
def subject_default(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """A subject made of merge fields must say something for a reader who has none of them.

    Mend by giving the field a default: `{{ subscriber.name | default("reader") }}`.
    """
    if checkup.issue.subject.strip() and not mail.subject.strip():
        yield error("subject", "the subject is empty for readers without the field", "give its merge field a default")


@on_issue("content.no_default")
def no_default(checkup: Checkup) -> Iterator[Fault]:
    """A merge field should have a default, for those of whom it is not known.

    "Good morning {{ subscriber.name }}!" is "Good morning !" to who gave no name. Everybody has an email address and a
    language, which need none. Mend by writing one: `{{ subscriber.name | default("reader") }}`.
    """
    for where, text in with_fields(checkup.issue):
        if where == "subject" and not _MERGE_FIELD.sub("", text).strip():
            continue  # content.subject_default says it
        for name in dict.fromkeys(_NO_DEFAULT.findall(text)):
            if name in _ALWAYS or (checkup.fields is not None and name not in checkup.fields):
                continue  # an unknown one is the business of wording.merge_field
            message = f"nothing stands in for {{{{ subscriber.{name} }}}} where a subscriber has none"
            yield warning(where, message, f'write {{{{ subscriber.{name} | default("reader") }}}}')


@on_issue("content.subject_long")
def subject_long(checkup: Checkup) -> Iterator[Fault]:
    """A subject should be at most 70 characters, and say the essential in the first 41.

    About so many each inbox shows: iPhone 41, Android 45, Outlook 60, Gmail and Yahoo in the browser 70. Over 70 is a
    warning; over 41 a note with what a phone shows. An ideograph is as wide as two letters, and counts as two; merge
    fields are not counted. Mend by saying the essential first.
    """
    subject = " ".join(_MERGE_FIELD.sub("", checkup.issue.subject).split())
    length = cells(subject)
    cut = [f"{name} shows {shown}" for name, shown, _ in INBOXES if length > shown]
    if length > SUBJECT_LENGTH:
        yield warning("subject", f"{length} characters; {', '.join(cut)}", "shorten it")
    elif cut:
        seen = _beginning(subject, INBOXES[0][1])
        message = f"{length} characters; an iPhone shows about {INBOXES[0][1]}: “{seen}…”"
        yield note("subject", message, "look whether that is enough to open the mail for")


@on_issue("content.subject_shouts")
def subject_shouts(checkup: Checkup) -> Iterator[Fault]:
    """A subject should not be all capitals, nor carry "!!" or "??".

    Spam filters count both (SpamAssassin: SUBJ_ALL_CAPS), and so do readers. Mend by writing it as a sentence.
    """
    subject = _MERGE_FIELD.sub("", checkup.issue.subject)
    if _capitals(subject):
        yield warning("subject", "the subject is all capitals", "write it as a sentence")
    if _REPEATED.search(subject):
        yield warning("subject", "the subject has repeated punctuation", "one mark is enough")


@on_issue("content.shouts")
def shouts(checkup: Checkup) -> Iterator[Fault]:
    """Headlines, section titles and the preheader should not shout either.

    All capitals are read letter by letter, and aloud by some screen readers; "!!" and "??" make an advertisement of a
    digest. A section title of one word may be in capitals. Mend by writing them as sentences.
    """
    places = [("preheader", checkup.issue.preheader)]
    places += [(f"section {section.title}", section.title) for section in checkup.issue.sections]
    places += [(f"article {pick.article}", pick.headline) for pick in checkup.issue.picks]
    for where, words in places:
        if _capitals(words):
            yield warning(where, f"“{words.strip()[:40]}” is all capitals", "write it as a sentence")
        if _REPEATED.search(words):
            yield warning(where, f"“{words.strip()[:40]}” has repeated punctuation", "one mark is enough")


@on_issue("content.preheader")
def preheader(checkup: Checkup) -> Iterator[Fault]:
    """An issue should have a preheader of 40 to 140 characters that adds to the subject.

    It stands beside or under the subject in the inbox. Without one, or after a short one, clients show what comes
    first in the mail ("View in browser"). About so many characters of it each inbox shows: Android 40, Outlook 55,
    iPhone 80, Gmail in the browser 90, Apple Mail 140; an ideograph counts as two. Mend by saying what else is in the
    issue.
    """
    text = _MERGE_FIELD.sub("", checkup.issue.preheader).strip()
    length = cells(text)
    if not checkup.issue.preheader.strip():
        yield warning("preheader", "there is none", "say in a sentence what else is in the issue")
    elif text.casefold() == checkup.issue.subject.strip().casefold():
        yield warning("preheader", "it repeats the subject", "say what else is in the issue")
    elif length < PREHEADER_SHORT:
        yield note(
            "preheader", f"{length} characters; inboxes have room for {PREHEADER_SHORT} or more", "say a little more"
        )
    elif length > PREHEADER_LONG:
        yield note(
            "preheader",
            f"{length} characters; no inbox shows more than {PREHEADER_LONG}, Outlook 55",
            "say the essential first",
        )


@on_issue("content.empty")
def empty(checkup: Checkup) -> Iterator[Fault]:
    """An issue needs something to read.

    Without picks, intro and outro it is an empty mail: an error. With words but no picks it is a letter, which may be
    meant: a warning. Mend by picking articles.
    """
    issue = checkup.issue
    if not any(issue.picks):
        if issue.intro.strip() or issue.outro.strip():
            yield warning("issue", "there is no article in it", "pick some, unless it is meant as a letter")
        else:
            yield error("issue", "there is nothing in it", "pick articles, or write an intro")


@on_issue("content.empty_section")
def empty_section(checkup: Checkup) -> Iterator[Fault]:
    """Every section should have an article.

    A title with nothing under it reads like a mistake. Mend by moving an article there, or dropping the section.
    """
    for position, section in enumerate(checkup.issue.sections, start=1):
        if not section.picks and (section.title.strip() or len(checkup.issue.sections) > 1):
            where = f"section {section.title.strip() or position}"
            yield warning(where, "the section is empty", "move an article there, or drop the section")


@on_issue("content.headline")
def headline(checkup: Checkup) -> Iterator[Fault]:
    """Every pick must have a headline.

    It is the link to the article; without it the reader sees a gap. Mend by writing one.
    """
    for pick in checkup.issue.picks:
        if not pick.headline.strip():
            yield error(f"article {pick.article}", "the pick has no headline", "write one")


@on_issue("content.summary")
def summary(checkup: Checkup) -> Iterator[Fault]:
    """Every pick should have a summary.

    A headline alone gives no reason to read on, and the digest looks broken beside the others. A section below the lead
    in which none has one is a list of links, and meant. Mend by writing one or two sentences.
    """
    leads = True
    for section in filter(attrgetter("picks"), checkup.issue.sections):
        bare = [pick for pick in section.picks if not pick.summary.text.strip()]
        if leads or len(bare) < len(section.picks):
            for pick in bare:
                yield warning(f"article {pick.article}", "the pick has no summary", "write one or two sentences")
        leads = False


@on_issue("content.picked_twice")
def picked_twice(checkup: Checkup) -> Iterator[Fault]:
    """An article should stand in an issue once.

    Mend by dropping one of its picks.
    """
    seen: set[int] = set()
    for pick in checkup.issue.picks:
        if pick.article in seen:
            yield warning(f"article {pick.article}", "it is in the issue twice", "drop one of its picks")
        seen.add(pick.article)


@on_issue("content.used_before")
def used_before(checkup: Checkup) -> Iterator[Fault]:
    """An article should not come again in a later issue.

    Readers notice. It happens when an article is picked by hand, or was updated at its source. Mend by dropping it,
    or say in the summary why it comes back.
    """
    for pick in checkup.issue.picks:
        earlier = checkup.used.get(pick.article)
        if earlier is not None and earlier != checkup.issue.number:
            yield warning(f"article {pick.article}", f"issue {earlier} had it", "drop it, or say why it comes back")


@on_issue("content.story_told")
def story_told(checkup: Checkup) -> Iterator[Fault]:
    """A story should not be told again by another article.

    The same news from another outlet reads like a repeat, unless something has come of it since. Mend by dropping it,
    or say in the summary what is new.
    """
    for pick in checkup.issue.picks:
        earlier = checkup.told.get(pick.article)
        if earlier and earlier[0] != checkup.issue.number and pick.article not in checkup.used:
            message = f"issue {earlier[0]} had its story, as “{earlier[1][:60]}”"
            yield warning(f"article {pick.article}", message, "drop it, or say what is new")


@on_issue("content.same_story")
def same_story(checkup: Checkup) -> Iterator[Fault]:
    """Two picks of one issue should not cover the same story.

    It happens when picks are made by hand, or a story was put together after. Mend by dropping one: the other's "also
    covered by" names it.
    """
    by_story: dict[int, int] = {}
    for pick, article in checkup.picks():
        if article is None or article.story is None:
            continue
        first = by_story.setdefault(article.story, pick.article)
        if first != pick.article:
            yield warning(f"article {pick.article}", f"article {first} covers the same story", "drop one of them")


@on_issue("content.stale")
def stale(checkup: Checkup) -> Iterator[Fault]:
    """An article should be from this issue's time.

    Old ones slip in when a page changes, or a feed dates its items anew. Twice the window that the issue was picked
    from is the measure. Articles without a date are left alone. Mend by dropping it, or say in the summary why now.
    """
    for pick, article in checkup.picks():
        if article and article.published and checkup.now - article.published > checkup.fresh_for:
            days = (checkup.now - article.published).days
            message = f"it is from {article.published:%B %-d, %Y}, {days} days ago"
            yield warning(f"article {pick.article}", message, "drop it, or say why it comes now")


def _beginning(text: str, width: int) -> str:
    """As much of a line as is at most so wide; found by halving, for marks without a width may come by the thousand."""
    return text[: bisect_right(range(len(text) + 1), width, key=lambda end: cells(text[:end])) - 1].rstrip()


def _capitals(words: str) -> bool:
    letters = [c for c in words if c.isalpha() and c.upper() != c.lower()]
    return len(letters) >= 8 and all(c.isupper() for c in letters) and len(words.split()) > 1
