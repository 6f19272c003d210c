"""The table [theme]: what a newsletter changes of its theme's colours, fonts, sizes and logo.

Every key is optional; what is left out is the theme's own.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from newsletter.config.values import Table
from newsletter.models import looks

_Colour = Annotated[str, AfterValidator(looks.colour)] | None
_Fonts = Annotated[str, AfterValidator(looks.fonts)] | None
_Address = Annotated[str, AfterValidator(looks.picture)] | None


class Colours(Table):
    """[theme.light] and [theme.dark]: see `looks.COLOURS`."""

    paper: _Colour = None
    sheet: _Colour = None
    ink: _Colour = None
    soft: _Colour = None
    accent: _Colour = None
    rule: _Colour = None
    tint: _Colour = None
    button: _Colour = None
    on_button: _Colour = None


class Fonts(Table):
    """[theme.fonts]: see `looks.FONTS`."""

    head: _Fonts = None
    text: _Fonts = None
    label: _Fonts = None


class Sizes(Table):
    """[theme.sizes], in CSS pixels."""

    width: Annotated[int, AfterValidator(looks.within(*looks.SIZES["width"]))] | None = None
    margin: Annotated[int, AfterValidator(looks.within(*looks.SIZES["margin"]))] | None = None
    phone: Annotated[int, AfterValidator(looks.within(*looks.SIZES["phone"]))] | None = None


class Logo(Table):
    """[theme.logo]: pictures for light and for dark grounds, and the size they are shown at."""

    light: _Address = None
    dark: _Address = None
    width: Annotated[int, AfterValidator(looks.within(*looks.LOGO_SIZES["width"]))] | None = None
    height: Annotated[int, AfterValidator(looks.within(*looks.LOGO_SIZES["height"]))] | None = None


class Look(Table):
    """[theme]"""

    light: Colours = Colours()
    dark: Colours = Colours()
    fonts: Fonts = Fonts()
    sizes: Sizes = Sizes()
    logo: Logo = Logo()

    @property
    def changes(self) -> dict[str, dict[str, str | int]]:
        """What it says, to be laid over a theme's settings."""
        return self.model_dump(exclude_none=True)
