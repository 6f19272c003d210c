"""Family "clients": what readers' mail programs make of the mail's HTML and CSS, weighed by how many readers have them.

Every element, attribute, property, at-rule, selector and unit in use is looked up in caniemail.com's answers. A client
starts at 100 points and loses some for each feature that it lacks and the mail really uses: 20 where a layout hangs on
it or it carries content, 2 where the mail only looks plainer, half of that where the client knows a part of it; at
most all. The mail's score is the clients' mean, weighed by their share of readers.

What merely adds something where it is known (dark mode, phone rules, anything inside an at-rule, `:hover`) costs
nothing where it is not: it is listed apart, as an enhancement. What conditional comments say to Outlook for Windows
counts for Outlook alone, and what they keep from it does not count there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsletter.models import MAIL_CLIENTS, Variant
from newsletter.preflight import images, support
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.features import Use, uses
from newsletter.preflight.mail import KEPT, Mail, opened
from newsletter.preflight.registry import Fault, error, note, on_mail, warning

#: A mail under this many points has something to mend; the themes that come with the program have more.
GOOD = 92
#: Under this many, many readers get a broken page.
BAD = 70
#: Clients that fewer readers have (in percent) are reported, and make no finding of their own.
_RARE = 1.0


@dataclass(frozen=True, slots=True)
class Loss:
    """A feature that a client lacks, or knows in part."""

    feature: str
    #: Which part it lacks; "" for all of it, or where nobody wrote it down.
    part: str
    #: Of 100.
    points: float
    #: Whether a layout hangs on it, or content.
    heavy: bool


@dataclass(frozen=True, slots=True)
class ClientScore:
    """How a mail fares in one client."""

    client: str
    name: str
    #: Percent of readers.
    share: float
    #: 0 to 100.
    score: float
    losses: tuple[Loss, ...]
    #: What the mail adds where it is known, and this client leaves out.
    enhancements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientReport:
    """How a mail fares in all clients: 0 to 100, and one after the other, the most used first."""

    score: float
    clients: tuple[ClientScore, ...]


def report(mail: Mail, checkup: Checkup) -> ClientReport:
    """The mail in every client that has readers."""
    return report_of(mail.variant, tuple(sorted(checkup.clients.items(), key=lambda item: -item[1])))


@lru_cache(maxsize=KEPT)
def report_of(variant: Variant, shares: tuple[tuple[str, float], ...]) -> ClientReport:
    mail = opened(variant)
    total = sum(share for _, share in shares) or 1
    here, outlook = _by_feature(uses(mail.view)), _by_feature(uses(mail.outlook))
    found = tuple(
        _client(client, share * 100 / total, outlook if client in support.OUTLOOK else here)
        for client, share in shares
        if share and client in MAIL_CLIENTS
    )
    return ClientReport(sum(one.score * one.share for one in found) / 100, found)


def _by_feature(found: Iterable[Use]) -> dict[str, list[Use]]:
    kept: defaultdict[str, list[Use]] = defaultdict(list)
    for use in sorted(found):
        kept[use.slug].append(use)
    return kept


def _client(client: str, share: float, found: dict[str, list[Use]]) -> ClientScore:
    losses: list[Loss] = []
    enhancements: list[str] = []
    features = support.table().features
    for slug, all_uses in found.items():
        feature = features[slug]
        if feature.knows(client):
            continue
        needed = [support.lost(use, client) for use in all_uses if not use.enhancement]
        worst, part = max(needed, default=(0.0, ""))
        if worst:
            points = worst * (support.HEAVY if feature.heavy else support.LIGHT)
            losses.append(Loss(feature.title, part, points, feature.heavy))
        elif any(use.enhancement and support.lost(use, client)[0] for use in all_uses):
            enhancements.append(feature.title)
    losses.sort(key=lambda loss: -loss.points)
    score = max(100 - sum(loss.points for loss in losses), 0.0)
    return ClientScore(client, MAIL_CLIENTS[client].name, share, score, tuple(losses), tuple(enhancements))


@on_mail("clients.score")
def score(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """A mail should score 92 of 100 or more over its readers' mail clients.

    Under 92 it is a warning, under 70 an error: many readers would get a page that has come apart. `newsletter check N
    --clients` lists what each client loses. Mend what costs most, or say in `[preflight.clients]` what your readers
    use.
    """
    found = report(mail, checkup)
    if found.score < GOOD and found.clients:
        worst = min(found.clients, key=lambda one: (one.score - 100) * one.share)
        severity = error if found.score < BAD else warning
        message = f"{int(found.score)} of 100 points over your readers' mail clients; {worst.name} costs most"
        yield severity(mail.html_where, message, "`newsletter check N --clients` shows what each one loses")


@on_mail("clients.breaks")
def breaks(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Nothing that a layout hangs on, or that carries content, should be unknown to clients readers have.

    Flexbox, grids, positions, forms, video, SVG and new picture formats: where they are unknown, columns fall apart and
    content is not there. Clients under 1% of readers are left to the report, and linked pictures to `images.kind`. Mend
    with tables for columns, JPEG, PNG or GIF for pictures, and style attributes for what only a `<style>` says.
    """
    told = {f"{name} image format".lower() for _, name in images.unknown(checkup)}
    by_feature: defaultdict[str, list[ClientScore]] = defaultdict(list)
    for client in report(mail, checkup).clients:
        for loss in client.losses:
            if loss.heavy and client.share >= _RARE and loss.feature.lower() not in told:
                by_feature[f"{loss.feature}" + (f" ({loss.part.rstrip('.')})" if loss.part else "")].append(client)
    for feature, found in by_feature.items():
        share = sum(client.share for client in found)
        message = f"{feature} fails {share:.0f}% of readers: {_names(client.name for client in found)}"
        yield warning(mail.html_where, message, _mend(feature))


@on_mail("clients.plainer")
def plainer(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """In some clients the mail looks plainer than it was meant to; only good to know.

    Square corners for round ones, say. A note for each feature that at least a tenth of readers do without. Mend it
    where the mail reads worse for it, and leave it where it does not.
    """
    by_feature: defaultdict[str, list[ClientScore]] = defaultdict(list)
    for client in report(mail, checkup).clients:
        for loss in client.losses:
            if not loss.heavy:
                by_feature[loss.feature].append(client)
    for feature, found in by_feature.items():
        share = sum(client.share for client in found)
        if share >= 10:
            message = f"{share:.0f}% of readers see no {feature}: {_names(client.name for client in found)}"
            yield note(mail.html_where, message, "look whether the mail reads well without it")


def _mend(feature: str) -> str:
    """What to do about a heavy feature, by the title it has in the table."""
    if "image format" in feature:
        return "take a PNG or JPEG"
    if feature.startswith("<style>"):
        return "write what must hold everywhere into the elements' own style attributes"
    return "use a table for layout, or give these clients something in its place"


def _names(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
