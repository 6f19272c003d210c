"""Every MJML component that mrml compiles: its attributes, what may stand in it, and how often.

Facts from MJML's documentation, held against mrml 6.0 (what mjml-python 1.4 carries): an attribute that MJML names and
mrml does nothing with is in `IGNORED`, so that a template that counts on it is told. Kinds of value are `values`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_SIDES = ("top", "right", "bottom", "left")
_PADDING = {"padding": "paddings", **{f"padding-{side}": "length" for side in _SIDES}}
_BORDERS = dict.fromkeys(("border", *(f"border-{side}" for side in _SIDES), "border-radius"), "text")
_FONT = {"color": "colour", "font-family": "text", "font-size": "pixels", "font-style": "text", "font-weight": "text"}
_LINK = dict.fromkeys(("href", "rel", "target"), "text") | {"href": "address"}
_LINES = {"line-height": "line", "text-decoration": "text"}
_SPACED = {"letter-spacing": "spacing", "text-transform": "text"}
_GROUND = {"container-background-color": "colour"}
_VERTICAL = {"vertical-align": "top|middle|bottom"}
_DIRECTION = {"direction": "ltr|rtl"}
_ALIGN = {"align": "left|center|right"}
_BACKGROUND = {
    "background-color": "colour",
    "background-url": "address",
    "background-repeat": "repeat|no-repeat",
    **dict.fromkeys(
        ("background-size", "background-position", "background-position-x", "background-position-y"), "text"
    ),
}
_ROW = {
    **_BACKGROUND, **_BORDERS, **_DIRECTION, **_PADDING,
    "full-width": "full-width|false|", "text-align": "left|center|right",
}  # fmt: skip
_ACCORDION = {
    "border": "text", "font-family": "text", "icon-align": "top|middle|bottom", "icon-position": "left|right",
    "icon-width": "length", "icon-height": "length", "icon-wrapped-url": "address", "icon-wrapped-alt": "text",
    "icon-unwrapped-url": "address", "icon-unwrapped-alt": "text",
}  # fmt: skip
_FOLD = {"background-color": "colour", "color": "colour", "font-family": "text", "font-size": "pixels", **_PADDING}

_CONTENT = (
    "mj-accordion", "mj-button", "mj-carousel", "mj-divider", "mj-image", "mj-navbar",
    "mj-raw", "mj-social", "mj-spacer", "mj-table", "mj-text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Component:
    """What one tag takes."""

    #: Attribute → kind of value (`values.wrong`).
    attributes: dict[str, str] = field(default_factory=dict)
    #: MJML tags that may stand in it.
    children: frozenset[str] = frozenset()
    #: "mjml" holds the children above and nothing else, "html" HTML, "text" words alone.
    holds: str = "mjml"
    #: Attributes it can't do without.
    needs: tuple[str, ...] = ()
    #: At most one in the same parent.
    single: bool = False


def _body(
    attributes: dict[str, str],
    children: Iterable[str] = (),
    *,
    html: bool = False,
    needs: tuple[str, ...] = (),
    single: bool = False,
) -> Component:
    shared = {"css-class": "text", "mj-class": "classes"}
    return Component({**attributes, **shared}, frozenset(children), "html" if html else "mjml", needs, single)


def _head(
    attributes: dict[str, str] | None = None, *, text: bool = False, needs: tuple[str, ...] = (), single: bool = False
) -> Component:
    return Component(attributes or {}, holds="text" if text else "mjml", needs=needs, single=single)


COMPONENTS: dict[str, Component] = {
    "mjml": Component({"lang": "text", "dir": "ltr|rtl|auto"}, frozenset({"mj-head", "mj-body"})),
    "mj-head": Component(
        children=frozenset(
            {"mj-attributes", "mj-breakpoint", "mj-font", "mj-include", "mj-preview", "mj-raw", "mj-style", "mj-title"}
        ),
        single=True,
    ),
    "mj-attributes": Component(),
    "mj-all": Component(),
    "mj-class": Component(needs=("name",)),
    "mj-breakpoint": _head({"width": "pixels"}, needs=("width",), single=True),
    "mj-font": _head({"name": "text", "href": "address"}, needs=("name", "href")),
    "mj-preview": _head(text=True, single=True),
    "mj-style": _head({"inline": "inline|true|false|"}, text=True),
    "mj-title": _head(text=True, single=True),
    "mj-include": Component(
        {"path": "text", "type": "mjml|css|html", "css-inline": "inline"}, holds="text", needs=("path",)
    ),
    "mj-raw": Component(holds="html"),
    "mj-body": Component(
        {"width": "pixels", "background-color": "colour", "css-class": "text"},
        frozenset({"mj-hero", "mj-include", "mj-raw", "mj-section", "mj-wrapper"}),
        single=True,
    ),
    "mj-wrapper": _body(_ROW, ("mj-hero", "mj-include", "mj-raw", "mj-section")),
    "mj-section": _body(_ROW, ("mj-column", "mj-group", "mj-include", "mj-raw")),
    "mj-group": _body(
        {"background-color": "colour", "width": "length", **_DIRECTION, **_VERTICAL},
        ("mj-column", "mj-include", "mj-raw"),
    ),
    "mj-column": _body(
        {
            "background-color": "colour", "inner-background-color": "colour", "width": "length",
            **_BORDERS, **{f"inner-{name}": kind for name, kind in _BORDERS.items()}, **_DIRECTION, **_PADDING,
            **_VERTICAL,
        },
        (*_CONTENT, "mj-include"),
    ),
    "mj-hero": _body(
        {
            "background-color": "colour", "background-url": "address", "background-position": "text",
            "background-width": "length", "background-height": "length", "height": "length", "mode": "fixed-height",
            "inner-background-color": "colour", **{f"inner-{name}": kind for name, kind in _PADDING.items()},
            **_PADDING, **_VERTICAL,
        },
        (*_CONTENT, "mj-include"),
    ),
    "mj-text": _body(
        {
            "align": "left|center|right|justify", "height": "length",
            **_FONT, **_LINES, **_SPACED, **_GROUND, **_PADDING, **_VERTICAL,
        },
        html=True,
    ),
    "mj-button": _body(
        {
            "background-color": "colour", "height": "length", "width": "length", "inner-padding": "paddings",
            "name": "text", "text-align": "left|center|right", **_ALIGN, **_BORDERS, **_FONT, **_GROUND, **_LINES,
            **_LINK, **_PADDING, **_SPACED, **_VERTICAL,
        },
        html=True,
    ),
    "mj-table": _body(
        {
            "border": "text", "cellpadding": "number", "cellspacing": "number", "color": "colour",
            "font-family": "text", "font-size": "pixels", "line-height": "line",
            "table-layout": "auto|fixed|initial|inherit", "width": "length|auto",
            **_ALIGN, **_GROUND, **_PADDING, **_VERTICAL,
        },
        html=True,
    ),
    "mj-image": _body(
        {
            **dict.fromkeys(("alt", "name", "srcset", "title", "usemap"), "text"), "src": "address",
            **dict.fromkeys(("border", "border-left", "border-radius", "border-right"), "text"),
            "fluid-on-mobile": "true|false", "font-size": "pixels", "height": "pixels|auto", "max-height": "length",
            "width": "pixels", **_ALIGN, **_GROUND, **_LINK, **_PADDING,
        },
        needs=("src",),
    ),
    "mj-divider": _body(
        {
            "border-color": "colour", "border-style": "text", "border-width": "pixels", "width": "length",
            **_ALIGN, **_GROUND, **_PADDING,
        }
    ),
    "mj-spacer": _body({"height": "length", **_GROUND, **_PADDING}),
    "mj-social": _body(
        {
            "border-radius": "text", "icon-height": "length", "icon-padding": "paddings", "icon-size": "length",
            "inner-padding": "paddings", "mode": "horizontal|vertical", "text-padding": "paddings",
            **_ALIGN, **_FONT, **_GROUND, **_LINES, **_PADDING, **_VERTICAL,
        },
        ("mj-social-element",),
    ),
    "mj-social-element": _body(
        {
            "background-color": "colour", "border-radius": "text", "icon-height": "length", "icon-padding": "paddings",
            "icon-size": "length", "text-padding": "paddings", "src": "address",
            **dict.fromkeys(("alt", "name", "title"), "text"), **_ALIGN, **_FONT, **_LINES, **_LINK, **_PADDING,
            **_VERTICAL,
        },
        html=True,
    ),
    "mj-navbar": _body(
        {
            "base-url": "address", "hamburger": "hamburger", "ico-align": "left|center|right",
            **dict.fromkeys(
                ("ico-close", "ico-font-family", "ico-open", "ico-text-decoration", "ico-text-transform"), "text"
            ),
            "ico-color": "colour", "ico-font-size": "length", "ico-line-height": "line", **_ALIGN, **_PADDING,
            **{f"ico-{name}": kind for name, kind in _PADDING.items()},
        },
        ("mj-navbar-link",),
    ),
    "mj-navbar-link": _body({"name": "text", **_FONT, **_LINES, **_LINK, **_PADDING, **_SPACED}, html=True),
    "mj-accordion": _body({**_ACCORDION, **_GROUND, **_PADDING}, ("mj-accordion-element",)),
    "mj-accordion-element": _body(
        {**_ACCORDION, "background-color": "colour"}, ("mj-accordion-title", "mj-accordion-text")
    ),
    "mj-accordion-title": _body(_FOLD, html=True, single=True),
    "mj-accordion-text": _body(
        {**_FOLD, "font-weight": "text", "letter-spacing": "spacing", "line-height": "line"}, html=True, single=True
    ),
    "mj-carousel": _body(
        {
            "border-radius": "text", "icon-width": "length", "left-icon": "address", "right-icon": "address",
            "tb-border": "text", "tb-border-radius": "text", "tb-hover-border-color": "colour",
            "tb-selected-border-color": "colour", "tb-width": "length", "thumbnails": "visible|hidden|supported",
            **_ALIGN, **_GROUND, **_PADDING,
        },
        ("mj-carousel-image",),
    ),
    "mj-carousel-image": _body(
        {
            **dict.fromkeys(("alt", "border-radius", "tb-border", "tb-border-radius", "title"), "text"),
            "src": "address", "thumbnails-src": "address", **_LINK,
        },
        needs=("src",),
    ),
}  # fmt: skip

#: Attributes of MJML that mrml does nothing with.
IGNORED: dict[str, frozenset[str]] = {
    "mjml": frozenset({"owa"}),
    "mj-accordion-title": frozenset({"font-weight"}),
    "mj-body": frozenset({"id"}),
    "mj-button": frozenset({"title"}),
    "mj-hero": frozenset({"border-radius"}),
    "mj-image": frozenset({"border-bottom", "border-top", "sizes"}),
    "mj-raw": frozenset({"css-class", "mj-class", "position"}),
    "mj-section": frozenset({"gutter", "text-padding"}),
    "mj-social": frozenset({"border", "table-layout"}),
    "mj-social-element": frozenset({"border", "icon-position", "sizes", "srcset"}),
    "mj-spacer": frozenset({"border", "border-bottom", "border-left", "border-right", "border-top"}),
    "mj-table": frozenset({"font-weight", "role"}),
    "mj-text": frozenset({"background-color"}),
    "mj-wrapper": frozenset({"gap", "gutter", "text-padding"}),
}

#: Tags of MJML that mrml knows nothing of.
UNKNOWN_TO_MRML = frozenset({"mj-html-attributes", "mj-html-attribute", "mj-selector"})

#: Kinds by attribute name over all components, for mj-all and mj-class.
ANY_ATTRIBUTE: dict[str, frozenset[str]] = {}
for _component in COMPONENTS.values():
    for _name, _kind in _component.attributes.items():
        ANY_ATTRIBUTE[_name] = ANY_ATTRIBUTE.get(_name, frozenset()) | {_kind}

#: Networks whose icons mrml has by name; each also as NAME-noshare.
NETWORKS = frozenset({
    "dribbble", "facebook", "github", "google", "instagram", "linkedin", "medium", "pinterest", "snapchat",
    "soundcloud", "tumblr", "twitter", "vimeo", "web", "x", "xing", "youtube",
})  # fmt: skip
