"""Family "links": where a reader's tap leads, by what the address itself shows.

What only asking for them shows is in `reach`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from newsletter import urls
from newsletter.preflight import hosts
from newsletter.preflight.checkup import Checkup, with_fields
from newsletter.preflight.mail import Link, Mail
from newsletter.preflight.registry import Fault, error, note, on_issue, on_mail, warning

#: Schemes a mail client opens; anything else is stripped or dead.
USABLE = frozenset({"http", "https", "mailto", "tel"})
#: A link in Markdown that leads elsewhere than a mail can, and so stands in the mail as it was typed; a picture is the
#: business of `images.out_of_place`.
_TYPED = re.compile(
    r"(?<!\\)(?<!(?<!\\)!)\[[^\[\]\n]+\]\((?!\s*(?:https?:|mailto:))[^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)"
)
#: Text that claims to be an address: a scheme, "www.", or a bare host under a common top-level domain.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|int|eu|de|fr|uk|es|it|nl|ch|at|pl|ca|au|jp|br)(?:/\S*)?",
    re.IGNORECASE,
)


@on_issue("links.missing")
def missing(checkup: Checkup) -> Iterator[Fault]:
    """Every pick should lead to its article.

    A reader who wants more finds no way on; text dumps often name no address. Mend by giving the article its address,
    or leave it where the summary is all there is to read.
    """
    for pick, article in checkup.picks():
        if article is None:
            yield warning(
                f"article {pick.article}",
                "the article is no longer in the store",
                "drop the pick, or add the article again",
            )
        elif not article.url:
            yield warning(
                f"article {article.id}",
                f"“{article.title}” has no address to link to",
                "write it down with `newsletter article edit`, or drop it",
            )


@on_issue("links.repeated")
def repeated(checkup: Checkup) -> Iterator[Fault]:
    """Two picks should not lead to the same page.

    The reader meets the same piece twice, which happens when a page came in through two sources. Addresses are compared
    without tracking parameters and fragments. Mend by dropping one of the picks.
    """
    by_address: defaultdict[str, list[int]] = defaultdict(list)
    for pick, article in checkup.picks():
        if article and article.url:
            by_address[urls.canonical(article.url) or article.url].append(pick.article)
    for address, ids in by_address.items():
        if len(ids) > 1:
            where = "articles " + ", ".join(map(str, ids))
            yield warning(where, f"{len(ids)} picks lead to {address}", "keep one of them")


@on_mail("links.unusable")
def unusable(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Every link must be an absolute http(s), mailto or tel address, or lead to a place inside the mail.

    A mail has no page that a relative link could start from: clients resolve it to nothing, or to the webmail's own
    host. Other schemes (javascript, data, file, ftp) are stripped. In Markdown (intro, outro, notes, sponsors) such a
    link stays as it was typed, brackets and all. Mend by writing the whole address, with https://.
    """
    for where, words in with_fields(checkup.issue):
        for typed in dict.fromkeys(_TYPED.findall(" ".join(words.split()))):
            if typed in mail.visible_text:
                said = f"{_short(typed)} is printed as it was typed: a mail can't lead there"
                yield warning(where, said, "write the whole address, with https://")
    for href, link in _distinct(mail):
        parts = hosts.split(href)
        if not href or href == "#":
            yield error(_at(mail, link), "the link is empty", "give it an address, or take the link away")
        elif href.startswith("#"):
            continue
        elif parts is None or not parts.scheme:
            yield error(
                _at(mail, link), f"{_short(href)} is relative and leads nowhere from a mail", "write the whole address"
            )
        elif parts.scheme not in USABLE or (parts.scheme in ("http", "https") and not parts.hostname):
            yield error(
                _at(mail, link), f"{_short(href)} is no address that a mail client opens", "link to an https:// page"
            )


