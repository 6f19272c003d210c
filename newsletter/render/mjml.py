"""MJML → HTML by mjml-python (mrml, Rust), with everything known to go wrong there caught before or after.

In: MJML. Out: HTML with neighbouring Outlook conditionals merged (they are 5% of the size). Fails with `guard.Fault`,
with a place for what expat and the tag table find, and without one for what mrml alone objects to.
"""

from __future__ import annotations

import re

from mjml import mjml2html

from newsletter.render import guard
from newsletter.render.attributes import ascii_attributes

_SEAM = "<![endif]--><!--[if mso | IE]>"
#: mrml takes blanks between two elements of mj-head for an error unless there is a newline first.
_GAP = re.compile(r">[ \t]+(?=</?mj-)")


def compile_mjml(mjml: str) -> str:
    """The HTML document. Nothing is fetched: no fonts, no includes. Raises guard.Fault."""
    guard.check(mjml)
    try:
        html: str = mjml2html(_GAP.sub(">\n", ascii_attributes(mjml)), fonts={})
    except BaseException as error:
        # A panic in mrml arrives as pyo3's PanicException, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise guard.Fault(f"mrml can't compile this: {error}", 0, 0) from error
        raise
    return html.replace(_SEAM, "")
