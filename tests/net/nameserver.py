"""A DNS server on loopback: a zone as a dict, answered over UDP; what fails on purpose too."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

#: A name's records by kind; FAILS answers with SERVFAIL, DROPS not at all.
Zone = Mapping[str, Mapping[str, Sequence[str]]]
FAILS: Mapping[str, Sequence[str]] = {"FAILS": ()}
DROPS: Mapping[str, Sequence[str]] = {"DROPS": ()}


def txt(*values: str) -> dict[str, list[str]]:
    """TXT records of any length, each in strings of at most 255 characters."""
    return {"TXT": [" ".join(f'"{value[at : at + 255]}"' for at in range(0, len(value), 255)) for value in values]}


class NameServer:
    def __init__(self, zone: Zone) -> None:
        self.zone = {name.lower(): records for name, records in zone.items()}
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._socket.recvfrom(65535)
            except OSError:
                return
            if not data:
                return
            answer = self._answer(dns.message.from_wire(data))
            if answer is not None:
                self._socket.sendto(answer.to_wire(max_size=65535), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        records = self.zone.get(name)
        if records is DROPS:
            return None
        if records is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif records is FAILS:
            reply.set_rcode(dns.rcode.SERVFAIL)
        else:
            for answered in {kind, "CNAME"} & set(records):
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", answered, *records[answered]))
                for target in records[answered] if answered == "CNAME" else ():
                    more = self.zone[target.rstrip(".").lower()].get(kind, ())
                    reply.answer.append(dns.rrset.from_text(dns.name.from_text(target), 60, "IN", kind, *more))
        return reply

    def close(self) -> None:
        port = self._socket.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        self._thread.join(5)
        self._socket.close()


@contextmanager
def serving(zone: Zone) -> Iterator[NameServer]:
    server = NameServer(zone)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def silent() -> Iterator[str]:
    """The address of a server that takes every question and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"
