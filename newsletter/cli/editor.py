"""A text edited in the person's own editor, and never lost: not when it does not parse, not when the editor fails."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from newsletter.cli import output
from newsletter.errors import IssueTextError, NewsletterError, Refused

Result = TypeVar("Result")


def edit(text: str, save: Callable[[str], Result], source: str | None, hint: str) -> Result | None:
    """What `save` made of the edited text; None when nothing was changed.

    With `source` the text is read from there; `hint` is the command that takes a kept file. Raises what `save`
    raises; the edited text is kept in a file then.
    """
    if source is not None:
        return save(_read(source))
    handle, name = tempfile.mkstemp(prefix="newsletter-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    while True:
        _open(path, text, hint)
        edited = _read(str(path))
        if edited == text:
            path.unlink()
            return None
        try:
            saved = save(edited)
        except NewsletterError as error:
            if not _again(error):
                kept = f"{error}; nothing was saved, your text is kept: `{hint} {path}`"
                raise Refused(kept) from error
        else:
            path.unlink()
            return saved


def _open(path: Path, text: str, hint: str) -> None:
    """Run the editor. Raises Refused when it fails; a text that was changed by then is kept."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 (the person's own editor)
    except (OSError, ValueError) as error:
        path.unlink()
        why = getattr(error, "strerror", None) or error
        raise Refused(f"the editor {command!r} can't be started ({why}); set EDITOR to one that can") from error
    if done.returncode:
        changed = path.is_file() and path.read_text(encoding="utf-8", errors="replace") != text
        kept = f", your text is kept: `{hint} {path}`" if changed else ""
        if not changed:
            path.unlink(missing_ok=True)
        raise Refused(f"the editor {command!r} failed with code {done.returncode}; nothing was saved{kept}")


def _again(error: NewsletterError) -> bool:
    if not (sys.stdin.isatty() and isinstance(error, IssueTextError)):
        return False
    output.note(f"newsletter: {error}")
    try:
        return input("Edit again? [Y/n] ").strip().lower() in ("", "y", "yes")
    except (EOFError, KeyboardInterrupt):
        return False


def _read(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise Refused(f"{source}: can't be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{source}: byte {error.start + 1} is not UTF-8; save it as UTF-8 text") from error
