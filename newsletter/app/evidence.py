"""What preflight wants to know that the issue does not say: gathered here, handed over as plain data.

The store is read, a sample message is made; where the person asks for it, links and pictures are asked for (in
parallel, politely, answers kept for a day in the workspace's cache), and meanwhile an installed SpamAssassin reads the
sample (`spamassassin`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any

from newsletter import addresses, preflight
from newsletter.app import letterhead, records, spamassassin
from newsletter.app.cache import ReplyCache
from newsletter.deliver import message
from newsletter.errors import AddressError, FetchError, FetchRefused, NoServer, NotFound, RenderError
from newsletter.models import Article, Edition, Issue, SendKind, Values, Variant
from newsletter.net import Fetcher, Limits, Policy
from newsletter.preflight import Tried
from newsletter.render.merge import STANDARD
from newsletter.text import catalogue

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace
    from newsletter.config import Settings

#: How long a link's answer is believed: a good one, and a fault.
_GOOD, _BAD = timedelta(days=1), timedelta(minutes=10)
#: One page or picture; more need not be read to know that it is there.
_LIMITS = Limits(size=4 * 1024 * 1024, seconds=20, patience=8, redirects=5)


def gather(
    workspace: Workspace,
    issue: Issue,
    edition: Edition | None,
    *,
    fault: RenderError | None = None,
    colours: Mapping[str, Mapping[str, str]],
    links: bool = False,
    asked: Mapping[str, Tried] | None = None,
    spam: spamassassin.Ask = "kept",
    dns: bool = False,
) -> preflight.Checkup:
    """All that is known of an issue. `fault` is why it does not render, `colours` are its theme's.

    `asked` are pictures that were asked for already; `spam` says whether SpamAssassin is.
    """
    settings = workspace.settings
    newsletter = settings.newsletter
    with workspace.store.read() as work:
        articles = work.articles.many([pick.article for pick in issue.picks])
        fields = work.audience.field_names()
        told = _told(work, articles.values(), issue.number)
    sample = as_mail(settings, issue, edition.variants[0]) if edition else None
    cache = ReplyCache(workspace.root / "cache" / "preflight")
    now = workspace.clock()
    covered = catalogue.covers(workspace.theme_folders, newsletter.language)
    asked = asked or {}
    wanted = [address for address in _addresses(edition) if address not in asked] if edition and links else []
    window = max(settings.curate.window, issue.asked.since or timedelta(0) if issue.asked else timedelta(0))
    with ThreadPoolExecutor(max_workers=1) as aside:  # it reads while links and names are asked for
        score = aside.submit(spamassassin.score, sample, spam, cache, now)
        return preflight.Checkup(
            issue=issue,
            articles=articles,
            edition=edition,
            message_bytes=len(sample) if sample else None,
            base_url=newsletter.base_url,
            postal_address=newsletter.postal_address,
            sender=newsletter.sender,
            used={a.id: a.used_in for a in articles.values() if a.used_in and a.used_in != issue.number},
            now=now,
            render_error=str(fault) if fault else None,
            render_place=fault.template if fault else "",
            render_mend=fault.mend if fault else "",
            colours=colours,
            relay_hosts=tuple(relay.host for relay in settings.relay),
            untranslated=None if covered else newsletter.language,
            clients=settings.preflight.clients,
            tried={**asked, **try_links(wanted, workspace.fetch_policy(), cache, now)} if links else None,
            headers=_headers(sample) if sample else None,
            dkim=_signatures(settings),
            envelope_domain=_domain(settings.bounces.address or newsletter.sender),
            dns=records.look(settings, workspace.root)[1] if dns else None,
            spam=score.result(),
            told=told,
            fields=STANDARD | fields,
            fresh_for=max(2 * window, timedelta(days=14)),
        )


def as_mail(settings: Settings, issue: Issue, variant: Variant, *, values: Values | None = None) -> bytes:
    """The whole message as a reader of whom nothing is known gets it."""
    head = letterhead.make(settings, issue.number, kind=SendKind.ISSUE)
    filled = sample_values(settings.newsletter.base_url) if values is None else values
    return message.as_eml(variant, head, date=issue.created, values=filled)


def sample_values(base_url: str) -> dict[str, str | None]:
    """Slot values of a reader of whom nothing is known; the links lead nowhere personal."""
    base = base_url or "https://example.org"
    return {"unsubscribe_url": f"{base}/u/sample", "view_url": f"{base}/v/sample"}


def try_links(wanted: Sequence[str], policy: Policy, cache: ReplyCache, now: datetime) -> dict[str, Tried]:
    """What became of asking for each address; those that robots.txt or our own rules forbid are left out."""
    found = {address: known for address in wanted if (known := _remembered(cache, address, now))}
    missing = [address for address in wanted if address not in found]
    for address, tried in asyncio.run(_ask(missing, policy)).items():
        found[address] = tried
        if tried.host == "unknown":
            continue  # it was not asked, and may be in a minute
        kept = {"at": now.isoformat(), **{name: getattr(tried, name) for name in Tried.__slots__}}
        cache.put(cache.key("link", address), json.dumps(kept), "link")
    return found


def _remembered(cache: ReplyCache, address: str, now: datetime) -> Tried | None:
    text = cache.get(cache.key("link", address))
    try:
        data: dict[str, Any] = json.loads(text) if text else {}
        age = now - datetime.fromisoformat(data.pop("at"))
        tried = Tried(**data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return tried if timedelta(0) <= age < (_BAD if tried.fault else _GOOD) else None


async def _ask(wanted: Sequence[str], policy: Policy) -> dict[str, Tried]:
    async with Fetcher(policy) as fetcher:
        answers = await asyncio.gather(*(_ask_one(fetcher, address) for address in wanted))
    return {address: tried for address, tried in zip(wanted, answers, strict=True) if tried is not None}


async def _ask_one(fetcher: Fetcher, address: str) -> Tried | None:
    try:
        got = await fetcher.get(address, check_robots=True, limits=_LIMITS)
    except FetchRefused:
        return None
    except NoServer as error:
        return Tried(None, None, fault=error.reason, host=error.host)
    except FetchError as error:
        if "MiB" in error.reason:  # it is there, and large
            return Tried(address, 200, size=_LIMITS.size)
        return Tried(None, error.status, fault=error.reason)
    return Tried(got.url, got.status, size=len(got.body), moved=got.moved if got.moved != address else None)


def _told(work: Any, articles: Iterable[Article], number: int) -> dict[int, tuple[int, str]]:
    """Articles whose story another one told in an earlier issue."""
    told = {}
    for article in articles:
        if article.story is None:
            continue
        try:
            members: tuple[Article, ...] = work.stories.get(article.story).articles
        except NotFound:
            continue
        earlier = [one for one in members if one.id != article.id and one.used_in and one.used_in < number]
        if earlier:
            last = max(earlier, key=lambda one: one.used_in or 0)
            told[article.id] = (last.used_in or 0, last.title)
    return told


def _addresses(edition: Edition) -> list[str]:
    found: dict[str, None] = {}
    for variant in edition.variants:
        found |= dict.fromkeys(preflight.addresses(variant))
    return list(found)


def _headers(sample: bytes) -> Mapping[str, str]:
    parsed = BytesHeaderParser().parsebytes(sample)
    return {name.lower(): " ".join(str(value).split()) for name, value in parsed.items()}


def _signatures(settings: Settings) -> tuple[tuple[str, str], ...] | None:
    """The DKIM signatures that the settings set up; None where they have no such table."""
    tables = getattr(settings, "dkim", None)
    return None if tables is None else tuple((table.domain, table.selector) for table in tables)


def _domain(sender: str) -> str | None:
    try:
        return addresses.mailbox(sender)[1].domain
    except AddressError:
        return None
