"""Write docs/preflight.md, the catalogue of preflight's checks, from their own docstrings.

python docs/preflight_catalogue.py
"""

from __future__ import annotations

import inspect
from pathlib import Path

from newsletter import preflight

TARGET = Path(__file__).resolve().parent / "preflight.md"
_HEAD = """# Preflight

`newsletter check N` says what is wrong with an issue before it is sent, where, and how to mend it; `render`, `send` and
`issue approve` run the same checks. A finding is an *error* (it would truly spoil the send, and blocks one to a list
unless `--force REASON` overrides it; the reason is kept), a *warning* (unwise to leave) or a *note* (good to know).
The exit code of `check` and `render` is 1 when there are errors; `check --json` prints findings and clients' points.
Both let an installed SpamAssassin read the mail (its default variant, for half a minute at most) and keep its score for
a day; `preview`, `issue approve` and `send` wait for nobody, and tell the score that is kept.

    newsletter check 1               # nothing leaves the machine
    newsletter check 1 --links       # ask for every link and picture too, in parallel and politely
    newsletter check 1 --clients     # what each mail client makes of the mail
    newsletter check 1 --no-spam     # leave an installed SpamAssassin out; `render` has it, too

What your readers use is said in newsletter.toml; only the proportions count, and a maker's name stands for all of its
programs:

    [preflight.clients]
    apple-mail = 40
    gmail = 35
    outlook.windows = 15
    outlook.outlook-com = 10

Two editors' approvals before any send to a list:

    [preflight]
    two_person = true

    [[editor]]
    name = "Ada"
    email = "ada@example.org"

    [[editor]]
    name = "Grace"
    email = "grace@example.org"

Each then says `newsletter issue approve N --as NAME`. Both must approve the same edition: a change to the issue, its
articles or the theme makes it another one, and the approvals have lapsed. Why things are weighed as they are is in
[decision 20](decisions/020-checks-that-know-mail-clients.md).

This page is made from the checks' own words by `docs/preflight_catalogue.py`.
"""


def page() -> str:
    """The page as it should be."""
    parts = [_HEAD]
    for module in preflight.FAMILIES:
        family = module.__name__.rpartition(".")[2]
        words = inspect.getdoc(module) or ""
        parts.append(f"\n## {family}\n\n{words.partition(': ')[2][:1].upper()}{words.partition(': ')[2][1:]}\n")
        checks = (entry for entry in preflight.catalogue() if entry.family == family)
        parts += (f"\n### `{entry.id}`\n\n{entry.docs}\n" for entry in checks)
    return "".join(parts)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(TARGET, len(preflight.catalogue()), "checks")
