"""Family "themes": do the theme's colours stand out from one another, in light and in dark?"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.models import looks
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.registry import Fault, on_issue, warning
from newsletter.text.contrast import ENOUGH, contrast


@on_issue("themes.contrast")
def theme_contrast(checkup: Checkup) -> Iterator[Fault]:
    """Text must stand out from its ground by at least 4.5 : 1, in light and in dark.

    Below that, people with weak eyes, on a cheap screen or in the sun can't read it. WCAG 2.2, 1.4.3. Every pair is
    looked at, whether this issue prints it or not. Mend the colour in the theme's theme.toml, or in newsletter.toml
    under [theme.light] or [theme.dark].
    """
    for scheme, colours in checkup.colours.items():
        for text, ground in looks.PAIRS:
            ratio = contrast(colours[text], colours[ground])
            if ratio < ENOUGH:
                yield warning(
                    f"theme, {scheme}",
                    f"{text} {colours[text]} on {ground} {colours[ground]}: contrast {int(ratio * 100) / 100} : 1",
                    f"at least {ENOUGH} : 1: make one lighter or the other darker in [theme.{scheme}]",
                )