@on_mail("links.anchor")
def anchor(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """A link to a place inside the mail (`#name`) needs that place.

    Otherwise the tap does nothing. Mend the name, or take the link away.
    """
    places = {element.get("id") for element in mail.elements} | {element.get("name") for element in mail.elements}
    for href, link in _distinct(mail):
        if href.startswith("#") and len(href) > 1 and href[1:] not in places:
            yield warning(
                _at(mail, link), f"nothing in the mail is called {_short(href)}", "mend the name, or take the link away"
            )


@on_mail("links.insecure")
def insecure(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Links should use https.

    Browsers warn before opening plain http, and anyone on the reader's network may read and change the page. Nearly
    every site answers on https. Mend by changing the address, after a look whether it opens.
    """
    for href, link in _distinct(mail):
        parts = hosts.split(href)
        if parts and parts.scheme == "http" and parts.hostname and not hosts.is_private(parts.hostname):
            yield warning(_at(mail, link), f"{_short(href)} uses http", "use https:// if the site answers there")


@on_mail("links.again")
def again(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """The same address behind several links, other than a pick's own.

    A pick's headline, picture and "read more" rightly lead to one page, and the masthead's name home; any other address
    met twice is often a slip of the clipboard. Only a note.
    """
    own = {article.url for _, article in checkup.picks() if article} | {checkup.base_url}
    count = Counter(
        link.href for link in mail.links if not link.personal and hosts.scheme(link.href) in ("http", "https")
    )
    for href, times in count.items():
        if times > 1 and href not in own and href.rstrip("/") not in own:
            yield note(mail.html_where, f"{times} links lead to {_short(href)}", "look whether each is meant to")


@on_mail("links.disguised")
def disguised(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """A link whose text is an address must go to that host.

    Text that shows one host and leads to another is what phishing looks like; filters score it, and clients warn.
    Mend by linking to what the text says, or by putting words in place of the address.
    """
    for href, link in _distinct(mail):
        shown = link.text.strip(" <>()")
        if not _ADDRESS.fullmatch(shown) or hosts.scheme(href) not in ("http", "https"):
            continue
        says, goes = hosts.host(shown if "://" in shown else f"https://{shown}"), hosts.host(href)
        if says and goes and not hosts.related(says, goes):
            yield warning(
                _at(mail, link), f"the text says {says}, the link goes to {goes}", "let both name the same host"
            )


@on_mail("links.placeholder")
def placeholder(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """No link should point to this machine, a private network, or a name reserved for examples.

    localhost and 127.0.0.1 are every reader's own machine, which is never meant: an error. 192.168.… and names such as
    wiki.internal open for readers on the same network only, example.org and the like (RFC 2606) for nobody: a warning
    each. base_url has a check of its own; another port of that machine is another site. Mend by putting in the public
    address.
    """
    home = checkup.base_url or ""
    reserved: Counter[str] = Counter()
    for href, link in _distinct(mail):
        host = hosts.host(href)
        if host is None or _is_home(href, home):
            continue
        if hosts.is_loopback(host):
            yield error(_at(mail, link), f"{_short(href)} is every reader's own machine", "link to the public address")
        elif hosts.is_private(host):
            message = f"{_short(href)} can be reached from your network only"
            yield warning(_at(mail, link), message, "link to the public address")
        elif hosts.is_reserved(host):
            reserved[host] += 1
    if reserved:
        names = ", ".join(list(reserved)[:3]) + (" …" if len(reserved) > 3 else "")
        count = f"{reserved.total()} link{'s' if reserved.total() > 1 else ''}"
        yield warning(mail.html_where, f"{count} to names reserved for examples: {names}", "put in the real addresses")


@on_mail("links.shortener")
def shortener(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Links should not go through a public shortener.

    bit.ly and its kin stand on block lists because spam hides behind them, and the reader can't see where they go.
    Mend by linking to the page itself.
    """
    for href, link in _distinct(mail):
        if (hosts.host(href) or "").removeprefix("www.") in hosts.SHORTENERS:
            yield warning(_at(mail, link), f"{_short(href)} hides where it goes", "link to the page itself")


@on_mail("links.tracking")
def tracking(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Links should carry no tracking parameters of somebody else (`utm_source`, `fbclid`, `mc_cid` and their kin).

    They tell the site that a reader came from where the link was copied, which is not this mail, and some name the
    person who copied it. The page is the same without. A sponsor's own link is left alone: there they name this mail.
    Mend by cutting the address at its question mark, or by leaving out those parameters.
    """
    paid = "\n".join(sponsor.text for sponsor in checkup.issue.sponsors)
    found = {href: names for href, _ in _distinct(mail) if href not in paid and (names := urls.tracking(href))}
    if found:
        shown = ", ".join(list(dict.fromkeys(name for several in found.values() for name in several))[:4])
        count = f"{len(found)} link{'s carry' if len(found) > 1 else ' carries'}"
        where = f"{mail.html_where}, link to {_short(next(iter(found)), 60)}" if len(found) == 1 else mail.html_where
        yield warning(where, f"{count} tracking parameters: {shown}", "leave them out of the address")


@on_mail("links.nowhere")
def nowhere(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """A link element needs an address, or a name to be led to.

    `<a>` without `href` looks like a link where a theme says so, and does nothing. Mend by giving it an address, or
    taking the element away.
    """
    for element in mail.elements:
        if element.tag == "a" and not {"href", "name", "id"} & set(element.attrib):
            words = " ".join(element.text_content().split())
            yield warning(mail.html_where, f"“{_short(words, 40)}” is a link without an address", "give it one")


def _is_home(href: str, home: str) -> bool:
    """Whether a link leads to the public pages; on a machine or network of one's own, each port is another site."""
    same = hosts.host(href) == hosts.host(home)
    return same and (hosts.port(href) == hosts.port(home) or not hosts.is_private(hosts.host(href) or ""))


def _distinct(mail: Mail) -> Iterator[tuple[str, Link]]:
    """Each address once, with the first link that has it; personal links are made by the program and left out."""
    seen: dict[str, Link] = {}
    for link in mail.links:
        if not link.personal:
            seen.setdefault(link.href, link)
    return iter(seen.items())


def _at(mail: Mail, link: Link) -> str:
    return (
        f"{mail.html_where}, link “{_short(link.text, 40)}”" if link.text else f"{mail.html_where}, link without text"
    )


def _short(text: str, width: int = 80) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
