"""Family "themes": do the theme's colours stand out from one another, in light and in dark?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from newsletter.models import looks
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.registry import Fault, on_issue, warning
from newsletter.text.contrast import ENOUGH, contrast


@on_issue("themes.contrast")
def theme_contrast(checkup: Checkup) -> Iterator[Fault]:
    """Text must stand out from its ground by at least 4.5 : 1, in light and in dark.

    Below that, people with weak eyes, on a cheap screen or in the sun can't read it. WCAG 2.2, 1.4.3. Every pair is
    looked at, whether this issue prints it or not; those that one colour has a part in are one finding. Mend the colour
    in the theme's theme.toml, or in newsletter.toml under [theme.light] or [theme.dark].
    """
    for scheme, colours in checkup.colours.items():
        faint = _faint(colours)
        while faint:
            names = Counter(name for pair in faint for name in pair)
            worst = max(names, key=names.__getitem__)
            others = {
                (text if ground == worst else ground): faint[text, ground]
                for text, ground in faint
                if worst in (text, ground)
            }
            shown = [f"{other} {colours[other]} ({int(ratio * 100) / 100} : 1)" for other, ratio in others.items()]
            mend = f"at least {ENOUGH} : 1: make one lighter or the other darker in [theme.{scheme}]"
            yield warning(f"theme, {scheme}", f"{worst} {colours[worst]} is too close to {', '.join(shown)}", mend)
            faint = {pair: ratio for pair, ratio in faint.items() if worst not in pair}


def told(checkup: Checkup, scheme: str) -> frozenset[tuple[str, str]]:
    """Text and ground "#rrggbb" of every pair that `theme_contrast` finds too close in a scheme."""
    colours = checkup.colours.get(scheme, {})
    return frozenset((colours[text], colours[ground]) for text, ground in (_faint(colours) if colours else ()))


def _faint(colours: Mapping[str, str]) -> dict[tuple[str, str], float]:
    """The names of text and ground whose contrast is too low, with it."""
    ratios = {(text, ground): contrast(colours[text], colours[ground]) for text, ground in looks.PAIRS}
    return {pair: ratio for pair, ratio in ratios.items() if ratio < ENOUGH}
