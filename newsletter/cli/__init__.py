"""The command line: parse, call one service method, print. One file a noun.

Exit codes: 0 done · 1 refused (the reason on standard error) · 2 usage · 3 done in part · 4 something is uncertain.
Heavy imports happen in the command that needs them, so that `--help` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

from newsletter.cli import output
from newsletter.errors import NewsletterError


def main() -> None:
    """Run the `newsletter` command; a refusal is one line on standard error.

    Typer itself ends an interrupted command with 130, and one whose reader went away (`| head`) in silence.
    """
    from newsletter.cli.commands import app

    atexit.register(gc.freeze)  # the memory is given back as it is: looking through it takes a fifth of a short command
    try:
        app()
    except NewsletterError as error:
        output.note(f"newsletter: {error}")
        sys.exit(1)
    except OSError as error:
        # A service says what it was about (Refused, SourceError …); what is left is standard output on a full disk.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the flush at exit would fail once more
        output.note(f"newsletter: {error.filename or 'the output'}: {error.strerror or error}")
        sys.exit(1)
