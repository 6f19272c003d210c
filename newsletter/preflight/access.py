"""Family "access": can everyone read it, with a screen reader or with pictures off?"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.preflight import colours, themes
from newsletter.preflight.cascade import Screen, Style, Text, texts
from newsletter.preflight.checkup import Checkup
from newsletter.preflight.mail import Mail
from newsletter.preflight.registry import Fault, note, on_mail, warning

#: CSS pixels: a desktop's reading pane, and a phone held upright.
DESKTOP, PHONE = 1000, 375
#: WCAG 2.2, 1.4.3: text needs the first, large text (24 px, or 18.7 px in bold) the second.
CONTRAST, CONTRAST_LARGE = 4.5, 3.0
#: Smaller text on a phone is zoomed in on, or skipped.
SMALLEST = 14.0
#: Link texts that say nothing when a screen reader lists the links alone.
_VAGUE = frozenset(
    {"here", "click here", "click", "link", "this", "hier", "hier klicken", "ici", "aquí", "qui", "هنا", "اضغط هنا"}
)


@on_mail("access.alt")
def alt(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Every image needs an alt attribute, empty for mere decoration.

    Without one a screen reader spells out the file name, and clients that hide pictures show a bare box. WCAG 1.1.1.
    Mend by describing the picture in the article, or `alt=""` in the theme.
    """
    without = [element for element in mail.elements if element.tag == "img" and "alt" not in element.attrib]
    for element in without:
        name = (element.get("src") or "").rsplit("/", 1)[-1][:60] or "without src"
        yield warning(mail.html_where, f"image {name} has no alt text", 'describe it, or alt="" if it only decorates')


@on_mail("access.language")
def language(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """The mail should state its language.

    A screen reader picks its voice by it, and a client offers translation. WCAG 3.1.1. MJML writes "und" (unknown)
    unless told. Mend by setting `language` in newsletter.toml.
    """
    stated = (mail.document.get("lang") or "").strip().lower()
    if stated in ("", "und"):
        yield warning(mail.html_where, "the mail does not state its language", "set language in newsletter.toml")


@on_mail("access.headings")
def headings(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """One h1, and no level left out below it.

    Screen reader users move by headings; a missing level sounds like a missing chapter. Mend in the theme's template.
    """
    levels = [int(element.tag[1]) for element in mail.elements if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield warning(
            mail.html_where, f"{levels.count(1)} headings of the first level", "one h1, for the issue's title"
        )
    for before, level in zip([1, *levels], levels, strict=False):
        if level > before + 1:
            yield warning(mail.html_where, f"an h{level} follows an h{before}", f"use an h{before + 1} there")
            return


@on_mail("access.link_text")
def link_text(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Every link needs words that say where it leads.

    A link around a picture without alt text has no name at all; "here" has one that says nothing in a list of links.
    WCAG 2.4.4. Mend by describing the picture, or by linking the words that name the target.
    """
    for link in mail.links:
        if not link.text:
            yield warning(
                mail.html_where, f"the link to {link.href[:80]} has no words", "add words, or alt text to its picture"
            )
        elif link.text.casefold().strip(" .!›»→>") in _VAGUE:
            yield note(
                mail.html_where,
                f"the link text “{link.text}” does not say where it leads",
                "link the words that name it",
            )


@on_mail("access.layout_tables")
def layout_tables(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """Tables that only lay out need role="presentation".

    Otherwise a screen reader announces rows and columns that mean nothing. A table with header cells is real data and
    left alone. Mend in the theme's template.
    """
    tables = [element for element in mail.elements if element.tag == "table"]
    bare = sum(
        1 for table in tables if table.get("role") not in ("presentation", "none") and table.find(".//th") is None
    )
    if bare:
        yield warning(
            mail.html_where, f"{bare} layout table{'s' if bare > 1 else ''} without a role", 'add role="presentation"'
        )


@on_mail("access.title")
def title(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """The HTML should have a title.

    It names the tab of "view in browser" and is what a screen reader says first. WCAG 2.4.2. Mend in the theme's
    template.
    """
    if not any(element.tag == "title" and (element.text or "").strip() for element in mail.elements):
        yield note(mail.html_where, "the HTML has no title", "put the subject into <title> in the theme")


@on_mail("access.contrast")
def contrast(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Text must stand out from its ground: a contrast of 4.5, large text 3. WCAG 1.4.3.

    Computed as a browser would from the head's rules and the style attributes, for every text and the ground it really
    stands on, on a desktop and on a phone; text upon a picture is left out, and so are colours of the theme's settings
    that are too close to one another in themselves. Mend by a darker colour in the theme.
    """
    yield from _faint(mail, (Screen(DESKTOP), Screen(PHONE)), "", themes.told(checkup, "light"))


@on_mail("access.contrast_dark")
def contrast_dark(mail: Mail, checkup: Checkup) -> Iterator[Fault]:
    """Text must stand out in the mail's own dark mode, too.

    Only where the mail has one (`prefers-color-scheme: dark`): a rule that was forgotten there leaves dark ink on a
    dark ground. Mend in the theme's dark rules.
    """
    dark = "prefers-color-scheme" in " ".join(at_rule for sheet in mail.view.sheets for at_rule in sheet.at_rules)
    if dark:
        told = themes.told(checkup, "dark")
        yield from _faint(mail, (Screen(DESKTOP, dark=True), Screen(PHONE, dark=True)), " in dark mode", told)


@on_mail("access.text_size")
def text_size(mail: Mail, _checkup: Checkup) -> Iterator[Fault]:
    """No text should be smaller than 14 px on a phone.

    What is smaller is zoomed in on, or skipped; iPhones enlarge what is under 13 px, and with it break the layout. The
    rules for small screens are taken into account. Mend in the theme's phone rules.
    """
    small: dict[float, str] = {}
    for text in texts(mail.view, Screen(PHONE)):
        if text.style.size < SMALLEST:
            small.setdefault(text.style.size, text.words)
    for size, words in sorted(small.items()):
        message = f"“{_short(words)}” is {size:g} px on a phone"
        yield warning(mail.html_where, message, f"make it {SMALLEST:g} px or more in the theme's phone rules")


def _faint(mail: Mail, screens: tuple[Screen, ...], how: str, told: frozenset[tuple[str, str]]) -> Iterator[Fault]:
    """One finding for each pair of colours that is too close and not told yet, with the first text that has it."""
    pairs: dict[tuple[str, str], tuple[float, float, str]] = {}
    looks: dict[Style, Text] = {text.style: text for screen in screens for text in reversed(texts(mail.view, screen))}
    for style, text in looks.items():
        if style.ground is None:
            continue
        ratio = colours.contrast(style.colour, style.ground)
        needed = CONTRAST_LARGE if style.size >= 24 or (style.bold and style.size >= 18.66) else CONTRAST
        if ratio < needed:
            pairs[colours.shown(style.colour), colours.shown(style.ground)] = (ratio, needed, text.words)
    for (ink, ground), (ratio, needed, words) in sorted(pairs.items()):
        if (ink, ground) in told:
            continue
        message = (
            f"“{_short(words)}” is {ink} on {ground}{how}: a contrast of {int(ratio * 10) / 10}, {needed:g} is needed"
        )
        yield warning(mail.html_where, message, "take a colour that stands out more")


def _short(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:39]}…"
