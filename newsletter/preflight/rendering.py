"""Family "rendering": is there a mail at all?"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.preflight.checkup import Checkup
from newsletter.preflight.registry import Fault, error, note, on_issue


@on_issue("rendering.failed")
def failed(checkup: Checkup) -> Iterator[Fault]:
    """The issue must render.

    Without an edition there is nothing to send, and every check of the mail itself is left out. Mend what the error
    names: a template and its line, or a merge field in subject, preheader, intro or outro.
    """
    if checkup.render_error is not None:
        yield error(
            "html", f"the issue does not render: {checkup.render_error}", "mend the template or merge field named"
        )
    elif checkup.edition is None:
        yield note(
            "html", "the issue was not rendered, so only its own words were checked", "render it, then check again"
        )
