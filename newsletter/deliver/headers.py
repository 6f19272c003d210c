"""Header fields as bytes: folded, 7-bit, one field whatever the value (RFC 5322, 2.2.3; RFC 2047).

Control characters, line ends among them, become spaces before anything else happens: no value can end its field.
A display name or subject that is plain ASCII and folds at its spaces stays readable; everything else becomes encoded
words. Addresses are written as `envelope.mailbox` gives them; only one that needs SMTPUTF8 puts UTF-8 into a header
(RFC 6532, and then the relay was asked for it).
"""

from __future__ import annotations

import re
import unicodedata
from binascii import b2a_base64
from datetime import UTC, datetime
from email.utils import format_datetime

from newsletter import addresses
from newsletter.deliver.envelope import Mailbox, mailbox

#: RFC 5322, 2.1.1 advises 78; encoded words demand 76 (RFC 2047, 2).
WIDTH = 76

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_WORDS = re.compile(r"[!-~]+( [!-~]+)*")
#: What may stand for itself in a Q encoded word everywhere, phrases included (RFC 2047, 5 (3)).
_Q_SAFE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
_Q_KEPT = _Q_SAFE + b" "
#: Each byte as Q writes it.
_Q_BYTES = ["_" if byte == 0x20 else chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in range(256)]


def one_line(text: str) -> str:
    """The text with every control character and line or paragraph separator as a space, none at the ends."""
    if text.isprintable():
        return text.strip(" ")
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).strip(" ")


def display_name(name: str | None) -> str:
    """A name as it can stand in an address field: one line, white space folded (many mail programs do so anyway)."""
    return " ".join(one_line(name).split()) if name else ""


def text(name: str, value: str) -> bytes:
    """An unstructured field (Subject), with its line end."""
    value = one_line(value)
    return field(name, _phrase_lines(value, len(name) + 2, _WORDS) or _encoded(value, len(name) + 2))


def token(name: str, value: str) -> bytes:
    """A field of ASCII that needs no encoding and may fold at its spaces (Message-ID, List-Id …).

    Raises ValueError if it is not such a value: it is this program's own, and this a slip of its.
    """
    if not _WORDS.fullmatch(value):
        raise ValueError(f"{name}: {value!r} is not plain ASCII words")
    if " " not in value:
        return f"{name}: {value}\r\n".encode()
    return field(name, _folded(value.split(" "), len(name) + 2))


def short_address(name: str, display: str | None, spec: str) -> bytes | None:
    """What `address` makes of an ASCII address and a name that fits one line with it; None for other names.

    The name is one of atoms, or beyond ASCII: then it becomes one encoded word.
    """
    if not display:
        return f"{name}: {spec}\r\n".encode()
    if not display.isascii():
        display = display_name(display)
        if display.isascii():
            return None
        raw = display.encode("utf-8", "replace")
        display = _coded_word(raw, _by_q(raw))
    elif not _ATOMS.fullmatch(display) or "=?" in display:
        return None
    line = f"{name}: {display} <{spec}>\r\n"
    return line.encode() if len(line) - 2 <= WIDTH else None


def address(name: str, display: str | None, box: Mailbox) -> bytes:
    """An address field: `Name <local@domain>`, or the bare address."""
    spec = str(box)
    display = display_name(display)
    if not display:
        return field(name, [spec])
    return named(name, display, spec)


def named(name: str, display: str, spec: str) -> bytes:
    """A field `Words <spec>` (an address, a list's id); `spec` must be fit for the wire already."""
    lines = phrase(display, len(name) + 2)
    if len(lines[-1]) + len(spec) + 3 + (len(name) + 2 if len(lines) == 1 else 1) <= WIDTH:
        lines[-1] += f" <{spec}>"
    else:
        lines.append(f"<{spec}>")
    return field(name, lines)


def phrase(words: str, indent: int) -> list[str]:
    """A display name in lines of a field: as atoms, in quotes, or as encoded words."""
    if not words.isascii():
        return _encoded(words, indent)
    if plain := _phrase_lines(words, indent, _ATOMS):
        return plain
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", words) + '"'
    if _WORDS.fullmatch(words) and "=?" not in words and len(quoted) + indent <= WIDTH:
        return [quoted]
    return _encoded(words, indent)


def date(name: str, moment: datetime) -> bytes:
    """A date in UTC. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    return token(name, format_datetime(moment.astimezone(UTC).replace(microsecond=0)))


def mailbox_of(value: str) -> tuple[str | None, Mailbox]:
    """The display name and address of "Name <a@b>" or "a@b". Raises AddressError."""
    name, parsed = addresses.mailbox(one_line(value))
    return name, mailbox(parsed.wire)


def field(name: str, lines: list[str]) -> bytes:
    """The field folded into these lines; they must be encoded already."""
    return (f"{name}: " + "\r\n ".join(lines) + "\r\n").encode()


def _phrase_lines(value: str, indent: int, allowed: re.Pattern[str]) -> list[str]:
    """The value folded as it is, or nothing when it has to be encoded."""
    if not allowed.fullmatch(value) or "=?" in value:
        return []
    lines = _folded(value.split(" "), indent)
    return (
        lines if all(len(line) + indent <= WIDTH for line in lines[:1]) and all(len(x) < WIDTH for x in lines) else []
    )


def _folded(words: list[str], indent: int) -> list[str]:
    lines, width = [words[0]], indent + len(words[0])
    for word in words[1:]:
        if width + 1 + len(word) <= WIDTH:
            lines[-1] += " " + word
            width += 1 + len(word)
        else:
            lines.append(word)
            width = 1 + len(word)
    return lines


def _encoded(value: str, indent: int) -> list[str]:
    """The whole value as encoded words, one a line; no character is cut in two (RFC 2047, 5)."""
    raw = value.encode("utf-8", "replace")
    if not raw:
        return [""]
    by_q = _by_q(raw)
    room = WIDTH - len("=?utf-8?q??=")
    if len(whole := _coded_word(raw, by_q)) <= WIDTH - indent:
        return [whole]
    lines: list[str] = []
    word = b""
    for char in value:
        data = char.encode("utf-8", "replace")
        if len(_coded(word + data, by_q)) > room - (1 if lines else indent):
            lines.append(_coded_word(word, by_q))
            word = b""
        word += data
    return [*lines, _coded_word(word, by_q)]


def _by_q(word: bytes) -> bool:
    """Whether Q, which takes three characters for a byte that can't stand for itself, takes no more of them than B."""
    return len(word) + 2 * len(word.translate(None, _Q_KEPT)) <= 4 * -(-len(word) // 3)


def _coded(word: bytes, by_q: bool) -> str:
    if not by_q:
        return b2a_base64(word, newline=False).decode("ascii")
    return "".join([_Q_BYTES[byte] for byte in word])


def _coded_word(word: bytes, by_q: bool) -> str:
    return f"=?utf-8?{'q' if by_q else 'b'}?{_coded(word, by_q)}?="
