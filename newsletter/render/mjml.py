"""MJML → HTML by mjml-python (mrml, Rust) and css-inline, with all that is known to go wrong there caught before.

In: MJML. Out: HTML with neighbouring Outlook conditionals merged (they are 5% of the size) and the theme's CSS in style
attributes. Fails with `faults.Fault`, with its place for what the guard finds, and without one for what mrml alone
objects to.
"""

from __future__ import annotations

import re

from mjml import mjml2html

from newsletter.render.faults import Fault
from newsletter.render.guard import check
from newsletter.render.inline import inline_css
from newsletter.render.reader import Include

_SEAM = "<![endif]--><!--[if mso | IE]>"
#: mrml takes blanks between two elements of mj-head for an error unless there is a newline first.
_GAP = re.compile(r">[ \t]+(?=</?mj-)")


def compile_mjml(mjml: str, include: Include | None = None) -> str:
    """The HTML document; `include` reads the files that mj-include names. Nothing is fetched. Raises Fault."""
    sound = check(mjml, include)
    try:
        html: str = mjml2html(_GAP.sub(">\n", sound.mjml), fonts={})
    except BaseException as error:
        # A panic in mrml arrives as pyo3's PanicException, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise Fault(f"mrml can't compile this: {error}", 0, 0) from error
        raise
    return inline_css(html.replace(_SEAM, ""), sound.css)
