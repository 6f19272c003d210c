"""The doctor: workspace, database, relays, DNS, link base, and what providers ask, each with how to mend it.

Nothing is sent and nothing is changed, but for the migrations that opening a workspace runs. What can't be looked at is
"unknown", never "ok".
"""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.app import keys, records, relaying, signing
from newsletter.deliver.dkim import Signer
from newsletter.errors import ConfigError, FetchError, FetchRefused, LookupFailed, NewsletterError
from newsletter.models import Diagnosis, Health
from newsletter.net import Limits, Web
from newsletter.preflight import hosts, providers

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace
    from newsletter.net.dns import Resolver

#: Free bytes on the database's disk: below the first a send may fail, below the second it is time to look.
_FULL, _TIGHT = 100 * 2**20, 2**30


class Doctor:
    """Looks at one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def examine(self, dns_server: str | None = None) -> list[Diagnosis]:
        """Everything, in the order in which it is to be mended. Raises ConfigError for a `dns_server` that is none."""
        try:
            settings = self._workspace.settings
        except ConfigError as error:
            return [Diagnosis("workspace", "fail", str(error), "a newsletter.toml that can be read", "mend it there")]
        resolver = records.resolver(settings, self._workspace.root, dns_server)
        found = [*self._place(), *self._keys(), *self._database()]
        with ThreadPoolExecutor() as threads:  # what is far away is waited for side by side
            relays = threads.submit(relaying.look, settings, self._workspace.root, self._workspace.clock())
            links = threads.submit(lambda: list(self._links()))
            with suppress(ConfigError):
                resolver.ask_ahead(records.first_names(records.asking(settings, self._workspace.root)))
        relayed, seen = relays.result()
        found += relayed
        published: list[Diagnosis] = []
        try:
            resolver.ask_ahead((), (address for address in seen if ipaddress.ip_address(address).is_global))
            published += records.look(settings, self._workspace.root, resolver, seen)[0]
        except ConfigError:
            published.append(Diagnosis("dns", "unknown", "not looked up", "readable keys", "mend the keys first"))
        published += [_name(address, resolver) for address in seen]
        if resolver.silence:
            mend = "is there a way to it? [net] dns, or --dns, names another one"
            found.append(Diagnosis("dns", "unknown", resolver.silence, "an answer", mend))
            published = [replace(one, mend="") if one.health == "unknown" else one for one in published]
        found += published
        found += links.result()
        return [*found, *providers.requirements(found)]

    def _place(self) -> Iterator[Diagnosis]:
        root = self._workspace.root
        yield Diagnosis("workspace", "ok", str(root))
        if fault := self._workspace.themes.fault():
            mend = fault.mend or "mend it there; `newsletter theme list` shows which can be used"
            yield Diagnosis("workspace.theme", "fail", str(fault), "a theme that issues can be rendered in", mend)
        try:
            mode = (root / keys.FILE).stat().st_mode & 0o777
            signing_keys = len(self._workspace.keys.links)
        except (ConfigError, OSError) as error:
            yield Diagnosis("workspace.keys", "fail", str(error), "the key file", "restore it from a backup")
            return
        if mode & 0o077:
            said, mend = f"{keys.FILE} has mode {mode:04o}", f"`chmod 600 {root / keys.FILE}`"
            yield Diagnosis("workspace.keys", "fail", said, "a file that only its owner may read (0600)", mend)
        else:
            count = f"{signing_keys} link key{'s' if signing_keys != 1 else ''}"
            yield Diagnosis("workspace.keys", "ok", f"{keys.FILE} has mode {mode:04o}, {count}")

    def _keys(self) -> Iterator[Diagnosis]:
        try:
            for key in signing.keys(self._workspace.settings, self._workspace.root):
                yield _dkim_key(Signer(key))
        except ConfigError as error:
            yield Diagnosis("dkim.key", "fail", str(error), "a key that signs", "`newsletter dkim new` makes one")

    def _database(self) -> Iterator[Diagnosis]:
        try:
            condition = self._workspace.store.condition()
        except NewsletterError as error:
            yield Diagnosis(
                "database", "fail", str(error), "a database that opens", "restore a backup, or mend its URL"
            )
            return
        yield Diagnosis("database", "ok", f"{condition.engine}, migrated to {condition.revision}")
        if not condition.durable:
            said = "commits may be lost when the machine fails"
            yield Diagnosis("database.durable", "warn", said, "synchronous commits", "turn them on in the server")
        if condition.file is None:
            why = "the database is on a server"
            yield Diagnosis("database.disk", "unknown", why, "room for the ledger", "look there")
            return
        journal = condition.journal
        if journal == "wal":
            yield Diagnosis("database.journal", "ok", "write-ahead log (wal)")
        else:
            mend = "is the file on a network share? SQLite needs a disk of this machine"
            yield Diagnosis("database.journal", "warn", f"journal mode {journal}", "wal", mend)
        yield _disk(condition.file)

    def _links(self) -> Iterator[Diagnosis]:
        """Whether the public pages can be had where links in the mail will lead."""
        base = self._workspace.settings.newsletter.base_url
        want = "an https address at which `newsletter serve` can be reached"
        if not base:
            yield Diagnosis("links.base", "fail", "there is no base_url", want, "set newsletter.base_url")
            return
        host = hosts.host(base) or ""
        if hosts.is_private(host):
            yield Diagnosis("links.base", "fail", f"{base} is of this machine or network only", want, "set base_url")
            return
        if not base.startswith("https:"):
            said = f"{base} is not https, so there is no one-click unsubscribing"
            yield Diagnosis("links.base", "fail", said, want, "put a proxy with a certificate before it")
            return
        limits = Limits(size=2**20, seconds=20, patience=8)
        try:
            with Web(self._workspace.fetch_policy()) as web:
                answer = web.get(f"{base}/robots.txt", limits=limits)
        except FetchRefused as error:
            yield Diagnosis("links.base", "unknown", f"not asked: {error}", want, "[net] allow lets it be asked")
        except FetchError as error:
            mend = "start `newsletter serve` there, or mend the proxy before it"
            yield Diagnosis("links.base", "fail", str(error), want, mend)
        else:
            yield Diagnosis("links.base", "ok", f"{base} answers ({answer.status})")


def _dkim_key(signer: Signer) -> Diagnosis:
    where = f"dkim.{signer.selector}._domainkey.{signer.domain}"
    if signer.bits is None:
        return Diagnosis(where, "ok", f"{signer.algorithm}")
    said = f"{signer.algorithm}, {signer.bits} bits"
    if signer.bits < signing.BITS:
        mend = f"`newsletter dkim new {signer.domain} --selector ANOTHER`, publish it, then change [[dkim]]"
        return Diagnosis(where, "warn", said, f"{signing.BITS} bits", mend)
    return Diagnosis(where, "ok", said)


def _disk(file: Path) -> Diagnosis:
    free = shutil.disk_usage(file.parent).free
    said = f"{file.stat().st_size / 2**20:.1f} MB, {free / 2**30:.1f} GB free"
    if free < _TIGHT:
        health: Health = "fail" if free < _FULL else "warn"
        mend = "make room; a full disk stops a send (nobody is lost)"
        return Diagnosis("database.disk", health, said, "1 GB free", mend)
    return Diagnosis("database.disk", "ok", said)


def _name(address: str, dns: Resolver) -> Diagnosis:
    """Whether a relay's address has a name that leads back to it; only a hint, for mail may leave from another one."""
    where = f"relay-ptr.{address}"
    if not ipaddress.ip_address(address).is_global:
        return Diagnosis(where, "unknown", "not a public address", "a name that leads back to it")
    try:
        names = dns.names(address)
        back = [name for name in names if address in dns.addresses(name)]
    except LookupFailed as error:
        return Diagnosis(where, "unknown", str(error), "a name that leads back to it")
    if back:
        return Diagnosis(where, "ok", f"{back[0]}, which leads back to it")
    said = f"{', '.join(names)}, which does not lead back" if names else "no name"
    return Diagnosis(where, "warn", said, "a name that leads back to it", "whoever owns the address sets it (PTR)")
