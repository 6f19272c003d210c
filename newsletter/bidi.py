"""Text that runs both ways: which way it runs, and the invisible marks that keep a foreign run to itself.

Mail in plain text has no markup, so a name or an address that runs against the line is put between two isolates (FSI
and PDI, Unicode Standard Annex 9, section 2.7), and a line that a reader's program would take for the other direction
begins with a mark (RLM or LRM, section 2.6). Only where needed: a line in one direction stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl"]

FSI, PDI = "\u2068", "\u2069"
LRM, RLM = "\u200e", "\u200f"

#: Where characters stand that run from right to left; marks and digits among them do not count.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATE = re.compile(f"{FSI}[^{FSI}{PDI}]*{PDI}")
_ASCII_LETTER = re.compile("[A-Za-z]")


def first_strong(text: str) -> Direction | None:
    """The direction of the first character that has one; None for digits and marks alone."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return None


def runs_against(text: str, base: Direction) -> bool:
    """Whether anything in the text runs against `base`; what is isolated already does not."""
    if base == "ltr" and text.isascii():
        return False
    if FSI in text:
        text = _ISOLATE.sub("", text)
    if base == "ltr":
        return any(unicodedata.bidirectional(c) in ("R", "AL") for c in _RIGHT_TO_LEFT.findall(text))
    return _ASCII_LETTER.search(text) is not None or any(unicodedata.bidirectional(c) == "L" for c in text)


def runs_wholly_against(text: str, base: Direction) -> bool:
    """Whether something in the text runs against `base`, isolated or not, and nothing with it."""
    if base == "ltr" and text.isascii():
        return False
    whole = text.replace(FSI, "").replace(PDI, "")
    return runs_against(whole, base) and not runs_against(whole, other(base))


def other(base: Direction) -> Direction:
    """The direction that `base` is not."""
    return "ltr" if base == "rtl" else "rtl"


def isolated(text: str, base: Direction) -> str:
    """The text fit to stand in a line that runs `base`: between isolates if anything in it runs against that."""
    return f"{FSI}{text}{PDI}" if runs_against(text, base) else text


def steered(text: str, base: Direction) -> str:
    """The lines of one paragraph, with a mark before those that would be taken to run another way than `base`.

    Programs that show plain text take each line by its first letter, and a line without letters from left to right. A
    paragraph that runs wholly the other way is left as it is: steered, its full stop would stand at its beginning.
    """
    if base == "ltr" and (text.isascii() or not _RIGHT_TO_LEFT.search(text)):
        return text
    if runs_wholly_against(text, base):
        return text
    mark = RLM if base == "rtl" else LRM
    return "\n".join(
        mark + line if line and (first_strong(line) or "ltr") != base else line for line in text.split("\n")
    )
