"""The command line: parse, call one service method, print. One file a noun.

Exit codes: 0 done · 1 refused (the reason on standard error) · 2 usage · 3 done in part · 4 something is uncertain.
Heavy imports happen in the command that needs them, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys

from newsletter.errors import NewsletterError


def main() -> None:
    """Run the `newsletter` command; a refusal is one line on standard error."""
    from newsletter.cli.commands import app

    try:
        app()
    except NewsletterError as error:
        sys.stderr.write(f"newsletter: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("newsletter: interrupted\n")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe went away (`newsletter articles | head`); Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
