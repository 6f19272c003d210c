"""Family "rendering": is there a mail at all?"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.preflight import slips
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.registry import Fault, error, note, on_issue, warning


@on_issue("rendering.failed")
def failed(checkup: Checkup) -> Iterator[Fault]:
    """The issue must render.

    Without an edition there is nothing to send, and every check of the mail itself is left out. Mend what the error
    names: a template and its line, or a merge field in subject, preheader, intro or outro.
    """
    if checkup.render_error is not None:
        if any(slip.breaks and slip.where == checkup.render_place for slip in slips.of(checkup)):
            return  # wording.merge_field says it, with what was meant
        mend = checkup.render_mend or "mend the template or merge field named"
        yield error("html", f"the issue does not render: {checkup.render_error}", mend)
    elif checkup.edition is None:
        yield note(
            "html", "the issue was not rendered, so only its own words were checked", "render it, then check again"
        )


@on_issue("rendering.sample")
def sample(checkup: Checkup) -> Iterator[Fault]:
    """A theme of one's own should render the sample issue, too, which has every block.

    A slip in a block that this issue has not would keep a later one from rendering, on the day it is to go out. Looked
    at where the workspace has files of the issue's theme. Mend the template named; `newsletter theme preview NAME`
    shows the sample.
    """
    if checkup.sample_error:
        message = f"this issue does without it, but the theme has a fault: {checkup.sample_error}"
        yield warning("theme", message, "mend it before an issue needs it; `newsletter theme preview` shows all blocks")


@on_issue("rendering.language")
def language(checkup: Checkup) -> Iterator[Fault]:
    """The theme should have words in the newsletter's language.

    "Read more", "Unsubscribe" and the like come from a catalogue; where there is none, English stands in, while dates
    are in the newsletter's own language. Mend by writing templates/email/words/LANGUAGE.toml (and
    templates/web/public/words/LANGUAGE.toml for the public pages): copy en.toml and translate it.
    """
    if checkup.untranslated is not None:
        yield note(
            "html",
            f"there are no words in “{checkup.untranslated}”, so “Read more”, “Unsubscribe” and the like are English",
            f"translate them in templates/email/words/{checkup.untranslated}.toml, or set another language",
        )


@on_issue("rendering.variants")
def variants(checkup: Checkup) -> Iterator[Fault]:
    """Variants should stay within their limit.

    An edition is rendered for at most `most` groups of readers (64 unless [variants] says otherwise); those with the
    fewest readers beyond get the nearest: the whole issue in their language, or the default. Mend by raising `most`, or
    by having fewer topics.
    """
    if checkup.beyond:
        count, subscribers = checkup.beyond
        yield warning(
            "variants",
            f"{count} more variant{'s' if count != 1 else ''} would be beyond the limit: {subscribers:,} "
            f"subscriber{'s get' if subscribers != 1 else ' gets'} the nearest one, or the default",
            "raise most in [variants], or have fewer topics",
        )
