"""CSS rules into style attributes, by css-inline (Rust), without harm to anything else.

Only the CSS of `<mj-style inline="inline">` is inlined (`guard` takes it out of the MJML); the style elements that mrml
writes are left as they are: dark mode, phones and what only some clients understand (`[data-ogsc]`, `@font-face`,
`@supports`). Nothing is fetched, and the same document and sheet give the same bytes. `sheet` judges the CSS before.
"""

from __future__ import annotations

import re
from functools import lru_cache

from css_inline import CSSInliner, InlineError

from newsletter.render.faults import Fault
from newsletter.render.sheet import in_order

_DOCTYPE = "<!doctype html>\n"
_ANY_DOCTYPE = re.compile(r"\A\s*<!doctype[^>]*>\s*", re.IGNORECASE)


@lru_cache(maxsize=64)
def _inliner(css: str) -> CSSInliner:
    return CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        keep_link_tags=True,
        load_remote_stylesheets=False,
        extra_css=in_order(css),
    )


def inline_css(document: str, css: str) -> str:
    """The HTML document with the CSS in style attributes; its own style elements are left as they are."""
    try:
        inlined = _inliner(css).inline(document)
    except (InlineError, ValueError) as error:
        raise Fault(f"the CSS can't be inlined: {error}", 0, 0) from error
    return _DOCTYPE + _ANY_DOCTYPE.sub("", inlined)
